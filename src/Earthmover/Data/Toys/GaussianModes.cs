using Earthmover.Data.Points;

namespace Earthmover.Data.Toys;

/// <summary>One component of a mixture of round Gaussians.</summary>
/// <param name="Center">Its mean.</param>
/// <param name="Deviation">Standard deviation of every coordinate, above 0.</param>
/// <param name="Weight">Its share; shares are divided by their sum.</param>
public sealed record GaussianMode(IReadOnlyList<double> Center, double Deviation, double Weight = 1);

/// <summary>A mixture of round Gaussians: density, sampling and the modes, from which quality measures count coverage.</summary>
public sealed class GaussianModes : IDensity, IPointSource
{
    private readonly double[] _cumulative;

    /// <summary>Makes the law.</summary>
    /// <param name="modes">At least one component; all of one dimension.</param>
    public GaussianModes(IReadOnlyList<GaussianMode> modes)
    {
        ArgumentNullException.ThrowIfNull(modes);
        if (modes.Count == 0) throw new ArgumentException("A mixture needs a component.", nameof(modes));
        if (modes.Any(m => m.Center.Count != modes[0].Center.Count || m.Center.Count == 0 || !(m.Deviation > 0) || !(m.Weight > 0)))
            throw new ArgumentException("Components need one dimension, positive deviations and positive weights.", nameof(modes));
        var total = modes.Sum(m => m.Weight);
        Modes = [.. modes.Select(m => m with { Weight = m.Weight / total })];
        _cumulative = new double[Modes.Count];
        for (var (k, sum) = (0, 0.0); k < Modes.Count; k++) _cumulative[k] = sum += Modes[k].Weight;
        Dimension = modes[0].Center.Count;
    }

    /// <summary>The components, with weights that sum to 1.</summary>
    public IReadOnlyList<GaussianMode> Modes { get; }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <summary>The component nearest to a point, and how far its center is, in units of its standard deviation.</summary>
    /// <param name="point">[<see cref="Dimension"/>].</param>
    public (int Mode, double Deviations) Nearest(ReadOnlySpan<float> point)
    {
        var (nearest, least) = (0, double.PositiveInfinity);
        for (var k = 0; k < Modes.Count; k++)
        {
            var squared = 0.0;
            for (var i = 0; i < Dimension; i++) squared += (point[i] - Modes[k].Center[i]) * (point[i] - Modes[k].Center[i]);
            if (Math.Sqrt(squared) / Modes[k].Deviation is var deviations && deviations < least) (nearest, least) = (k, deviations);
        }

        return (nearest, least);
    }

    /// <summary>Equal Gaussians at equal angles on a circle, the first on the positive x-axis.</summary>
    /// <param name="count">Number of components.</param>
    /// <param name="radius">Radius of the circle.</param>
    /// <param name="deviation">Standard deviation.</param>
    public static GaussianModes Ring(int count, double radius, double deviation) =>
        new([.. Enumerable.Range(0, count).Select(k =>
            new GaussianMode([radius * Math.Cos(2 * Math.PI * k / count), radius * Math.Sin(2 * Math.PI * k / count)], deviation))]);

    /// <summary>Equal Gaussians on a square grid around the origin.</summary>
    /// <param name="side">Components per side.</param>
    /// <param name="spacing">Distance between neighbors.</param>
    /// <param name="deviation">Standard deviation.</param>
    public static GaussianModes Grid(int side, double spacing, double deviation) =>
        new([.. Enumerable.Range(0, side * side).Select(k =>
            new GaussianMode([((k / side) - ((side - 1) / 2.0)) * spacing, ((k % side) - ((side - 1) / 2.0)) * spacing], deviation))]);

    /// <summary>The law of R·x + shift, where R turns the plane.</summary>
    /// <param name="radians">The angle, counter-clockwise.</param>
    /// <param name="shiftX">Added to the first coordinate.</param>
    /// <param name="shiftY">Added to the second coordinate.</param>
    public GaussianModes Turned(double radians, double shiftX = 0, double shiftY = 0)
    {
        if (Dimension != 2) throw new InvalidOperationException("Only mixtures in the plane can be turned.");
        var (sin, cos) = Math.SinCos(radians);
        return new([.. Modes.Select(m => m with
        {
            Center = [(cos * m.Center[0]) - (sin * m.Center[1]) + shiftX, (sin * m.Center[0]) + (cos * m.Center[1]) + shiftY],
        })]);
    }

    /// <inheritdoc/>
    public double LogDensity(ReadOnlySpan<double> point)
    {
        if (point.Length != Dimension) throw new ArgumentException($"The point must have {Dimension} coordinates.", nameof(point));
        Span<double> logs = Modes.Count <= 256 ? stackalloc double[Modes.Count] : new double[Modes.Count];
        var largest = double.NegativeInfinity;
        for (var k = 0; k < logs.Length; k++)
        {
            var mode = Modes[k];
            var squared = 0.0;
            for (var i = 0; i < Dimension; i++) squared += (point[i] - mode.Center[i]) * (point[i] - mode.Center[i]);
            logs[k] = Math.Log(mode.Weight) - (squared / (2 * mode.Deviation * mode.Deviation))
                - (Dimension * Math.Log(mode.Deviation * Math.Sqrt(2 * Math.PI)));
            largest = Math.Max(largest, logs[k]);
        }

        // Sums of exponentials relative to the largest term cannot overflow or vanish.
        if (double.IsNegativeInfinity(largest)) return largest;
        var sum = 0.0;
        foreach (var log in logs) sum += Math.Exp(log - largest);
        return largest + Math.Log(sum);
    }

    /// <inheritdoc/>
    public void Sample(SeededRandom random, Span<float> points) => Sample(random, points, []);

    /// <summary>Draws points together with the components they came from.</summary>
    /// <param name="random">Where randomness comes from.</param>
    /// <param name="points">Receives <c>[N, Dimension]</c>.</param>
    /// <param name="components">Receives <c>[N]</c>, or empty.</param>
    public void Sample(SeededRandom random, Span<float> points, Span<int> components)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var n = 0; n < points.Length / Dimension; n++)
        {
            var uniform = random.NextDouble();
            var k = 0;
            while (k < _cumulative.Length - 1 && uniform >= _cumulative[k]) k++;
            if (!components.IsEmpty) components[n] = k;
            for (var i = 0; i < Dimension; i++)
                points[(n * Dimension) + i] = (float)(Modes[k].Center[i] + (Modes[k].Deviation * random.NextGaussian()));
        }
    }
}
