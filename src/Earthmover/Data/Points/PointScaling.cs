namespace Earthmover.Data.Points;

/// <summary>
/// Brings points from a file to zero mean and unit spread, and back. Centers and scales are found and undone in float64: only the small
/// numbers between them are float32, so that times and map coordinates keep their digits.
/// </summary>
/// <param name="Mean">Center [D]; empty for the identity.</param>
/// <param name="Scale">Spread of each axis [D], at least a tenth of its range; 0 where it is constant.</param>
public sealed record PointScaling(double[] Mean, double[] Scale)
{
    // A column that is nearly always one value has a spread so small that the rest would stand hundreds of spreads away.
    private const double MostSpreads = 10;

    /// <summary>Every axis by its own spread.</summary>
    public const string PerColumn = "per-column";

    /// <summary>All axes by one factor: shapes stay, and an axis of small numbers beside one of large ones is lost.</summary>
    public const string Joint = "joint";

    /// <summary>The scaling of a data set; the identity where a closed-form density fixes the scale, and for pictures and text.</summary>
    /// <param name="data">The data; masses count.</param>
    /// <param name="how"><see cref="PerColumn"/> or <see cref="Joint"/>.</param>
    public static PointScaling Of(DataSet data, string how = PerColumn)
    {
        if (data is not PointSet points || points.Source is not null || points.Density is not null)
            return new([], []);
        var axes = Enumerable.Range(0, points.Dimension).Select(axis => Spread.Of(points, axis)).ToArray();
        double[] scale = [.. axes.Select(axis => Math.Max(axis.Deviation, axis.High / MostSpreads - axis.Low / MostSpreads))];
        if (how == Joint)
        {
            scale = [.. axes.Select(axis => axis.Deviation)];
            var joint = Math.Sqrt(scale.Average(s => s * s));
            Array.Fill(scale, joint > 0 ? joint : 1);
        }
        return new([.. axes.Select(axis => axis.Mean)], scale);
    }

    /// <summary>Scales one point.</summary>
    public void Apply(ReadOnlySpan<double> point, Span<float> into)
    {
        for (var i = 0; i < into.Length; i++)
            into[i] = (float)(Mean.Length == 0 ? point[i] : Scale[i] == 0 ? 0 : (point[i] - Mean[i]) / Scale[i]);
    }

    /// <summary>Points [N, D] in the units of the data.</summary>
    /// <param name="points">Scaled points [N, D].</param>
    public double[] Undo(ReadOnlySpan<float> points)
    {
        var values = new double[points.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = Mean.Length == 0 ? points[i] : points[i] * Scale[i % Mean.Length] + Mean[i % Mean.Length];
        return values;
    }
}

/// <summary>Where the values of one coordinate lie.</summary>
/// <param name="Mean">Mean, by mass.</param>
/// <param name="Deviation">Standard deviation, by mass; exactly 0 where all values are equal.</param>
/// <param name="Low">Smallest value.</param>
/// <param name="High">Largest value.</param>
public readonly record struct Spread(double Mean, double Deviation, double Low, double High)
{
    /// <summary>The spread of one axis of points.</summary>
    /// <param name="points">The points.</param>
    /// <param name="axis">0 to D − 1.</param>
    public static Spread Of(PointSet points, int axis) => Of(points.Values, points.Dimension, axis, points.Masses);

    /// <summary>The spread of one axis of coordinates [N, D].</summary>
    internal static Spread Of(double[] values, int dimension, int axis, double[]? masses = null)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (var i = axis; i < values.Length; i += dimension)
            (low, high) = (Math.Min(low, values[i]), Math.Max(high, values[i]));
        if (low == high)
            return new(low, 0, low, high);
        // In units of the range, from its lower end, and of the largest mass: neither offsets nor large or small numbers cost digits.
        var range = high / 2 - low / 2;
        var largest = masses?.Max() ?? 1;
        double total = 0, mean = 0, squares = 0;
        double Place(int i) => (values[i] / 2 - low / 2) / range;
        double Mass(int i) => masses is null ? 1 : masses[i / dimension] / largest;
        for (var i = axis; i < values.Length; i += dimension)
            total += Mass(i);
        for (var i = axis; i < values.Length; i += dimension)
            mean += Mass(i) / total * Place(i);
        for (var i = axis; i < values.Length; i += dimension)
            squares += Mass(i) / total * (Place(i) - mean) * (Place(i) - mean);
        return new(low + mean * range + mean * range, 2 * (Math.Sqrt(squares) * range), low, high);
    }
}
