using MathNet.Numerics.Distributions;

namespace Earthmover;

/// <summary>Small statistics of plain numbers, the same for health, metrics, claims and benchmarks.</summary>
public static class Statistics
{
    /// <summary>The two-sided 95 % quantile of the normal law.</summary>
    public const double Normal95 = 1.959963984540054;

    /// <summary>Share of N(0, 1) that lies below a number.</summary>
    public static double NormalShare(double z) => MathNet.Numerics.SpecialFunctions.Erfc(-z / Math.Sqrt(2)) / 2;

    /// <summary>The x below which the share p of the standard normal law lies; −∞ at 0 and ∞ at 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is no share.</exception>
    public static double NormalQuantile(double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(p);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(p, 1);
        return Normal.InvCDF(0, 1, p);
    }

    /// <summary>The two-sided 95 % quantile of Student's law.</summary>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double Student95(int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        return StudentT.InvCDF(0, 1, freedom, 0.975);
    }

    /// <summary>Probability that a value of Student's law is as far from 0 as this or farther, on either side.</summary>
    /// <param name="t">The value.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double StudentTails(double t, int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        return double.IsNaN(t) ? double.NaN : 2 * StudentT.CDF(0, 1, freedom, -Math.Abs(t));
    }

    /// <summary>The value below which a share of the others lies, in a straight line between the two nearest; NaN of nothing.</summary>
    /// <param name="values">Any order.</param>
    /// <param name="share">In [0, 1].</param>
    public static double Quantile(ReadOnlySpan<double> values, double share)
    {
        if (values.IsEmpty)
            return double.NaN;
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var position = share * (sorted.Length - 1);
        var below = (int)position;
        var (low, high) = (sorted[below], sorted[Math.Min(below + 1, sorted.Length - 1)]);
        // Where a value is met exactly its neighbor does not count, not even an infinite one.
        return position == below || low == high ? low : low + (position - below) * (high - low);
    }

    /// <inheritdoc cref="Quantile(ReadOnlySpan{double}, double)"/>
    public static double Quantile(ReadOnlySpan<float> values, double share) => Quantile(Doubles(values), share);

    /// <summary>The middle value; the mean of the two in the middle where their number is even; NaN of nothing.</summary>
    public static double Median(ReadOnlySpan<double> values) => Quantile(values, 0.5);

    /// <inheritdoc cref="Median(ReadOnlySpan{double})"/>
    public static double Median(ReadOnlySpan<float> values) => Quantile(values, 0.5);

    /// <summary>Mean.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }

    /// <inheritdoc cref="Mean(ReadOnlySpan{double})"/>
    public static double Mean(ReadOnlySpan<float> values) => Mean(Doubles(values));

    /// <summary>Standard deviation of these values, which are all there are.</summary>
    public static double Deviation(ReadOnlySpan<float> values) => Math.Sqrt(Squares(Doubles(values)) / values.Length);

    /// <summary>Standard deviation of the law that these values are a sample of, at least two.</summary>
    public static double SampleDeviation(ReadOnlySpan<double> values) => Math.Sqrt(Squares(values) / (values.Length - 1));

    /// <summary>Standard error of the mean of a sample of at least two.</summary>
    public static double MeanError(ReadOnlySpan<double> values) => SampleDeviation(values) / Math.Sqrt(values.Length);

    /// <summary>
    /// Probability that a value of the first kind is above one of the second, ties counted half (Mann and Whitney's statistic).
    /// </summary>
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

    // Of the deviations from the mean.
    private static double Squares(ReadOnlySpan<double> values)
    {
        var (mean, squares) = (Mean(values), 0.0);
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return squares;
    }

    private static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (var i = 0; i < doubles.Length; i++)
            doubles[i] = values[i];
        return doubles;
    }

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
