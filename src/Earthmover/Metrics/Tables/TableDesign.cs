using System.Numerics;

namespace Earthmover.Metrics.Tables;

/// <summary>A column as classifiers and distances see it: standardized numbers, or one slot of several.</summary>
/// <param name="Numbers">[N], or null.</param>
/// <param name="Slots">[N], 0 to SlotCount − 1, or null.</param>
/// <param name="SlotCount">Slots; 0 for numbers.</param>
public sealed record DesignColumn(double[]? Numbers, int[]? Slots, int SlotCount)
{
    /// <summary>Numbers that it takes: one, or one for each slot.</summary>
    public int Width => Numbers is null ? SlotCount : 1;
}

/// <summary>Rows of standardized numbers and slots.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Count">Rows.</param>
public sealed record DesignRows(IReadOnlyList<DesignColumn> Columns, int Count)
{
    /// <summary>Numbers per row, where slots are written as zeros and a one.</summary>
    public int Width => Columns.Sum(column => column.Width);

    /// <summary>Some rows.</summary>
    /// <param name="rows">0 to Count − 1; repeats are allowed.</param>
    public DesignRows Select(int[] rows) => new([.. Columns.Select(column => column with
    {
        Numbers = column.Numbers is null ? null : Array.ConvertAll(rows, row => column.Numbers[row]),
        Slots = column.Slots is null ? null : Array.ConvertAll(rows, row => column.Slots[row]),
    })], rows.Length);

    /// <summary>Numbers, and a one among zeros for each slot [Count, Width].</summary>
    public T[] Dense<T>()
        where T : IFloatingPoint<T>
    {
        var (values, width, from) = (new T[checked(Count * Width)], Width, 0);
        foreach (var column in Columns)
        {
            for (var i = 0; i < Count; i++)
                if (column.Numbers is { } numbers)
                    values[i * width + from] = T.CreateTruncating(numbers[i]);
                else
                    values[i * width + from + column.Slots![i]] = T.One;
            from += column.Width;
        }
        return values;
    }
}

/// <summary>
/// Writes rows as numbers of mean 0 and deviation 1 and as slots of categories, by what real rows show; a number that is missing is at the
/// mean, and a slot beside it says so.
/// </summary>
public sealed class TableDesign
{
    /// <summary>Slots of one category at most: its most frequent values, and one for all others.</summary>
    public const int MostSlots = 64;

    private readonly IReadOnlyList<Func<MeasuredTable, DesignColumn>> _columns;

    private TableDesign(IReadOnlyList<Func<MeasuredTable, DesignColumn>> columns) => _columns = columns;

    /// <summary>Finds means, deviations and slots.</summary>
    /// <param name="real">Real rows, which they are those of.</param>
    /// <param name="others">Other rows to be written: where any has a value that is missing or new, there is a slot for it.</param>
    public static TableDesign Fit(MeasuredTable real, params IReadOnlyList<MeasuredTable> others)
    {
        ArgumentNullException.ThrowIfNull(real);
        var columns = new List<Func<MeasuredTable, DesignColumn>>();
        for (var at = 0; at < real.Columns.Count; at++)
        {
            var place = at;
            MeasuredColumn[] seen = [real.Columns[at], .. others.Select(other => other.Columns[place])];
            if (!seen[0].IsNumber)
            {
                columns.Add(Slots(place, seen));
                continue;
            }
            columns.Add(Standardized(place, seen[0]));
            if (seen.Any(column => column.Numbers!.Any(double.IsNaN)))
                columns.Add(table => new(null, Array.ConvertAll(table.Columns[place].Numbers!, value => double.IsNaN(value) ? 1 : 0), 2));
        }
        return new(columns);
    }

    /// <summary>Writes rows.</summary>
    /// <param name="table">Rows of the same columns.</param>
    public DesignRows Of(MeasuredTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new([.. _columns.Select(column => column(table))], table.Count);
    }

    private static Func<MeasuredTable, DesignColumn> Standardized(int place, MeasuredColumn real)
    {
        var there = real.Sorted();
        var mean = there.Length == 0 ? 0 : Statistics.Mean(there);
        var squares = there.Sum(value => (value - mean) * (value - mean));
        var deviation = squares > 0 ? Math.Sqrt(squares / there.Length) : 1;
        return table => new(Array.ConvertAll(table.Columns[place].Numbers!, v => double.IsNaN(v) ? 0 : (v - mean) / deviation), null, 0);
    }

    // The most frequent real values have slots of their own; others, new ones among them, share one; what is missing has the last.
    private static Func<MeasuredTable, DesignColumn> Slots(int place, MeasuredColumn[] seen)
    {
        var shares = seen[0].Shares();
        var there = Enumerable.Range(0, shares.Length - 1).Where(k => shares[k] > 0);
        int[] kept = [.. there.OrderByDescending(k => shares[k]).Take(MostSlots)];
        if (kept.Length == MostSlots)
            kept = kept[..^1];
        Array.Sort(kept);
        var slots = new Dictionary<int, int>(kept.Select((code, slot) => KeyValuePair.Create(code, slot)));
        var hasOthers = seen.Any(column => column.Codes!.Any(code => code >= 0 && !slots.ContainsKey(code)));
        var hasMissing = seen.Any(column => column.Codes!.Any(code => code < 0));
        var other = kept.Length;
        var missing = other + (hasOthers ? 1 : 0);
        var count = missing + (hasMissing ? 1 : 0);
        int Slot(int code) => code < 0 ? missing : slots.GetValueOrDefault(code, other);
        return table => new(null, Array.ConvertAll(table.Columns[place].Codes!, Slot), count);
    }
}
