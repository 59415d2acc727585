using System.Numerics;
using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

/// <summary>Optimal transport on the line, where the monotone plan is optimal for every convex cost: a sort and a sum.</summary>
internal static class Univariate
{
    /// <summary>W_p^p between samples of equal masses that are sorted already; Σ over the common refinement of quantiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SortedCost<T>(ReadOnlySpan<T> u, ReadOnlySpan<T> v, double p)
        where T : struct, IFloatingPoint<T>
    {
        double sum = 0;
        if (u.Length == v.Length)
        {
            // Two sums hide the latency of an addition.
            double other = 0;
            var k = 0;
            for (; k < u.Length - 1; k += 2)
            {
                sum += Power(Math.Abs(double.CreateTruncating(u[k]) - double.CreateTruncating(v[k])), p);
                other += Power(Math.Abs(double.CreateTruncating(u[k + 1]) - double.CreateTruncating(v[k + 1])), p);
            }
            if (k < u.Length)
                sum += Power(Math.Abs(double.CreateTruncating(u[k]) - double.CreateTruncating(v[k])), p);
            return (sum + other) / u.Length;
        }
        // Masses in units of 1/(n·m): all integers, so the two ends meet exactly.
        long leftU = v.Length, leftV = u.Length;
        var (i, j) = (0, 0);
        while (i < u.Length && j < v.Length)
        {
            var moved = Math.Min(leftU, leftV);
            sum += moved * Power(Math.Abs(double.CreateTruncating(u[i]) - double.CreateTruncating(v[j])), p);
            if ((leftU -= moved) == 0)
                (i, leftU) = (i + 1, v.Length);
            if ((leftV -= moved) == 0)
                (j, leftV) = (j + 1, u.Length);
        }
        return sum / ((double)u.Length * v.Length);
    }

    /// <summary>W_p, rooted: right also where the powers leave float64.</summary>
    public static double Distance(ReadOnlySpan<double> u, ReadOnlySpan<double> v,
        double p, ReadOnlySpan<double> uWeights, ReadOnlySpan<double> vWeights)
    {
        double largest = 0;
        foreach (var value in u)
            largest = Math.Max(largest, Math.Abs(value));
        foreach (var value in v)
            largest = Math.Max(largest, Math.Abs(value));
        var exponent = largest > 0 && double.IsFinite(largest) ? Math.ILogB(largest) : 0;
        // Within this range no power leaves float64, and the copies are spared.
        if (p * Math.Abs(exponent) < 900)
            return Math.Pow(Cost(u, v, p, uWeights, vWeights), 1 / p);
        double[] Divided(ReadOnlySpan<double> values) => Array.ConvertAll(values.ToArray(), value => Math.ScaleB(value, -exponent));
        return Math.ScaleB(Math.Pow(Cost(Divided(u), Divided(v), p, uWeights, vWeights), 1 / p), exponent);
    }

    public static double Cost(
        ReadOnlySpan<double> u, ReadOnlySpan<double> v, double p, ReadOnlySpan<double> uWeights, ReadOnlySpan<double> vWeights)
    {
        if (!(p >= 1) || double.IsInfinity(p))
            throw new ArgumentException($"p is {p}; it must be finite and at least 1.");
        var (x, a) = Sorted(u, uWeights, "u");
        var (y, b) = Sorted(v, vWeights, "v");
        if (a is not null && b is not null)
        {
            var (sumA, sumB) = (Sum(uWeights), Sum(vWeights));
            if (Math.Abs(sumA - sumB) > 1e-9 * Math.Max(sumA, sumB))
                throw new ArgumentException(
                    $"The masses of u sum to {sumA} and those of v to {sumB}; balanced transport needs equal sums.");
        }
        double sum = 0;
        if (a is null && b is null && x.Length == y.Length)
        {
            for (var k = 0; k < x.Length; k++)
                sum += Power(Math.Abs(x[k] - y[k]), p);
            return sum / x.Length;
        }
        // Masses of 32 digits: what is equal on both sides of an outlier must leave nothing to be moved.
        var (i, j) = (0, 0);
        DoubleDouble leftU = Mass(a, 0, x.Length), leftV = Mass(b, 0, y.Length);
        while (true)
        {
            var moved = leftU < leftV ? leftU : leftV;
            if (moved.High > 1e-28)
                sum += moved.High * Power(Math.Abs(x[i] - y[j]), p);
            leftU -= moved;
            leftV -= moved;
            // Rounding may leave a last crumb on either side; it stays with the last point.
            if (!(leftU > leftV) && i < x.Length - 1)
                leftU += Mass(a, ++i, x.Length);
            else if (j < y.Length - 1)
                leftV += Mass(b, ++j, y.Length);
            else if (i < x.Length - 1)
                leftU += Mass(a, ++i, x.Length);
            else
                return sum;
        }
    }

    public static double Power(double distance, double p) => p == 1 ? distance : p == 2 ? distance * distance : Math.Pow(distance, p);

    private static DoubleDouble Mass(DoubleDouble[]? weights, int k, int count) => weights is null ? (DoubleDouble)1 / count : weights[k];

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
            sum += value;
        return sum;
    }

    private static (double[] Values, DoubleDouble[]? Weights) Sorted(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, string name)
    {
        if (values.IsEmpty)
            throw new ArgumentException($"'{name}' is empty.");
        for (var k = 0; k < values.Length; k++)
        {
            if (!double.IsFinite(values[k]))
                throw new ArgumentException($"'{name}'[{k}] is {values[k]}; values must be finite.");
        }
        var sorted = values.ToArray();
        if (weights.IsEmpty)
        {
            RadixSort.Sort(sorted, new double[sorted.Length]);
            return (sorted, null);
        }
        if (weights.Length != values.Length)
            throw new ArgumentException($"'{name}' has {values.Length} values and {weights.Length} masses.");
        var given = WeightVector.From(weights, $"masses of {name}");
        var masses = Enumerable.Range(0, values.Length).Select(given.Exact).ToArray();
        Array.Sort(sorted, masses);
        return (sorted, masses);
    }
}
