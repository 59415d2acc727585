namespace Earthmover.Transport;

/// <summary>Runs Sinkhorn's iteration with ε-scaling and reports it with certified bounds of the exact optimum.</summary>
public static class SinkhornSolver
{
    /// <summary>
    /// min ⟨P, C⟩ + ε·KL(P | a⊗b). Matches <c>ot.sinkhorn(a, b, M, reg, method='sinkhorn_log')</c>.
    /// </summary>
    /// <param name="problem">Costs and masses.</param>
    /// <param name="epsilon">Regularisation, positive, in units of the cost.</param>
    /// <param name="options">Tolerance and limits; null for the defaults.</param>
    /// <param name="cancellation">Checked once per iteration.</param>
    /// <exception cref="ArgumentException">ε is not positive and finite, an option is out of range, or a pair is forbidden.</exception>
    public static SinkhornResult Solve(
        TransportProblem problem, double epsilon, SinkhornOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options ??= new SinkhornOptions();
        if (!(epsilon > 0) || double.IsInfinity(epsilon))
            throw new ArgumentException($"epsilon is {epsilon}; it must be positive and finite.");
        if (options.MaxIterations < 1 || !(options.MarginalTolerance > 0))
            throw new ArgumentException($"MaxIterations ({options.MaxIterations}) and MarginalTolerance ({options.MarginalTolerance}) must be positive.");
        if (problem.Geometry.HasForbiddenPairs)
            throw new ArgumentException("Sinkhorn's iteration does not take forbidden pairs.");
        var transport = new TransportOptions { MemoryBudgetBytes = options.MemoryBudgetBytes };
        var rows = CostRows.Create(problem.Geometry, transport, cancellation);
        var sinkhorn = new Sinkhorn(rows, problem.A, problem.B);
        if (options.Scaling)
        {
            for (var ε = LargestCost(rows); ε > epsilon; ε /= 2)
            {
                cancellation.ThrowIfCancellationRequested();
                sinkhorn.Iterate(ε);
            }
        }
        var iterations = 0;
        var error = double.PositiveInfinity;
        while (iterations < options.MaxIterations && error > options.MarginalTolerance)
        {
            cancellation.ThrowIfCancellationRequested();
            error = sinkhorn.Iterate(epsilon);
            iterations++;
        }
        error = sinkhorn.Rows(epsilon);
        var cost = sinkhorn.RoundedCost(epsilon);
        double value = 0;
        for (var i = 0; i < sinkhorn.F.Length; i++)
        {
            // KL against a⊗b: the potentials of the plain entropy are shifted by ε·log of the masses.
            if (problem.A[i] > 0)
                value += problem.A[i] * (sinkhorn.F[i] - epsilon * Math.Log(problem.A[i]));
        }
        for (var j = 0; j < sinkhorn.G.Length; j++)
        {
            if (problem.B[j] > 0)
                value += problem.B[j] * (sinkhorn.G[j] - epsilon * Math.Log(problem.B[j]));
        }
        var lower = LowerBound(problem, rows, sinkhorn.G, epsilon, transport, cancellation);
        return new SinkhornResult(
            epsilon,
            value,
            cost,
            lower,
            error,
            iterations,
            error <= 2 * options.MarginalTolerance,
            new TransportPotentials((double[])sinkhorn.F.Clone(), (double[])sinkhorn.G.Clone()));
    }

    private static double LowerBound(
        TransportProblem problem, CostRows rows, double[] g, double epsilon, TransportOptions options, CancellationToken cancellation)
    {
        var targets = new double[g.Length];
        for (var j = 0; j < g.Length; j++)
            targets[j] = problem.B[j] > 0 ? g[j] - epsilon * Math.Log(problem.B[j]) : 0;
        var f = new double[problem.Geometry.Rows];
        Certificate.TransformFiltered(rows, targets, f, options, cancellation);
        double lower = 0;
        for (var i = 0; i < f.Length; i++)
            lower += problem.A[i] * f[i];
        for (var j = 0; j < targets.Length; j++)
            lower += problem.B[j] * targets[j];
        return lower;
    }

    private static double LargestCost(CostRows rows)
    {
        float largest = 0;
        for (var i = 0; i < rows.Geometry.Rows; i++)
        {
            foreach (var cost in rows.Row(i))
                largest = Math.Max(largest, Math.Abs(cost));
        }
        return largest;
    }
}
