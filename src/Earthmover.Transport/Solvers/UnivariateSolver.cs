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
        CancellationToken cancellation = default) =>
        Proven.Solve(problem, options, warm, (ordinary, how, _) => Search(ordinary, how, cancellation), cancellation);

    private static TransportResult Search(TransportProblem problem, TransportOptions options, CancellationToken cancellation)
    {
        if (problem.Geometry is not PointCloudGeometry { X.Dimension: 1 } geometry)
            throw new ArgumentException("The closed form on the line needs two point clouds with one coordinate.");
        var clock = Stopwatch.StartNew();
        var x = Order(geometry.X);
        var y = Order(geometry.Y);
        var (n, m) = (x.Length, y.Length);
        var entries = new List<(int, int, DoubleDouble)>(n + m);
        var g = new double[m];
        // Potentials along the staircase of the plan: every step keeps f + g = c, also steps that move nothing.
        var (i, j) = (0, 0);
        DoubleDouble leftA = problem.A.Exact(x[0]), leftB = problem.B.Exact(y[0]);
        double f = geometry.Cost(x[0], y[0]);
        while (true)
        {
            var moved = leftA < leftB ? leftA : leftB;
            // Less is what 32 digits left of masses that are equal.
            if (moved.High > 1e-28)
                entries.Add((x[i], y[j], moved));
            leftA -= moved;
            leftB -= moved;
            if ((!(leftA > leftB) && i < n - 1) || j == m - 1)
            {
                if (i == n - 1)
                    break;
                i++;
                leftA += problem.A.Exact(x[i]);
                f = geometry.Cost(x[i], y[j]) - g[y[j]];
            }
            else
            {
                j++;
                leftB += problem.B.Exact(y[j]);
                g[y[j]] = geometry.Cost(x[i], y[j]) - f;
            }
        }
        var stats = new TransportStats("univariate", 0, clock.Elapsed.TotalSeconds, 0, n + m);
        var plan = TransportPlan.From(n, m, entries);
        return Certificate.Build(problem, plan, null, g, TransportStatus.Optimal, null, null, options, stats, cancellation: cancellation);
    }

    private static int[] Order(PointCloud cloud)
    {
        var values = cloud.ToDoubles();
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort(values, order);
        return order;
    }
}
