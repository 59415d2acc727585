using Earthmover.Data;

namespace Earthmover.Sessions.Sampling;

/// <summary>Samples that came over a wire and lie in no file: pictures, or points.</summary>
/// <param name="Pictures">Each as the bytes of a PNG, JPEG, WebP or BMP.</param>
/// <param name="Points">Each as its coordinates, in the units of the run's data.</param>
public sealed record SentSamples(IReadOnlyList<byte[]> Pictures, IReadOnlyList<double[]> Points)
{
    /// <summary>How many.</summary>
    public int Count => Pictures.Count + Points.Count;

    /// <summary>What messages call each picture.</summary>
    internal IReadOnlyList<string> Names => Pictures.Count == 1 ? ["the picture"]
        : [.. Enumerable.Range(0, Pictures.Count).Select(i => $"the picture {i}")];

    /// <summary>The points as a set.</summary>
    /// <param name="spec">The domain that they are of.</param>
    /// <exception cref="UserException">They do not fit it.</exception>
    public PointSet ToPoints(SampleSpec spec)
    {
        var dimension = spec.Axes[0];
        if (Pictures.Count > 0)
            throw new UserException($"the run's samples are points of {dimension} coordinates, and a picture was sent");
        if (Points.FirstOrDefault(point => point.Length != dimension) is { } other)
            throw new UserException($"a point has {other.Length} coordinates, and the run's have {dimension}");
        // Networks compute in single precision.
        if (Points.Any(point => !point.All(x => float.IsFinite((float)x))))
            throw new UserException("a point has a coordinate that is not finite, or too large for float32");
        return new("points", dimension, [.. Points.SelectMany(point => point)]) { ColumnNames = spec.Columns };
    }
}
