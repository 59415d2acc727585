using Earthmover.Metrics;
using Earthmover.Reports;
using Earthmover.Reports.Figures;
using Earthmover.Reports.Runs;

namespace Earthmover.Sessions;

/// <summary>A sweep as a page: what was found, a table of all recipes, maps of them, the duels.</summary>
public static class SweepPage
{
    /// <summary>Name of the page in a sweep's folder.</summary>
    public const string FileName = "sweep.html";

    private const int MostMaps = 12;

    /// <summary>Writes the page into the sweep's folder, and its first map as <c>heat.svg</c> beside it, where it can be drawn.</summary>
    /// <param name="result">What the sweep has shown.</param>
    /// <returns>The files, and one line on what is missing on this machine; null for nothing.</returns>
    /// <exception cref="UserException">They cannot be written.</exception>
    public static (IReadOnlyList<string> Written, string? Lacking) Write(SweepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var (maps, page) = (Maps(result), Path.Combine(result.Path, FileName));
        List<PagePart> parts =
        [
            new("Recipes", $"{result.Metric}: mean and 95 % interval over the seeds of each recipe; {Word(result.Better)} is better.")
            {
                Table = Table(result),
                Charts = result.Whole.Count == 0 ? [] : [.. maps, ComparisonPage.Bars(result.Metric, Sorted(result))],
            },
            new("Who is better", $"{Contest.Method}; pairs are seeds.")
            {
                Table = ScoreTable.Of(result.Duels),
                IsFolded = result.Duels.Count > 20,
            },
        ];
        string? lacking = null;
        var title = $"Sweep of {string.Join(", ", result.Plan.Vary.Select(one => one.Name))} on {DataLabel.Of(result.Plan.Data)}";
        var subtitle = $"{result.Recipes.Count} recipes, {result.Plan.Seeds} seeds";
        OutputPath.Write("the page of the sweep", () => lacking = SummaryPage.Write(page, title, subtitle, [result.Verdict()], parts));
        if (maps.Count == 0)
            return ([page], lacking);
        try
        {
            var drawing = Path.Combine(result.Path, "heat.svg");
            OutputPath.Write("the map of the sweep", () => maps[0].SaveSvg(drawing));
            return ([page, drawing], lacking);
        }
        catch (ReportException e)
        {
            return ([page], lacking ?? e.Message);
        }
    }

    /// <summary>All recipes, one a row: options, mean and interval, runs that ended well.</summary>
    /// <param name="result">What the sweep has shown.</param>
    public static PageTable Table(SweepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var names = result.Plan.Vary.Select(one => one.Name).ToList();
        var rows = result.Recipes.Zip(result.Contenders)
            .OrderBy(pair => pair.Second.Scores.Count == 0).ThenBy(pair => pair.Second.Scores.Count < result.Plan.Seeds)
            .ThenBy(pair => pair.Second.Scores.Count == 0 ? 0 : pair.Second.Loss)
            .Select(pair => (IReadOnlyList<string>)
            [
                .. pair.First.Options.Select(option => option.Value),
                pair.Second.Scores.Count == 0 ? "" : ScoreTable.Text(pair.Second),
                $"{pair.Second.Scores.Count} of {result.Plan.Seeds}",
                Remark(result, pair.Second),
            ]);
        return new([.. names, result.Metric, "runs", ""], [.. rows]);
    }

    private static string Remark(SweepResult result, Contender one) =>
        one == result.Winner ? "winner"
        : one == result.Best ? "best mean"
        : one.Scores.Count < result.Plan.Seeds ? "diverged"
        : result.Rivals.Contains(one) ? "within noise of the best" : "worse";

    private static IReadOnlyList<Contender> Sorted(SweepResult result) => [.. result.Whole.OrderBy(one => one.Loss)];

    // A map of the first two options for each choice of the others.
    private static IReadOnlyList<Figure> Maps(SweepResult result)
    {
        var several = result.Plan.Vary.Where(one => one.Values.Count > 1).ToList();
        if (several.Count < 2 || result.Whole.Count == 0)
            return [];
        var (rows, columns) = (several[0], several[1]);
        var others = result.Recipes.GroupBy(recipe => string.Join(", ", recipe.Options
            .Where(option => option.Key != rows.Name && option.Key != columns.Name).Select(option => $"{option.Key}={option.Value}")));
        return [.. others.Take(MostMaps).Select(group =>
        {
            var values = new double[rows.Values.Count, columns.Values.Count];
            foreach (var recipe in group)
            {
                var options = recipe.Options.ToDictionary();
                var one = result.Contenders[recipe.Number - 1];
                values[rows.Values.ToList().IndexOf(options[rows.Name]), columns.Values.ToList().IndexOf(options[columns.Name])] =
                    one.Scores.Count > 0 ? one.Value : double.NaN;
            }
            var title = $"{result.Metric}, mean over seeds" + (group.Key.Length == 0 ? "" : $": {group.Key}");
            return Plot.Table(title, columns.Name, rows.Name, columns.Values, rows.Values, values, ".4~g",
                $"{Word(result.Better)} is better");
        })];
    }

    private static string Word(Better better) => better switch
    {
        Better.Lower => "lower",
        Better.Higher => "higher",
        _ => "nearer to real data",
    };
}
