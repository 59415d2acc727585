namespace Earthmover.Metrics.Tables;

/// <summary>A column as cells of a table: each category is one, a number lies between two edges, and what is missing has its own.</summary>
/// <param name="Codes">[N], 0 to Size − 1.</param>
/// <param name="Size">How many there are.</param>
public sealed record Cells(int[] Codes, int Size)
{
    /// <summary>Cells between the smallest and the largest number.</summary>
    public const int Between = 10;

    /// <summary>The edges of ten cells of equal width from the smallest of some numbers to the largest [11]; none where there are no
    /// numbers.</summary>
    /// <param name="sorted">Numbers in rising order.</param>
    public static double[] Edges(ReadOnlySpan<double> sorted)
    {
        if (sorted.IsEmpty)
            return [];
        double low = sorted[0], high = sorted[^1];
        // As NumPy does: one value lies in the middle of cells that are one wide together.
        if (low == high)
            (low, high) = (low - 0.5, high + 0.5);
        var edges = new double[Between + 1];
        for (var k = 0; k <= Between; k++)
            edges[k] = low + (high - low) * k / Between;
        edges[Between] = high;
        return edges;
    }

    /// <summary>The cells of a column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="edges">Edges of the real column, for numbers; below the first and from the last on there are cells of their own, as
    /// NumPy's <c>digitize</c> has them.</param>
    /// <param name="values">Names of both sides together, for categories.</param>
    public static Cells Of(MeasuredColumn column, double[] edges, int values)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(edges);
        if (column.Codes is { } codes)
            return new(Array.ConvertAll(codes, code => code < 0 ? values : code), values + 1);
        var missing = edges.Length + 1;
        return new(Array.ConvertAll(column.Numbers!, value => double.IsNaN(value) ? missing : Place(edges, value)), missing + 1);
    }

    // How many edges are not above the value.
    private static int Place(double[] edges, double value)
    {
        var at = Array.BinarySearch(edges, value);
        return at < 0 ? ~at : at + 1;
    }
}
