using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>CycleGAN: translation between two domains from examples that do not correspond; what is translated there and back must return.</summary>
/// <remarks>
/// Zhu et al., "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks", 2017, arXiv:1703.10593, equations 1–3 and section 4.
/// <code>
/// G : A → B,  F : B → A
/// translators  min_{G,F}  E (D_B(G(a)) − 1)² + E (D_A(F(b)) − 1)² + λ (|F(G(a)) − a| + |G(F(b)) − b|) + λ ι (|G(b) − b| + |F(a) − a|)
/// critic A     min_{D_A}  ½ E (D_A(a) − 1)² + ½ E D_A(F(b))²,  F(b) exchanged with a pool of the last 50
/// critic B     min_{D_B}  ½ E (D_B(b) − 1)² + ½ E D_B(G(a))²,  G(a) exchanged with a pool of the last 50
/// </code>
/// The critics see what the translators made before they moved, as in the authors' code: one forward pass serves both.
/// </remarks>
public sealed class CycleGan : GanSystem<UnpairedBatch>
{
    /// <summary>The parts of the game.</summary>
    public sealed record Options
    {
        /// <summary>Translators: <c>auto</c> takes resnet for pictures and residual-mlp for points; <c>mlp</c> is a perceptron without a shortcut, for points.</summary>
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
        /// <summary>Step size of all players.</summary>
        [Bounds(Above = 0, AtMost = 1000)]
        public double LearningRate { get; init; } = 2e-4;
        /// <summary>β₁ of Adam.</summary>
        [Bounds(AtLeast = 0, Below = 1)]
        public double Beta1 { get; init; } = 0.5;
        /// <summary>β₂ of Adam.</summary>
        [Bounds(AtLeast = 0, Below = 1)]
        public double Beta2 { get; init; } = 0.999;
    }

    private readonly Module _aToB;

    /// <summary>A game for two domains of one shape.</summary>
    /// <exception cref="ArgumentException">No such networks fit the samples.</exception>
    public CycleGan(SystemContext context, Options o)
    {
        Module aToB = Network("a_to_b", Translate(context.Shape, o)), bToA = Network("b_to_a", Translate(context.Shape, o)),
            criticA = Network("critic_a", Judge(context.Shape, o)), criticB = Network("critic_b", Judge(context.Shape, o));
        Func<Tensor, Tensor> G = aToB.Forward, F = bToA.Forward, DA = criticA.Forward, DB = criticB.Forward;
        Func<Tensor, Tensor, Tensor> L1 = (x, y) => (x - y).Abs().Mean();
        SamplePool Pool(string name) => State(name, new SamplePool(o.PoolSize, context.Shape.Axes));
        SamplePool poolA = Pool("pool_a"), poolB = Pool("pool_b");
        var squares = new LeastSquares();
        var adam = new AdamOptions(o.LearningRate, o.Beta1, o.Beta2);
        _aToB = aToB;

        Players =
        [
            new("translators", [aToB, bToA], adam, round =>
            {
                var (a, b) = round.Batch;
                Tensor fakeB = round.Once("G(a)", () => G(a)), fakeA = round.Once("F(b)", () => F(b));
                // Twice, because the paper's translators minimize whole squares.
                var terms = new Terms { ["adversarial"] = 2 * (squares.Generator(DB(fakeB)) + squares.Generator(DA(fakeA))) };
                if (o.Cycle > 0)
                    terms["cycle"] = o.Cycle * (L1(F(fakeB), a) + L1(G(fakeA), b));
                if (o.Cycle * o.Identity > 0)
                    terms["identity"] = o.Cycle * o.Identity * (L1(G(b), b) + L1(F(a), a));
                return terms;
            }),

            new("critic A", [criticA], adam, round => new()
            {
                [squares.Name] = squares.Critic(DA(round.Batch.A), DA(poolA.Exchange(round.Once("F(b)", () => F(round.Batch.B))))),
            }),

            new("critic B", [criticB], adam, round => new()
            {
                [squares.Name] = squares.Critic(DB(round.Batch.B), DB(poolB.Exchange(round.Once("G(a)", () => G(round.Batch.A))))),
            }),
        ];
    }

    private static Module Translate(SampleShape shape, Options o) => (o.Translator, shape) switch
    {
        ("auto" or "resnet", SampleShape.Image images) => Translator.ResNet(images.Shape, o.Width, o.Blocks),
        ("auto" or "residual-mlp", SampleShape.Points points) => Translator.ResidualMlp(points.Dimension, [o.Width, o.Width]),
        ("mlp", SampleShape.Points points) => Translator.Mlp(points.Dimension, [o.Width, o.Width]),
        _ => throw new ArgumentException($"there is no translator '{o.Translator}' for such samples: use auto, resnet for pictures, or residual-mlp or mlp for points"),
    };

    private static Module Judge(SampleShape shape, Options o) => shape is SampleShape.Image images
        ? PatchCritic.Create(images.Shape, o.Width)
        : Mlp.Critic(shape, [o.Width, o.Width], nonlinearity: Nonlinearity.LeakyRelu);

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_aToB];

    /// <summary>0: it starts from real samples.</summary>
    public override int LatentSize => 0;

    /// <summary>There are none.</summary>
    /// <exception cref="UserException">Always.</exception>
    public override Tensor DrawLatent(long count, RandomGenerator from) => throw new UserException($"this system translates real samples, so it has no latent vectors to draw or to walk between; use {Invocation.Of("sample")}");

    /// <summary>Real samples of domain A.</summary>
    public override bool IsTranslator => true;

    /// <inheritdoc/>
    public override Tensor GridInput(Tensor reals, RandomGenerator from) => reals.Clone();

    /// <summary>G: samples of domain A → domain B.</summary>
    public override Tensor Generate(Tensor z, Tensor? labels = null) => _aToB.Forward(z);
}
