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
        "The features come from a classifier that saw each print about twice, and no garment as it is.";

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
        using var judges = new Judges(trial);
        if (trial.IsQuick)
        {
            var small = new Course(trial, judges, "width=8", "code_size=32", "learning_rate=0.004");
            return new(true, new Dictionary<string, double> { [Unchanged] = small.Changed, [Falls] = small.Falls }, judges.Sheet(small));
        }
        var whole = new Course(trial, judges);
        trial.Report(0.4);
        var free = new Course(trial, judges, "constancy=0");
        trial.Report(0.7);
        var two = new Course(trial, judges, "ways=2");
        return new(false, new Dictionary<string, double>
        {
            [Kept] = whole.Kept,
            [Helped] = whole.Kept - free.Kept,
            [Nearer] = whole.Nearer,
            [Unchanged] = whole.Changed,
            [Falls] = whole.Falls,
            [TwoWays] = two.Kept,
            [TwoWaysNearer] = two.Nearer,
            [Seen] = whole.Kept - judges.KeptOf(judges.Prints),
            [Floor] = judges.KeptOf(judges.Test.Garments),
        }, judges.Sheet(whole));
    }

    // What is asked of pictures of the second domain that should show the garments of test prints.
    private sealed class Judges : IDisposable
    {
        private readonly ClassJudge _classes = new();
        private readonly PictureJudge _pictures;

        public Judges(Trial trial)
        {
            var pairs = trial.Open(trial.Of("fashion-prints?size=16&split=test&limit=300", "fashion-prints?split=test&limit=1000"));
            Prints = (ImageSet)pairs;
            Test = new(pairs);
            _pictures = new(Test.Garments, Test.Garments.Count);
            OfPrints = DistanceOf(Prints);
        }

        public TestPairs Test { get; }
        public ImageSet Prints { get; }
        public double OfPrints { get; }
        public double DistanceOf(ImageSet made) => _pictures.Look(made).Distance;
        public double KeptOf(ImageSet made) => _classes.Accuracy(made, Test.Labels).All;
        public byte[] Sheet(Course course) => Test.Sheet(course.Made);

        public void Dispose()
        {
            _pictures.Dispose();
            _classes.Dispose();
        }
    }

    // A game to its end.
    private sealed class Course
    {
        public Course(Trial trial, Judges judges, params string[] settings)
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
            var made = game.AsUsed(() => translator.Translate(judges.Test.A, Direction.AToB));
            var same = game.AsUsed(() => translator.Translate(judges.Test.B, Direction.AToB));
            Made = new("translated", judges.Test.Garments.Shape, ImageView.ToBytes(made));
            Kept = judges.KeptOf(Made);
            Nearer = judges.DistanceOf(Made) / judges.OfPrints;
            Changed = (same - judges.Test.B).Square().Mean().Item() / 4; // values go from −1 to 1 there
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
