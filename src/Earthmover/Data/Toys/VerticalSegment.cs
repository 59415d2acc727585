using Earthmover.Data.Points;

namespace Earthmover.Data.Toys;

/// <summary>
/// The law of (θ, U) with U uniform on [0, 1] (example 3.1 of arXiv:1701.07875). It has no density in the plane. The
/// Wasserstein distance of two of them is the difference of their θ.
/// </summary>
/// <param name="theta">The first coordinate.</param>
public sealed class VerticalSegment(double theta) : IPointSource
{
    /// <summary>The first coordinate of every point.</summary>
    public double Theta { get; } = theta;

    /// <inheritdoc/>
    public int Dimension => 2;

    /// <inheritdoc/>
    public void Sample(SeededRandom random, Span<float> points)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var n = 0; n + 1 < points.Length; n += 2) (points[n], points[n + 1]) = ((float)Theta, (float)random.NextDouble());
    }
}
