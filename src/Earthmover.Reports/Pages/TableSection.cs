using Earthmover.Reports.Figures;
using Earthmover.Reports.Runs;

namespace Earthmover.Reports.Pages;

/// <summary>What a report shows of a table: every column, the errors of pairs, the worst pairs, and what is given away.</summary>
internal static class TableSection
{
    private const int FewColumns = 16, MostDrawn = 40, MostInMap = 100;
    private const double SecondsPerYear = 31_556_952;

    /// <summary>The sections; nothing for what is no table, or was not measured.</summary>
    /// <param name="run">The run.</param>
    /// <param name="charts">All charts of the page, which these are added to.</param>
    /// <param name="isDrawn">Whether charts can be drawn.</param>
    public static Markup Write(RunRecord run, List<Figure> charts, bool isDrawn)
    {
        if (run.Table is not { } table)
            return default;
        return Markup.Join([Columns(table, charts, isDrawn), Pairs(table, charts, isDrawn), PrivacySection.Write(run.Metrics)]);
    }

    /// <summary>How many charts there are in them.</summary>
    /// <param name="run">The run.</param>
    public static int Charts(RunRecord run) => run.Table is { } table
        ? Math.Min(MostDrawn, table.Columns.Count) + (table.Errors.Count == 0 ? 0 : 1 + 2 * table.Worst.Count) : 0;

    private static Markup Columns(TableRecord table, List<Figure> charts, bool isDrawn)
    {
        var rows = Markup.Join(table.Columns.OrderBy(column => column.Fit - column.Floor).Select(column =>
        {
            var distance = column.Distance is { } w ? Format.Number(w) : "";
            return Markup.Of($"<tr><th scope=\"row\">{column.Name}</th><td>{Share(column.Fit)}</td><td>{Share(column.Floor)}</td>"
                + $"<td>{distance}</td><td>{Share(column.MissingGenerated)} / {Share(column.MissingReal)}</td>"
                + $"<td>{Share(column.Coverage)}</td><td>{Share(column.Adherence)}</td></tr>\n");
        }));
        const string remark = "Each column of the generated rows beside the real ones, the worst first in the table. "
            + "Fit is 1 − the largest difference of the distribution functions for numbers, 1 − the total variation for categories; "
            + "fresh real rows read what stands beside it. W₁ is in deviations of the real column.";
        var drawn = isDrawn ? Frame.Figures([.. table.Columns.Take(MostDrawn).Select(Chart)], charts) : default;
        var left = table.Columns.Count > MostDrawn && isDrawn
            ? Markup.Of($"<p class=\"remark\">The first {MostDrawn} of {table.Columns.Count} columns are drawn.</p>") : default;
        return Markup.Of($"<section><h2>Columns</h2><p class=\"remark\">{remark}</p>{drawn}{left}"
            + $"<div class=\"scroll\"><table><thead><tr><th>column</th><th>fit</th><th>fit of fresh real rows</th><th>W₁</th>"
            + $"<th>missing: generated / real</th><th>range or values reached</th><th>inside the real range</th></tr></thead>"
            + $"<tbody>{rows}</tbody></table></div></section>\n");
    }

    private static Figure Chart(ColumnRecord column)
    {
        // A chart of its own for each: what is tall in one would be flat beside another.
        if (column.Edges is { } edges)
        {
            var isTime = column.Unit == "time";
            double At(double edge) => isTime ? 1970 + edge / SecondsPerYear : edge;
            Binned Of(string name, double[] shares) => new(name, At(edges[0]), At(edges[^1]), shares, 1);
            return Plot.Shares(column.Name, new(isTime ? "year" : column.Name) { Format = isTime ? "d" : "~s" },
                [Of("real", column.Real), Of("generated", column.Generated)], height: RunCharts.Height);
        }
        var bars = new List<Bar>();
        for (var k = 0; k < column.Labels!.Length; k++)
        {
            if (column.Real[k] == 0 && column.Generated[k] == 0)
                continue;
            bars.Add(new(column.Labels[k], column.Real[k], Group: "real"));
            bars.Add(new(column.Labels[k], column.Generated[k], Group: "generated"));
        }
        return Plot.Bars(column.Name, new("share of each sample") { Format = "~%" }, bars, horizontal: true);
    }

    private static Markup Pairs(TableRecord table, List<Figure> charts, bool isDrawn)
    {
        if (table.Errors.Count == 0 || !isDrawn)
            return default;
        const string remark = "How far each pair of columns is from belonging together as the real ones do: half the difference of the "
            + "correlations of two numbers, the total variation of the table of both else. 0 is equal; "
            + "what fresh real rows of that number read has been taken off.";
        const string worst = "The share of the rows in each cell, of the ten pairs that fit worst beside fresh real rows.";
        var pairs = table.Worst.SelectMany(pair => new[] { Cells(pair, "real", pair.Real), Cells(pair, "generated", pair.Generated) });
        return Markup.Of($"<section><h2>Pairs of columns</h2><p class=\"remark\">{remark}</p>{Frame.Figures([Map(table)], charts)}"
            + $"<h3>The worst pairs</h3><p class=\"remark\">{worst}</p>{Frame.Figures([.. pairs], charts)}</section>\n");
    }

    private static Figure Map(TableRecord table)
    {
        var names = table.Columns.Take(MostInMap).Select(column => column.Name).ToList();
        var values = new double[names.Count, names.Count];
        for (var i = 0; i < names.Count; i++)
            for (var j = 0; j < names.Count; j++)
                values[i, j] = double.NaN;
        var isMany = names.Count > FewColumns;
        foreach (var error in table.Errors.Where(error => error.First < names.Count && error.Second < names.Count))
            // Numbers are counted from below in a map without names.
            values[error.First, error.Second] = values[error.Second, error.First] = Math.Max(0, error.Error - error.Floor);
        if (!isMany)
            return Plot.Table("Errors of pairs", "column", "column", names, names, values, ".2f");
        Axis axis = new("number of the column") { Range = (0, names.Count) };
        return Plot.HeatMap("Errors of pairs", axis, axis, new("error"), values,
            subtitle: table.Columns.Count > MostInMap ? $"the first {MostInMap} of {table.Columns.Count} columns" : null);
    }

    private static Figure Cells(PairRecord pair, string kind, double[] shares)
    {
        // A row or column that neither side has says nothing.
        int[] rows = [.. Enumerable.Range(0, pair.Rows.Length).Where(r => IsUsed(pair, i => i / pair.Columns.Length == r))];
        int[] columns = [.. Enumerable.Range(0, pair.Columns.Length).Where(c => IsUsed(pair, i => i % pair.Columns.Length == c))];
        var values = new double[rows.Length, columns.Length];
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < columns.Length; j++)
                values[i, j] = shares[rows[i] * pair.Columns.Length + columns[j]];
        return Plot.Table($"{pair.First} and {pair.Second}, {kind}", pair.Second, pair.First, [.. columns.Select(c => pair.Columns[c])],
            [.. rows.Select(r => pair.Rows[r])], values, ".1%", $"fit {Share(pair.Fit)}, fresh real rows {Share(pair.Floor)}");
    }

    private static bool IsUsed(PairRecord pair, Func<int, bool> isIn) =>
        Enumerable.Range(0, pair.Real.Length).Any(i => isIn(i) && (pair.Real[i] > 0 || pair.Generated[i] > 0));

    private static string Share(double? value) => value is { } share ? Format.Number(Math.Round(share, 4)) : "";
}
