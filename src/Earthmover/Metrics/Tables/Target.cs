namespace Earthmover.Metrics.Tables;

/// <summary>The column that classifiers learn to tell from all others.</summary>
/// <param name="Column">Its number.</param>
/// <param name="Classes">How many classes it has.</param>
/// <param name="Median">Where numbers are cut into two classes; NaN for categories.</param>
public sealed record Target(int Column, int Classes, double Median)
{
    private const int MostClasses = 20;

    /// <summary>
    /// Chooses one: the last column of two values; else the last category of at most 20; else the last number, cut at its median. Null
    /// where no column will do.
    /// </summary>
    /// <param name="real">Real rows.</param>
    public static Target? Of(MeasuredTable real)
    {
        ArgumentNullException.ThrowIfNull(real);
        if (real.Columns.Count < 2)
            return null;
        var sizes = real.Columns.Select(column => column.IsNumber ? 0 : column.Shares()[..^1].Count(share => share > 0)).ToList();
        var at = sizes.FindLastIndex(size => size == 2);
        if (at < 0)
            at = sizes.FindLastIndex(size => size is > 2 and <= MostClasses);
        if (at >= 0)
            return new(at, real.Columns[at].Values.Count, double.NaN);
        for (at = real.Columns.Count - 1; at >= 0; at--)
            if (real.Columns[at].IsNumber && real.Columns[at].Sorted() is var sorted && sorted.Length > 0
                && Statistics.Median(sorted) is var median && sorted[0] <= median && sorted[^1] > median)
                return new(at, 2, median);
        return null;
    }

    /// <summary>The rows that have a class, and these; a value that real rows do not have is no class.</summary>
    /// <param name="table">Rows.</param>
    public (MeasuredTable Rows, int[] Labels) Split(MeasuredTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var column = table.Columns[Column];
        var labels = column.Codes is { } codes
            ? Array.ConvertAll(codes, code => code < Classes ? code : -1)
            : Array.ConvertAll(column.Numbers!, value => double.IsNaN(value) ? -1 : value > Median ? 1 : 0);
        int[] known = [.. Enumerable.Range(0, table.Count).Where(row => labels[row] >= 0)];
        return (table.Without(Column).Select(known), Array.ConvertAll(known, row => labels[row]));
    }
}
