using Earthmover.Claims.Lab;

namespace Earthmover.Claims.Acceptance;

/// <summary>R49: two Wasserstein GANs with a penalty translate as two least-squares games do.</summary>
public sealed class DualGanRotation : SystemClaim
{
    private const string
        Error = "20°: error of the translation", Beside = "20°: error over that of CycleGAN",
        Cycle = "20°: what does not come back", Clipped = "20°, weights clipped: error of the translation";

    /// <inheritdoc/>
    public override string System => "dualgan";

    /// <inheritdoc/>
    public override string Title => "DualGAN recovers a rotation without pairs, as CycleGAN does";

    /// <inheritdoc/>
    public override string Statement => """
        Two Wasserstein GANs, tied by what has to come back, translate between two domains from examples that do not correspond.
        """.ReplaceLineEndings(" ").Trim();

    /// <inheritdoc/>
    public override string Experiment => """
        The rotation of CycleGAN's acceptance: three unequal blobs in the plane and the same, turned by 20 degrees, unpaired;
        residual translators of width 128, batches of 200, 3,000 steps at a constant rate, both systems with the catalog's settings.
        The error is the root of the mean squared distance to the true rotation, in deviations of the data; the identity has 0.347.
        Clipped: the paper's constraint, at 0.05. The paper translates pictures; its author says later that other losses gave better ones.
        The short form: width 64, 1,500 steps.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Translated points, beside the turned ones that they should be among";

    /// <inheritdoc/>
    protected override string Comment =>
        "Five moves of the critics for one and a light penalty bring the error from 0.077 to 0.054: "
        + "with two moves, λ = 5 and the penalty's usual weight of 10 it was 1.8 times CycleGAN's; of three seeds one lies outside. "
        + "On pictures it was not measured.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Error, Band.AtMost(0.12), Band.AtMost(0.3)),
        new(Beside, Band.AtMost(1.2)),
        new(Cycle, Band.AtMost(0.1)),
        new(Clipped, Band.AtMost(0.347)),
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        var dual = Rotation.Play(trial, "dualgan", 20, trial.Of(1500, 3000), trial.Of<string[]>(["width=64"], []));
        var numbers = new Dictionary<string, double> { [Error] = dual.Error };
        trial.Report(trial.Of(1, 0.4));
        if (!trial.IsQuick)
        {
            numbers[Beside] = dual.Error / Rotation.Play(trial, "cyclegan", 20, 3000).Error;
            trial.Report(0.7);
            numbers[Cycle] = dual.Cycle;
            numbers[Clipped] = Rotation.Play(trial, "dualgan", 20, 3000, "constraint=clipping?limit=0.05").Error;
        }
        return new(trial.IsQuick, numbers, Sheets.Png(dual.Picture));
    }
}
