using System.Diagnostics;

namespace Earthmover.Transport;

/// <summary>
/// Assignments (n = m, equal masses) by Jonker and Volgenant's algorithm (Computing 38, 1987) on float64 costs. The fastest
/// choice for mini-batches and the independent check of the other solvers. O(n³) time; 8·n² bytes (800 MB at n = 10⁴).
/// </summary>
public sealed class JonkerVolgenantSolver : ITransportSolver
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The problem is not an assignment.</exception>
    /// <exception cref="InvalidOperationException">The float64 cost matrix exceeds the memory budget.</exception>
    public TransportResult Solve(
        TransportProblem problem,
        TransportOptions? options = null,
        TransportPotentials? warm = null,
        CancellationToken cancellation = default) =>
        Proven.Solve(problem, options, warm, (ordinary, how, _) => Search(ordinary, how, cancellation), cancellation);

    /// <summary>Search and certificate of a problem in ordinary range.</summary>
    internal static TransportResult Search(TransportProblem problem, TransportOptions options, CancellationToken cancellation)
    {
        if (!problem.IsAssignment)
            throw new ArgumentException("Jonker and Volgenant's algorithm needs as many sources as targets, all of equal mass.");
        var n = problem.Geometry.Rows;
        var bytes = 8L * n * n;
        if (bytes > options.MemoryBudget || (long)n * n > Array.MaxLength)
            throw new InvalidOperationException(
                $"The float64 cost matrix of {n} × {n} needs {bytes} bytes; the budget is {options.MemoryBudget} bytes.");
        var clock = Stopwatch.StartNew();
        var costs = new double[n * n];
        ExactCosts.Fill(problem.Geometry, costs, options, cancellation);
        var costSeconds = clock.Elapsed.TotalSeconds;
        clock.Restart();
        var forbidden = ExactCosts.ReplaceForbidden(problem.Geometry, costs);
        var core = new JonkerVolgenant();
        core.Solve(costs, n, cancellation);
        var stats = new TransportStats("jonker-volgenant", costSeconds, clock.Elapsed.TotalSeconds, 0, core.Entries);
        var assignment = core.RowToColumn;
        var status = TransportStatus.Optimal;
        for (var i = 0; i < n && forbidden > 0; i++)
        {
            if (costs[i * n + assignment[i]] >= forbidden)
                status = TransportStatus.Infeasible;
        }
        return Certificate.Build(problem, TransportPlan.FromAssignment(assignment),
            assignment, core.V, status, null, costs, options, stats, cancellation: cancellation);
    }
}
