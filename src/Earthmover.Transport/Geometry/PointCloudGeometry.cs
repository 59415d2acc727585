using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

/// <summary>
/// Costs between two point clouds. Distances are summed from coordinate differences, so near-duplicates and clouds far
/// from the origin keep their relative accuracy (float32: better than 3·10⁻⁶ at d = 784, typically 10⁻⁷; float64: 10⁻¹⁴).
/// </summary>
public sealed class PointCloudGeometry : TransportGeometry
{
    private readonly int _dimension;
    private readonly float[]? _x;
    private readonly float[]? _y;
    private readonly float[] _filterX;
    private readonly PackedPoints<float> _packedY;
    private readonly double _relativeError;
    private readonly double _absoluteError;
    private PackedPoints<double>? _exactY;
    private double[]? _exactX;

    /// <summary>Prepares the costs; O((n + m)·d) time and memory, no matrix.</summary>
    /// <param name="x">Sources, [n, d].</param>
    /// <param name="y">Targets, [m, d].</param>
    /// <param name="cost">The ground cost.</param>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    public PointCloudGeometry(PointCloud x, PointCloud y, GroundCost cost = GroundCost.Euclidean)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Dimension != y.Dimension)
            throw new ArgumentException($"Cloud '{x.Name}' has {x.Dimension} coordinates and cloud '{y.Name}' has {y.Dimension}; they must agree.");
        X = x;
        Y = y;
        GroundCost = cost;
        _dimension = x.Dimension;
        float[] filterY;
        if (x.IsDouble || y.IsDouble)
        {
            // Centre before rounding to float32, so that an offset does not eat the filter's digits.
            var centre = Centre(x);
            double largest = 0;
            _filterX = Centred(x, centre, ref largest);
            filterY = Centred(y, centre, ref largest);
            _absoluteError = 2.4e-7 * largest * (cost == GroundCost.Cityblock ? x.Dimension : Math.Sqrt(x.Dimension));
        }
        else
        {
            _x = x.Singles;
            _y = y.Singles;
            _filterX = _x!;
            filterY = _y!;
        }
        _packedY = new PackedPoints<float>(filterY, y.Count, y.Dimension);
        var terms = Math.Min(x.Dimension, PackedPoints<float>.BlockLength) + x.Dimension / PackedPoints<float>.BlockLength + 4;
        _relativeError = terms * 5.97e-8 * (cost == GroundCost.Euclidean ? 0.5 : 1) + 1.2e-7;
        _absoluteError += 1e-22; // squares below the smallest float32
    }

    /// <summary>The sources.</summary>
    public PointCloud X { get; }

    /// <summary>The targets.</summary>
    public PointCloud Y { get; }

    /// <summary>The ground cost.</summary>
    public GroundCost GroundCost { get; }

    /// <inheritdoc/>
    public override int Rows => X.Count;

    /// <inheritdoc/>
    public override int Cols => Y.Count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double Cost(int i, int j)
    {
        if (_x is null || _y is null)
            return MixedCost(i, j);
        var d = _dimension;
        var x = _x.AsSpan(i * d, d);
        var y = _y.AsSpan(j * d, d);
        var sum = GroundCost == GroundCost.Cityblock ? PairSum.Absolute(x, y) : PairSum.Squared(x, y);
        return GroundCost == GroundCost.Euclidean ? Math.Sqrt(sum) : sum;
    }

    /// <inheritdoc/>
    public override void FillRow(int i, Span<float> row) => FillRows(i, 1, row);

    /// <inheritdoc/>
    public override void FillRows(int from, int count, Span<float> block)
    {
        var rows = _filterX.AsSpan(from * X.Dimension, count * X.Dimension);
        Evaluate(_packedY, rows, count, block);
    }

    /// <inheritdoc/>
    public override void FillExactRows(int from, int count, Span<double> block)
    {
        PrepareExact();
        Evaluate(_exactY!, _exactX.AsSpan(from * X.Dimension, count * X.Dimension), count, block);
    }

    /// <inheritdoc/>
    public override double FilterError(double cost)
    {
        var error = _relativeError * Math.Abs(cost) + _absoluteError;
        return GroundCost == GroundCost.SquaredEuclidean
            ? error + (2 * Math.Sqrt(Math.Abs(cost)) + _absoluteError) * _absoluteError
            : error;
    }

    // Called before float64 rows are asked for by several threads at once.
    internal void PrepareExact()
    {
        _exactX ??= X.ToDoubles();
        _exactY ??= new PackedPoints<double>(Y.ToDoubles(), Y.Count, Y.Dimension);
    }

    private void Evaluate<T>(PackedPoints<T> y, ReadOnlySpan<T> rows, int count, Span<T> block)
        where T : unmanaged => Evaluate(GroundCost, y, rows, count, block);

    internal static void Evaluate<T>(GroundCost cost, PackedPoints<T> y, ReadOnlySpan<T> rows, int count, Span<T> block)
        where T : unmanaged
    {
        switch (cost)
        {
            case GroundCost.Euclidean: y.Evaluate<EuclideanTerm>(rows, count, block); break;
            case GroundCost.SquaredEuclidean: y.Evaluate<SquaredTerm>(rows, count, block); break;
            default: y.Evaluate<CityblockTerm>(rows, count, block); break;
        }
    }

    private double MixedCost(int i, int j)
    {
        double sum = 0;
        for (var k = 0; k < X.Dimension; k++)
            sum += Term(X[i, k] - Y[j, k]);
        return GroundCost == GroundCost.Euclidean ? Math.Sqrt(sum) : sum;
    }

    private double Term(double difference) => GroundCost == GroundCost.Cityblock ? Math.Abs(difference) : difference * difference;

    private static double[] Centre(PointCloud x)
    {
        var centre = new double[x.Dimension];
        for (var i = 0; i < x.Count; i++)
        {
            for (var k = 0; k < centre.Length; k++)
                centre[k] += x[i, k] / x.Count;
        }
        return centre;
    }

    private static float[] Centred(PointCloud cloud, double[] centre, ref double largest)
    {
        var values = new float[cloud.Count * cloud.Dimension];
        for (var i = 0; i < cloud.Count; i++)
        {
            for (var k = 0; k < centre.Length; k++)
            {
                var value = cloud[i, k] - centre[k];
                largest = Math.Max(largest, Math.Abs(value));
                values[i * centre.Length + k] = (float)value;
            }
        }
        return values;
    }
}
