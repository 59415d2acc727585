using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// ALI: a generator and a stochastic encoder play together against a critic of pairs, which cannot tell (x, E(x)) from (G(z), z) when the
/// two invert each other.
/// </summary>
/// <remarks>
/// Dumoulin et al., "Adversarially Learned Inference", 2016, arXiv:1606.00704, algorithm 1; the toy of its section 4.
/// <code>
/// E(x) = μ(x) + σ(x) ε,  ε ~ N(0, I)
/// critic                 min_D     E sp(−D(x, E(x))) + E sp(D(G(z), z))
/// generator and encoder  min_{G,E} E sp(−D(G(z), z)) + E sp(D(x, E(x))): the same loss with the roles exchanged
/// </code>
/// The players are those of <see cref="PairGame{TBatch}"/>, as BiGAN's.
/// </remarks>
public sealed class Ali : GanSystem<Batch>, ISampler, IEncoder
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("ali", typeof(Ali), (context, o) => new Ali(context, o))
    {
        Title = "ALI: a generator and an encoder that invert each other",
        Paper = "Dumoulin et al., 2016, arXiv:1606.00704",
        Rows = ["R51"],
        Players = ["critic", "generator and encoder"],
        Example = "earthmover train gaussians-25?raw=yes --system ali",
        Acceptance = "AliTests; with a zero-centered penalty on the critic, which the paper has not",
        Formerly = new Dictionary<string, string> { ["latent_at_every_layer"] = "false" },
        Plays =
        {
            [Play.Images] = (
                new() { Width = 512, LatentSize = 50, LatentAtEveryLayer = true, LearningRate = 2e-4, Beta1 = 0.5, Beta2 = 0.999 },
                new() { Batch = 128, AverageImages = 0, Decay = "linear", DecayStart = 0.5 }),
            [Play.Points] = (new(), Rhythms.Toy with { Batch = 100, DecayStart = 0.5 }),
        },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>The defaults.</summary>
        public Options() => (LearningRate, Beta1, Beta2) = (1e-3, 0, 0.9);

        /// <summary>Units of every hidden layer.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)]
        public int Width { get; init; } = 128;
        /// <summary>
        /// Batch normalization in the generator and the encoder, as in the paper; on points it and the zero-centered penalty do not go well
        /// together, on pictures they do.
        /// </summary>
        public bool BatchNormalization { get; init; }
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)]
        public int LatentSize { get; init; } = 2;
        /// <summary>The critic hears z at every layer, as BiGAN's; otherwise only at the first.</summary>
        public bool LatentAtEveryLayer { get; init; }
        /// <summary>
        /// Constraint of the critic as a function of the pair (x, z), with options after a question mark. The paper has none, and covers 13
        /// of 25 modes in 200,000 steps; the penalty of arXiv:1801.04406 covers all in 10,000.
        /// </summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=0.1";
    }

    private readonly Module _generator, _encoder;

    /// <summary>A game for pictures or points.</summary>
    public Ali(SystemContext context, Options o)
    {
        var (shape, w, norm) = (context.Shape, o.Width, o.BatchNormalization ? Normalization.Batch : Normalization.None);
        Module generator = Network("generator", Mlp.Generator(shape, o.LatentSize, [w, w, w], norm)),
            encoder = Network("encoder", StochasticEncoder.Create(shape, o.LatentSize, [w, w], norm)),
            critic = Network("critic", PairCritic.Create(shape, o.LatentSize, [w, w, w], o.LatentAtEveryLayer));
        (_generator, _encoder, Latent) = (generator, encoder, new(o.LatentSize));
        var constraint = o.Constraint.Value;
        Phase = constraint.PhaseOf;
        Players = PairGame.OfCodes(generator, encoder, critic,
            batch => Encode(batch.X, EncodingNoise.Sample(batch.Count)), batch => Latent.Sample(batch.Count), constraint).Players(o.Adam);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public Latent Latent { get; }

    /// <inheritdoc/>
    public Latent EncodingNoise => Latent;

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);

    /// <summary>Latent vectors of q(z|x), drawn by ε or its mean.</summary>
    /// <inheritdoc/>
    public Tensor Encode(Tensor x, Tensor? noise = null) => StochasticEncoder.Draw(_encoder, x, noise);
}
