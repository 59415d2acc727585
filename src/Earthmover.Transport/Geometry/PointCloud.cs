using System.Numerics;

namespace Earthmover.Transport;

/// <summary>
/// n points in d dimensions, row-major, checked once: every coordinate is finite. Immutable; the input is copied, except by Over.
/// </summary>
public sealed class PointCloud
{
    private readonly float[]? _single;
    private readonly double[]? _double;

    private PointCloud(float[]? single, double[]? @double, int count, int dimension, string name)
    {
        _single = single;
        _double = @double;
        Count = count;
        Dimension = dimension;
        Name = name;
    }

    /// <summary>Number of points, at least 1.</summary>
    public int Count { get; }

    /// <summary>Number of coordinates of each point, at least 1.</summary>
    public int Dimension { get; }

    /// <summary>What error messages call this cloud.</summary>
    public string Name { get; }

    /// <summary>Whether the coordinates are kept as float64 (else float32).</summary>
    public bool IsDouble => _double is not null;

    /// <summary>Makes a cloud from float32 coordinates.</summary>
    /// <param name="values">[count, dimension] row-major.</param>
    /// <param name="count">Number of points.</param>
    /// <param name="dimension">Number of coordinates.</param>
    /// <param name="name">What error messages call the cloud.</param>
    /// <exception cref="ArgumentException">The cloud is empty, the length is not count × dimension, or a coordinate is
    /// NaN or infinite (the message names cloud, row and column).</exception>
    public static PointCloud From(ReadOnlySpan<float> values, int count, int dimension, string name = "x")
    {
        Check(values, count, dimension, name);
        return new PointCloud(values.ToArray(), null, count, dimension, name);
    }

    /// <summary>
    /// A cloud over coordinates that are not copied: half of the memory of a large one. They must not change while it is used.
    /// </summary>
    /// <param name="values">[count, dimension] row-major.</param>
    /// <param name="count">Number of points.</param>
    /// <param name="dimension">Number of coordinates.</param>
    /// <param name="name">What error messages call the cloud.</param>
    /// <exception cref="ArgumentException">As for copied ones.</exception>
    public static PointCloud Over(float[] values, int count, int dimension, string name = "x")
    {
        ArgumentNullException.ThrowIfNull(values);
        Check(values, count, dimension, name);
        return new PointCloud(values, null, count, dimension, name);
    }

    /// <summary>The same over float64 coordinates.</summary>
    /// <param name="values">[count, dimension] row-major.</param>
    /// <param name="count">Number of points.</param>
    /// <param name="dimension">Number of coordinates.</param>
    /// <param name="name">What error messages call the cloud.</param>
    /// <exception cref="ArgumentException">As for copied ones.</exception>
    public static PointCloud Over(double[] values, int count, int dimension, string name = "x")
    {
        ArgumentNullException.ThrowIfNull(values);
        Check(values, count, dimension, name);
        return new PointCloud(null, values, count, dimension, name);
    }

    /// <summary>Makes a cloud from float64 coordinates, which are kept as float64.</summary>
    /// <param name="values">[count, dimension] row-major.</param>
    /// <param name="count">Number of points.</param>
    /// <param name="dimension">Number of coordinates.</param>
    /// <param name="name">What error messages call the cloud.</param>
    /// <exception cref="ArgumentException">As for float32.</exception>
    public static PointCloud From(ReadOnlySpan<double> values, int count, int dimension, string name = "x")
    {
        Check(values, count, dimension, name);
        return new PointCloud(null, values.ToArray(), count, dimension, name);
    }

    /// <summary>One coordinate as float64.</summary>
    /// <param name="row">0 … Count − 1.</param>
    /// <param name="column">0 … Dimension − 1.</param>
    public double this[int row, int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Dimension, nameof(column));
            var k = row * Dimension + column;
            return _double is null ? _single![k] : _double[k];
        }
    }

    internal float[]? Singles => _single;

    /// <summary>The largest absolute coordinate.</summary>
    internal double Largest => _double is null ? Magnitude.Largest<float>(_single) : Magnitude.Largest<double>(_double);

    /// <summary>The points from row <paramref name="from"/> on as float64, as many as fit.</summary>
    internal void CopyRows(int from, Span<double> target)
    {
        if (_double is not null)
            _double.AsSpan(from * Dimension, target.Length).CopyTo(target);
        else
            PairSum.Widen(_single.AsSpan(from * Dimension, target.Length), target);
    }

    /// <summary>All coordinates as float64, [Count, Dimension]; a copy.</summary>
    public double[] ToDoubles() => _double is null ? Array.ConvertAll(_single!, v => (double)v) : (double[])_double.Clone();

    /// <summary>
    /// The same, to be read alone: no copy where they are kept so, but one of the whole cloud at each call where they are float32.
    /// </summary>
    internal double[] AsDoubles() => _double ?? ToDoubles();

    /// <summary>Refuses clouds of different dimensions.</summary>
    internal static void RequireOneSpace(PointCloud x, PointCloud y)
    {
        if (x.Dimension != y.Dimension)
            throw new ArgumentException($"Cloud '{x.Name}' has {x.Dimension} coordinates "
                + $"and cloud '{y.Name}' has {y.Dimension}; they must agree.");
    }

    /// <summary>Whether the other cloud has the same points in the same order.</summary>
    internal bool HasPointsOf(PointCloud other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (Count != other.Count || Dimension != other.Dimension)
            return false;
        return _single is not null && other._single is not null
            ? _single.AsSpan().SequenceEqual(other._single)
            : AsDoubles().AsSpan().SequenceEqual(other.AsDoubles());
    }

    /// <summary>The points at the given rows, in that order, as a new cloud.</summary>
    /// <param name="rows">Indices 0 … Count − 1; repeats are allowed.</param>
    public PointCloud Select(ReadOnlySpan<int> rows)
    {
        CheckShape((long)rows.Length * Dimension, rows.Length, Dimension, Name);
        if (_double is not null)
        {
            var values = new double[rows.Length * Dimension];
            for (var r = 0; r < rows.Length; r++)
                _double.AsSpan(rows[r] * Dimension, Dimension).CopyTo(values.AsSpan(r * Dimension));
            return new PointCloud(null, values, rows.Length, Dimension, Name);
        }
        var singles = new float[rows.Length * Dimension];
        for (var r = 0; r < rows.Length; r++)
            _single.AsSpan(rows[r] * Dimension, Dimension).CopyTo(singles.AsSpan(r * Dimension));
        return new PointCloud(singles, null, rows.Length, Dimension, Name);
    }

    /// <summary>The checks of <see cref="From(ReadOnlySpan{float}, int, int, string)"/> without making a cloud.</summary>
    internal static void Check(ReadOnlySpan<float> values, int count, int dimension, string name)
    {
        CheckShape(values.Length, count, dimension, name);
        // v − v is 0 for finite values and NaN for all others, which stays in the sum.
        var sums = Vector<float>.Zero;
        var k = 0;
        for (; k + Vector<float>.Count <= values.Length; k += Vector<float>.Count)
        {
            var v = new Vector<float>(values[k..]);
            sums += v - v;
        }
        if (Vector.Sum(sums) == 0)
            values = values[k..];
        else
            k = 0;
        for (var t = 0; t < values.Length; t++)
        {
            if (!float.IsFinite(values[t]))
                throw NotFinite(values[t], k + t, dimension, name);
        }
    }

    private static void Check(ReadOnlySpan<double> values, int count, int dimension, string name)
    {
        CheckShape(values.Length, count, dimension, name);
        for (var k = 0; k < values.Length; k++)
        {
            if (!double.IsFinite(values[k]))
                throw NotFinite(values[k], k, dimension, name);
        }
    }

    private static void CheckShape(long length, int count, int dimension, string name)
    {
        if (count < 1)
            throw new ArgumentException($"Cloud '{name}' is empty (count = {count}).");
        if (dimension < 1)
            throw new ArgumentException($"Cloud '{name}' has no coordinates (dimension = {dimension}).");
        if (length != (long)count * dimension)
            throw new ArgumentException($"Cloud '{name}': {length} values are not {count} points × {dimension} coordinates.");
    }

    private static ArgumentException NotFinite(double value, int at, int dimension, string name) =>
        new($"Cloud '{name}' has {value} at row {at / dimension}, column {at % dimension}; coordinates must be finite.");
}
