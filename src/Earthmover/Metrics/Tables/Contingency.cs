namespace Earthmover.Metrics.Tables;

/// <summary>How often the cells of two columns occur together.</summary>
internal abstract class Contingency
{
    // Above, counts are kept of the pairs that occur only: a category may have thousands of values.
    private const long MostDense = 1 << 20;

    private Contingency(int total, int columns) => (Total, Columns) = (total, columns);

    private int Total { get; }

    private int Columns { get; }

    private protected abstract IEnumerable<KeyValuePair<long, int>> Counts { get; }

    private protected abstract int At(long cell);

    /// <summary>Counts.</summary>
    /// <param name="a">Cells of one column.</param>
    /// <param name="b">Cells of the other, as many.</param>
    /// <param name="rows">Cells that there are of the one.</param>
    /// <param name="columns">Cells that there are of the other.</param>
    public static Contingency Of(Cells a, Cells b, int rows, int columns)
    {
        if ((long)rows * columns > MostDense)
        {
            var some = new Dictionary<long, int>();
            for (var i = 0; i < a.Codes.Length; i++)
                some[(long)a.Codes[i] * columns + b.Codes[i]] = some.GetValueOrDefault((long)a.Codes[i] * columns + b.Codes[i]) + 1;
            return new Sparse(some, a.Codes.Length, columns);
        }
        var counts = new int[rows * columns];
        for (var i = 0; i < a.Codes.Length; i++)
            counts[a.Codes[i] * columns + b.Codes[i]]++;
        return new Dense(counts, a.Codes.Length, columns);
    }

    /// <summary>½ Σ |p − q|.</summary>
    /// <param name="other">The counts of other rows over the same cells.</param>
    public double Variation(Contingency other)
    {
        double sum = 0, n = Total, m = other.Total;
        foreach (var (cell, count) in Counts)
            sum += Math.Abs(count / n - other.At(cell) / m);
        foreach (var (cell, count) in other.Counts)
            sum += At(cell) > 0 ? 0 : count / m;
        return sum / 2;
    }

    /// <summary>Cramér's V, √(χ²/n / (min(rows, columns) − 1)) of the cells that occur; NaN where a column does not vary.</summary>
    public double Association()
    {
        Dictionary<long, double> rows = [], columns = [];
        foreach (var (cell, count) in Counts)
        {
            rows[cell / Columns] = rows.GetValueOrDefault(cell / Columns) + count;
            columns[cell % Columns] = columns.GetValueOrDefault(cell % Columns) + count;
        }
        var least = Math.Min(rows.Count, columns.Count);
        // Σ (c − e)²/e over all cells is Σ c²/e − n over those that occur.
        var squares = -1.0;
        foreach (var (cell, count) in Counts)
            squares += (double)count * count / (rows[cell / Columns] * columns[cell % Columns]);
        return least < 2 ? double.NaN : Math.Sqrt(Math.Max(0, squares) / (least - 1));
    }

    private sealed class Dense(int[] counts, int total, int columns) : Contingency(total, columns)
    {
        private protected override IEnumerable<KeyValuePair<long, int>> Counts
        {
            get
            {
                for (var cell = 0; cell < counts.Length; cell++)
                    if (counts[cell] > 0)
                        yield return new(cell, counts[cell]);
            }
        }

        private protected override int At(long cell) => counts[cell];
    }

    private sealed class Sparse(Dictionary<long, int> counts, int total, int columns) : Contingency(total, columns)
    {
        private protected override IEnumerable<KeyValuePair<long, int>> Counts => counts;

        private protected override int At(long cell) => counts.GetValueOrDefault(cell);
    }
}
