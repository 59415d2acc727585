using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Acceptance;

/// <summary>
/// What systems that are told a text have in common: they make the color and the garment that the text says, also of texts that they have
/// never seen, and not one picture of each.
/// </summary>
public abstract class ToldTexts : SystemClaim
{
    private protected const string
        Color = "samples of the color that the text says", Item = "samples of the garment that the text says",
        NewColor = "samples of the color of texts that no training picture has",
        Apart = "distance between two samples of a text, over that of real ones",
        Heard = "probability that the critic prefers a real picture's own text to another",
        FloorColor = "real test pictures whose color the judge names right", FloorItem = "real test pictures whose garment it names right";

    /// <summary>Samples of each text in the long form.</summary>
    private protected const int Each = 50;

    // Columns of the sheet.
    private const int Shown = 8;

    /// <inheritdoc/>
    public sealed override string PictureTitle => "Eight samples of each text; new are those that no training picture has";

    /// <summary>What all of them measure, and the floors.</summary>
    private protected static IReadOnlyList<Expected> Common { get; } =
    [
        new(Color, Band.AtLeast(0.9), Band.AtLeast(0.5)),
        new(Item, Band.AtLeast(0.8), Band.AtLeast(0.2)),
        new(NewColor, Band.AtLeast(0.7), Band.AtLeast(0.35)),
        new(Heard, Band.AtLeast(0.9), Band.AtLeast(0.6)),
        new(Apart, Band.AtLeast(0.7)),
        new(FloorColor, Band.AtLeast(0.98), Band.AtLeast(0.9)) { IsControl = true },
        new(FloorItem, Band.AtLeast(0.85), Band.AtLeast(0.4)) { IsControl = true },
    ];

    /// <summary>Measures what all of them do.</summary>
    /// <param name="game">The trained game.</param>
    /// <param name="data">What it was trained on.</param>
    /// <param name="test">Real pictures that it has not seen, of the same captions.</param>
    /// <param name="judge">Names colors and garments.</param>
    /// <param name="each">Samples of each text.</param>
    private protected static Dictionary<string, double> Measured(PlayedGame game, DataSet data, ImageSet test, TintJudge judge, int each)
    {
        using var scope = TensorScope.Open();
        var (seen, unseen) = TintJudge.Combinations((TextSet)data.Counterpart!);
        (int, int)[] wishes = [.. seen.SelectMany(wish => Enumerable.Repeat(wish, each))],
            others = [.. unseen.SelectMany(wish => Enumerable.Repeat(wish, each))], real = WishesOf((TextSet)test.Counterpart!);
        var samples = Draw(game, wishes, test.Shape);
        var (color, item) = judge.Accuracy(samples, wishes);
        var (floorColor, floorItem) = judge.Accuracy(test, real);
        return new()
        {
            [Color] = color,
            [Item] = item,
            [NewColor] = judge.Accuracy(Draw(game, others, test.Shape), others).Color,
            [Heard] = Preference(game, test),
            [Apart] = TintJudge.Within(samples, wishes, each) / TintJudge.Within(test, real, each),
            [FloorColor] = floorColor,
            [FloorItem] = floorItem,
        };
    }

    /// <summary>Samples of texts.</summary>
    private protected static ImageSet Draw(PlayedGame game, IReadOnlyList<(int Color, int Item)> wishes, ImageShape shape)
    {
        using var scope = TensorScope.Open();
        return game.Draw(game.Read([.. wishes.Select(TintJudge.Caption)]), shape);
    }

    /// <summary>What the captions of some pictures say.</summary>
    private protected static (int Color, int Item)[] WishesOf(TextSet captions) =>
        [.. Enumerable.Range(0, captions.Count).Select(i => TintJudge.Wish(captions.Line(captions[i])))];

    /// <summary>Six texts of the data and three that it has not, eight samples each.</summary>
    private protected static byte[] Sheet(PlayedGame game, DataSet data, ImageShape shape)
    {
        var (seen, unseen) = TintJudge.Combinations((TextSet)data.Counterpart!);
        (int, int)[] rows = [.. new[] { 0, 5, 10, 15, 20, 25 }.Select(i => seen[i % seen.Count]),
            .. new[] { 1, 12, 23 }.Select(i => unseen[i % unseen.Count])];
        var pictures = Draw(game, [.. rows.SelectMany(row => Enumerable.Repeat(row, Shown))], shape);
        string[] captions = [.. rows.Select((row, i) => i < 6 ? TintJudge.Caption(row) : $"{TintJudge.Caption(row)} (new)")];
        return Sheets.Png(CaptionRows.Draw([.. Enumerable.Range(0, pictures.Count).Select(pictures.ToImage)], captions, Shown));
    }

    // Of each real picture its own text and the next picture's, where that is another.
    private protected static double Preference(PlayedGame game, ImageSet test)
    {
        using var scope = TensorScope.Open();
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        var captions = (TextSet)test.Counterpart!;
        var own = game.Read([.. Enumerable.Range(0, test.Count).Select(i => captions.Line(captions[i]))]);
        var next = Op.Roll(own, [1], [0]);
        var x = LinearProbe.Features(test, pictures => pictures);
        var critic = (IScorer)game.System;
        float[] right = critic.Score(x, own).ToArray<float>(), wrong = critic.Score(x, next).ToArray<float>();
        bool[] differ = [.. Op.Gt((own - next).Abs().Sum([1]), 0).To(DType.Int64).ToArray<long>().Select(value => value > 0)];
        float[] Of(float[] scores) => [.. scores.Where((_, i) => differ[i])];
        return Statistics.Auc(Of(right), Of(wrong));
    }
}
