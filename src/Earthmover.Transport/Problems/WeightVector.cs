namespace Earthmover.Transport;

/// <summary>
/// Masses of the points of one side, normalised to sum 1 in float64. Immutable. A uniform vector holds no array.
/// </summary>
public sealed class WeightVector
{
    private readonly double[]? _values;

    private WeightVector(int count, double[]? values, double total)
    {
        Count = count;
        _values = values;
        Total = total;
    }

    /// <summary>Number of points.</summary>
    public int Count { get; }

    /// <summary>The sum of the masses before normalisation: the factor by which costs per unit of the given mass differ.</summary>
    public double Total { get; }

    /// <summary>Whether every point has mass 1/Count.</summary>
    public bool IsUniform => _values is null;

    /// <summary>The normalised mass of point k.</summary>
    /// <param name="k">0 … Count − 1.</param>
    public double this[int k] => _values is null ? 1.0 / Count : _values[k];

    /// <summary>Equal masses 1/count.</summary>
    /// <param name="count">Number of points, at least 1.</param>
    public static WeightVector Uniform(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new WeightVector(count, null, 1);
    }

    /// <summary>Masses that are checked and normalised.</summary>
    /// <param name="masses">Non-negative, finite, not all zero. Points of mass 0 are allowed.</param>
    /// <param name="name">What error messages call the vector.</param>
    /// <exception cref="ArgumentException">A mass is NaN, infinite or negative (the message names its index), or all are 0.</exception>
    public static WeightVector From(ReadOnlySpan<double> masses, string name = "weights")
    {
        if (masses.IsEmpty)
            throw new ArgumentException($"'{name}' is empty.");
        double total = 0;
        for (var k = 0; k < masses.Length; k++)
        {
            if (!double.IsFinite(masses[k]) || masses[k] < 0)
                throw new ArgumentException($"'{name}'[{k}] is {masses[k]}; a mass must be finite and not negative.");
            total += masses[k];
        }
        if (total <= 0 || !double.IsFinite(total))
            throw new ArgumentException($"The masses of '{name}' sum to {total}; the sum must be positive and finite.");
        var values = masses.ToArray();
        var uniform = true;
        for (var k = 0; k < values.Length; k++)
        {
            uniform &= masses[k] == masses[0];
            values[k] /= total;
        }
        return new WeightVector(values.Length, uniform ? null : values, total);
    }

    /// <summary>A copy of the normalised masses, [Count].</summary>
    public double[] ToArray()
    {
        var values = new double[Count];
        for (var k = 0; k < Count; k++)
            values[k] = this[k];
        return values;
    }
}
