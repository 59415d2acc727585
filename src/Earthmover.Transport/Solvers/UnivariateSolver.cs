using System.Diagnostics;

namespace Earthmover.Transport;

/// <summary>
/// Any masses on the line (d = 1) by the monotone plan, which is optimal for convex costs (Monge's condition; Rachev and
/// Rüschendorf 1998, §3.1). O(n log n) search; the certificate reads all pairs.
/// </summary>
public sealed class UnivariateSolver : ITransportSolver
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The geometry is not a pair of point clouds in one dimension.</exception>
    public TransportResult Solve(
        TransportProblem problem,
        TransportOptions? options = null,
        TransportPotentials? warm = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options ??= TransportOptions.Default;
        options.Validate();
        if (problem.Geometry is not PointCloudGeometry { X.Dimension: 1 } geometry)
            throw new ArgumentException("The closed form on the line needs two point clouds with one coordinate.");
        var clock = Stopwatch.StartNew();
        var x = Order(geometry.X);
        var y = Order(geometry.Y);
        var (n, m) = (x.Length, y.Length);
        var source = new List<int>(n + m);
        var target = new List<int>(n + m);
        var mass = new List<double>(n + m);
        var g = new double[m];
        // Potentials along the staircase of the plan: every step keeps f + g = c, also steps that move nothing.
        var (i, j) = (0, 0);
        double leftA = problem.A[x[0]], leftB = problem.B[y[0]];
        double f = geometry.Cost(x[0], y[0]);
        while (true)
        {
            var moved = Math.Min(leftA, leftB);
            if (moved > 1e-15 / Math.Max(n, m))
            {
                source.Add(x[i]);
                target.Add(y[j]);
                mass.Add(moved);
            }
            leftA -= moved;
            leftB -= moved;
            if ((leftA <= leftB && i < n - 1) || j == m - 1)
            {
                if (i == n - 1)
                    break;
                i++;
                leftA += problem.A[x[i]];
                f = geometry.Cost(x[i], y[j]) - g[y[j]];
            }
            else
            {
                j++;
                leftB += problem.B[y[j]];
                g[y[j]] = geometry.Cost(x[i], y[j]) - f;
            }
        }
        var stats = new TransportStats("univariate", 0, clock.Elapsed.TotalSeconds, 0, n + m);
        var plan = new TransportPlan(n, m, [.. source], [.. target], [.. mass]);
        return Certificate.Build(problem, plan, null, g, TransportStatus.Optimal, null, null, options, stats, cancellation);
    }

    private static int[] Order(PointCloud cloud)
    {
        var values = cloud.ToDoubles();
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort(values, order);
        return order;
    }
}
