using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// BiGAN between two domains: what is encoded are samples of the one, and the latent vectors are samples of the other. One critic of pairs
/// takes the place of the cycle.
/// </summary>
/// <remarks>
/// Donahue et al., "Adversarial Feature Learning", 2016, arXiv:1605.09782, played on two domains as Zhu et al., 2017, arXiv:1703.10593,
/// do to compare it with CycleGAN.
/// <code>
/// critic       min_D      E sp(−D(a, G(a))) + E sp(D(F(b), b))
/// translators  min_{G,F}  E sp(D(a, G(a))) + E sp(−D(F(b), b)): the same with the labels exchanged
/// </code>
/// Nothing asks that a translation comes back, nor that it keeps anything: only the law of pairs must be one.
/// </remarks>
public sealed class BiGanTranslation : GanSystem<UnpairedBatch>, ITranslator
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>(
        "bigan-translation", typeof(BiGanTranslation), (context, o) => new BiGanTranslation(context, o))
    {
        Title = "BiGAN between two domains: a critic of pairs, and no cycle",
        Paper = "Donahue et al., 2016, arXiv:1605.09782; Zhu et al., 2017, arXiv:1703.10593",
        Rows = ["R50"],
        Players = ["critic", "translators"],
        Example = "earthmover train rotation-toy --system bigan-translation",
        Acceptance = "TwoWaySystemTests; beside CycleGAN and CoGAN in the claim survey-translation",
        Plays =
        {
            [new(DataKind.Images, Pairing.Unpaired)] =
            (
                new() { Translator = "residual-resnet", Width = 8, Blocks = 2, LearningRate = 1e-3 },
                Rhythms.Translation
            ),
            [new(DataKind.Points, Pairing.Unpaired)] =
                (new() { Width = 128, LearningRate = 1e-3 }, Rhythms.Toy with { Batch = 200 }),
        },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : TwoWaySystem.Parts
    {
        /// <summary>
        /// Constraint of the critic as a function of the pair, with options after a question mark; the paper has none. Pairs that begin
        /// in A are its real ones.
        /// </summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=0.1";
    }

    private readonly Module _aToB, _bToA;

    /// <summary>A game for two domains of one shape.</summary>
    /// <exception cref="ArgumentException">No such networks fit the samples, or the constraint not this critic.</exception>
    public BiGanTranslation(SystemContext context, Options o)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (shape, constraint) = (context.Common, o.Constraint.Value);
        Module a2b = _aToB = Network("a_to_b", TwoWaySystem.Way(shape, o)),
            b2a = _bToA = Network("b_to_a", TwoWaySystem.Way(shape, o)),
            critic = Network("critic", TwoWaySystem.Critic(Twice(shape), o));
        Phase = constraint.PhaseOf;
        // Pairs [N, 2C, H, W], or [N, 2D] of points: what begins in A, and what begins in B.
        Players = new PairGame<UnpairedBatch>(critic, "translators", [a2b, b2a],
            Real: round => round.Once("(a, G(a))", () => Tensor.Cat([round.Batch.A, a2b.Forward(round.Batch.A)], 1)),
            Fake: round => round.Once("(F(b), b)", () => Tensor.Cat([b2a.Forward(round.Batch.B), round.Batch.B], 1)),
            constraint).Players(o.Adam);
    }

    private static SampleShape Twice(SampleShape shape) => shape switch
    {
        SampleShape.Image images => new SampleShape.Image(images.Shape with { Channels = 2 * images.Shape.Channels }),
        SampleShape.Points points => new SampleShape.Points(2 * points.Dimension),
        _ => shape,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_aToB];

    /// <summary>Both translators: either way is used as an average where averages are kept.</summary>
    public override IReadOnlyList<Module> Averaged => [_aToB, _bToA];

    /// <inheritdoc/>
    public IReadOnlyList<Direction> Directions { get; } = [Direction.AToB, Direction.BToA];

    /// <inheritdoc/>
    public Tensor Translate(Tensor x, Direction direction, Tensor? condition = null) =>
        (direction == Direction.AToB ? _aToB : _bToA).Forward(x);
}
