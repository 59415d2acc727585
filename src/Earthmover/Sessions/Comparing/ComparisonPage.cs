using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Reports;
using Earthmover.Reports.Figures;
using Earthmover.Reports.Runs;

namespace Earthmover.Sessions.Comparing;

/// <summary>Runs side by side as one page: numbers, options, samples of the same latent vectors, metrics, curves.</summary>
public static class ComparisonPage
{
    private const int MostWide = 12;

    /// <summary>Writes the page.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="comparison">The runs.</param>
    /// <param name="measured">What was measured; null for nothing.</param>
    /// <param name="seed">Seed of the latent vectors of the samples.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellation">Ends it, and nothing is written, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>One line on what is missing on this machine; null for nothing.</returns>
    /// <exception cref="UserException">It cannot be written.</exception>
    public static string? Write(string path, RunComparison comparison, MeasuredRuns? measured, long seed,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var runs = comparison.Runs;
        var (pictures, lacking) = SamplesTogether.Of(runs, seed, progress, cancellation);
        List<PagePart> parts =
        [
            new("Runs") { Table = Numbers(runs) },
            new("Options that differ", comparison.Differences().Count == 0 ? "None." : null) { Table = Options(comparison) },
            new("Samples of the same latent vectors", $"Sample k of seed {seed}, at the same place for each run.") { Pictures = pictures },
        ];
        if (measured is not null)
            parts.AddRange(Metrics(comparison, measured));
        parts.AddRange(ComparedCharts.Of([.. runs.Select(run => (run.Name, run.Record.Log))]));
        var systems = string.Join(", ", runs.Select(run => run.Recipe.System).Distinct());
        var data = string.Join(", ", runs.Select(run => run.Record.DataName).Distinct());
        string? missing = null;
        OutputPath.Write("the comparison", () => missing = SummaryPage.Write(path, $"{runs.Count} runs compared", $"{systems} on {data}",
            [.. comparison.Notes, .. lacking], parts));
        return missing;
    }

    private static PageTable Numbers(IReadOnlyList<ComparedRun> runs)
    {
        var numbers = runs.Select(run => run.Numbers()).ToList();
        var rows = numbers[0].Select((number, i) => (IReadOnlyList<string>)[number.Name, .. numbers.Select(one => one[i].Value ?? "")]);
        return new(["", .. runs.Select(run => run.Name)], [.. rows.Where(row => row.Skip(1).Any(cell => cell.Length > 0))]);
    }

    private static PageTable Options(RunComparison comparison) => new(["option", .. comparison.Runs.Select(run => run.Name)],
        [.. comparison.Differences().Select(difference => (IReadOnlyList<string>)[difference.Name, .. difference.Values])]);

    private static IEnumerable<PagePart> Metrics(RunComparison comparison, MeasuredRuns measured)
    {
        var first = measured.Scores.First(score => score is not null)!;
        var of = measured.Unit == "draws"
            ? $"Mean and 95 % interval over {first[0].Values.Count} draws of {first[0].N:N0} latent vectors and real samples: "
                + "the runs as they are; another training seed may say otherwise."
            : "Mean and 95 % interval over training seeds.";
        yield return new("Metrics", $"{of} Against {DataLabel.Of(measured.Against)}; the floor is what real samples read.")
        {
            Table = ScoreTable.Of(measured, first),
            Charts = [.. measured.Disciplines.Select(one => Bars(one.Metric, one.Contenders))],
        };
        yield return new("Who is better", $"{Contest.Method}; pairs are {measured.Unit}. A difference within the noise has no winner.")
        {
            Table = ScoreTable.Of(measured.Duels),
        };
    }

    /// <summary>Contenders as bars with their intervals.</summary>
    internal static Figure Bars(string metric, IReadOnlyList<Contender> contenders) =>
        Plot.Bars(metric, new(metric), [.. contenders.Take(2 * MostWide).Select(one => new Bar(one.Name, one.Value,
            double.IsFinite(one.Interval.Low) ? one.Interval.Low : null, double.IsFinite(one.Interval.High) ? one.Interval.High : null))],
            horizontal: true);
}
