using System.Diagnostics;

namespace Earthmover.Transport;

/// <summary>
/// The float32 cost rows that a search reads: a stored matrix when it fits into the budget, else recomputed on demand.
/// </summary>
internal sealed class CostRows
{
    private const int BlockRows = 64;

    private readonly float[]? _matrix;
    private readonly float[] _scratch;
    private readonly int _cols;

    private CostRows(TransportGeometry geometry, float[]? matrix, double seconds)
    {
        Geometry = geometry;
        _matrix = matrix;
        _cols = geometry.Cols;
        _scratch = matrix is null ? new float[_cols] : [];
        Seconds = seconds;
    }

    public TransportGeometry Geometry { get; }

    /// <summary>Wall seconds that the matrix took.</summary>
    public double Seconds { get; }

    public bool IsStored => _matrix is not null;

    public static CostRows Create(TransportGeometry geometry, TransportOptions options, CancellationToken cancellation)
    {
        var entries = (long)geometry.Rows * geometry.Cols;
        if (entries * sizeof(float) > options.MemoryBudget || entries > Array.MaxLength)
            return new CostRows(geometry, null, 0);
        var clock = Stopwatch.StartNew();
        var matrix = GC.AllocateUninitializedArray<float>((int)entries);
        var (rows, cols) = (geometry.Rows, geometry.Cols);
        Work.ForBlocks(rows, BlockRows, (long)BlockRows * cols, options.ThreadCount, (from, count) =>
            geometry.FillRows(from, count, matrix.AsSpan(from * cols, count * cols)), cancellation);
        return new CostRows(geometry, matrix, clock.Elapsed.TotalSeconds);
    }

    /// <summary>Row i, [m]. Without a matrix the span is valid until the next call.</summary>
    public ReadOnlySpan<float> Row(int i) => Row(i, _scratch);

    /// <summary>Row i, computed into <paramref name="scratch"/> when there is no matrix: for calls from several threads.</summary>
    public ReadOnlySpan<float> Row(int i, float[] scratch)
    {
        if (_matrix is not null)
            return _matrix.AsSpan(i * _cols, _cols);
        Geometry.FillRow(i, scratch);
        return scratch;
    }

    /// <summary>
    /// A line above the filter's error on [0, largest cost]: true cost ≥ (1 − slope)·filtered − offset. The error of distances is
    /// relative, so within a tight cluster it is far smaller than that of the largest cost.
    /// </summary>
    public (double Slope, double Offset) ErrorLine(double largest)
    {
        var most = Geometry.FilterError(largest);
        if (Geometry is not PointCloudGeometry || largest <= 0)
            return (0, most);
        // The error is concave: a chord over the upper half lies below it by 3 % at most.
        var slope = (most - Geometry.FilterError(largest / 2)) / (largest / 2);
        return (1.01 * slope + 1.2e-7, 1.1 * Math.Max(most - slope * largest, Geometry.FilterError(0)));
    }
}
