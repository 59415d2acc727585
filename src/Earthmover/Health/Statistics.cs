namespace Earthmover.Health;

/// <summary>Small statistics of arrays.</summary>
internal static class Statistics
{
    /// <summary>The value below which a share of the others lies; NaN of nothing.</summary>
    public static double Quantile(ReadOnlySpan<float> values, double share)
    {
        if (values.IsEmpty)
            return double.NaN;
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var position = share * (sorted.Length - 1);
        var below = (int)position;
        return below + 1 < sorted.Length ? sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    /// <summary>The middle value.</summary>
    public static double Median(ReadOnlySpan<float> values) => Quantile(values, 0.5);

    /// <summary>Mean.</summary>
    public static double Mean(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }

    /// <summary>Standard deviation.</summary>
    public static double Deviation(ReadOnlySpan<float> values)
    {
        var (mean, squares) = (Mean(values), 0.0);
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return Math.Sqrt(squares / values.Length);
    }

    /// <summary>Probability that a value of the first kind is above one of the second, ties counted half (Mann and Whitney's statistic).</summary>
    public static double Auc(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        var sorted = second.ToArray();
        Array.Sort(sorted);
        var wins = 0.0;
        foreach (var value in first)
            wins += (Below(sorted, value, orEqual: false) + Below(sorted, value, orEqual: true)) / 2.0;
        return wins / ((double)first.Length * second.Length);
    }

    /// <summary>How far an AUC is above ½, in the standard deviation √((n+m+1)/(12nm)) that it has between equal laws.</summary>
    public static double AucZ(double auc, int n, int m) => (auc - 0.5) / Math.Sqrt((n + m + 1) / (12.0 * n * m));

    private static int Below(float[] sorted, float value, bool orEqual)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < value || orEqual && sorted[middle] == value)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
