using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>What a sampler can be told beside its latent vector, or a translator beside its sample.</summary>
public abstract record Condition
{
    private Condition()
    {
    }

    /// <summary>Nothing.</summary>
    public static Condition None { get; } = new Nothing();

    /// <summary>
    /// One of several, by its number: Int64 [N]. Where nobody says it, the last coordinate of a sampler's latent vector chooses, and a
    /// translator takes the first.
    /// </summary>
    /// <param name="Shares">How often each is meant, in any unit [K].</param>
    public abstract record Choice(IReadOnlyList<double> Shares) : Condition
    {
        /// <summary>Of how many, K.</summary>
        public int Count => Shares.Count;

        /// <summary>Several may be told at once, by their weights: Float32 [N, K], rows that sum to 1.</summary>
        public bool Mixes { get; init; }
    }

    /// <summary>A class of the data.</summary>
    /// <param name="Shares">How often each occurs, in any unit [K].</param>
    public sealed record Class(IReadOnlyList<double> Shares) : Choice(Shares);

    /// <summary>A category that the system has found by itself, and that is no class of the data.</summary>
    /// <param name="Shares">How often each is meant, in any unit [K].</param>
    public sealed record Category(IReadOnlyList<double> Shares) : Choice(Shares);

    /// <summary>A text: numbers of its symbols, Int64 [N, L]. The last coordinate of the latent vector chooses a caption of the data where
    /// nobody says one.</summary>
    /// <param name="Law">What texts are made of, and those captions.</param>
    public sealed record Text(CaptionLaw Law) : Condition;

    /// <summary>
    /// A value of a category, by its number among those of all categories of a table: Int64 [N]. The system chooses where nobody says it.
    /// </summary>
    /// <param name="Shares">How often each occurs, in any unit [K].</param>
    public sealed record Value(IReadOnlyList<double> Shares) : Condition;

    private sealed record Nothing : Condition;
}

/// <summary>Makes samples of latent vectors.</summary>
public interface ISampler
{
    /// <summary>The law of its latent vectors.</summary>
    Latent Latent { get; }

    /// <summary>What it can be told beside.</summary>
    Condition Condition => Condition.None;

    /// <summary>Samples of latent vectors.</summary>
    /// <param name="z">[N, size of <see cref="Latent"/>].</param>
    /// <param name="condition">In the form that <see cref="Condition"/> says; null leaves the choice to the latent vector.</param>
    /// <returns>[N, …], the shape of the data.</returns>
    Tensor Generate(Tensor z, Tensor? condition = null);
}

/// <summary>
/// Makes samples of styles: latent vectors are mapped to styles, and each layer of the synthesis is told one, from the coarsest to the
/// finest.
/// </summary>
public interface IStylist : ISampler
{
    /// <summary>Layers that are told a style, L.</summary>
    int Layers { get; }

    /// <summary>The mean style of latent vectors [S].</summary>
    Tensor MeanStyle { get; }

    /// <summary>Styles of latent vectors.</summary>
    /// <param name="z">[N, size of the law].</param>
    /// <returns>[N, S].</returns>
    Tensor Styles(Tensor z);

    /// <summary>Samples of styles.</summary>
    /// <param name="styles">A style for each layer [N, L, S].</param>
    /// <returns>[N, …].</returns>
    Tensor Synthesize(Tensor styles);
}

/// <summary>A way from one domain to another.</summary>
/// <param name="From">Name of the domain that it begins in: <c>a</c> is the first of the data.</param>
/// <param name="To">Name of the domain that it ends in: <c>b</c> is the second.</param>
public sealed record Direction(string From, string To)
{
    /// <summary>From the first domain of the data to the second.</summary>
    public static Direction AToB { get; } = new("a", "b");

    /// <summary>From the second domain of the data to the first.</summary>
    public static Direction BToA { get; } = new("b", "a");
}

/// <summary>Translates samples of one domain to another.</summary>
public interface ITranslator
{
    /// <summary>The ways that it has learned, first the one whose results are shown and measured while it trains.</summary>
    IReadOnlyList<Direction> Directions { get; }

    /// <summary>What it can be told beside: the style of what it makes, as one of the classes of its pairs.</summary>
    Condition Condition => Condition.None;

    /// <summary>Translations, each of its own sample alone.</summary>
    /// <param name="x">Samples of the domain that the way begins in [N, …].</param>
    /// <param name="direction">One of <see cref="Directions"/>.</param>
    /// <param name="condition">In the form that <see cref="Condition"/> says; null takes the first.</param>
    /// <returns>Samples of the other domain [N, …].</returns>
    Tensor Translate(Tensor x, Direction direction, Tensor? condition = null);

    /// <summary>What its translations are shown of, from real samples: those, where it does not play with something made of them.</summary>
    /// <param name="reals">Samples of the first domain [N, …].</param>
    /// <returns>[N, …], each of its own sample and those beside it.</returns>
    Tensor InputsOf(Tensor reals) => reals;
}

/// <summary>Translates collages, pictures with a part that is another's, to pictures of one piece.</summary>
public interface IBlender : ITranslator
{
    /// <summary>Collages of real samples: each with the middle of the one beside it.</summary>
    /// <param name="reals">Pictures [N, C, H, W].</param>
    Tensor CollagesOf(Tensor reals);

    /// <inheritdoc/>
    Tensor ITranslator.InputsOf(Tensor reals) => CollagesOf(reals);
}

/// <summary>Finds latent vectors of samples.</summary>
public interface IEncoder
{
    /// <summary>The law of the noise that encoding takes; <see cref="Latent.None"/> for an encoder that is a function.</summary>
    Latent EncodingNoise => Latent.None;

    /// <summary>Latent vectors of samples.</summary>
    /// <param name="x">Samples [N, …].</param>
    /// <param name="noise">[N, size of <see cref="EncodingNoise"/>]; null takes the mean.</param>
    /// <returns>[N, size of the latent vector].</returns>
    Tensor Encode(Tensor x, Tensor? noise = null);
}

/// <summary>Scores samples by how real they are.</summary>
public interface IScorer
{
    /// <summary>The networks that the scores run through.</summary>
    IReadOnlyList<Module> Critics { get; }

    /// <summary>The critic's scores, of samples of what the system makes.</summary>
    /// <param name="x">Samples [N, …].</param>
    /// <param name="condition">What they were made for, where the critic asks for it.</param>
    /// <returns>[N, 1] or a map of scores [N, …]; higher is more real.</returns>
    Tensor Score(Tensor x, Tensor? condition = null);
}

/// <summary>Tells classes of samples.</summary>
public interface IClassifier
{
    /// <summary>Probabilities of the classes.</summary>
    /// <param name="x">Samples [N, …].</param>
    /// <returns>[N, K], rows that sum to 1.</returns>
    Tensor Classify(Tensor x);
}

/// <summary>
/// Makes samples of codes that its encoder finds in samples: what a chain moves in. Codes of data have about the variance 1 in every
/// direction.
/// </summary>
public interface ICoder
{
    /// <summary>Codes that a chain may begin with.</summary>
    /// <param name="z">Latent vectors [N, size of the law].</param>
    /// <returns>[N, C].</returns>
    Tensor Begin(Tensor z);

    /// <summary>G: samples of codes.</summary>
    /// <param name="h">[N, C].</param>
    /// <returns>[N, …].</returns>
    Tensor Decode(Tensor h);

    /// <summary>E: codes of samples.</summary>
    /// <param name="x">[N, …].</param>
    /// <returns>[N, C].</returns>
    Tensor CodesOf(Tensor x);

    /// <summary>R: codes as an autoencoder gives them back, which moves them to where the data's are; E of what they show, unless it says
    /// another.</summary>
    /// <param name="h">Codes [N, C].</param>
    /// <param name="x">What they show: G(h), or what of it is not known already.</param>
    /// <returns>[N, C].</returns>
    Tensor Restored(Tensor h, Tensor x) => CodesOf(x);

    /// <summary>Codes within the range of the data's.</summary>
    /// <param name="h">[N, C].</param>
    Tensor Confine(Tensor h);
}
