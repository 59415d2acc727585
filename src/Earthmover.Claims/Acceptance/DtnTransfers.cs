using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Acceptance;

/// <summary>R53: prints in any colors become garments of the same class, and garments stay as they are.</summary>
public sealed class DtnTransfers : SystemClaim
{
    private const string
        Kept = "translations that show the garment of their print", Helped = "the same, less that without the constancy term",
        Nearer = "Fréchet distance of translations to garments, over that of the prints",
        Unchanged = "mean squared change of garments, values from 0 to 1",
        Falls = "constancy at the end, in parts of that at the start of the game",
        TwoWays = "critic of two kinds: translations that show the garment of their print",
        TwoWaysNearer = "critic of two kinds: Fréchet distance over that of the prints",
        Seen = "translations that show their garment, less prints that the judge names right as they are",
        Floor = "garments that the judge names right";

    /// <inheritdoc/>
    public override string System => "dtn";

    /// <inheritdoc/>
    public override string Title => "DTN shows what a classifier sees in one domain as a picture of another";

    /// <inheritdoc/>
    public override string Statement => """
        A generator that hears nothing but a classifier's features of one domain makes pictures of another of them, without pairs:
        they show the same class, since the features of what is made must be those of the input, and pictures of the other domain come out
        as they went in.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        Garments printed in chance colors on grounds of others, and garments as they are, 30,000 of each, without pairs;
        the catalog's settings, 4,000 steps of 32, half of them for the classifier of the prints: the whole game, without the constancy
        term, and with a critic that takes both kinds of what is made for one.
        1,000 test prints and garments; who judges is this program's own classifier of garments, which has seen no print.
        Constancy, one less the cosine of the features, is averaged over the first 50 and the last 200 steps of the game.
        The paper goes from numbers of houses to written digits, 90.7 % with f of 415,000 pictures.
        The short form: 16 × 16, width 8, 600 steps, too few for the constancy to fall every time.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Prints, their translations, and the garments that were printed, which no game has seen";

    /// <inheritdoc/>
    protected override string Comment =>
        "The features come from a classifier that saw each print about twice, and no garment as it is. "
        + "Without the constancy term nearly as many translations show their garment: the class comes through the features themselves.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Kept, Band.AtLeast(0.75)),
        new(Helped, Band.AtLeast(0)),
        new(Nearer, Band.AtMost(0.3)),
        new(Unchanged, Band.AtMost(0.02), Band.AtMost(0.06)),
        new(Falls, Band.AtMost(0.5)),
        new(TwoWays, Band.AtLeast(0.5)),
        new(TwoWaysNearer, Band.AtMost(0.5)),
        new(Seen, Band.AtLeast(0.1)) { IsControl = true },
        new(Floor, Band.AtLeast(0.85)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        using var scope = TensorScope.Open();
        var pairs = trial.Open(trial.Of("fashion-prints?size=16&split=test&limit=300", "fashion-prints?split=test&limit=1000"));
        using var judge = new TranslationJudge(pairs, pairs.Counterpart!);
        if (trial.IsQuick)
        {
            var small = new Course(trial, judge, "width=8", "code_size=32", "learning_rate=0.004");
            var numbers = new Dictionary<string, double> { [Unchanged] = small.Changed, [Falls] = small.Falls };
            return new(true, numbers, judge.Test.Sheet(small.Made));
        }
        var whole = new Course(trial, judge);
        trial.Report(0.4);
        var free = new Course(trial, judge, "constancy=0");
        trial.Report(0.7);
        var two = new Course(trial, judge, "ways=2");
        return new(false, new Dictionary<string, double>
        {
            [Kept] = whole.Kept,
            [Helped] = whole.Kept - free.Kept,
            [Nearer] = whole.Nearer,
            [Unchanged] = whole.Changed,
            [Falls] = whole.Falls,
            [TwoWays] = two.Kept,
            [TwoWaysNearer] = two.Nearer,
            [Seen] = whole.Kept - judge.Seen,
            [Floor] = judge.KeptOf(judge.Test.Garments),
        }, judge.Test.Sheet(whole.Made));
    }

    // A game to its end.
    private sealed class Course
    {
        public Course(Trial trial, TranslationJudge judge, params string[] settings)
        {
            var address = trial.Of("fashion-prints?pairs=unpaired&size=16&limit=2000", "fashion-prints?pairs=unpaired&limit=30000");
            var steps = trial.Of(600, 4000);
            using var scope = TensorScope.Open();
            using var game = new PlayedGame(trial, address, "dtn", steps, settings, isAveraged: true);
            var constancy = new List<double>();
            game.PlayTo(steps, (_, moves) =>
            {
                if (moves.FirstOrDefault(move => move.Player == "generator")?.Terms.TryGetValue("constancy", out var value) == true)
                    constancy.Add(value);
            });
            var translator = (ITranslator)game.System;
            var made = game.AsUsed(() => translator.Translate(judge.Test.A, Direction.AToB));
            var same = game.AsUsed(() => translator.Translate(judge.Test.B, Direction.AToB));
            Made = new("translated", judge.Test.Garments.Shape, ImageView.ToBytes(made));
            Kept = judge.KeptOf(Made);
            Nearer = judge.NearerOf(Made);
            Changed = (same - judge.Test.B).Square().Mean().Item() / 4; // values go from −1 to 1 there
            var (first, last) = trial.Of((10, 20), (50, 200));
            Falls = constancy.Count == 0 ? double.NaN : constancy.TakeLast(last).Average() / constancy.Take(first).Average();
        }

        public ImageSet Made { get; }
        public double Kept { get; }
        public double Nearer { get; }
        public double Changed { get; }
        public double Falls { get; }
    }
}
