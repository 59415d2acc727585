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
/// The players are those of <see cref="PairGame"/>, as BiGAN's.
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
        Plays = { [Play.Points] = (new(), Rhythms.Toy with { Batch = 100, DecayStart = 0.5 }) },
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
        /// Batch normalization in the generator and the encoder, as in the paper; it and the zero-centered penalty do not go well together.
        /// </summary>
        public bool BatchNormalization { get; init; }
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)]
        public int LatentSize { get; init; } = 2;
        /// <summary>
        /// Constraint of the critic as a function of the pair (x, z), with options after a question mark. The paper has none, and covers 13
        /// of 25 modes in 200,000 steps; the penalty of arXiv:1801.04406 covers all in 10,000.
        /// </summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=0.1";
    }

    private const double WidestLog = 5; // |log σ| beyond which σ no longer follows the network
    private readonly Module _generator, _encoder;

    /// <summary>A game for points of some dimension.</summary>
    public Ali(SystemContext context, Options o)
    {
        var (shape, w, norm) = (context.Shape, o.Width, o.BatchNormalization ? Normalization.Batch : Normalization.None);
        Module generator = Network("generator", Mlp.Generator(shape, o.LatentSize, [w, w, w], norm)),
            encoder = Network("encoder", Mlp.Generator(new SampleShape.Points(2 * o.LatentSize), shape.Size, [w, w], norm)),
            critic = Network("critic",
                Mlp.Critic(new SampleShape.Points(shape.Size + o.LatentSize), [w, w, w], nonlinearity: Nonlinearity.LeakyRelu));
        (_generator, _encoder, Latent) = (generator, encoder, new(o.LatentSize));
        var constraint = o.Constraint.Value;
        Phase = constraint.PhaseOf;
        Func<Tensor, Tensor> E = x => Encode(x, EncodingNoise.Sample(x.Size(0)));
        Players = new PairGame(generator, encoder, critic, E, Latent, constraint).Players(o.Adam);
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
    public Tensor Encode(Tensor x, Tensor? noise = null)
    {
        using var scope = TensorScope.Open();
        var parts = _encoder.Forward(x.Flatten(1)).Chunk(2, 1);
        return scope.Keep(noise is null ? parts[0] : parts[0] + parts[1].Clamp(-WidestLog, WidestLog).Exp() * noise);
    }
}
