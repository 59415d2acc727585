namespace Earthmover.Transport;

/// <summary>Optimal transport on the line, where the monotone plan is optimal for every convex cost: a sort and a sum.</summary>
internal static class Univariate
{
    /// <summary>W_p^p between samples of equal masses that are sorted already; Σ over the common refinement of quantiles.</summary>
    public static double SortedCost(ReadOnlySpan<float> u, ReadOnlySpan<float> v, double p)
    {
        double sum = 0;
        if (u.Length == v.Length)
        {
            for (var k = 0; k < u.Length; k++)
                sum += Power(Math.Abs((double)u[k] - v[k]), p);
            return sum / u.Length;
        }
        // Masses in units of 1/(n·m): all integers, so the two ends meet exactly.
        long leftU = v.Length, leftV = u.Length;
        var (i, j) = (0, 0);
        while (i < u.Length && j < v.Length)
        {
            var moved = Math.Min(leftU, leftV);
            sum += moved * Power(Math.Abs((double)u[i] - v[j]), p);
            if ((leftU -= moved) == 0)
                (i, leftU) = (i + 1, v.Length);
            if ((leftV -= moved) == 0)
                (j, leftV) = (j + 1, u.Length);
        }
        return sum / ((double)u.Length * v.Length);
    }

    public static double Cost(ReadOnlySpan<double> u, ReadOnlySpan<double> v, double p, ReadOnlySpan<double> uWeights, ReadOnlySpan<double> vWeights)
    {
        if (!(p >= 1) || double.IsInfinity(p))
            throw new ArgumentException($"p is {p}; it must be finite and at least 1.");
        var (x, a) = Sorted(u, uWeights, "u");
        var (y, b) = Sorted(v, vWeights, "v");
        if (a is not null && b is not null)
        {
            var (sumA, sumB) = (Sum(uWeights), Sum(vWeights));
            if (Math.Abs(sumA - sumB) > 1e-9 * Math.Max(sumA, sumB))
                throw new ArgumentException($"The masses of u sum to {sumA} and those of v to {sumB}; balanced transport needs equal sums.");
        }
        double sum = 0;
        if (a is null && b is null && x.Length == y.Length)
        {
            for (var k = 0; k < x.Length; k++)
                sum += Power(Math.Abs(x[k] - y[k]), p);
            return sum / x.Length;
        }
        var (i, j) = (0, 0);
        double leftU = Mass(a, 0, x.Length), leftV = Mass(b, 0, y.Length);
        while (true)
        {
            var moved = Math.Min(leftU, leftV);
            sum += moved * Power(Math.Abs(x[i] - y[j]), p);
            leftU -= moved;
            leftV -= moved;
            // Rounding may leave a last crumb on either side; it stays with the last point.
            if (leftU <= leftV && i < x.Length - 1)
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

    private static double Mass(double[]? weights, int k, int count) => weights is null ? 1.0 / count : weights[k];

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
            sum += value;
        return sum;
    }

    private static (double[] Values, double[]? Weights) Sorted(ReadOnlySpan<double> values, ReadOnlySpan<double> weights, string name)
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
            RadixSort.Sort(sorted);
            return (sorted, null);
        }
        if (weights.Length != values.Length)
            throw new ArgumentException($"'{name}' has {values.Length} values and {weights.Length} masses.");
        var masses = WeightVector.From(weights, $"masses of {name}").ToArray();
        Array.Sort(sorted, masses);
        return (sorted, masses);
    }
}
