using Earthmover.Reports.Figures;

namespace Earthmover.Reports.Runs;

/// <summary>Numbers of several logs on one axis: a chart for each number, a line for each run.</summary>
public static class ComparedCharts
{
    /// <summary>Most runs whose lines can be told apart.</summary>
    public const int MostRuns = 8;

    private static readonly (string Title, string Prefix, bool IsFolded)[] s_groups =
    [
        ("Measured while training", "measures/", false),
        ("Terms of the losses", "terms/", true),
        ("Norms of the gradients", "gradient_norms/", true),
        ("Speed", "images_per_second", true),
    ];

    /// <summary>Charts of all numbers that at least one run has, in groups.</summary>
    /// <param name="runs">Names, all different, and logs; of more than <see cref="MostRuns"/> the first.</param>
    public static IReadOnlyList<PagePart> Of(IReadOnlyList<(string Name, RunLog Log)> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var shown = runs.Take(MostRuns).ToList();
        var subtitle = runs.Count > MostRuns ? $"the first {MostRuns} of {runs.Count} runs" : null;
        var names = shown.SelectMany(run => run.Log.Names()).Distinct().ToList();
        return [.. s_groups.Select(group => new PagePart(group.Title)
        {
            Charts = [.. names.Where(name => name.StartsWith(group.Prefix, StringComparison.Ordinal))
                .Select(name => Chart(name, shown, subtitle)).OfType<Figure>()],
            IsFolded = group.IsFolded,
        }).Where(part => part.Charts.Count > 0)];
    }

    private static Figure? Chart(string name, List<(string Name, RunLog Log)> runs, string? subtitle)
    {
        var series = runs.Select(run => (run.Name, Values: run.Log.Of(name))).Where(s => s.Values.Values.Any(double.IsFinite)).ToList();
        if (series.Count == 0)
            return null;
        var stretches = RunCharts.MostPoints / Math.Max(8, series.Count);
        var lines = series.Select((one, i) =>
        {
            var parts = one.Values.Stretches(stretches);
            // The same color in every chart, whichever of them a run has.
            var color = Theme.Palette[runs.FindIndex(run => run.Name == one.Name) % Theme.Palette.Count];
            return new Line(one.Name, [.. parts.Select(p => p.Step)], [.. parts.Select(p => p.Mean)]) { Color = color };
        }).ToList();
        var title = Format.Words(string.Join(' ', name.Split('/').Skip(name.Contains('/', StringComparison.Ordinal) ? 1 : 0)));
        var values = series.SelectMany(s => s.Values.Values).Where(double.IsFinite).ToList();
        return Plot.Lines(title, RunCharts.Step, RunCharts.Fitted(new(title), values), lines, subtitle: subtitle, height: RunCharts.Height);
    }
}
