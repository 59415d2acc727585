using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// CycleGAN: translation between two domains from examples that do not correspond; what is translated there and back must return.
/// </summary>
/// <remarks>
/// Zhu et al., "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks", 2017, arXiv:1703.10593, equations 1–3 and
/// section 4.
/// <code>
/// G : A → B,  F : B → A
/// translators  min_{G,F}  E (D_B(G(a)) − 1)² + E (D_A(F(b)) − 1)² + λ (|F(G(a)) − a| + |G(F(b)) − b|) + λ ι (|G(b) − b| + |F(a) − a|)
/// critic A     min_{D_A}  ½ E (D_A(a) − 1)² + ½ E D_A(F(b))²,  F(b) exchanged with a pool of the last 50
/// critic B     min_{D_B}  ½ E (D_B(b) − 1)² + ½ E D_B(G(a))²,  G(a) exchanged with a pool of the last 50
/// </code>
/// The critics see what the translators made before they moved, as in the authors' code: one forward pass serves both.
/// </remarks>
public sealed class CycleGan : GanSystem<UnpairedBatch>, ITranslator, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>(
        "cyclegan", typeof(CycleGan), (context, o) => new CycleGan(context, o))
    {
        Title = "CycleGAN: translation between two domains without pairs",
        Paper = "Zhu et al., 2017, arXiv:1703.10593",
        Rows = ["R47"],
        Players = ["translators", "critic A", "critic B"],
        Example = "earthmover train rotation-toy --system cyclegan",
        Acceptance = "CycleGanTests",
        Plays =
        {
            [new(DataKind.Images, Pairing.Unpaired)] = (new(), new() { Batch = 8, AverageImages = 0 }),
            [new(DataKind.Points, Pairing.Unpaired)] =
                (new() { Width = 128, Cycle = 1, Identity = 0, LearningRate = 5e-4 }, Rhythms.Toy with { Batch = 200 }),
        },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>
        /// Translators: <c>auto</c> takes resnet for pictures and residual-mlp for points; <c>mlp</c> is a perceptron without a shortcut,
        /// for points.
        /// </summary>
        [OneOf("auto", "resnet", "residual-mlp", "mlp")]
        public string Translator { get; init; } = "auto";
        /// <summary>Channels of the first layer, or units of a hidden one.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)]
        public int Width { get; init; } = 16;
        /// <summary>Residual blocks of a translator for pictures.</summary>
        [Bounds(AtLeast = 0, AtMost = 1000)]
        public int Blocks { get; init; } = 4;
        /// <summary>λ, weight of the cycle.</summary>
        [Bounds(AtLeast = 0)]
        public double Cycle { get; init; } = 10;
        /// <summary>ι, weight of the identity term relative to λ.</summary>
        [Bounds(AtLeast = 0)]
        public double Identity { get; init; } = 0.5;
        /// <summary>Past translations that each critic is shown.</summary>
        [Bounds(AtLeast = 0, AtMost = 1_000_000)]
        public int PoolSize { get; init; } = 50;
    }

    private readonly Module _aToB, _bToA, _criticB;

    /// <summary>A game for two domains of one shape.</summary>
    /// <exception cref="ArgumentException">No such networks fit the samples.</exception>
    public CycleGan(SystemContext context, Options o)
    {
        var shape = context.Common;
        Module aToB = Network("a_to_b", Translate(shape, o)), bToA = Network("b_to_a", Translate(shape, o)),
            criticA = Network("critic_a", Judge(shape, o)), criticB = Network("critic_b", Judge(shape, o));
        Func<Tensor, Tensor> G = aToB.Forward, F = bToA.Forward, DA = criticA.Forward, DB = criticB.Forward;
        Func<Tensor, Tensor, Tensor> L1 = (x, y) => (x - y).Abs().Mean();
        SamplePool Pool(string name) => State(name, new SamplePool(o.PoolSize, shape.Axes));
        SamplePool poolA = Pool("pool_a"), poolB = Pool("pool_b");
        var squares = new LeastSquares();
        (_aToB, _bToA, _criticB) = (aToB, bToA, criticB);

        Players =
        [
            new("translators", Role.Generator, [aToB, bToA], o.Adam, round =>
            {
                var (a, b) = round.Batch;
                Tensor fakeB = round.Once("G(a)", () => G(a)), fakeA = round.Once("F(b)", () => F(b));
                // Twice, because the paper's translators minimize whole squares.
                var terms = new Terms { ["adversarial"] = 2 * (squares.Generator(DB(fakeB)) + squares.Generator(DA(fakeA))) };
                if (o.Cycle > 0)
                    terms["cycle", TermRole.Reconstruction] = o.Cycle * (L1(F(fakeB), a) + L1(G(fakeA), b));
                if (o.Cycle * o.Identity > 0)
                    terms["identity", TermRole.Reconstruction] = o.Cycle * o.Identity * (L1(G(b), b) + L1(F(a), a));
                return terms;
            }),

            new("critic A", Role.Critic, [criticA], o.Adam, round => new()
            {
                [squares.Name, squares.Role] = squares.Critic(
                    DA(round.Batch.A), DA(poolA.Exchange(round.Once("F(b)", () => F(round.Batch.B))))),
            }),

            new("critic B", Role.Critic, [criticB], o.Adam, round => new()
            {
                [squares.Name, squares.Role] = squares.Critic(
                    DB(round.Batch.B), DB(poolB.Exchange(round.Once("G(a)", () => G(round.Batch.A))))),
            }),
        ];
    }

    private static Module Translate(SampleShape shape, Options o) => (o.Translator, shape) switch
    {
        ("auto" or "resnet", SampleShape.Image images) => Translator.ResNet(images.Shape, o.Width, o.Blocks),
        ("auto" or "residual-mlp", SampleShape.Points points) => Translator.ResidualMlp(points.Dimension, [o.Width, o.Width]),
        ("mlp", SampleShape.Points points) => Translator.Mlp(points.Dimension, [o.Width, o.Width]),
        _ => throw new ArgumentException($"there is no translator '{o.Translator}' for such samples: "
            + "use auto, resnet for pictures, or residual-mlp or mlp for points"),
    };

    private static Module Judge(SampleShape shape, Options o) => shape is SampleShape.Image images
        ? PatchCritic.Create(images.Shape, o.Width)
        : Mlp.Critic(shape, [o.Width, o.Width], nonlinearity: Nonlinearity.LeakyRelu);

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_aToB];

    /// <inheritdoc/>
    public IReadOnlyList<Direction> Directions { get; } = [Direction.AToB, Direction.BToA];

    /// <inheritdoc/>
    public Tensor Translate(Tensor x, Direction direction, Tensor? condition = null) =>
        (direction == Direction.AToB ? _aToB : _bToA).Forward(x);

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_criticB];

    /// <summary>D_B, of samples of domain B.</summary>
    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => _criticB.Forward(x);
}
