using System.Globalization;
using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Networks;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Acceptance;

/// <summary>R33: projections from a guess, strokes in latent space, and the way back to the picture.</summary>
public sealed class IganEdits : Claim<IganEdits.Run>
{
    private const string
        ToGuess = "error after the search over that of the guess", ToRandom = "error after the search over that from a random start",
        Shift = "error of a known shift, pixels", Gain = "found gain over the true one",
        Color = "squared color error under the stroke", Reach = "change of the rest of the item over that under the stroke",
        Background = "change of the background", Before = "squared color error before the edit";

    private static readonly int[] s_kinds = [0, 2, 3, 4, 6, 8];

    /// <summary>What one run has measured.</summary>
    /// <param name="IsQuick">It was the short form.</param>
    /// <param name="Numbers">By name.</param>
    /// <param name="Picture">A PNG.</param>
    public sealed record Run(bool IsQuick, IReadOnlyDictionary<string, double> Numbers, byte[]? Picture = null);

    /// <inheritdoc/>
    public override string Name => "igan";

    /// <inheritdoc/>
    public override string Title => "A stroke on a real garment changes all of it, and nothing around";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R33"];

    /// <inheritdoc/>
    public override string Source => "Zhu et al., 2016, arXiv:1609.03552";

    /// <inheritdoc/>
    public override string Statement => """
        A network guesses the latent vector of a picture, and a search from there comes far nearer than the guess,
        and than a search from anywhere. Strokes move the vector until what it makes shows them;
        motion and color along the way, carried over to the picture itself, change it at its own sharpness:
        where the stroke is, and in all that belongs to it.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        The default system for pictures on garments of 32 × 32, 3,000 steps; a predictor of 400 steps.
        20 of its own samples projected, 100 steps of L-BFGS, from the guess and from a vector of the law.
        12 test garments of the six kinds that are one broad piece (no trousers, no shoes):
        the tenth of the item that is nearest to its middle is painted 0.3 of the range brighter than it is,
        or darker where it is bright. The item is what is above 0.12 of the range, the background what is below 0.02 and apart from it.
        The same garments moved by (1.5, −1) pixels and made a fifth brighter. The paper: photographs, and no numbers for edits.
        The short form: 16 × 16, 300 steps.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        using var scope = TensorScope.Open();
        var data = trial.Of("fashion-mnist?size=16&limit=5000", "fashion-mnist?size=32");
        var steps = trial.Of(300, 3000);
        using var game = new PlayedGame(trial, data, "projection", steps, trial.Of<string[]>(["width=8", "latent_size=16"], []));
        game.PlayTo(steps);
        trial.Report(0.5);
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        var sampler = (ISampler)game.System;
        using var network = PredictorNetwork.Create(SampleShape.Of(game.Source.Data), Predictor.OutputsOf(sampler));
        var predictor = new Predictor(network, sampler);
        using var from = RandomGenerator.Named("igan", trial.Seed);
        predictor.Learn(new() { Steps = trial.Of(200, 400) }, from);
        trial.Report(0.7);

        var numbers = new Dictionary<string, double>();
        Project(sampler, predictor, from, trial.Of(6, 20), numbers);
        trial.Report(0.8);
        var unseen = trial.Of("fashion-mnist?size=16&split=test&limit=200", "fashion-mnist?size=32&split=test&limit=200");
        var garments = Garments((ImageSet)trial.Open(unseen), trial.Of(4, 12));
        Move(garments, numbers);
        var picture = Paint(sampler, predictor, garments, from, numbers);
        return new(trial.IsQuick, numbers, trial.Seed == 1 ? picture : null);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        Check Of(string name, Band band, bool isControl = false) =>
            new(name, [.. runs.Select(run => run.Numbers[name])], band, isControl);
        List<Check> checks =
        [
            Of(ToGuess, Band.AtMost(0.5)), Of(ToRandom, Band.AtMost(0.25)),
            Of(Shift, Band.AtMost(0.5)), Of(Gain, Band.Between(0.95, 1.05)),
            Of(Color, Band.AtMost(0.03)), Of(Reach, Band.AtLeast(0.5)), Of(Background, Band.AtMost(0.02)),
            Of(Before, Band.AtLeast(0.06), isControl: true),
        ];
        var outside = checks.Where(check => !check.Holds)
            .Select(check => string.Create(CultureInfo.InvariantCulture, $"{check.Name} is {check.Median:0.000}, not {check.Band}"))
            .ToList();
        var remark = (outside.Count == 0 ? "Every number lies in its band." : $"Outside: {string.Join("; ", outside)}.")
            + " Color errors are squares of values from 0 to 1, the background's change is absolute; "
            + "of edits and shifts the median over the garments, of projections the ratio of sums over the samples.";
        return new(checks, null, remark) { Picture = runs.Select(run => run.Picture).FirstOrDefault(picture => picture is not null) };
    }

    private static double Median(IEnumerable<double> values) => Numbers.Median([.. values]);

    private static void Project(ISampler sampler, Predictor predictor, RandomGenerator from, int count,
        Dictionary<string, double> numbers)
    {
        using var scope = TensorScope.Open();
        double guessed = 0, searched = 0, random = 0;
        for (var i = 0; i < count; i++)
        {
            using var turn = TensorScope.Open();
            var x = sampler.Generate(sampler.Latent.Sample(1, from));
            double Error(Tensor z, int? label) =>
                (sampler.Generate(z, LatentEdit.Labels(label, 1, x.Device)) - x).Square().Mean().Item();
            Tensor Vector(float[] z) => Tensor.From<float>(z, [1, z.Length]);
            var (guess, classes) = predictor.Guess(x);
            int? likely = classes is null ? null : (int)classes.Argmax(1).ToArray<long>()[0];
            var found = Projection.Find(sampler, x, predictor, new() { Steps = 100 });
            var condition = LatentEdit.Labels(found.Class, 1, x.Device);
            var begun = sampler.Latent.Sample(1, from).ToArray<float>();
            var (z, _) = LatentSearch.Minimize(sampler.Latent, begun,
                z => (sampler.Generate(z, condition) - x).Square().Sum(), 100, x.Device);
            guessed += Error(guess, likely);
            searched += Error(Vector(found.Latent), found.Class);
            random += Error(Vector(z), found.Class);
        }
        (numbers[ToGuess], numbers[ToRandom]) = (searched / guessed, searched / random);
    }

    // Items that fill enough of the picture, of kinds that are one piece [N, 1, H, W], values in [0, 1].
    private static Tensor Garments(ImageSet unseen, int count)
    {
        using var scope = TensorScope.Open();
        long[] rows = [.. Enumerable.Range(0, unseen.Count).Where(i => s_kinds.Contains(unseen.Labels![i]))
            .Take(count).Select(i => (long)i)];
        return scope.Keep((LinearProbe.Features(unseen, x => x).IndexSelect(0, Tensor.From<long>(rows, rows.Length)) + 1) / 2);
    }

    private static void Move(Tensor garments, Dictionary<string, double> numbers)
    {
        using var scope = TensorScope.Open();
        const double dx = 1.5, dy = -1, gain = 1.2;
        // Room for what is made brighter.
        var x = garments * 0.8;
        var (h, w) = (x.Size(2), x.Size(3));
        var none = ColorFlow.None(1, h, w);
        var away = Tensor.From<float>([(float)-dx, (float)-dy], [1, 2, 1, 1]).Expand(1, 2, h, w);
        var (apart, gains) = (new List<double>(), new List<double>());
        for (var i = 0; i < x.Size(0); i++)
        {
            using var turn = TensorScope.Open();
            var one = x.Narrow(0, i, 1);
            var moved = new ColorFlow(away.Contiguous(), none.Color).Apply(one);
            var flow = ColorFlow.Between(one, moved * gain, new());
            var item = moved.Squeeze(0).Squeeze(0).Flatten().ToArray<float>();
            double Typical(int axis) => Median(flow.Motion.Select(0, 0).Select(0, axis).Flatten().ToArray<float>()
                .Where((_, at) => item[at] > 0.12).Select(value => (double)value));
            apart.Add(Math.Sqrt(Math.Pow(Typical(0) + dx, 2) + Math.Pow(Typical(1) + dy, 2)));
            var made = flow.Apply(one);
            gains.Add((made * moved).Sum().Item() / moved.Square().Sum().Item() / gain);
        }
        (numbers[Shift], numbers[Gain]) = (Median(apart), Median(gains));
    }

    private static byte[] Paint(ISampler sampler, Predictor predictor, Tensor garments, RandomGenerator from,
        Dictionary<string, double> numbers)
    {
        using var scope = TensorScope.Open();
        var measured = new List<(double Before, double Color, double Reach, double Background)>();
        var shown = new List<Image>();
        for (var i = 0; i < garments.Size(0); i++)
        {
            using var turn = TensorScope.Open();
            var x = garments.Narrow(0, i, 1);
            var stroke = Stroke.On(x);
            var found = Projection.Find(sampler, x * 2 - 1, predictor, new() { Steps = 200 });
            var z0 = Tensor.From<float>(found.Latent, [1, found.Latent.Length]);
            var options = new EditOptions();
            var edited = LatentEdit.Find(sampler, z0, found.Class, stroke.Guide, options,
                Tensor.Normal([options.Candidates, z0.Size(1)], from));
            var way = LatentEdit.Way(sampler, z0, edited.Z.Narrow(0, 0, 1), found.Class, options.Frames);
            var made = EditTransfer.Apply(EditTransfer.Flow(way, new()), x.Squeeze(0)).Unsqueeze(0);
            measured.Add(stroke.Measure(x, made));
            if (i < 6)
                shown.AddRange(new[] { x, stroke.Painted(x), way.Narrow(0, 0, 1), way.Narrow(0, options.Frames - 1, 1), made }
                    .Select(of => new ImageSet("shown", new(1, (int)x.Size(2), (int)x.Size(3)), ImageView.ToBytes(of * 2 - 1)).ToImage(0)));
        }
        numbers[Before] = Median(measured.Select(m => m.Before));
        numbers[Color] = Median(measured.Select(m => m.Color));
        numbers[Reach] = Median(measured.Select(m => m.Reach));
        numbers[Background] = Median(measured.Select(m => m.Background));
        return Sheets.Png(ImageGrid.Draw(shown, 5));
    }

    // A tenth of an item, around its middle, and the color that is asked for there.
    private sealed record Stroke(double Value, Tensor Under, Tensor Rest, Tensor Around)
    {
        private const double Apart = 0.3;

        public Guide Guide
        {
            get
            {
                var none = Under * 0;
                return new(none + (2 * Value - 1), Under, none, none);
            }
        }

        public static Stroke On(Tensor x)
        {
            var (height, width) = ((int)x.Size(2), (int)x.Size(3));
            var values = x.Flatten().ToArray<float>();
            int[] item = [.. Enumerable.Range(0, values.Length).Where(i => values[i] > 0.12)];
            double middleX = item.Average(i => i % width), middleY = item.Average(i => i / width);
            var under = item.OrderBy(i => Math.Pow(i % width - middleX, 2) + Math.Pow(i / width - middleY, 2))
                .Take(item.Length / 10).ToHashSet();
            bool IsNear(int i) => item.Any(j => Math.Abs(i % width - j % width) <= 1 && Math.Abs(i / width - j / width) <= 1);
            Tensor Plane(Func<int, bool> holds) => Tensor.From<float>(
                [.. Enumerable.Range(0, values.Length).Select(i => holds(i) ? 1f : 0)], [1, 1, height, width]);
            var own = under.Average(i => (double)values[i]);
            return new(own + Apart <= 0.95 ? own + Apart : own - Apart, Plane(under.Contains),
                Plane(i => values[i] > 0.12 && !under.Contains(i)), Plane(i => values[i] < 0.02 && !IsNear(i)));
        }

        public Tensor Painted(Tensor x) => x + (Value - x) * Under;

        public (double Before, double Color, double Reach, double Background) Measure(Tensor before, Tensor after)
        {
            double Over(Tensor values, Tensor part) => (values * part).Sum().Item() / Math.Max(1, part.Sum().Item());
            var change = after - before;
            return (Over((before - Value).Square(), Under), Over((after - Value).Square(), Under),
                Over(change, Rest) / Over(change, Under), Over(change.Abs(), Around));
        }
    }
}
