using System.Globalization;
using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Reports.Figures;

namespace Earthmover.Claims.Training;

/// <summary>Whether generated rows beside the real ones help a classifier, by how many real ones there are.</summary>
public sealed class TableAugmentation : Claim<TableAugmentation.Run>
{
    private static readonly int[] s_few = [100, 400, 1600], s_sizes = [300, 3000, 26_049];

    /// <summary>What a forest has of rows, as AUC on fresh ones.</summary>
    /// <param name="Real">Of the real rows alone.</param>
    /// <param name="Both">Of these and as many generated ones, 3,000 at least.</param>
    /// <param name="Generated">Of the generated ones alone.</param>
    public sealed record Score(double Real, double Both, double Generated);

    /// <summary>What one run measures.</summary>
    /// <param name="Sizes">Numbers of real rows.</param>
    /// <param name="Scores">One for each.</param>
    public sealed record Run(int[] Sizes, Score[] Scores);

    /// <inheritdoc/>
    public override string Name => "table-augmentation";

    /// <inheritdoc/>
    public override string Title => "Whether generated rows beside the real ones help a classifier";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => [];

    /// <inheritdoc/>
    public override string Statement =>
        "Generated rows are offered as more data where real ones are few: a classifier that learns from both is said to do better. "
        + "A generator knows nothing that its training rows do not say; what it can add is that it smooths them.";

    /// <inheritdoc/>
    public override string Source => "A use that makers of tables promise, such as Xu et al., 2019, arXiv:1907.00503, section 1";

    /// <inheritdoc/>
    public override string Experiment =>
        "The census table adult; of its 26,049 training rows 300, 3,000 or all, other ones for every seed. The system table with the "
        + "catalog's settings learns them in 1,000 steps and makes as many rows, 3,000 at least. A forest of 100 trees learns income from "
        + "the real rows, from both, and from the generated ones; AUC on the 6,512 rows of the test part. "
        + "The short form: the toy people, 100, 400 and 1,600 rows, 100 steps. The bands were set before the runs.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var address = trial.Of($"people?n=1600&seed={trial.Seed}", "adult");
        var all = (TableSet)trial.Open(address);
        var fresh = (TableSet)trial.Open(trial.Of($"people?n=2000&seed={1000 + trial.Seed}", "adult?split=test"));
        var order = Subset.Order(all.Count, trial.Seed);
        var (sizes, steps) = (trial.Of(s_few, s_sizes), trial.Of(100, 1000));
        var scores = new Score[sizes.Length];
        for (var i = 0; i < sizes.Length; i++)
        {
            var some = all.Rows(order.AsSpan(0, Math.Min(sizes[i], all.Count)));
            using var game = new PlayedGame(trial, address, "table", steps, [], some, isAveraged: true);
            for (var done = 0; done < steps; done += 50)
            {
                game.PlayTo(Math.Min(steps, done + 50));
                trial.Report((i + 0.8 * done / steps) / sizes.Length);
            }
            var judge = new TableJudge(some, fresh);
            var made = game.Rows(Math.Max(some.Count, trial.Of(500, 3000)));
            scores[i] = new(judge.UseOfReal(), judge.UseOfBoth(made), judge.Use(made));
        }
        return new(sizes, scores);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var sizes = runs[0].Sizes;
        IEnumerable<double> Gain(int size) => runs.Select(run => run.Scores[size].Both - run.Scores[size].Real);
        double[] Middle(Func<Score, double> of) => [.. sizes.Select((_, i) => Numbers.Median(runs.Select(run => of(run.Scores[i]))))];
        double[] at = [.. sizes.Select(size => (double)size)], real = Middle(s => s.Real), both = Middle(s => s.Both);
        double[] made = Middle(s => s.Generated);
        string Count(int size) => size.ToString("N0", CultureInfo.InvariantCulture);
        return new(
        [
            Check.Claimed($"what generated rows add to {Count(sizes[0])} real ones, AUC", Gain(0), Band.AtLeast(0.005)),
            Check.Claimed($"to {Count(sizes[1])}", Gain(1), Band.AtLeast(0)),
            Check.Claimed($"to {Count(sizes[2])}, where nothing is wanting", Gain(2), Band.AtMost(0.002)),
            Check.Control("what more real rows add, from the first number to the last",
                runs.Select(run => run.Scores[^1].Real - run.Scores[0].Real), Band.AtLeast(0.005)),
        ],
        Plot.Lines("What a forest has of rows", new("real rows") { Log = true, Format = "~s" }, new("AUC on fresh rows"),
            [new("real", at, real), new("real and generated", at, both), new("generated", at, made) { Dashed = true }],
            subtitle: "medians over the seeds"),
        string.Join("; ", sizes.Select((size, i) => FormattableString.Invariant(
            $"of {size:N0} real rows a forest has {real[i]:0.000}, with generated ones {both[i]:0.000}, of these alone {made[i]:0.000}")))
        + ". A generator knows no more than its rows, and beside few of them ten times as many of its own outvote what they say. "
        + "What more real rows add, no generator does.");
    }
}
