using System.Globalization;
using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Training;

/// <summary>Whether generated pictures beside the real ones help a classifier, by how many real ones there are.</summary>
public sealed class PictureAugmentation : Claim<PictureAugmentation.Run>
{
    private const int Chunk = 500;

    private static readonly int[] s_few = [100, 400, 1600], s_sizes = [100, 1000, 60_000];

    /// <summary>Shares of fresh pictures that a classifier names right.</summary>
    /// <param name="Real">Trained on the real pictures alone.</param>
    /// <param name="Both">On these and generated ones, half of each batch of either.</param>
    /// <param name="Generated">On the generated ones alone.</param>
    public sealed record Score(double Real, double Both, double Generated);

    /// <summary>What one run measures.</summary>
    /// <param name="Sizes">Numbers of real pictures.</param>
    /// <param name="Scores">One for each.</param>
    public sealed record Run(int[] Sizes, Score[] Scores);

    /// <inheritdoc/>
    public override string Name => "picture-augmentation";

    /// <inheritdoc/>
    public override string Title => "Whether generated pictures beside the real ones help a classifier";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => [];

    /// <inheritdoc/>
    public override string Statement =>
        "A GAN that is told the class makes as many pictures of it as one likes, so it is offered as a source of more training data: "
        + "a classifier that learns from both kinds is said to do better where real ones are few.";

    /// <inheritdoc/>
    public override string Source => "A use that surveys of GANs name; Antoniou et al., 2017, arXiv:1711.04340";

    /// <inheritdoc/>
    public override string Experiment => """
        Fashion-MNIST; of its training pictures 100, 1,000 or all 60,000, other ones for every seed. The default system for pictures
        learns them with their classes in 2,000 steps, with the catalog's settings but no augmentation, and makes 10,000,
        as many of each class.
        A convolutional classifier is trained in 1,000 steps of 48 pictures, each moved by up to two pixels: on the real ones, on both
        (half of what it sees is generated), and on the generated ones alone. Accuracy on the 10,000 pictures of the test part.
        The short form: 16 × 16 pixels, 100, 400 and 1,600 pictures, 200 steps of the game and of the classifier.
        The bands were set before the runs.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var address = trial.Of("fashion-mnist?size=16&limit=1600", "fashion-mnist");
        var all = (ImageSet)trial.Open(address);
        var test = (ImageSet)trial.Open(trial.Of("fashion-mnist?size=16&split=test&limit=1000", "fashion-mnist?split=test"));
        var order = Subset.Order(all.Count, trial.Seed);
        var (sizes, steps) = (trial.Of(s_few, s_sizes), trial.Of(200, 2000));
        var scores = new Score[sizes.Length];
        for (var i = 0; i < sizes.Length; i++)
        {
            var real = (ImageSet)Subset.Of(all, order.AsSpan(0, sizes[i]));
            using var game = new PlayedGame(trial, address, "projection", steps, ["augment=none"], real, isAveraged: true);
            for (var done = 0; done < steps; done += 100)
            {
                game.PlayTo(Math.Min(steps, done + 100));
                trial.Report((i + 0.5 * done / steps) / sizes.Length);
            }
            var made = Made(game, real, trial.Of(1000, 10_000));
            double Accuracy(ImageSet pictures)
            {
                using var judge = new TrainedJudge(pictures, trial.Of(200, 1000));
                using var scope = TensorScope.Open();
                var named = LinearProbe.Features(test, judge.Probabilities).Argmax(1).ToArray<long>();
                return named.Zip(test.Labels!).Average(pair => pair.First == pair.Second ? 1.0 : 0);
            }
            scores[i] = new(Accuracy(real), Accuracy(Both(real, made)), Accuracy(made));
        }
        return new(sizes, scores);
    }

    // As many of each class, by the averaged generator.
    private static ImageSet Made(PlayedGame game, ImageSet like, int count)
    {
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % like.ClassNames!.Count)];
        var pixels = new List<byte>(count * like.Shape.Size);
        using var scope = TensorScope.Open();
        game.AsUsed(() =>
        {
            foreach (var (k, some) in labels.Chunk(Chunk).Index())
            {
                using var turn = TensorScope.Open();
                var told = Tensor.From<long>([.. some.Select(label => (long)label)], [some.Length]);
                pixels.AddRange(game.Draw(told, like.Shape, k).Pixels);
            }
            return Tensor.Zeros([1]);
        });
        return new("generated", like.Shape, [.. pixels], labels, like.ClassNames);
    }

    // As often the one as the other: the fewer are repeated.
    private static ImageSet Both(ImageSet real, ImageSet made)
    {
        var count = Math.Max(real.Count, made.Count);
        var (pixels, labels) = (new List<byte>(2 * count * real.Shape.Size), new List<int>(2 * count));
        foreach (var set in (ImageSet[])[real, made])
        {
            for (var i = 0; i < count; i++)
            {
                pixels.AddRange(set[i % set.Count]);
                labels.Add(set.Labels![i % set.Count]);
            }
        }
        return new("both", real.Shape, [.. pixels], [.. labels], real.ClassNames);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var sizes = runs[0].Sizes;
        IEnumerable<double> Gain(int size) => runs.Select(run => 100 * (run.Scores[size].Both - run.Scores[size].Real));
        double[] Middle(Func<Score, double> of) => [.. sizes.Select((_, i) => 100 * Numbers.Median(runs.Select(run => of(run.Scores[i]))))];
        double[] at = [.. sizes.Select(size => (double)size)], real = Middle(s => s.Real), both = Middle(s => s.Both);
        double[] made = Middle(s => s.Generated);
        string Count(int size) => size.ToString("N0", CultureInfo.InvariantCulture);
        return new(
        [
            Check.Claimed($"points that generated pictures add to {Count(sizes[0])} real ones", Gain(0), Band.AtLeast(1)),
            Check.Claimed($"to {Count(sizes[1])}", Gain(1), Band.AtLeast(0)),
            Check.Claimed($"to {Count(sizes[2])}, where nothing is wanting", Gain(2), Band.AtMost(0.5)),
            Check.Control("points that more real pictures add, from the first number to the last",
                runs.Select(run => 100 * (run.Scores[^1].Real - run.Scores[0].Real)), Band.AtLeast(5)),
        ],
        Plot.Lines("What a classifier has of pictures", new("real pictures") { Log = true, Format = "~s" }, new("% of test pictures named"),
            [new("real", at, real), new("real and generated", at, both), new("generated", at, made) { Dashed = true }],
            subtitle: "medians over the seeds"),
        string.Join("; ", sizes.Select((size, i) => string.Create(CultureInfo.InvariantCulture,
            $"of {size:N0} real pictures a classifier names {real[i]:0.0} %, with generated ones {both[i]:0.0} %, ")
            + string.Create(CultureInfo.InvariantCulture, $"of these alone {made[i]:0.0} %")))
        + ".");
    }
}
