namespace Earthmover.Games;

/// <summary>The standard normal law.</summary>
public static class Normal
{
    /// <summary>P(Z ≤ x), by a series.</summary>
    public static double Distribution(double x)
    {
        // Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/15 + …), which converges fast where it is used, and is 0 or 1 to double precision beyond.
        if (Math.Abs(x) > 8)
            return x > 0 ? 1 : 0;
        double term = x, sum = x;
        for (var k = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum) && k < 400; k += 2)
            sum += term *= x * x / k;
        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }

    /// <summary>The x with P(Z ≤ x) = p, by bisection; −∞ at 0 and ∞ at 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is not a probability.</exception>
    public static double Quantile(double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(p);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(p, 1);
        if (p is 0 or 1)
            return p == 0 ? double.NegativeInfinity : double.PositiveInfinity;
        double low = -9, high = 9;
        while (high - low > 1e-13)
        {
            var middle = (low + high) / 2;
            (low, high) = Distribution(middle) < p ? (middle, high) : (low, middle);
        }
        return (low + high) / 2;
    }
}
