namespace Earthmover.Data;

/// <summary>Points in a space of a few dimensions.</summary>
public sealed class PointSet : DataSet
{
    /// <summary>Takes arrays over; the caller must not change them afterwards.</summary>
    /// <param name="name">The address.</param>
    /// <param name="dimension">Coordinates per point.</param>
    /// <param name="values">Finite coordinates, <c>[N, dimension]</c>.</param>
    /// <param name="labels">Class (or component) of each point, <c>[N]</c>, or null.</param>
    /// <param name="weights">Mass of each point, <c>[N]</c>, not negative, or null for equal masses.</param>
    /// <exception cref="UserException">There is no point.</exception>
    public PointSet(string name, int dimension, float[] values, int[]? labels = null, float[]? weights = null)
        : base(name, CountOf(dimension, values), HashOf("points", [dimension], BytesOf(values), BytesOf(labels), BytesOf(weights)))
    {
        if (labels is not null && labels.Length != Count) throw new ArgumentException($"{labels.Length} labels for {Count} points.", nameof(labels));
        if (weights is not null && weights.Length != Count) throw new ArgumentException($"{weights.Length} weights for {Count} points.", nameof(weights));
        (Dimension, Values, Labels, Weights) = (dimension, values, labels, weights);
    }

    /// <summary>Coordinates per point.</summary>
    public int Dimension { get; }

    /// <summary>Coordinates, <c>[N, Dimension]</c>.</summary>
    public float[] Values { get; }

    /// <summary>Class of each point, <c>[N]</c>, or null.</summary>
    public int[]? Labels { get; }

    /// <summary>Mass of each point, <c>[N]</c>, or null for equal masses.</summary>
    public float[]? Weights { get; }

    /// <summary>The law that the points were drawn from, as a density, where a closed form (or a quadrature) exists.</summary>
    public IDensity? Density { get; init; }

    /// <summary>Draws as many fresh points as wanted from the same law; null for points from a file.</summary>
    public IPointSource? Source { get; init; }

    /// <summary>One point, <c>[Dimension]</c>.</summary>
    /// <param name="index">0 to N−1.</param>
    public ReadOnlySpan<float> this[int index] => Values.AsSpan(index * Dimension, Dimension);

    private static int CountOf(int dimension, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (values.Length % dimension != 0) throw new ArgumentException($"{values.Length} values are not whole points of {dimension} coordinates.", nameof(values));
        return values.Length / dimension;
    }
}
