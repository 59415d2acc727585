using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Acceptance;

/// <summary>R54: attention knows of one side of a picture what is on the other.</summary>
public sealed class SaganDistance : SystemClaim
{
    private const string
        Matching = "two bars: pictures whose bars have one color", Alone = "the same by convolutions alone",
        Colors = "two bars: colors that there are, of three", ColorsAlone = "colors by convolutions alone, of three",
        Sums = "largest distance of a row's sum from 1", Gain = "|γ| of the generator's attention, which began at 0",
        Far = "mean distance of what a place looks at, places", Nearer = "garments: Fréchet distance, over that of convolutions alone";

    // Ten times the paper's, for small networks and minutes.
    private static readonly string[] s_faster = ["learning_rate=1e-3", "critic_learning_rate=4e-3"];

    // A critic that is steep between two colors lets the generator lose the third: R1 makes it flat there.
    private static readonly string[] s_flat =
        ["learning_rate=2e-3", "critic_learning_rate=4e-3", "constraint=r1?gamma=10&every=4"];

    /// <inheritdoc/>
    public override string System => "sagan";

    /// <inheritdoc/>
    public override string Title => "Self-attention matches what is too far apart for convolutions";

    /// <inheritdoc/>
    public override string Statement => """
        A critic of convolutions scores a picture window by window, and cannot ask whether two places agree that no window holds both of;
        with self-attention in both networks it can, and the generator makes them agree.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => $"""
        Pictures of two bars of one of three colors, {ColorPairs.Between} columns apart at random heights; the windows of the critic's
        last convolution have 18 columns. The catalog's settings but no running average, step sizes of 2e-3 and the critic's 4e-3, and
        R1 of weight 10 at every fourth step, 800 steps of 64, with attention and without; 600 samples, colors by hue.
        Then garments, 1,000 steps of 32 with ten times the paper's step sizes and no R1, with attention and without: Fréchet distance of
        2,000 samples in the features of this program's own classifier.
        The short form: 150 steps of 16 with attention, and no garments.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle =>
        "Two bars, by convolutions alone (in the short form real ones) and with attention; below, where four places of eight samples look";

    /// <inheritdoc/>
    protected override string Comment => "Of two colors drawn apart, one in three is the same.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Matching, Band.AtLeast(0.9)),
        new(Alone, Band.AtMost(0.5)),
        new(Colors, Band.AtLeast(3)),
        new(ColorsAlone, Band.AtLeast(3)) { IsControl = true },
        new(Sums, Band.AtMost(1e-5), Band.AtMost(1e-5)),
        new(Gain, Band.AtLeast(1e-3), Band.AtLeast(1e-3)),
        new(Far, Band.AtLeast(2), Band.AtLeast(2)),
        new(Nearer, Band.AtMost(1.05)),
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var pairs = ColorPairs.Create(4000, seed: 1);
        var numbers = new Dictionary<string, double>();
        using var game = Pairs(trial, pairs, isAttentive: true);
        (numbers[Matching], numbers[Colors]) = ColorPairs.Look((ImageSet)game.Draw(600));
        var (map, samples) = Attended(game, 64);
        (numbers[Sums], numbers[Far]) = (LargestError(map, 64), MeanDistance(map, 64));
        numbers[Gain] = Math.Abs(Below(game.System.Networks["generator"]).OfType<SelfAttention>().Single().Gain);
        if (trial.IsQuick)
            return new(true, numbers, Sheets.Png(Sheet(pairs, samples, map)));
        trial.Report(0.3);
        using var alone = Pairs(trial, pairs, isAttentive: false);
        var drawn = (ImageSet)alone.Draw(600);
        (numbers[Alone], numbers[ColorsAlone]) = ColorPairs.Look(drawn);
        trial.Report(0.6);
        numbers[Nearer] = Garments(trial);
        return new(false, numbers, Sheets.Png(Sheet(drawn, samples, map)));
    }

    private static PlayedGame Pairs(Trial trial, ImageSet pairs, bool isAttentive)
    {
        var steps = trial.Of(150, 800);
        var game = new PlayedGame(trial, pairs.Name, "sagan", steps,
            [.. s_flat, $"batch={trial.Of(16, 64)}", $"attention={isAttentive}"], pairs);
        game.PlayTo(steps);
        return game;
    }

    private static IEnumerable<Module> Below(Module module) => module.Children.SelectMany(Below).Prepend(module);

    private static (AttentionMap Map, ImageSet Samples) Attended(PlayedGame game, int count)
    {
        AttentionMap? map = null;
        using var watch = new AttentionWatch((weights, height, width) => map ??= new(weights.ToArray<float>(), height, width));
        var samples = (ImageSet)game.Draw(count);
        return (map!, samples);
    }

    private static double LargestError(AttentionMap map, int count) => Places(map, count)
        .Max(at => Math.Abs(map.Of(at.Sample, at.Row, at.Column).ToArray().Sum(weight => (double)weight) - 1));

    private static IEnumerable<(int Sample, int Row, int Column)> Places(AttentionMap map, int count) =>
        from sample in Enumerable.Range(0, count)
        from row in Enumerable.Range(0, map.Height)
        from column in Enumerable.Range(0, map.Width)
        select (sample, row, column);

    // Each place that is looked at lies in the middle of two by two.
    private static double MeanDistance(AttentionMap map, int count) => Places(map, count).Average(at =>
        map.Of(at.Sample, at.Row, at.Column).ToArray().Select((weight, j) => weight * Math.Sqrt(
            Math.Pow(2 * (j / map.Seen.Width) + 0.5 - at.Row, 2) + Math.Pow(2 * (j % map.Seen.Width) + 0.5 - at.Column, 2))).Sum());

    private static double Garments(Trial trial)
    {
        const int steps = 1000;
        using var judge = new PictureJudge(trial.Open("fashion-mnist?split=test"), 2000);
        double Distance(string setting)
        {
            using var game = new PlayedGame(trial, "fashion-mnist", "sagan", steps, [.. s_faster, setting]);
            game.PlayTo(steps);
            return judge.Distance(game);
        }
        var attentive = Distance("attention=true");
        trial.Report(0.8);
        return attentive / Distance("attention=false");
    }

    private static Image Sheet(ImageSet left, ImageSet right, AttentionMap map)
    {
        var above = PairGrid.Beside(Sheets.Of(left), Sheets.Of(right), 12);
        var below = AttentionSheet.Draw([.. Enumerable.Range(0, 8).Select(right.ToImage)], map);
        var canvas = new Canvas(Math.Max(above.Width, below.Width), above.Height + 12 + below.Height, new(40, 40, 40));
        canvas.Place(above, 0, 0);
        canvas.Place(below, 0, above.Height + 12);
        return canvas.ToImage();
    }
}
