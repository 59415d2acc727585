using Earthmover.Media;
using Earthmover.Metrics;
using Earthmover.Reports;
using Earthmover.Reports.Figures;
using Earthmover.Reports.Runs;
using Earthmover.Sessions.Comparing;

namespace Earthmover.Sessions.Sweeps;

/// <summary>A sweep as a page: what was found, a table of all recipes, maps of them, the duels.</summary>
public static class SweepPage
{
    /// <summary>Name of the page in a sweep's folder.</summary>
    public const string FileName = "sweep.html";

    private const int MostMaps = 12;

    /// <summary>Name of the picture in a sweep's folder.</summary>
    public const string PictureName = "sweep.png";

    /// <summary>
    /// Writes the page into the sweep's folder, and beside it the same as a picture and the first map as <c>heat.svg</c>, where they can be
    /// drawn.
    /// </summary>
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
        var written = new List<string> { page };
        // Without a font or without Node.js, the page is all there is.
        void Drawn(string name, Action<string> draw)
        {
            var path = Path.Combine(result.Path, name);
            try
            {
                OutputPath.Write($"the drawing {name}", () => draw(path));
                written.Add(path);
            }
            catch (Exception e) when (e is ReportException or MediaException)
            {
                lacking ??= e.Message;
            }
        }
        Drawn(PictureName, path => ImageFile.SavePng(path, SweepPicture.Draw(result, title, subtitle, Word(result.Better))));
        if (maps.Count > 0)
            Drawn("heat.svg", maps[0].SaveSvg);
        return (written, lacking);
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
    private static IReadOnlyList<Figure> Maps(SweepResult result) => [.. SweepMap.Of(result).Take(MostMaps).Select(map =>
        Plot.Table(map.Title(result.Metric), map.Columns.Name, map.Rows.Name, map.Columns.Values, map.Rows.Values, map.Values, ".4~g",
            $"{Word(result.Better)} is better"))];

    private static string Word(Better better) => better switch
    {
        Better.Lower => "lower",
        Better.Higher => "higher",
        _ => "nearer to real data",
    };
}
