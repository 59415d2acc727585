using System.Globalization;

namespace Earthmover.Metrics.Tables;

/// <summary>A column as few named places: its most frequent values, or ranges of its numbers.</summary>
/// <param name="names">Names of the places.</param>
/// <param name="places">The place of each row of a column.</param>
internal sealed class Bars(string[] names, Func<MeasuredColumn, int[]> places)
{
    /// <summary>Bars of a column that is drawn alone.</summary>
    public const int MostBars = 14;

    private const int MostCells = 8, FewEdges = 3;
    private const string Others = "(others)", Missing = "(missing)";

    /// <summary>Names of the places.</summary>
    public string[] Names => names;

    /// <summary>The place of each row.</summary>
    public int[] Places(MeasuredColumn column) => places(column);

    /// <summary>Share of the rows at each place.</summary>
    public double[] Shares(MeasuredColumn column)
    {
        var shares = new double[names.Length];
        foreach (var place in places(column))
            shares[place] += 1.0 / column.Count;
        return shares;
    }

    /// <summary>The most frequent values of a category, and two places for the others and for gaps.</summary>
    public static Bars Of(MeasuredColumn real, int most)
    {
        var shares = real.Shares();
        int[] order = [.. Enumerable.Range(0, shares.Length - 1).Where(k => shares[k] > 0).OrderByDescending(k => shares[k]).Take(most)];
        var place = new Dictionary<int, int>(order.Select((code, k) => KeyValuePair.Create(code, k)));
        var names = Unlike([.. order.Select(code => Short(real.Values[code])), Others, Missing]);
        return new(names, column => Array.ConvertAll(column.Codes!,
            code => code < 0 ? order.Length + 1 : place.GetValueOrDefault(code, order.Length)));
    }

    /// <summary>The cells of one side of a drawn pair.</summary>
    public static Bars OfCells(MeasuredColumn real, bool areTimes)
    {
        if (!real.IsNumber)
            return Of(real, MostCells);
        // Eighths of the rows, not of the range: a pair of columns with a long tail would be one dark cell.
        var sorted = real.Sorted();
        double[] EdgesOf(double[] values) => values.Length == 0 ? []
            : [.. Enumerable.Range(1, MostCells - 1).Select(k => values[(int)((long)k * values.Length / MostCells)]).Distinct()
                .Where(edge => edge > values[0])];
        var edges = EdgesOf(sorted);
        // Where nearly all rows have one value, the others are divided.
        if (edges.Length < FewEdges)
            edges = EdgesOf([.. sorted.Distinct()]);
        string Name(int k) => edges.Length == 0 ? "all"
            : k == 0 ? $"< {Written(edges[0], areTimes)}"
            : $"≥ {Written(edges[k - 1], areTimes)}";
        var names = Unlike([.. Enumerable.Range(0, edges.Length + 1).Select(Name), Missing]);
        int Place(double value) => double.IsNaN(value) ? edges.Length + 1 : edges.Count(edge => edge <= value);
        return new(names, column => Array.ConvertAll(column.Numbers!, Place));
    }

    private static string Written(double value, bool isTime) => isTime
        ? DateTime.UnixEpoch.AddSeconds(Math.Clamp(value, -6e10, 2.5e11)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : value.ToString("G4", CultureInfo.InvariantCulture);

    // Names that were cut short may have become the same, and a figure would put them into one place.
    private static string[] Unlike(string[] names) => [.. names.Select((name, k) =>
        names.Take(k).Count(other => other == name) is > 0 and var before ? $"{name} ({before + 1})" : name)];

    private static string Short(string name) => name.Length > 18 ? name[..17] + "…" : name;
}

/// <summary>A column of numbers as bins of equal width over the real range; what lies outside counts at its ends.</summary>
/// <param name="edges">Edges.</param>
internal sealed class Bins(double[] edges)
{
    private const int Count = 30;

    /// <summary>Edges, one more than bins.</summary>
    public double[] Edges => edges;

    /// <summary>Bins over the range of a column; of whole numbers each holds as many, or some would stand out.</summary>
    public static Bins Of(MeasuredColumn real)
    {
        var sorted = real.Sorted();
        if (sorted.Length == 0)
            return new([0, 1]);
        double low = sorted[0], high = sorted[^1];
        if (sorted.All(value => value == Math.Floor(value)))
        {
            var width = Math.Ceiling((high - low + 1) / Count);
            var bins = (int)Math.Ceiling((high - low + 1) / width);
            return new([.. Enumerable.Range(0, bins + 1).Select(k => low - 0.5 + k * width)]);
        }
        if (low == high)
            (low, high) = (low - 0.5, high + 0.5);
        return new([.. Enumerable.Range(0, Count + 1).Select(k => low + (high - low) * k / Count)]);
    }

    /// <summary>Share of the numbers that are there in each bin.</summary>
    public double[] Shares(MeasuredColumn column)
    {
        var shares = new double[edges.Length - 1];
        var sorted = column.Sorted();
        foreach (var value in sorted)
        {
            var at = Array.BinarySearch(edges, value);
            shares[Math.Clamp(at < 0 ? ~at - 1 : at, 0, shares.Length - 1)] += 1.0 / sorted.Length;
        }
        return shares;
    }
}
