using Earthmover.Claims.Lab;
using Earthmover.Data;

namespace Earthmover.Claims.Acceptance;

/// <summary>R38: GAN-CLS makes what a text says, of texts that it has never seen too, and learns it from pairs that do not match.</summary>
public sealed class GanClsTexts : ToldTexts
{
    private const string
        Early = "samples of the right color at a twentieth of the game, less the same without wrong pairs",
        Deaf = "that preference, less the same without wrong pairs";

    private const int Steps = 4000;

    /// <inheritdoc/>
    public override string System => "gan-cls";

    /// <inheritdoc/>
    public override string Title => "GAN-CLS makes the color and the garment that a text says";

    /// <inheritdoc/>
    public override string Statement => """
        A critic that also refuses real pictures under another's text learns what belongs together,
        and its generator makes what a text says;
        pictures of what lies between two texts help with texts that the data has not.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => $"""
        Tinted garments at 28 × 28 with captions such as 'a red bag':
        thirty of the sixty combinations of six colors and ten garments, so that thirty are never seen.
        The catalog's settings but no running average, {Steps:N0} steps of 32, and the same without wrong pairs.
        {Each} samples of each text; the color is that of the nearest hue, the garment what this program's own classifier sees in the luma.
        The critic is asked of 2,000 test pictures with their own text and the next picture's.
        The paper: birds and flowers at 64 × 64 with sentences, 600 times through the data.
        The short form: 16 × 16, 4,000 pictures, 250 steps.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    protected override string Comment =>
        "Thirty combinations have no picture in the data at all, so that what is measured on them is what the text alone can have taught. "
        + "Half as many steps came to 79 % of the garments.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        .. Common,
        new(Deaf, Band.AtLeast(0)),
        new(Early, Band.AtLeast(0)),
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var address = trial.Of("fashion-captions?size=16&limit=4000", "fashion-captions");
        var data = trial.Open(address);
        var unseen = trial.Of("fashion-captions?size=16&split=test&limit=600", "fashion-captions?split=test&limit=2000");
        var test = (ImageSet)trial.Open(unseen);
        var (steps, each) = (trial.Of(250, Steps), trial.Of(10, Each));
        using var judge = new TintJudge();
        using var game = new PlayedGame(trial, address, System, steps, []);
        var early = trial.IsQuick ? 0 : EarlyColor(game);
        game.PlayTo(steps);
        var numbers = Measured(game, data, test, judge, each);
        var sheet = Sheet(game, data, test.Shape);
        if (trial.IsQuick)
            return new(true, numbers, sheet);
        trial.Report(0.5);
        using var without = new PlayedGame(trial, address, System, steps, ["wrong_weight=0"]);
        numbers[Early] = early - EarlyColor(without);
        without.PlayTo(steps);
        numbers[Deaf] = numbers[Heard] - Preference(without, test);
        return new(false, numbers, sheet);

        double EarlyColor(PlayedGame played)
        {
            played.PlayTo(steps / 20);
            return Measured(played, data, test, judge, each)[Color];
        }
    }
}
