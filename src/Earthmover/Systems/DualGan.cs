using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>DualGAN: two Wasserstein GANs that translate, tied by what has to come back.</summary>
/// <remarks>
/// Yi et al., "DualGAN: Unsupervised Dual Learning for Image-to-Image Translation", 2017, arXiv:1704.02510, section 3.
/// <code>
/// translators  min_{G,F}  −E D_B(G(a)) − E D_A(F(b)) + λ (E |F(G(a)) − a|₁ + E |G(F(b)) − b|₁)
/// critic A     min_{D_A}  E D_A(F(b)) − E D_A(a) + penalty(D_A), or weights clipped
/// critic B     min_{D_B}  E D_B(G(a)) − E D_B(b) + penalty(D_B), or weights clipped
/// </code>
/// |·|₁ is a mean over coordinates.
/// </remarks>
public sealed class DualGan : TwoWaySystem
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>(
        "dualgan", typeof(DualGan), (context, o) => new DualGan(context, o))
    {
        Title = "DualGAN: translation between two domains by two Wasserstein GANs",
        Paper = "Yi et al., 2017, arXiv:1704.02510",
        Rows = ["R49"],
        Players = ["critic A", "critic B", "translators"],
        Example = "earthmover train rotation-toy --system dualgan",
        Acceptance = "TwoWaySystemTests",
        Plays =
        {
            [new(DataKind.Images, Pairing.Unpaired)] =
                (
                    new()
                    {
                        Translator = "residual-resnet",
                        Width = 8,
                        Blocks = 2,
                        Reconstruction = 5,
                        LearningRate = 3e-4,
                        Beta1 = 0,
                        Beta2 = 0.9,
                    },
                    Rhythms.Translation
                ),
            [new(DataKind.Points, Pairing.Unpaired)] =
                (
                    new()
                    {
                        Width = 128,
                        Reconstruction = 2,
                        Constraint = "gradient-penalty?weight=0.3",
                        CriticSteps = 5,
                        LearningRate = 5e-4,
                        Beta2 = 0.9,
                    },
                    Rhythms.Toy with { Batch = 200 }
                ),
        },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : Parts
    {
        /// <summary>λ, weight of what does not come back.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double Reconstruction { get; init; } = 50;
        /// <summary>Constraint of both critics, with options after a question mark; the paper has <c>clipping?limit=0.01</c>.</summary>
        public Part<Constraint> Constraint { get; init; } = "gradient-penalty?weight=10";
        /// <summary>Critic moves per move of the translators.</summary>
        [Bounds(AtLeast = 1, AtMost = 1000)] public int CriticSteps { get; init; } = 2;
    }

    /// <summary>A game for two domains of one shape.</summary>
    /// <exception cref="ArgumentException">No such networks fit the samples, or the constraint not these critics.</exception>
    public DualGan(SystemContext context, Options o) : base(context, o)
    {
        Func<Tensor, Tensor> G = AToB.Forward, F = BToA.Forward, DA = CriticA.Forward, DB = CriticB.Forward;
        var (objective, constraint) = (new Wasserstein(), o.Constraint.Value);
        constraint.Admit(CriticB.CouplesBatch, CriticB.HasSpectralNorm);
        Tensor L1(Tensor x, Tensor y) => (x - y).Abs().Mean();
        Player<UnpairedBatch> Critic(string name, Module critic, Func<UnpairedBatch, (Tensor Real, Tensor Fake)> samples) =>
            new(name, Role.Critic, [critic], o.Adam, round =>
            {
                var (real, fake) = samples(round.Batch);
                return new()
                {
                    [objective.Name, objective.Role] = objective.Critic(critic.Forward(real), critic.Forward(fake), new(real, fake)),
                    ["penalty", TermRole.Penalty] = constraint.At(round.Step, critic.Forward, real, fake),
                };
            })
            {
                Steps = _ => o.CriticSteps,
                AfterStep = () => constraint.Project(critic.Flat.Values),
            };
        Phase = constraint.PhaseOf;
        Players =
        [
            Critic("critic A", CriticA, batch => (batch.A, Autograd.NoGrad(() => F(batch.B)))),
            Critic("critic B", CriticB, batch => (batch.B, Autograd.NoGrad(() => G(batch.A)))),
            new("translators", Role.Generator, [AToB, BToA], o.Adam, round =>
            {
                var (a, b) = round.Batch;
                Tensor fakeB = G(a), fakeA = F(b);
                return new()
                {
                    [objective.Name, objective.Role] = objective.Generator(DB(fakeB)) + objective.Generator(DA(fakeA)),
                    ["reconstruction", TermRole.Reconstruction] = o.Reconstruction * (L1(F(fakeB), a) + L1(G(fakeA), b)),
                };
            }),
        ];
    }
}
