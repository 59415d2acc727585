using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// Class-conditional ALI: the generator and the critic are told the class, so that latent vectors hold what the class does not say.
/// </summary>
/// <remarks>
/// Dumoulin et al., "Adversarially Learned Inference", 2016, arXiv:1606.00704, section 4.4.
/// <code>
/// E(x) = μ(x) + σ(x) ε,  ε ~ N(0, I)
/// critic                 min_D     E sp(−D(x, E(x), y)) + E sp(D(G(z, y), z, y))
/// generator and encoder  min_{G,E} E sp(−D(G(z, y), z, y)) + E sp(D(x, E(x), y)): the same loss with the roles exchanged
/// </code>
/// y is a vector that is 1 at its class. The paper tells the encoder too; here it sees the class in x. The players are those of
/// <see cref="PairGame{TBatch}"/>, as ALI's.
/// </remarks>
public sealed class ConditionalAli : GanSystem<Batch>, ISampler, IEncoder
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>(
        "conditional-ali", typeof(ConditionalAli), (context, o) => new ConditionalAli(context, o))
    {
        Title = "Class-conditional ALI: latent vectors hold what the class does not say",
        Paper = "Dumoulin et al., 2016, arXiv:1606.00704",
        Rows = ["R51"],
        Players = ["critic", "generator and encoder"],
        Example = "earthmover train fashion-mnist --system conditional-ali",
        Acceptance = "AliTests",
        NeedsClasses = true,
        Plays = { [Play.Images] = (new(), new() { Batch = 128, AverageImages = 0, Decay = "linear", DecayStart = 0.5 }) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>Units of every hidden layer.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 512;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int LatentSize { get; init; } = 50;
        /// <summary>Constraint of the critic, with options after a question mark; the paper has none.</summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=0.1";
    }

    private readonly Module _generator, _encoder;
    private readonly ClassPrior _prior;
    private readonly ToldGenerator _told;

    /// <summary>A game for pictures with classes.</summary>
    /// <exception cref="ArgumentException">The data has no classes.</exception>
    public ConditionalAli(SystemContext context, Options o)
    {
        var (shape, w, z, k) = (context.Shape, o.Width, new Latent(o.LatentSize), (_prior = new(context.ClassShares)).Count);
        Module generator = _generator = Network("generator", Mlp.Generator(shape, z.Size + k, [w, w, w])),
            encoder = _encoder = Network("encoder", StochasticEncoder.Create(shape, z.Size, [w, w], Normalization.None)),
            critic = Network("critic", PairCritic.Create(shape, z.Size + k, [w, w, w], isHeardEverywhere: true));
        _told = new(generator, _prior, z.Size);
        EncodingNoise = z;
        var constraint = o.Constraint.Value;
        Phase = constraint.PhaseOf;
        Tensor Told(Tensor code, Batch batch) => Tensor.Cat([code, _prior.OneHot(batch.Labels!)], 1);
        Players = PairGame.OfCodes(generator, encoder, critic,
            batch => Told(Encode(batch.X, z.Sample(batch.Count)), batch), batch => Told(z.Sample(batch.Count), batch), constraint)
            .Players(o.Adam);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc cref="ToldGenerator.Latent"/>
    public Latent Latent => _told.Latent;

    /// <inheritdoc/>
    public Condition Condition => new Condition.Class(_prior.Shares);

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) => _told.Of(z, condition);

    /// <inheritdoc/>
    public Latent EncodingNoise { get; }

    /// <summary>Latent vectors of q(z|x), without the number that chooses a class.</summary>
    /// <inheritdoc/>
    public Tensor Encode(Tensor x, Tensor? noise = null) => StochasticEncoder.Draw(_encoder, x, noise);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _prior?.Dispose();
        base.Dispose(disposing);
    }
}
