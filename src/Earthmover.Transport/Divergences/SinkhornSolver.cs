namespace Earthmover.Transport;

/// <summary>Runs Sinkhorn's iteration with ε-scaling and reports it with certified bounds of the exact optimum.</summary>
public static class SinkhornSolver
{
    // Beyond so many ε float32 costs cannot place the largest exponents.
    private const double LargestRatio = 300;

    // A divergence is given where its error is at most this part of it.
    private const double LargestError = 1e-3;

    // Iterations in float32 before float64 and Newton's method take over.
    private const int FewIterations = 500;

    /// <summary>
    /// min ⟨P, C⟩ + ε·KL(P | a⊗b). Matches <c>ot.sinkhorn(a, b, M, reg, method='sinkhorn_log')</c>.
    /// </summary>
    /// <param name="problem">Costs and masses.</param>
    /// <param name="epsilon">Regularization, positive, in units of the cost.</param>
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
            throw new ArgumentException($"MaxIterations ({options.MaxIterations}) and MarginalTolerance ({options.MarginalTolerance}) "
                + "must be positive.");
        if (problem.Geometry.HasForbiddenPairs)
            throw new ArgumentException("Sinkhorn's iteration does not take forbidden pairs.");
        var (ordinary, exponent) = CloudScale.Ordinary(problem);
        if (exponent == 0)
            return Iterate(problem, epsilon, options, cancellation);
        exponent *= CloudScale.Power(problem.Geometry);
        var scaled = Math.ScaleB(epsilon, -exponent);
        if (scaled == 0 || double.IsInfinity(scaled))
            throw new ArgumentException($"epsilon is {epsilon}, "
                + $"which cannot be told from {(scaled == 0 ? 0 : double.PositiveInfinity)} beside these costs.");
        return Iterate(ordinary, scaled, options, cancellation).Scaled(exponent, epsilon);
    }

    /// <summary>
    /// S_ε(x, y) = OT_ε(x, y) − (OT_ε(x, x) + OT_ε(y, y))/2 (Feydy et al. 2019) from OT_ε(x, y), as what is known of it: it never throws
    /// for want of convergence.
    /// </summary>
    /// <param name="x">One cloud.</param>
    /// <param name="y">The other.</param>
    /// <param name="a">Masses of x; null for equal ones.</param>
    /// <param name="b">Masses of y; null for equal ones.</param>
    /// <param name="between">The result between both.</param>
    /// <param name="cost">The ground cost.</param>
    /// <param name="options">Tolerance and limits.</param>
    /// <param name="cancellation">Checked once per iteration.</param>
    public static SinkhornDivergence Divergence(
        PointCloud x,
        PointCloud y,
        WeightVector? a,
        WeightVector? b,
        SinkhornResult between,
        GroundCost cost = GroundCost.Euclidean,
        SinkhornOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(between);
        options ??= new SinkhornOptions();
        TransportProblem Within(PointCloud cloud, WeightVector? masses) => new(new PointCloudGeometry(cloud, cloud, cost), masses, masses);
        TransportProblem[] problems = [new(new PointCloudGeometry(x, y, cost), a, b), Within(x, a), Within(y, b)];
        SinkhornResult[] parts = [between, .. problems[1..].Select(problem => Solve(problem, between.Epsilon, options, cancellation))];
        static double Differ(double[] v) => v[0] - (v[1] + v[2]) / 2;
        static double Sum(double[] v) => v[0] + (v[1] + v[2]) / 2;
        var value = Differ([.. parts.Select(part => part.DualValue)]);
        var error = Sum([.. parts.Select(part => part.ValueError)]);
        if (parts.FirstOrDefault(part => !part.Converged) is { } open)
            return new SinkhornDivergence(value, error, false,
                $"the iteration did not converge in {open.Iterations} iterations ({open.Amiss(options)})");
        if (AreEqual(problems[0], x, y))
            return new SinkhornDivergence(0, error, true, "");
        bool HasDigits() => double.IsFinite(value) && value > 0 && error <= LargestError * value;
        if (!HasDigits())
        {
            options.Progress?.Report(new("sinkhorn to the last digits", 0));
            var sharp = problems.Zip(parts, (problem, part) => EntropicValue.Of(problem, part, options, cancellation))
                .OfType<(double Value, double Error)>().ToArray();
            if (sharp.Length == 3 && Sum([.. sharp.Select(s => s.Error)]) is var less && less < error)
                (value, error) = (Differ([.. sharp.Select(s => s.Value)]), less);
        }
        var reason = HasDigits() ? "" : $"it has no digits left, being a difference of numbers that are known to {error:g3} only";
        return new SinkhornDivergence(value, error, reason.Length == 0, reason);
    }

    private static SinkhornResult Iterate(TransportProblem problem, double epsilon, SinkhornOptions options, CancellationToken cancellation)
    {
        var transport = new TransportOptions { MemoryBudgetBytes = options.MemoryBudgetBytes };
        var rows = CostRows.Create(problem.Geometry, transport, cancellation);
        var largest = LargestCost(rows);
        var precise = options.Scaling && EntropicDual.Fits(problem.Geometry, transport);
        if (precise && (largest > LargestRatio * epsilon || IsSymmetric(problem)))
            return Precisely(problem, rows, epsilon, null, 0, options, transport, cancellation);
        var sinkhorn = new Sinkhorn(rows, problem.A, problem.B);
        if (options.Scaling)
        {
            for (var ε = largest; ε > epsilon; ε /= 2)
            {
                cancellation.ThrowIfCancellationRequested();
                sinkhorn.Iterate(ε);
            }
        }
        var most = precise ? Math.Min(options.MaxIterations, FewIterations) : options.MaxIterations;
        var iterations = 0;
        var error = double.PositiveInfinity;
        while (iterations < most && error > options.MarginalTolerance)
        {
            cancellation.ThrowIfCancellationRequested();
            error = sinkhorn.Iterate(epsilon);
            iterations++;
        }
        if (precise && error > options.MarginalTolerance && iterations < options.MaxIterations)
            return Precisely(problem, rows, epsilon, sinkhorn.G, iterations, options, transport, cancellation);
        error = sinkhorn.Rows(epsilon);
        var cost = sinkhorn.RoundedCost(epsilon);
        // Exponents from float32 costs: their digits must still tell the margins.
        // Their exponentials and the logarithms of the masses have float32's rounding at every ε.
        var lost = 6e-8 * (largest / epsilon + 1 + Math.Log(problem.Geometry.Cols));
        var known = largest <= LargestRatio * epsilon;
        return Report(problem, rows, epsilon, sinkhorn.F, sinkhorn.G, cost, error, iterations,
            known ? lost : double.PositiveInfinity, known, options, transport, cancellation);
    }

    // In float64 from several starts until one converges: where the iteration came to; 0, which is near for the same points on both sides,
    // also beside an outlier of both; the exact potentials, which are near for a small ε. Halving ε from the largest cost would lose the
    // digits of all others.
    private static SinkhornResult Precisely(
        TransportProblem problem,
        CostRows rows,
        double epsilon,
        double[]? start,
        int before,
        SinkhornOptions options,
        TransportOptions transport,
        CancellationToken cancellation)
    {
        options.Progress?.Report(new("sinkhorn in float64", 0));
        var dual = new EntropicDual(problem, epsilon, transport, cancellation);
        bool Run(double[] from) =>
            dual.Run(from, options.MarginalTolerance, Math.Max(1, options.MaxIterations - before - dual.Iterations), cancellation);
        var zero = new double[problem.Geometry.Cols];
        var same = IsSymmetric(problem);
        if (!(start is not null && Run(start)) && !(same && Run(zero)))
        {
            var exact = ExactTransport.Solve(problem, transport with { Progress = options.Progress }, null, cancellation);
            options.Progress?.Report(new("sinkhorn in float64", 0));
            if (!Run(exact.Potentials.G) && !dual.IsKnown(options.MarginalTolerance) && !same)
                Run(zero);
        }
        dual.TakeBest();
        var known = dual.IsKnown(options.MarginalTolerance);
        return Report(
            problem, rows, epsilon, dual.F, dual.G, dual.RoundedCost(), dual.MarginalError,
            before + dual.Iterations, dual.Lost, known, options, transport, cancellation);
    }

    private static SinkhornResult Report(
        TransportProblem problem,
        CostRows rows,
        double epsilon,
        double[] f,
        double[] g,
        double cost,
        double error,
        int iterations,
        double lost,
        bool known,
        SinkhornOptions options,
        TransportOptions transport,
        CancellationToken cancellation)
    {
        double value = 0;
        for (var i = 0; i < f.Length; i++)
        {
            // KL against a⊗b: the potentials of the plain entropy are shifted by ε·log of the masses.
            if (problem.A[i] > 0)
                value += problem.A[i] * (f[i] - epsilon * Math.Log(problem.A[i]));
        }
        for (var j = 0; j < g.Length; j++)
        {
            if (problem.B[j] > 0)
                value += problem.B[j] * (g[j] - epsilon * Math.Log(problem.B[j]));
        }
        var lower = LowerBound(problem, rows, g, epsilon, transport, cancellation);
        return new SinkhornResult(
            epsilon,
            value,
            cost,
            lower,
            error,
            iterations,
            known && double.IsFinite(value) && double.IsFinite(cost) && error <= 2 * options.MarginalTolerance,
            new TransportPotentials((double[])f.Clone(), (double[])g.Clone()))
        {
            ValueError = (lost + Math.Min(error, 2)) * epsilon,
        };
    }

    private static double LowerBound(
        TransportProblem problem, CostRows rows, double[] g, double epsilon, TransportOptions options, CancellationToken cancellation)
    {
        var targets = new double[g.Length];
        for (var j = 0; j < g.Length; j++)
            targets[j] = problem.B[j] > 0 ? g[j] - epsilon * Math.Log(problem.B[j]) : 0;
        var f = new double[problem.Geometry.Rows];
        Certificate.TransformFiltered(rows, targets, f, options, cancellation);
        var (value, error) = Certificate.Dual(problem, f, targets);
        return problem.Geometry.IsNonNegative ? Math.Max(0, value - error) : value - error;
    }

    // The same points with the same masses: then the two potentials are one.
    private static bool IsSymmetric(TransportProblem problem)
    {
        if (problem.Geometry is not PointCloudGeometry { X: var x, Y: var y } || !x.HasPointsOf(y))
            return false;
        return Enumerable.Range(0, x.Count).All(k => problem.A[k] == problem.B[k]);
    }

    // The same points with the same masses in any order.
    private static bool AreEqual(TransportProblem problem, PointCloud x, PointCloud y)
    {
        if (x.Count != y.Count)
            return false;
        // Once, not at each of the n·log n comparisons: points kept as float32 are copied whole.
        var (u, v) = (x.AsDoubles(), y.AsDoubles());
        ReadOnlySpan<double> Row(double[] points, int i) => points.AsSpan(i * x.Dimension, x.Dimension);
        int[] Order(double[] points, WeightVector masses)
        {
            int[] order = [.. Enumerable.Range(0, x.Count)];
            Array.Sort(order, (i, j) =>
                Row(points, i).SequenceCompareTo(Row(points, j)) is var sign and not 0
                    ? sign
                    : masses[i].CompareTo(masses[j]));
            return order;
        }
        return Order(u, problem.A).Zip(Order(v, problem.B)).All(p =>
            problem.A[p.First] == problem.B[p.Second] && Row(u, p.First).SequenceEqual(Row(v, p.Second)));
    }

    private static double LargestCost(CostRows rows)
    {
        double largest = 0;
        for (var i = 0; i < rows.Geometry.Rows; i++)
            largest = Math.Max(largest, Magnitude.Largest(rows.Row(i)));
        return largest;
    }
}
