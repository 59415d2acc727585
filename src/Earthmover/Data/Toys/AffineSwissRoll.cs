using Earthmover.Data.Points;

namespace Earthmover.Data.Toys;

/// <summary>
/// The roll of the amortized super-resolution paper (arXiv:1610.04490): angle ν₁ ~ N(10, 3²), radius
/// r = 0.4 ν₁ + ν₂ with ν₂ ~ N(0, 0.2²), point y = r (cos ν₁, sin ν₁). Its low-resolution view is (y₁ + y₂) / 2.
/// </summary>
public sealed class AffineSwissRoll : IDensity, IPointSource
{
    private const double AngleMean = 10;
    private const double AngleDeviation = 3;
    private const double Growth = 0.4;
    private const double Noise = 0.2;

    /// <inheritdoc/>
    public int Dimension => 2;

    /// <summary>
    /// The sum over all angles that lead to the point (φ + 2πk with radius |y|, φ + π + 2πk with radius −|y|) of the
    /// density of angle and radius, divided by the Jacobian |y|. Infinite at the origin.
    /// </summary>
    /// <param name="point">Coordinates, <c>[2]</c>.</param>
    public double LogDensity(ReadOnlySpan<double> point)
    {
        if (point.Length != 2) throw new ArgumentException("The point must have 2 coordinates.", nameof(point));
        var radius = Math.Sqrt((point[0] * point[0]) + (point[1] * point[1]));
        var angle = Math.Atan2(point[1], point[0]);
        var sum = 0.0;
        // Twelve turns either way are more than 20 deviations of the angle.
        for (var k = -12; k <= 12; k++)
        {
            sum += Joint(angle + (2 * Math.PI * k), radius);
            sum += Joint(angle + Math.PI + (2 * Math.PI * k), -radius);
        }

        return Math.Log(sum) - Math.Log(radius);
    }

    /// <inheritdoc/>
    public void Sample(SeededRandom random, Span<float> points)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var n = 0; n + 1 < points.Length; n += 2)
        {
            var angle = AngleMean + (AngleDeviation * random.NextGaussian());
            var radius = (Growth * angle) + (Noise * random.NextGaussian());
            points[n] = (float)(radius * Math.Cos(angle));
            points[n + 1] = (float)(radius * Math.Sin(angle));
        }
    }

    private static double Joint(double angle, double radius)
    {
        var a = (angle - AngleMean) / AngleDeviation;
        var r = (radius - (Growth * angle)) / Noise;
        var exponent = ((a * a) + (r * r)) / 2;
        return exponent > 700 ? 0 : Math.Exp(-exponent) / (2 * Math.PI * AngleDeviation * Noise);
    }
}
