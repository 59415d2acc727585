namespace Earthmover.Claims.Lab;

/// <summary>Laws of the real line by their log densities, and what is said of them without a sample.</summary>
public static class Quadrature
{
    /// <summary>Log density of N(mean, deviation²) at x.</summary>
    public static double LogNormal(double x, double mean = 0, double deviation = 1)
    {
        var t = (x - mean) / deviation;
        return -t * t / 2 - Math.Log(deviation * Math.Sqrt(2 * Math.PI));
    }

    /// <summary>log(eᵃ + eᵇ) without overflow.</summary>
    public static double LogSum(double a, double b) =>
        Math.Max(a, b) is var top && double.IsNegativeInfinity(top) ? top : top + Math.Log(Math.Exp(a - top) + Math.Exp(b - top));

    /// <summary>∫ f by the trapezoid rule, which converges geometrically for what decays like a Gaussian within the bounds.</summary>
    /// <param name="f">What is integrated.</param>
    /// <param name="low">Lower bound.</param>
    /// <param name="high">Upper bound.</param>
    /// <param name="points">Points of the rule, at least 2.</param>
    public static double Integral(Func<double, double> f, double low = -16, double high = 17, int points = 4001)
    {
        var width = (high - low) / (points - 1);
        return width * (Enumerable.Range(0, points).Sum(i => f(low + i * width)) - (f(low) + f(high)) / 2);
    }

    /// <summary>∫ p log(p/q), in nats.</summary>
    /// <param name="logP">Log density of p.</param>
    /// <param name="logQ">Log density of q.</param>
    public static double KullbackLeibler(Func<double, double> logP, Func<double, double> logQ) =>
        Integral(x => logP(x) is var p && Math.Exp(p) is var mass && mass > 0 ? mass * (p - logQ(x)) : 0);

    /// <summary>The Jensen–Shannon divergence, in nats: at most log 2.</summary>
    /// <param name="logP">Log density of p.</param>
    /// <param name="logQ">Log density of q.</param>
    public static double JensenShannon(Func<double, double> logP, Func<double, double> logQ)
    {
        double Middle(double x) => LogSum(logP(x), logQ(x)) - Math.Log(2);
        return (KullbackLeibler(logP, Middle) + KullbackLeibler(logQ, Middle)) / 2;
    }
}
