namespace Earthmover.Transport;

/// <summary>
/// Exact transport between mini-batches inside a training loop: owns its buffers, so that a step allocates only its result.
/// Not thread-safe.
/// </summary>
public sealed class BatchTransport
{
    private readonly int _n;
    private readonly int _d;
    private readonly GroundCost _cost;
    private readonly double[] _costs;
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
        _costs = new double[n * n];
    }

    /// <summary>Solves one pair of batches; see <see cref="ExactTransport.Wasserstein1"/>.</summary>
    /// <param name="x">[n, d] row-major.</param>
    /// <param name="y">[n, d] row-major.</param>
    /// <returns>The result with its certificate.</returns>
    /// <exception cref="ArgumentException">A length is wrong or a coordinate is not finite.</exception>
    public TransportResult Step(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var geometry = new PointCloudGeometry(PointCloud.From(x, _n, _d, "x"), PointCloud.From(y, _n, _d, "y"), _cost);
        geometry.FillExactRows(0, _n, _costs);
        _core.Solve(_costs, _n);
        var assignment = (int[])_core.RowToColumn.Clone();
        return Certificate.Build(
            new TransportProblem(geometry),
            TransportPlan.FromAssignment(assignment),
            assignment,
            (double[])_core.V.Clone(),
            TransportStatus.Optimal,
            null,
            _costs,
            TransportOptions.Default with { Threads = 1 },
            new TransportStats("jonker-volgenant", 0, 0, 0, _core.Entries));
    }
}
