namespace Earthmover.Health;

/// <summary>How numbers are distributed: counts in bins of equal width.</summary>
/// <param name="Low">Lower end of the first bin.</param>
/// <param name="High">Upper end of the last bin.</param>
/// <param name="Counts">Numbers in each bin.</param>
public sealed record Histogram(double Low, double High, IReadOnlyList<long> Counts)
{
    /// <summary>Counts numbers in bins; those that are not finite or lie outside the bins are left out.</summary>
    public static Histogram Of(ReadOnlySpan<float> values, double low, double high, int bins)
    {
        if (high <= low)
            (low, high) = (low - 0.5, low + 0.5);
        var counts = new long[bins];
        foreach (var value in values)
            if (value >= low && value <= high)
                counts[Math.Min(bins - 1, (int)((value - low) / (high - low) * bins))]++;
        return new(low, high, counts);
    }
}
