using Earthmover.Data;
using Earthmover.Torch;
using Earthmover.Transport;

namespace Earthmover.Metrics;

/// <summary>Samples as vectors: pixels, coordinates, characters, or what an extractor makes of them.</summary>
/// <param name="Values">Row-major [Count, Dimension], finite in <see cref="Exact"/> or here; rounded to float32 where there is
/// <see cref="Exact"/>.</param>
/// <param name="Count">Number of samples.</param>
/// <param name="Dimension">Numbers per sample.</param>
/// <param name="Protocol">How the numbers were obtained; sets of different protocols are never compared.</param>
public sealed record FeatureSet(float[] Values, int Count, int Dimension, string Protocol)
{
    /// <summary>The values in float64 [Count, Dimension], where float32 does not hold them; null elsewhere.</summary>
    public double[]? Exact { get; init; }

    /// <summary>Mass of each sample [Count], with any positive sum; null for equal masses.</summary>
    public double[]? Masses { get; init; }

    /// <summary>Class logits [Count, ClassCount] where the extractor is a classifier.</summary>
    public float[]? Logits { get; init; }

    /// <summary>The pictures' shape, where the values are their pixels.</summary>
    public ImageShape? Shape { get; init; }

    /// <summary>The rows as they are, where they are those of a table: all of them, which may be more than <see cref="Count"/>.</summary>
    public Tables.MeasuredTable? Table { get; init; }

    /// <summary>Classes of the extractor; 0 where it is no classifier.</summary>
    public int ClassCount => Logits is null ? 0 : Logits.Length / Count;

    /// <summary>One sample [Dimension].</summary>
    /// <param name="row">0 to Count − 1.</param>
    public ReadOnlySpan<float> this[int row] => Values.AsSpan(row * Dimension, Dimension);

    /// <summary>The samples as points of the transport library.</summary>
    /// <param name="name">What messages call them.</param>
    public PointCloud ToCloud(string name = "samples") =>
        Exact is null ? PointCloud.Over(Values, Count, Dimension, name) : PointCloud.Over(Exact, Count, Dimension, name);

    /// <summary>The samples as a tensor [Count, Dimension] of Float64, in the innermost scope.</summary>
    public Tensor ToTensor() => ToTensor(0, Count);

    /// <summary>Consecutive samples as a tensor [count, Dimension] of Float64, in the innermost scope.</summary>
    /// <param name="from">The first of them.</param>
    /// <param name="count">How many.</param>
    public Tensor ToTensor(int from, int count)
    {
        using var scope = TensorScope.Open();
        var (start, length) = (from * Dimension, count * Dimension);
        return scope.Keep(Exact is null ? Tensor.From<float>(Values.AsSpan(start, length), [count, Dimension]).To(DType.Float64)
            : Tensor.From<double>(Exact.AsSpan(start, length), [count, Dimension]));
    }

    /// <summary>The squared Euclidean distance of one sample from one of a set of the same space, from differences in float64.</summary>
    /// <param name="row">A sample of this set.</param>
    /// <param name="other">The other set.</param>
    /// <param name="otherRow">A sample of the other set.</param>
    public double SquaredDistance(int row, FeatureSet other, int otherRow)
    {
        var sum = 0.0;
        int x = row * Dimension, y = otherRow * Dimension;
        for (var k = 0; k < Dimension; k++)
        {
            var mine = Exact is null ? Values[x + k] : Exact[x + k];
            var others = other.Exact is null ? other.Values[y + k] : other.Exact[y + k];
            var difference = mine - others;
            sum += difference * difference;
        }
        return sum;
    }

    /// <summary>The values in float64 [Count, Dimension].</summary>
    public double[] ToDoubles() => Exact ?? Array.ConvertAll(Values, v => (double)v);

    /// <summary>The samples at some rows.</summary>
    /// <param name="rows">0 to Count − 1; repeats are allowed.</param>
    public FeatureSet Select(ReadOnlySpan<int> rows)
    {
        var values = new float[rows.Length * Dimension];
        var exact = Exact is null ? null : new double[values.Length];
        var masses = Masses is null ? null : new double[rows.Length];
        var logits = Logits is null ? null : new float[rows.Length * ClassCount];
        for (var i = 0; i < rows.Length; i++)
        {
            this[rows[i]].CopyTo(values.AsSpan(i * Dimension));
            Exact?.AsSpan(rows[i] * Dimension, Dimension).CopyTo(exact.AsSpan(i * Dimension));
            if (masses is not null)
                masses[i] = Masses![rows[i]];
            Logits?.AsSpan(rows[i] * ClassCount, ClassCount).CopyTo(logits.AsSpan(i * ClassCount));
        }
        return this with
        {
            Values = values,
            Exact = exact,
            Masses = masses,
            Count = rows.Length,
            Logits = logits,
            Table = Table?.Select(rows.ToArray()),
        };
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
