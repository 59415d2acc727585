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
public sealed class CycleGan : TwoWaySystem
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
            [new(DataKind.Images, Pairing.Unpaired)] =
            (
                new() { Translator = "residual-resnet", Width = 8, Blocks = 2, Cycle = 3, LearningRate = 1e-3 },
                Rhythms.Translation
            ),
            [new(DataKind.Points, Pairing.Unpaired)] =
                (new() { Width = 128, Cycle = 1, Identity = 0, LearningRate = 5e-4 }, Rhythms.Toy with { Batch = 200 }),
        },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : Parts
    {
        /// <summary>λ, weight of the cycle.</summary>
        [Bounds(AtLeast = 0)]
        public double Cycle { get; init; } = 10;
        /// <summary>
        /// ι, weight of the identity term relative to λ: it keeps colors, and is 0 in the paper where domains differ in more, as edges and
        /// garments do.
        /// </summary>
        [Bounds(AtLeast = 0)]
        public double Identity { get; init; } = 0.5;
        /// <summary>Past translations that each critic is shown.</summary>
        [Bounds(AtLeast = 0, AtMost = 1_000_000)]
        public int PoolSize { get; init; } = 50;
    }

    /// <summary>A game for two domains of one shape.</summary>
    /// <exception cref="ArgumentException">No such networks fit the samples.</exception>
    public CycleGan(SystemContext context, Options o) : base(context, o)
    {
        Func<Tensor, Tensor> G = AToB.Forward, F = BToA.Forward, DA = CriticA.Forward, DB = CriticB.Forward;
        Func<Tensor, Tensor, Tensor> L1 = (x, y) => (x - y).Abs().Mean();
        SamplePool Pool(string name) => State(name, new SamplePool(o.PoolSize, context.Common.Axes));
        SamplePool poolA = Pool("pool_a"), poolB = Pool("pool_b");
        var squares = new LeastSquares();

        Players =
        [
            new("translators", Role.Generator, [AToB, BToA], o.Adam, round =>
            {
                var (a, b) = round.Batch;
                Tensor fakeB = round.Once("G(a)", () => G(a)), fakeA = round.Once("F(b)", () => F(b));
                var (λ, ι) = (o.Cycle, o.Identity);
                return new()
                {
                    // Twice, because the paper's translators minimize whole squares.
                    ["adversarial"] = 2 * (squares.Generator(DB(fakeB)) + squares.Generator(DA(fakeA))),
                    ["cycle", TermRole.Reconstruction] = λ > 0 ? λ * (L1(F(fakeB), a) + L1(G(fakeA), b)) : null,
                    ["identity", TermRole.Reconstruction] = λ * ι > 0 ? λ * ι * (L1(G(b), b) + L1(F(a), a)) : null,
                };
            }),

            new("critic A", Role.Critic, [CriticA], o.Adam, round => new()
            {
                [squares.Name, squares.Role] = squares.Critic(
                    DA(round.Batch.A), DA(poolA.Exchange(round.Once("F(b)", () => F(round.Batch.B))))),
            }),

            new("critic B", Role.Critic, [CriticB], o.Adam, round => new()
            {
                [squares.Name, squares.Role] = squares.Critic(
                    DB(round.Batch.B), DB(poolB.Exchange(round.Once("G(a)", () => G(round.Batch.A))))),
            }),
        ];
    }
}
