namespace Earthmover.Transport;

/// <summary>
/// Exact optimal transport with a proof, the right solver chosen by size and shape of the problem.
/// </summary>
/// <remarks>Thread-safe. Deterministic: the same input gives the same bits on the same machine.</remarks>
public static class ExactTransport
{
    // Up to here the dense float64 algorithm is at least as fast as the auction and needs no tuning.
    private const int SmallAssignment = 320;

    // In the plane distances have no concentration: the auction's lists go stale quickly and the simplex is the faster one
    // up to a few thousand points, most of all on collapsed clouds.
    private const int LowDimension = 4;
    private const int MiddleAssignment = 4500;

    /// <summary>
    /// The exact W₁ between two clouds of equal masses: min over plans of the mean Euclidean distance. Cost of the result
    /// is W₁, in units of the coordinates. Matches <c>ot.emd2([], [], ot.dist(x, y, 'euclidean'))</c>.
    /// </summary>
    /// <param name="x">[n, d] row-major.</param>
    /// <param name="y">[m, d] row-major.</param>
    /// <param name="n">Number of points of x, at least 1.</param>
    /// <param name="m">Number of points of y, at least 1.</param>
    /// <param name="d">Number of coordinates, at least 1.</param>
    /// <param name="options">Tolerance, limits, threads; null for the defaults.</param>
    /// <param name="cancellation">Ends the solve with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Primal, dual, gap, plan, potentials. Look at <see cref="TransportResult.Certified"/> or call
    /// <see cref="TransportResult.EnsureCertified"/>.</returns>
    /// <exception cref="ArgumentException">A cloud is empty, has a wrong length, or a coordinate that is not finite.</exception>
    public static TransportResult Wasserstein1(
        ReadOnlySpan<float> x,
        ReadOnlySpan<float> y,
        int n,
        int m,
        int d,
        TransportOptions? options = null,
        CancellationToken cancellation = default) =>
        Solve(PointCloud.From(x, n, d, "x"), PointCloud.From(y, m, d, "y"), GroundCost.Euclidean, options, cancellation);

    /// <summary>Solves between two clouds of equal masses.</summary>
    /// <param name="x">Sources, [n, d].</param>
    /// <param name="y">Targets, [m, d].</param>
    /// <param name="cost">The ground cost.</param>
    /// <param name="options">Tolerance, limits, threads; null for the defaults.</param>
    /// <param name="cancellation">Ends the solve with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    public static TransportResult Solve(
        PointCloud x,
        PointCloud y,
        GroundCost cost = GroundCost.Euclidean,
        TransportOptions? options = null,
        CancellationToken cancellation = default) =>
        Solve(new TransportProblem(new PointCloudGeometry(x, y, cost)), options, null, cancellation);

    /// <summary>Solves any problem with the solver that suits it.</summary>
    /// <param name="problem">Costs and masses.</param>
    /// <param name="options">Tolerance, limits, threads; null for the defaults.</param>
    /// <param name="warm">Potentials of a similar problem; used where the solver can.</param>
    /// <param name="cancellation">Ends the solve with an <see cref="OperationCanceledException"/>.</param>
    public static TransportResult Solve(
        TransportProblem problem,
        TransportOptions? options = null,
        TransportPotentials? warm = null,
        CancellationToken cancellation = default) =>
        Proven.Solve(problem, options, warm, (ordinary, how, start) => Search(ordinary, how, start, cancellation), cancellation);

    private static TransportResult Search(TransportProblem problem, TransportOptions options,
        TransportPotentials? warm, CancellationToken cancellation)
    {
        if (problem.IsAssignment && problem.Geometry.Rows <= SmallAssignment)
            return JonkerVolgenantSolver.Search(problem, options, cancellation);
        if (DuplicateMerging.TrySolve(problem, options, cancellation) is { } merged)
            return merged;
        var lowDimensional = problem.Geometry is PointCloudGeometry { X.Dimension: <= LowDimension }
            && problem.Geometry.Rows <= MiddleAssignment;
        if (!problem.IsAssignment || problem.Geometry.HasForbiddenPairs || lowDimensional)
            return NetworkSimplexSolver.Search(problem, options, warm, cancellation);
        return ListAuctionSolver.Search(problem, options, warm, cancellation);
    }

    /// <summary>The search for costs that are known already. Where the start is near the optimum the dense algorithm has few rows left to
    /// place; where it is far, the simplex is the faster one, within bounded work.</summary>
    internal static TransportResult SearchAgain(TransportProblem problem, bool near, TransportOptions options,
        CancellationToken cancellation)
    {
        var (n, m) = (problem.Geometry.Rows, problem.Geometry.Cols);
        if (problem.IsAssignment && (near || n <= SmallAssignment))
            return JonkerVolgenantSolver.Search(problem, options, cancellation);
        var limited = options with { MaxWork = Math.Max(1_000_000_000, 400L * n * m) };
        return NetworkSimplexSolver.Search(problem, limited, new(new double[n], new double[m]), cancellation);
    }
}
