namespace Earthmover.Metrics.Tables;

/// <summary>A column as it is drawn: how the real and the generated values are spread, and how well they fit.</summary>
/// <param name="Name">The column.</param>
/// <param name="Fit">1 − KS of numbers, 1 − TV of categories.</param>
/// <param name="Floor">The same for fresh real rows.</param>
/// <param name="Distance">Exact W₁ in deviations of the real column; null for categories, and where one side has no numbers.</param>
/// <param name="MissingReal">Share of missing values among the real ones.</param>
/// <param name="MissingGenerated">Share of missing values among the generated ones.</param>
/// <param name="Coverage">Share of the real range, or of the real categories, that is reached; null where it has no value.</param>
/// <param name="Adherence">Share of generated values inside it; null where there is none.</param>
/// <param name="Edges">Edges of the bins of a column of numbers; null for categories.</param>
/// <param name="Labels">Names of the bars of a category; null for numbers.</param>
/// <param name="Real">Share of the real values in each.</param>
/// <param name="Generated">Share of the generated values in each.</param>
public sealed record ColumnPortrait(string Name, double Fit, double Floor, double? Distance, double MissingReal, double MissingGenerated,
    double? Coverage, double? Adherence, double[]? Edges, string[]? Labels, double[] Real, double[] Generated)
{
    /// <summary>How the numbers are to be read where they are times: <c>time</c>; null elsewhere.</summary>
    public string? Unit { get; init; }
}

/// <summary>A pair of columns as it is drawn.</summary>
/// <param name="First">Name of the one.</param>
/// <param name="Second">Name of the other.</param>
/// <param name="Rows">Names of the cells of the first.</param>
/// <param name="Columns">Names of the cells of the second.</param>
/// <param name="Fit">How well the pair fits.</param>
/// <param name="Floor">The same for fresh real rows.</param>
/// <param name="Real">Share of the real rows in each cell, row by row.</param>
/// <param name="Generated">Share of the generated rows in each cell.</param>
public sealed record PairPortrait(string First, string Second, string[] Rows, string[] Columns, double Fit, double Floor,
    double[] Real, double[] Generated);

/// <summary>Generated rows beside real ones, as a report draws them.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Errors">1 − fit of each pair, by the numbers of its columns; what cannot be compared is left out.</param>
/// <param name="Worst">The pairs that fit worst beside fresh real rows, the worst first.</param>
/// <param name="Rows">Generated rows that were compared.</param>
public sealed record TablePortrait(IReadOnlyList<ColumnPortrait> Columns, IReadOnlyList<PairError> Errors,
    IReadOnlyList<PairPortrait> Worst, int Rows)
{
    private const int Drawn = 10;

    /// <summary>Draws a portrait.</summary>
    /// <param name="generated">Generated rows.</param>
    /// <param name="real">Real rows.</param>
    /// <param name="fresh">Further real rows.</param>
    /// <param name="times">Names of the columns whose numbers are times.</param>
    public static TablePortrait Of(MeasuredTable generated, MeasuredTable real, MeasuredTable fresh, IReadOnlySet<string> times)
    {
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(times);
        TableQuality fit = TableQuality.Of(generated, real), floor = TableQuality.Of(fresh, real);
        var columns = real.Columns.Select((column, k) => Of(generated.Columns[k], column, fit.Columns[k], floor.Columns[k]) with
        {
            Unit = times.Contains(column.Name) ? "time" : null,
        });
        var pairs = fit.Pairs.Zip(floor.Pairs)
            .Where(pair => double.IsFinite(pair.First.Score) && double.IsFinite(pair.Second.Score)).ToList();
        var worst = pairs.OrderByDescending(pair => pair.Second.Score - pair.First.Score).Take(Drawn);
        return new([.. columns],
            [.. pairs.Select(pair => new PairError(pair.First.First, pair.First.Second, 1 - pair.First.Score, 1 - pair.Second.Score))],
            [.. worst.Select(pair => Of(generated, real, pair.First, pair.Second.Score, times))], generated.Count);
    }

    private static ColumnPortrait Of(MeasuredColumn generated, MeasuredColumn real, ColumnFit fit, ColumnFit floor)
    {
        var bars = real.IsNumber ? null : Bars.Of(real, Bars.MostBars);
        var bins = bars is null ? Bins.Of(real) : null;
        static double? Known(double value) => double.IsFinite(value) ? value : null;
        return new(real.Name, fit.Shape, floor.Shape, Known(fit.Distance),
            fit.MissingReal, fit.MissingGenerated, Known(fit.Coverage), Known(fit.Adherence), bins?.Edges, bars?.Names,
            bars?.Shares(real) ?? bins!.Shares(real), bars?.Shares(generated) ?? bins!.Shares(generated));
    }

    private static PairPortrait Of(MeasuredTable generated, MeasuredTable real, PairFit fit, double floor, IReadOnlySet<string> times)
    {
        MeasuredColumn a = real.Columns[fit.First], b = real.Columns[fit.Second];
        Bars rows = Bars.OfCells(a, times.Contains(a.Name)), columns = Bars.OfCells(b, times.Contains(b.Name));
        double[] Shares(MeasuredTable table)
        {
            int[] x = rows.Places(table.Columns[fit.First]), y = columns.Places(table.Columns[fit.Second]);
            var shares = new double[rows.Names.Length * columns.Names.Length];
            for (var i = 0; i < table.Count; i++)
                shares[x[i] * columns.Names.Length + y[i]] += 1.0 / table.Count;
            return shares;
        }
        return new(a.Name, b.Name, rows.Names, columns.Names, fit.Score, floor, Shares(real), Shares(generated));
    }
}

/// <summary>How far a pair of columns is from fitting.</summary>
/// <param name="First">Number of the one.</param>
/// <param name="Second">Number of the other.</param>
/// <param name="Error">1 − its fit.</param>
/// <param name="Floor">The same for fresh real rows.</param>
public sealed record PairError(int First, int Second, double Error, double Floor);
