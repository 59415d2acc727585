namespace Earthmover.Transport;

/// <summary>
/// Exact transport between mini-batches inside a training loop: owns its buffers, so that a step allocates only its result.
/// Not thread-safe.
/// </summary>
public sealed class BatchTransport
{
    private static readonly TransportOptions s_options = new() { RelativeTolerance = 1e-7, Threads = 1 };

    private readonly int _n;
    private readonly int _d;
    private readonly GroundCost _cost;
    private readonly double[] _x;
    private readonly double[] _y;
    private readonly double[] _costs;
    private readonly PackedPoints<double> _packed;
    private readonly TransportProblem _problem;
    private readonly JonkerVolgenant _core = new();

    /// <summary>Reserves buffers for batches of one shape.</summary>
    /// <param name="n">Points per batch, at least 1; meant for n ≤ 512.</param>
    /// <param name="d">Coordinates, at least 1.</param>
    /// <param name="cost">The ground cost.</param>
    public BatchTransport(int n, int d, GroundCost cost = GroundCost.Euclidean)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(d, 1);
        _n = n;
        _d = d;
        _cost = cost;
        _x = new double[n * d];
        _y = new double[n * d];
        _costs = new double[n * n];
        _packed = new PackedPoints<double>(_y, n, d);
        _problem = new TransportProblem(new MatrixGeometry(_costs, n, n) { GivenError = (d + 8) * DoubleDouble.Rounding });
    }

    /// <summary>Solves one pair of batches; see <see cref="ExactTransport.Wasserstein1"/>.</summary>
    /// <param name="x">[n, d] row-major.</param>
    /// <param name="y">[n, d] row-major.</param>
    /// <returns>The result with its certificate.</returns>
    /// <exception cref="ArgumentException">A length is wrong or a coordinate is not finite.</exception>
    public TransportResult Step(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        PointCloud.Check(x, _n, _d, "x");
        PointCloud.Check(y, _n, _d, "y");
        PairSum.Widen(x, _x);
        PairSum.Widen(y, _y);
        _packed.Pack(_y);
        PointCloudGeometry.Evaluate(_cost, _packed, _x, _n, _costs);
        _core.Solve(_costs, _n);
        var assignment = (int[])_core.RowToColumn.Clone();
        var result = Certificate.Build(
            _problem,
            TransportPlan.FromAssignment(assignment),
            assignment,
            (double[])_core.V.Clone(),
            TransportStatus.Optimal,
            null,
            _costs,
            s_options,
            new TransportStats("jonker-volgenant", 0, 0, 0, _core.Entries),
            _cost == GroundCost.SquaredEuclidean);
        // Beside an outlier float64 may not close the proof; the careful way takes its own buffers.
        return result.Certified
            ? result
            : ExactTransport.Solve(PointCloud.From(x, _n, _d, "x"), PointCloud.From(y, _n, _d, "y"), _cost, s_options);
    }
}
