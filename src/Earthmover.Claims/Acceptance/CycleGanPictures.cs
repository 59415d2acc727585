using Earthmover.Claims.Lab;
using Earthmover.Torch;

namespace Earthmover.Claims.Acceptance;

/// <summary>R47 on pictures: edges become garments of the same class, and garments edges, without a pair.</summary>
public sealed class CycleGanPictures : SystemClaim
{
    private const string
        Kept = "translations that show the garment of their edges", Helped = "the same, less that without the cycle",
        Nearer = "Fréchet distance of translations to garments, over that of the edges",
        Closer = "L1 to the garments of the edges, over that without the cycle",
        Back = "edges made of garments: L1 to their own, over that of blank pictures", Cycle = "L1 of edges to what comes back of them",
        Floor = "garments of the edges: Fréchet distance, over that of the edges";

    /// <inheritdoc/>
    public override string System => "cyclegan";

    /// <inheritdoc/>
    public override string Part => "pictures";

    /// <inheritdoc/>
    public override string Title => "CycleGAN makes garments of edges, and edges of garments, without a pair";

    /// <inheritdoc/>
    public override string Statement => """
        From pictures of two domains that do not correspond two translators learn to make pictures of the one that fit those of the other.
        What is translated there and back must return, so that a translation keeps what its input shows; critics alone do not ask for that.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        Fashion-MNIST and its edges (the largest of nine neighboring values less the value itself), dealt without pairs, at 28 × 28;
        2,000 steps of 8 pictures of each domain at the step size 10⁻³, which falls to zero: λ = 3 without the identity term,
        which would have edges stay edges, and λ = 0.
        1,000 edges of the test part: who names garments is this program's own classifier,
        and distances are of its features, to as many training garments.
        The way back is measured on the same pairs. The paper: 256 × 256, 200 times through the data.
        The short form: 16 × 16, width 8, one block, 300 steps, of which the cycle alone is judged: one run in seven kept no class.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Edges, their translations, and the garments of the edges, which no game has seen";

    /// <inheritdoc/>
    protected override string Comment =>
        "Some edges show their garment to the judge as they are; it is the distance that says whether a translation is a garment. "
        + "With λ = 10 and the identity term, the catalog's settings, short runs at 16 × 16 did not keep the class.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Kept, Band.AtLeast(0.6)),
        new(Helped, Band.AtLeast(0.2)),
        new(Nearer, Band.AtMost(0.3)),
        new(Closer, Band.AtMost(0.75)),
        new(Back, Band.AtMost(0.75)),
        new(Cycle, Band.AtMost(0.1), Band.AtMost(0.4)),
        new(Floor, Band.AtMost(0.1)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        using var scope = TensorScope.Open();
        using var judge = EdgeTranslation.Judge(trial);
        EdgeTranslation Play(int cycle) => EdgeTranslation.Play(trial, judge, System, trial.Of(300, 2000),
            [$"cycle={cycle}", .. EdgeTranslation.CycleGan(trial)]);
        var whole = Play(3);
        trial.Report(0.6);
        var free = Play(0);
        return new(trial.IsQuick, new Dictionary<string, double>
        {
            [Kept] = whole.Kept,
            [Helped] = whole.Kept - free.Kept,
            [Nearer] = whole.Nearer,
            [Closer] = whole.L1 / free.L1,
            [Back] = whole.BackL1 / (judge.Test.A + 1).Abs().Mean().Item(),
            [Cycle] = whole.Cycle,
            [Floor] = judge.Floor,
        }, judge.Test.Sheet(whole.Made));
    }
}
