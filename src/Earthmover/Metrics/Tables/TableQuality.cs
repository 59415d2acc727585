namespace Earthmover.Metrics.Tables;

/// <summary>Every column and every pair of columns of generated rows beside real ones.</summary>
/// <param name="Columns">The columns, in their order.</param>
/// <param name="Pairs">The pairs, those of the first column first.</param>
public sealed record TableQuality(IReadOnlyList<ColumnFit> Columns, IReadOnlyList<PairFit> Pairs)
{
    /// <summary>Mean of the columns' shapes.</summary>
    public double ColumnScore => Columns.Average(column => column.Shape);

    /// <summary>Mean of all pairs that can be compared; NaN where there are none.</summary>
    public double PairScore => MeanOf(Pairs);

    /// <summary>Mean of the pairs that SDMetrics' report counts, those that belong together in the real rows; NaN where there are
    /// none.</summary>
    public double StrongPairScore => MeanOf(Pairs.Where(pair => pair.IsStrong));

    /// <summary>Mean of the means of columns and of all pairs.</summary>
    public double Quality => double.IsNaN(PairScore) ? ColumnScore : (ColumnScore + PairScore) / 2;

    /// <summary>The same as SDMetrics' report counts it: without weak pairs.</summary>
    public double ReportQuality => double.IsNaN(StrongPairScore) ? ColumnScore : (ColumnScore + StrongPairScore) / 2;

    /// <summary>
    /// Mean exact W₁ of the numbers, in deviations of the real ones, over columns with numbers on both sides; NaN where there is none whose
    /// real numbers vary.
    /// </summary>
    public double Distance => MeanOf(Columns.Select(column => column.Distance));

    /// <summary>The largest difference of a column's missing shares.</summary>
    public double Missing => Columns.Max(column => Math.Abs(column.MissingGenerated - column.MissingReal));

    /// <summary>Mean share of real ranges and categories that are reached; NaN where no column has real values.</summary>
    public double Coverage => MeanOf(Columns.Select(column => column.Coverage));

    /// <summary>Mean share of values inside real ranges and categories; NaN where no column has generated values.</summary>
    public double Adherence => MeanOf(Columns.Select(column => column.Adherence));

    /// <summary>Measures.</summary>
    /// <param name="generated">Generated rows, at least one.</param>
    /// <param name="real">Real rows of the same columns, at least one.</param>
    public static TableQuality Of(MeasuredTable generated, MeasuredTable real)
    {
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(real);
        real.RequireSameColumns(generated);
        var d = real.Columns.Count;
        var columns = real.Columns.Zip(generated.Columns, (theirs, mine) => ColumnFit.Of(mine, theirs)).ToArray();
        var cells = real.Columns.Zip(generated.Columns, (theirs, mine) =>
        {
            var edges = theirs.IsNumber ? Cells.Edges(theirs.Sorted()) : [];
            var values = Math.Max(theirs.Values.Count, mine.Values.Count);
            return (Generated: Cells.Of(mine, edges, values), Real: Cells.Of(theirs, edges, values));
        }).ToArray();
        var pairs = (from i in Enumerable.Range(0, d) from j in Enumerable.Range(i + 1, d - i - 1) select (i, j)).ToArray();
        var fits = new PairFit[pairs.Length];
        Parallel.For(0, pairs.Length, k =>
        {
            var (i, j) = pairs[k];
            var bothNumbers = real.Columns[i].IsNumber && real.Columns[j].IsNumber;
            fits[k] = bothNumbers
                ? PairFit.OfNumbers(i, j, (generated.Columns[i].Numbers!, generated.Columns[j].Numbers!),
                    (real.Columns[i].Numbers!, real.Columns[j].Numbers!))
                : PairFit.OfCells(i, j, (cells[i].Generated, cells[j].Generated), (cells[i].Real, cells[j].Real));
        });
        return new(columns, fits);
    }

    private static double MeanOf(IEnumerable<PairFit> pairs) => MeanOf(pairs.Select(pair => pair.Score));

    private static double MeanOf(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}
