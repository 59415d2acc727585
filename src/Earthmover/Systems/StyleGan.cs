using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>StyleGAN: latent vectors are mapped to styles, and every layer of the generator is told one.</summary>
/// <remarks>
/// Karras, Laine and Aila, "A Style-Based Generator Architecture for Generative Adversarial Networks", 2018, arXiv:1812.04948, without
/// progressive growing.
/// <code>
/// critic     min_D  E sp(−D(x)) + E sp(D(G(z))) + γ/2 E‖∇D(x)‖²
/// generator  min_G  E sp(−D(G(z)))            G(z) = synthesis(w, …, w),  w = mapping(z);  in nine of ten w, …, w, w', …, w'
/// layer      x ← AdaIN(LReLU(conv(x) + noise · gain + bias), w)
/// </code>
/// The critic sees how much samples differ in groups of four, and ∇ is that of a group's scores.
/// </remarks>
public sealed class StyleGan : GanSystem<Batch>, IStylist, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>(
        "stylegan", typeof(StyleGan), (context, o) => new StyleGan(context, o))
    {
        Title = "StyleGAN: a generator that is told a style at every layer, by a mapping of latent vectors",
        Paper = "Karras, Laine and Aila, 2018, arXiv:1812.04948",
        Rows = ["R55"],
        Players = ["critic", "generator"],
        Example = "earthmover train fashion-mnist --system stylegan",
        Acceptance = "StyleGanTests",
        Plays = { [Play.Images] = (new(), Rhythms.FewCores) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>The defaults.</summary>
        public Options() => (LearningRate, Beta1, Beta2) = (2e-3, 0, 0.99);

        /// <summary>The critic's architecture.</summary>
        public Part<Architecture> CriticArchitecture { get; init; } = "compact-smooth";
        /// <summary>Channels of the generator at full size, twice as many below; base width of the critic.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 16;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int LatentSize { get; init; } = 64;
        /// <summary>Length of w, a style.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int StyleSize { get; init; } = 64;
        /// <summary>Layers of the mapping; the paper's has 8 of 512 numbers.</summary>
        [Bounds(AtLeast = 1, AtMost = 64)] public int MappingDepth { get; init; } = 4;
        /// <summary>Multiplier of the mapping's step size.</summary>
        [Bounds(Above = 0, AtMost = 1)] public double MappingRate { get; init; } = 0.01;
        /// <summary>Share of the samples of training that have two styles, one from a layer on.</summary>
        [Bounds(AtLeast = 0, AtMost = 1)] public double Mixing { get; init; } = 0.9;
        /// <summary>Objective, with options after a question mark.</summary>
        public Part<Objective> Objective { get; init; } = "non-saturating";
        /// <summary>Constraint of the critic, with options after a question mark.</summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=1&every=8";
        /// <summary>What the critic is told of a batch beside each sample.</summary>
        public Part<Minibatch> Minibatch { get; init; } = "deviation?group=4";
    }

    private readonly StyleSynthesis _generator;
    private readonly Module _critic;

    /// <summary>A game for pictures.</summary>
    /// <exception cref="ArgumentException">The networks cannot make their size, or the parts do not fit each other.</exception>
    public StyleGan(SystemContext context, Options o)
    {
        var (objective, constraint) = (o.Objective.Value, o.Constraint.Value);
        var generator = _generator = Network("generator", new StyleSynthesis(((SampleShape.Image)context.Shape).Shape,
            o.LatentSize, o.StyleSize, o.MappingDepth, o.MappingRate, o.Width, o.Mixing));
        var normalization = constraint.NeedsSpectralNorm ? Normalization.Spectral : Normalization.None;
        var critic = _critic = Network("critic", o.CriticArchitecture.Value.Critic(
            new(context.Shape, o.LatentSize, o.Width, normalization) { Head = new(Minibatch: o.Minibatch.Value) }));
        constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm, critic.CouplesInGroups);
        var z = Latent = new(o.LatentSize);
        Func<Tensor, Tensor> D = critic.Forward;
        // Both players see the same samples; the critic's move leaves the generator as it is.
        Tensor Fake(Round<Batch> round) => round.Once("G(z)", () =>
            generator.Mixed(z.Sample(round.Batch.Count), z.Sample(round.Batch.Count)));

        Phase = constraint.PhaseOf;
        Players =
        [
            new("critic", Role.Critic, [critic], o.Adam, round =>
            {
                Tensor x = round.Batch.X, fake = Fake(round).Detach();
                return new()
                {
                    [objective.Name, objective.Role] = objective.Critic(D(x), D(fake), new(x, fake)),
                    ["penalty", TermRole.Penalty] = constraint.At(round.Step, D, x, fake),
                };
            }) { AfterStep = () => constraint.Project(critic.Flat.Values) },

            new("generator", Role.Generator, [generator], o.Adam, round =>
            {
                Tensor x = round.Batch.X, fake = Fake(round);
                var real = objective.GeneratorSeesReal ? D(x) : null;
                return new() { [objective.Name, objective.Role] = objective.Generator(D(fake), real, new(x, fake)) };
            }),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public Latent Latent { get; }

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);

    /// <inheritdoc/>
    public int Layers => _generator.Layers;

    /// <inheritdoc/>
    public Tensor MeanStyle => _generator.MeanStyle;

    /// <inheritdoc/>
    public Tensor Styles(Tensor z) => _generator.Styles(z);

    /// <inheritdoc/>
    public Tensor Synthesize(Tensor styles) => _generator.Synthesize(styles);

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => _critic.Forward(x);
}
