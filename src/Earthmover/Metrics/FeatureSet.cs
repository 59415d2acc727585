using Earthmover.Data;
using Earthmover.Torch;
using Earthmover.Transport;

namespace Earthmover.Metrics;

/// <summary>Samples as vectors: pixels, coordinates, characters, or what an extractor makes of them.</summary>
/// <param name="Values">Row-major [Count, Dimension], finite.</param>
/// <param name="Count">Number of samples.</param>
/// <param name="Dimension">Numbers per sample.</param>
/// <param name="Protocol">How the numbers were obtained; sets of different protocols are never compared.</param>
public sealed record FeatureSet(float[] Values, int Count, int Dimension, string Protocol)
{
    /// <summary>Class logits [Count, ClassCount] where the extractor is a classifier.</summary>
    public float[]? Logits { get; init; }

    /// <summary>The pictures' shape, where the values are their pixels.</summary>
    public ImageShape? Shape { get; init; }

    /// <summary>Classes of the extractor; 0 where it is no classifier.</summary>
    public int ClassCount => Logits is null ? 0 : Logits.Length / Count;

    /// <summary>One sample [Dimension].</summary>
    /// <param name="row">0 to Count − 1.</param>
    public ReadOnlySpan<float> this[int row] => Values.AsSpan(row * Dimension, Dimension);

    /// <summary>The samples as points of the transport library.</summary>
    /// <param name="name">What messages call them.</param>
    public PointCloud ToCloud(string name = "samples") => PointCloud.Over(Values, Count, Dimension, name);

    /// <summary>The samples as a tensor [Count, Dimension] of Float64, in the innermost scope.</summary>
    public Tensor ToTensor() => Tensor.From<float>(Values, [Count, Dimension]).To(DType.Float64);

    /// <summary>The samples at some rows.</summary>
    /// <param name="rows">0 to Count − 1; repeats are allowed.</param>
    public FeatureSet Select(ReadOnlySpan<int> rows)
    {
        var values = new float[rows.Length * Dimension];
        var logits = Logits is null ? null : new float[rows.Length * ClassCount];
        for (var i = 0; i < rows.Length; i++)
        {
            this[rows[i]].CopyTo(values.AsSpan(i * Dimension));
            Logits?.AsSpan(rows[i] * ClassCount, ClassCount).CopyTo(logits.AsSpan(i * ClassCount));
        }
        return this with { Values = values, Count = rows.Length, Logits = logits };
    }

    /// <summary>The first samples.</summary>
    /// <param name="count">How many; all where there are fewer.</param>
    public FeatureSet Take(int count) => count >= Count ? this : Select([.. Enumerable.Range(0, count)]);

    /// <summary>Refuses two sets that cannot be compared.</summary>
    /// <param name="other">The other set.</param>
    /// <exception cref="ProtocolMismatchException">They were made in different ways.</exception>
    /// <exception cref="ArgumentException">Their dimensions differ.</exception>
    public void RequireSameSpace(FeatureSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Protocol != other.Protocol)
            throw new ProtocolMismatchException($"features of different protocols cannot be compared: {Protocol} and {other.Protocol}");
        if (Dimension != other.Dimension)
            throw new ArgumentException($"features of {Dimension} and of {other.Dimension} numbers cannot be compared");
    }
}
