namespace Earthmover.Transport;

/// <summary>
/// Masses of the points of one side, normalized to sum 1. Immutable. A uniform vector holds no array.
/// </summary>
public sealed class WeightVector
{
    private readonly double[]? _values;
    private readonly double[]? _rest;
    private readonly DoubleDouble _each;

    private WeightVector(int count, double[]? values, double[]? rest, double total)
    {
        Count = count;
        _values = values;
        _rest = rest;
        _each = (DoubleDouble)1 / count;
        Total = total;
    }

    /// <summary>Number of points.</summary>
    public int Count { get; }

    /// <summary>
    /// The sum of the masses before normalization: the factor by which costs per unit of the given mass differ. 1 for a law.
    /// </summary>
    public double Total { get; }

    /// <summary>Whether every point has mass 1/Count.</summary>
    public bool IsUniform => _values is null;

    /// <summary>The normalized mass of point k.</summary>
    /// <param name="k">0 … Count − 1.</param>
    public double this[int k] => _values is null ? 1.0 / Count : _values[k];

    /// <summary>Equal masses 1/count.</summary>
    /// <param name="count">Number of points, at least 1.</param>
    public static WeightVector Uniform(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new WeightVector(count, null, null, 1);
    }

    /// <summary>Masses that are checked and normalized.</summary>
    /// <param name="masses">Non-negative, finite, not all zero, of any size. Points of mass 0 are allowed.</param>
    /// <param name="name">What error messages call the vector.</param>
    /// <exception cref="ArgumentException">A mass is NaN, infinite or negative (the message names its index), or all are 0.</exception>
    public static WeightVector From(ReadOnlySpan<double> masses, string name = "weights")
    {
        if (masses.IsEmpty)
            throw new ArgumentException($"'{name}' is empty.");
        for (var k = 0; k < masses.Length; k++)
        {
            if (!double.IsFinite(masses[k]) || masses[k] < 0)
                throw new ArgumentException($"'{name}'[{k}] is {masses[k]}; a mass must be finite and not negative.");
        }
        return From(Array.ConvertAll(masses.ToArray(), mass => (DoubleDouble)mass), name);
    }

    /// <summary>Masses of a law, such as counts: of any positive sum, which is not compared with that of the other side.</summary>
    /// <param name="masses">Non-negative, finite, not all zero, of any size.</param>
    /// <param name="name">What error messages call the vector.</param>
    /// <exception cref="ArgumentException">As for <see cref="From(ReadOnlySpan{double}, string)"/>.</exception>
    public static WeightVector Law(ReadOnlySpan<double> masses, string name = "weights")
    {
        var weights = From(masses, name);
        return new WeightVector(weights.Count, weights._values, weights._rest, 1);
    }

    /// <summary>The same from masses with twice as many digits.</summary>
    internal static WeightVector From(DoubleDouble[] masses, string name)
    {
        var largest = masses.Max(mass => mass.High);
        if (!(largest > 0))
            throw new ArgumentException($"The masses of '{name}' sum to {largest}; the sum must be positive and finite.");
        // Counted in a power of two beside the largest, no sum overflows and no quotient loses a digit.
        var exponent = Math.ILogB(largest);
        DoubleDouble Counted(DoubleDouble mass) => new(Math.ScaleB(mass.High, -exponent), Math.ScaleB(mass.Low, -exponent));
        var sum = masses.Aggregate(DoubleDouble.Zero, (total, mass) => total + Counted(mass));
        var total = Math.ScaleB(sum.High, exponent);
        if (Array.TrueForAll(masses, mass => mass == masses[0]))
            return new WeightVector(masses.Length, null, null, total);
        var (values, rest) = (new double[masses.Length], new double[masses.Length]);
        for (var k = 0; k < masses.Length; k++)
            (values[k], rest[k]) = Counted(masses[k]) / sum;
        return new WeightVector(masses.Length, values, rest, total);
    }

    /// <summary>A copy of the normalized masses, [Count].</summary>
    public double[] ToArray()
    {
        var values = new double[Count];
        for (var k = 0; k < Count; k++)
            values[k] = this[k];
        return values;
    }

    /// <summary>The normalized mass of point k to 32 digits: what cancels between large potentials must cancel.</summary>
    internal DoubleDouble Exact(int k) => _values is null ? _each : new(_values[k], _rest![k]);
}
