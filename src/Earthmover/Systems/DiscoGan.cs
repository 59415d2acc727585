using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// DiscoGAN: two translators, each of which has to bring back what the other has made, so that no two kinds of one domain become one of
/// the other.
/// </summary>
/// <remarks>
/// Kim et al., "Learning to Discover Cross-Domain Relations with Generative Adversarial Networks", 2017, arXiv:1703.05192, section 2. The
/// released code mixes features of the critic into the game; here it is the paper's.
/// <code>
/// translators  min_{G,F}  E sp(−D_B(G(a))) + E sp(−D_A(F(b))) + λ E |F(G(a)) − a|² + λ E |G(F(b)) − b|²
/// critic A     min_{D_A}  E sp(−D_A(a)) + E sp(D_A(F(b)))
/// critic B     min_{D_B}  E sp(−D_B(b)) + E sp(D_B(G(a)))
/// one-sided    without F(b) and D_A;  none: G and D_B alone
/// </code>
/// |·|² is a sum over coordinates of points, and a mean over pixels.
/// </remarks>
public sealed class DiscoGan : TwoWaySystem
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>(
        "discogan", typeof(DiscoGan), (context, o) => new DiscoGan(context, o))
    {
        Title = "DiscoGAN: translation between two domains, one kind to one kind",
        Paper = "Kim et al., 2017, arXiv:1703.05192",
        Rows = ["R48"],
        Players = ["translators", "critic A", "critic B"],
        Example = "earthmover train disco-toy --system discogan",
        Acceptance = "TwoWaySystemTests",
        Plays =
        {
            [new(DataKind.Images, Pairing.Unpaired)] =
            (
                new() { Translator = "residual-resnet", Width = 8, Blocks = 2, LearningRate = 1e-3 },
                Rhythms.Translation
            ),
            [new(DataKind.Points, Pairing.Unpaired)] =
                (new() { Translator = "mlp", Width = 128, Reconstruction = 1, LearningRate = 1e-3 }, Rhythms.Toy with { Batch = 200 }),
        },
    };

    /// <summary>What has to come back.</summary>
    public enum Sides
    {
        /// <summary>What begins in either domain: DiscoGAN.</summary>
        Both,

        /// <summary>What begins in A.</summary>
        OneSided,

        /// <summary>Nothing: a GAN whose latent vector is a sample.</summary>
        None,
    }

    /// <summary>The parts of the game.</summary>
    public sealed record Options : Parts
    {
        /// <summary>λ, weight of what does not come back.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double Reconstruction { get; init; } = 10;
        /// <summary>What has to come back: what begins in both domains, in a alone, or nothing.</summary>
        public Sides Back { get; init; }
    }

    private readonly Sides _back;

    /// <summary>A game for two domains of one shape.</summary>
    /// <exception cref="ArgumentException">No such networks fit the samples.</exception>
    public DiscoGan(SystemContext context, Options o) : base(context, o)
    {
        Func<Tensor, Tensor> G = AToB.Forward, F = BToA.Forward, DA = CriticA.Forward, DB = CriticB.Forward;
        var (objective, isPoints) = (new NonSaturating(), context.Common is SampleShape.Points);
        Tensor Missed(Tensor x, Tensor y) => isPoints ? (x - y).Square().Sum([1]).Mean() : (x - y).Square().Mean();
        _back = o.Back;
        Player<UnpairedBatch> Critic(string name, Module critic, Func<Round<UnpairedBatch>, (Tensor Real, Tensor Fake)> samples) =>
            new(name, Role.Critic, [critic], o.Adam, round =>
            {
                var (real, fake) = samples(round);
                return new() { [objective.Name, objective.Role] = objective.Critic(critic.Forward(real), critic.Forward(fake.Detach())) };
            });
        Phase = _ => 0;
        Player<UnpairedBatch>[] players =
        [
            new("translators", Role.Generator, o.Back == Sides.None ? [AToB] : [AToB, BToA], o.Adam, round =>
            {
                var (a, b) = round.Batch;
                var fakeB = round.Once("G(a)", () => G(a));
                var terms = new Terms();
                var game = objective.Generator(DB(fakeB));
                var missed = o.Back == Sides.None ? null : Missed(F(fakeB), a);
                if (o.Back == Sides.Both)
                {
                    var fakeA = round.Once("F(b)", () => F(b));
                    (game, missed) = (game + objective.Generator(DA(fakeA)), missed! + Missed(G(fakeA), b));
                }
                terms[objective.Name, objective.Role] = game;
                if (missed is not null)
                    terms["reconstruction", TermRole.Reconstruction] = o.Reconstruction * missed;
                return terms;
            }),
            Critic("critic A", CriticA, round => (round.Batch.A, round.Once("F(b)", () => F(round.Batch.B)))),
            Critic("critic B", CriticB, round => (round.Batch.B, round.Once("G(a)", () => G(round.Batch.A)))),
        ];
        Players = [.. players.Where(player => o.Back == Sides.Both || player.Name != "critic A")];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Direction> Directions => _back == Sides.Both ? base.Directions : [Direction.AToB];
}
