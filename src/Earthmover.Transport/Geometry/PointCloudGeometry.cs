using System.Buffers;
using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

/// <summary>
/// Costs between two point clouds. Distances are summed from coordinate differences, so near-duplicates and clouds far
/// from the origin keep their relative accuracy (float32: better than 3·10⁻⁶ at d = 784, typically 10⁻⁷; float64: (d + 8)·2⁻⁵³).
/// </summary>
public sealed class PointCloudGeometry : TransportGeometry
{
    private readonly int _dimension;
    private readonly float[]? _x;
    private readonly float[]? _y;
    private readonly PackedPoints<float>? _packedY;
    private readonly double _relativeError;
    private readonly double _absoluteError;
    private double[]? _y64;
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
        PointCloud.RequireOneSpace(x, y);
        X = x;
        Y = y;
        GroundCost = cost;
        _dimension = x.Dimension;
        _x = x.Singles;
        _y = y.Singles;
        if (_x is null || _y is null)
        {
            // The filter of float64 clouds is rounded from float64 costs: neither an offset nor an outlier eats the digits of the other
            // points.
            _relativeError = 1.2e-7;
            _absoluteError = 1e-44;
            (_exactX, _y64) = (x.AsDoubles(), y.AsDoubles());
            return;
        }
        _packedY = new PackedPoints<float>(_y, y.Count, y.Dimension);
        var terms = Math.Min(x.Dimension, PackedPoints<float>.BlockLength) + x.Dimension / PackedPoints<float>.BlockLength + 4;
        _relativeError = terms * 5.97e-8 * (cost == GroundCost.Euclidean ? 0.5 : 1) + 1.2e-7;
        _absoluteError = 1e-22; // squares below the smallest float32
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
        var (d, absolute) = (_dimension, GroundCost == GroundCost.Cityblock);
        double sum;
        if (_packedY is null)
        {
            ReadOnlySpan<double> x = _exactX.AsSpan(i * d, d), y = _y64.AsSpan(j * d, d);
            sum = absolute ? PairSum.Absolute(x, y) : PairSum.Squared(x, y);
        }
        else
        {
            ReadOnlySpan<float> x = _x.AsSpan(i * d, d), y = _y.AsSpan(j * d, d);
            sum = absolute ? PairSum.Absolute(x, y) : PairSum.Squared(x, y);
        }
        return GroundCost == GroundCost.Euclidean ? Math.Sqrt(sum) : sum;
    }

    /// <inheritdoc/>
    public override void FillRow(int i, Span<float> row) => FillRows(i, 1, row);

    /// <inheritdoc/>
    public override void FillRows(int from, int count, Span<float> block)
    {
        if (_packedY is not null)
        {
            Evaluate(_packedY, _x.AsSpan(from * X.Dimension, count * X.Dimension), count, block);
            return;
        }
        PrepareExact();
        var rented = ArrayPool<double>.Shared.Rent(count * Cols);
        var exact = rented.AsSpan(0, count * Cols);
        FillExactRows(from, count, exact);
        PairSum.Narrow(exact, block);
        ArrayPool<double>.Shared.Return(rented);
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

    internal override bool IsNonNegative => true;

    // A difference, its square and each of the sums round once.
    internal override double CostError => (_dimension + 8) * DoubleDouble.Rounding;

    internal override double PreciseError => (_dimension + 8) * DoubleDouble.Error;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override DoubleDouble PreciseCost(int i, int j)
    {
        _y64 ??= Y.AsDoubles();
        _exactX ??= X.AsDoubles();
        ReadOnlySpan<double> x = _exactX.AsSpan(i * _dimension, _dimension), y = _y64.AsSpan(j * _dimension, _dimension);
        var sum = DoubleDouble.Zero;
        for (var k = 0; k < x.Length; k++)
        {
            var difference = DoubleDouble.Difference(x[k], y[k]);
            sum += GroundCost == GroundCost.Cityblock ? DoubleDouble.Abs(difference) : difference * difference;
        }
        return GroundCost == GroundCost.Euclidean ? DoubleDouble.Sqrt(sum) : sum;
    }

    // Asked for by several threads at once: both may be made twice, and one of each stays.
    internal void PrepareExact()
    {
        Volatile.Write(ref _exactX, _exactX ?? X.AsDoubles());
        Volatile.Write(ref _exactY, _exactY ?? new PackedPoints<double>(Y.AsDoubles(), Y.Count, Y.Dimension));
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
}
