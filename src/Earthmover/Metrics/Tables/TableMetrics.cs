using Earthmover.Data;
using static System.FormattableString;

namespace Earthmover.Metrics.Tables;

/// <summary>The metrics of tables, and their readings.</summary>
internal static class TableMetrics
{
    private const int Groups = 10, FewGroups = 3, ManyPairs = 1000;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        On("quality", "columns and pairs of columns as SDMetrics scores them, over all pairs", Better.Higher,
            $"{Cells.Between} cells of numbers", (x, y, z, cancellation) => Quality(x.Take(z.Count), y, cancellation)),
        On("detection", "AUC of a forest that tells generated rows from real ones", Better.LikeReal,
            $"{Forest};{Detection.Folds} folds", (x, y, z, cancellation) => [Detection.Measure(x.Take(z.Count), y, cancellation)]),
        On("use", "AUC on real rows of classifiers that have learned from generated ones", Better.Higher, Forest,
            (x, y, z, cancellation) => Usefulness.Measure(x.Take(y.Count), z, y, cancellation)) with { FloorIsOfReal = true },
        new("privacy", "distance to the closest training row over that of strangers, copies", MetricSpace.Rows, Better.LikeReal, Any, "")
        {
            Misfit = TablesOnly,
            For = _ => (x, y, z, cancellation) =>
                Privacy.Measure(x.Table!.Take(z!.Count), y.Table!, z.Table!, (x.Take(z.Count), y, z), cancellation),
        },
        new("membership", "AUC of guessing by generated rows which real rows were trained on", MetricSpace.Rows, Better.LikeReal, Any, "")
        {
            Misfit = TablesOnly,
            For = _ => (x, y, z, cancellation) => [Privacy.Membership(x, y, z!, cancellation)],
            NeedsHeldOut = true,
            Floor = 0.5,
        },
    ];

    private const int Any = int.MaxValue;

    private static string Forest => $"forest of {DecisionForest.Trees} trees, leaves of {DecisionForest.FewestInLeaf}";

    /// <summary>Why a metric of tables does not fit; null where it does.</summary>
    private static string? TablesOnly(DataSet data) => data is TableSet ? null : "it is no table";

    /// <summary>Which way of a reading is better; null where its metric says it.</summary>
    public static Better? BetterOf(string reading) => reading is "column-w1" or "missing" ? Better.Lower : null;

    private static Metric On(string name, string description, Better better, string settings,
        Func<MeasuredTable, MeasuredTable, MeasuredTable, CancellationToken, IReadOnlyList<MetricValue>> measure) =>
        new(name, description, MetricSpace.Rows, better, Any, settings)
        {
            Misfit = TablesOnly,
            For = _ => (x, y, z, cancellation) => measure(x.Table!, y.Table!, z!.Table!, cancellation),
        };

    /// <summary>Quality and what it is made of, with the delete-a-group jackknife over the rows of both sides.</summary>
    internal static IReadOnlyList<MetricValue> Quality(MeasuredTable generated, MeasuredTable real, CancellationToken cancellation)
    {
        var all = Readings(TableQuality.Of(generated, real));
        var groups = Math.Min(Pairs(real) > ManyPairs ? FewGroups : Groups, Math.Min(generated.Count, real.Count));
        if (groups < 2)
            return [.. all.Select(r => new MetricValue(r.Name, r.Value, r.Value, r.Value, "none: too few rows"))];
        Dictionary<string, double> Without(int g)
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = generated.Select(Intervals.Without(generated.Count, groups, g));
            var fit = TableQuality.Of(rows, real.Select(Intervals.Without(real.Count, groups, g)));
            return Readings(fit).ToDictionary(r => r.Name, r => r.Value);
        }
        var partial = Enumerable.Range(0, groups).Select(Without).ToArray();
        return [.. all.Select(reading => Possible(Intervals.Jackknife(reading.Name, reading.Value, groups,
            g => partial[g].GetValueOrDefault(reading.Name, reading.Value)), generated.Count))];
    }

    /// <summary>What is measured on some of the rows only, since the table has many columns.</summary>
    /// <param name="real">The real data.</param>
    /// <param name="rows">The rows that are compared.</param>
    /// <param name="near">Rows whose distances are measured at most.</param>
    internal static IEnumerable<string> NotesOf(MeasuredTable real, TableParts rows, int near)
    {
        var columns = $"as the table has {real.Columns.Count} columns";
        if (Target.Of(real) is not null && Usefulness.MostRows(real) is var few && few < rows.Generated.Length)
            yield return Invariant($"use is that of {few:N0} rows and not of all {rows.Generated.Length:N0}, {columns}");
        if (near < rows.Real.Length)
            yield return Invariant($"distances are those to the first {near:N0} of {rows.Real.Length:N0} rows, {columns}; ")
                + "copies are sought among all";
    }

    // No share is below 0 or above 1, and no distance below 0. What no group changes another row might.
    private static MetricValue Possible(MetricValue value, int rows)
    {
        if (value.Name == "column-w1")
            return value with { Low95 = Math.Max(0, value.Low95) };
        return value.Low95 == value.High95 ? Intervals.Share(value.Name, value.Value * rows, rows)
            : value with { Low95 = Math.Max(0, value.Low95), High95 = Math.Min(1, value.High95) };
    }

    private static long Pairs(MeasuredTable table) => table.Columns.Count * (table.Columns.Count - 1L) / 2;

    private static List<(string Name, double Value)> Readings(TableQuality fit)
    {
        (string Name, double Value)[] all =
        [
            ("quality", fit.Quality),
            ("quality-sdmetrics", fit.ReportQuality),
            ("columns", fit.ColumnScore),
            ("pairs", fit.PairScore),
            ("column-w1", fit.Distance),
            ("missing", fit.Missing),
            ("coverage", fit.Coverage),
            ("adherence", fit.Adherence),
        ];
        return [.. all.Where(reading => double.IsFinite(reading.Value))];
    }
}
