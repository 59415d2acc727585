using Earthmover.Transport;

namespace Earthmover.Metrics.Tables;

/// <summary>How well one column of generated rows fits that of real ones.</summary>
/// <param name="Name">The column.</param>
/// <param name="IsNumber">Whether it holds numbers.</param>
/// <param name="Shape">1 − Kolmogorov and Smirnov's distance of the numbers that are there; 1 − total variation of categories, a
/// missing value being one of them. 1 is equal.</param>
/// <param name="Distance">Exact W₁ of the numbers that are there, in deviations of the real ones; NaN for categories, where one side has
/// no numbers, and where the real ones do not vary.</param>
/// <param name="MissingReal">Share of missing values among the real ones.</param>
/// <param name="MissingGenerated">The same among the generated ones.</param>
/// <param name="Coverage">Share of the real range, or of the real categories, that generated values reach; NaN where no real value is
/// there.</param>
/// <param name="Adherence">Share of generated values inside the real range, or of real categories; NaN where no generated one is
/// there.</param>
public sealed record ColumnFit(string Name, bool IsNumber, double Shape, double Distance, double MissingReal, double MissingGenerated,
    double Coverage, double Adherence)
{
    /// <summary>Measures a column.</summary>
    /// <param name="generated">Generated values.</param>
    /// <param name="real">Real values of the same column.</param>
    public static ColumnFit Of(MeasuredColumn generated, MeasuredColumn real)
    {
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(real);
        return real.IsNumber ? OfNumbers(generated, real) : OfCategories(generated, real);
    }

    private static ColumnFit OfNumbers(MeasuredColumn generated, MeasuredColumn real)
    {
        double[] x = generated.Sorted(), y = real.Sorted();
        double missingX = generated.MissingShare, missingY = real.MissingShare;
        // Where one side has no number at all, nothing of the other is met; where both have none, all is.
        if (x.Length == 0 || y.Length == 0)
            return new(real.Name, true, x.Length == y.Length ? 1 : 0, double.NaN, missingY, missingX,
                y.Length == 0 ? double.NaN : 0, x.Length == 0 ? double.NaN : 0);
        var deviation = y.Length < 2 ? 0 : Statistics.SampleDeviation(y);
        var distance = Ot.Wasserstein1D(x, y);
        double low = y[0], high = y[^1];
        var inside = x.Count(value => value >= low && value <= high);
        return new(real.Name, true, 1 - KolmogorovSmirnov(x, y), distance == 0 ? 0 : deviation > 0 ? distance / deviation : double.NaN,
            missingY, missingX, RangeCovered(x, low, high), (double)inside / x.Length);
    }

    private static ColumnFit OfCategories(MeasuredColumn generated, MeasuredColumn real)
    {
        double[] q = generated.Shares(), p = real.Shares();
        // Names that only one side has stand behind those of both; a missing value is always the last.
        var known = Math.Max(q.Length, p.Length) - 1;
        double At(double[] shares, int k) => k < shares.Length - 1 ? shares[k] : 0;
        double variation = Math.Abs(q[^1] - p[^1]), there = 0, met = 0, inside = 0, of = 0;
        for (var k = 0; k < known; k++)
        {
            double mine = At(q, k), others = At(p, k);
            variation += Math.Abs(mine - others);
            there += others > 0 ? 1 : 0;
            met += others > 0 && mine > 0 ? 1 : 0;
            of += mine;
            inside += others > 0 ? mine : 0;
        }
        return new(real.Name, false, 1 - variation / 2, double.NaN, p[^1], q[^1],
            there > 0 ? met / there : double.NaN, of > 0 ? inside / of : double.NaN);
    }

    /// <summary>The largest difference of two empirical distribution functions.</summary>
    /// <param name="x">Numbers in rising order, at least one.</param>
    /// <param name="y">Others in rising order, at least one.</param>
    public static double KolmogorovSmirnov(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var (i, j, largest) = (0, 0, 0.0);
        while (i < x.Length && j < y.Length)
        {
            var value = Math.Min(x[i], y[j]);
            while (i < x.Length && x[i] <= value)
                i++;
            while (j < y.Length && y[j] <= value)
                j++;
            largest = Math.Max(largest, Math.Abs((double)i / x.Length - (double)j / y.Length));
        }
        return largest;
    }

    // What is left out at either end; of a range of one point, whether it is met.
    private static double RangeCovered(double[] x, double low, double high)
    {
        if (high == low)
            return Array.BinarySearch(x, low) >= 0 ? 1 : 0;
        var left = Math.Max(0, (x[0] - low) / (high - low)) + Math.Max(0, (high - x[^1]) / (high - low));
        return Math.Max(0, 1 - left);
    }
}
