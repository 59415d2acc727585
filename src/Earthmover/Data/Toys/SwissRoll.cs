using Earthmover.Data.Points;

namespace Earthmover.Data.Toys;

/// <summary>
/// The swiss roll of the WGAN-GP experiments: (t cos t, t sin t) with t uniform on [1.5π, 4.5π], plus Gaussian noise
/// of deviation 0.25, everything divided by 7.5.
/// </summary>
public sealed class SwissRoll : IDensity, IPointSource
{
    private const double Scale = 1 / 7.5;
    private const double Noise = 0.25 * Scale;

    // The curve is 89 long before scaling, so that 3000 nodes lie about 0.03 apart, an eighth of the noise: for a
    // smooth integrand on that spacing the midpoint rule is exact to many digits away from the ends.
    private const int Nodes = 3000;

    private static readonly (double X, double Y)[] Curve =
        [.. Enumerable.Range(0, Nodes).Select(i => At((i + 0.5) / Nodes))];

    /// <inheritdoc/>
    public int Dimension => 2;

    /// <summary>The density ∫₀¹ N(x; c(u), σ²) du by the midpoint rule.</summary>
    /// <param name="point">Coordinates, <c>[2]</c>.</param>
    public double LogDensity(ReadOnlySpan<double> point)
    {
        if (point.Length != 2) throw new ArgumentException("The point must have 2 coordinates.", nameof(point));
        var nearest = double.PositiveInfinity;
        foreach (var (x, y) in Curve) nearest = Math.Min(nearest, Squared(point, x, y));
        var sum = 0.0;
        foreach (var (x, y) in Curve)
        {
            // Terms below e⁻⁴⁰ of the largest do not reach the last digit of the sum.
            var excess = (Squared(point, x, y) - nearest) / (2 * Noise * Noise);
            if (excess < 40) sum += Math.Exp(-excess);
        }

        return Math.Log(sum / Nodes) - (nearest / (2 * Noise * Noise)) - Math.Log(2 * Math.PI * Noise * Noise);
    }

    /// <inheritdoc/>
    public void Sample(SeededRandom random, Span<float> points)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var n = 0; n + 1 < points.Length; n += 2)
        {
            var (x, y) = At(random.NextDouble());
            points[n] = (float)(x + (Noise * random.NextGaussian()));
            points[n + 1] = (float)(y + (Noise * random.NextGaussian()));
        }
    }

    private static (double X, double Y) At(double u)
    {
        var t = 1.5 * Math.PI * (1 + (2 * u));
        return (t * Math.Cos(t) * Scale, t * Math.Sin(t) * Scale);
    }

    private static double Squared(ReadOnlySpan<double> point, double x, double y) =>
        ((point[0] - x) * (point[0] - x)) + ((point[1] - y) * (point[1] - y));
}
