using System.Diagnostics;

namespace Earthmover.Transport;

/// <summary>
/// Any masses, any n and m, by the primal network simplex method (Dantzig's, on the transportation tree) with SIMD row
/// pricing. Memory: 4·n·m bytes for the float32 costs, or rows on demand beyond the budget. Degenerate problems, duplicates
/// and points without mass are handled; the answer carries the same certificate as that of the other solvers.
/// </summary>
public sealed class NetworkSimplexSolver : ITransportSolver
{
    /// <inheritdoc/>
    public TransportResult Solve(
        TransportProblem problem,
        TransportOptions? options = null,
        TransportPotentials? warm = null,
        CancellationToken cancellation = default) =>
        Proven.Solve(problem, options, warm, (ordinary, how, start) => Search(ordinary, how, start, cancellation), cancellation);

    /// <summary>Search and certificate of a problem in ordinary range.</summary>
    internal static TransportResult Search(TransportProblem problem, TransportOptions options,
        TransportPotentials? warm, CancellationToken cancellation)
    {
        var sources = Support(problem.A);
        var targets = Support(problem.B);
        var whole = sources.Length == problem.A.Count && targets.Length == problem.B.Count && !problem.Geometry.HasForbiddenPairs;
        var geometry = whole ? problem.Geometry : SubProblem.Of(problem.Geometry, sources, targets, options, cancellation);
        var rows = CostRows.Create(geometry, options, cancellation);
        var warmTargets = warm is null ? null : Array.ConvertAll(targets, j => warm.G[j]);
        return Solve(problem, rows, whole, sources, targets, warmTargets, options, cancellation);
    }

    internal static TransportResult Solve(
        TransportProblem problem,
        CostRows rows,
        bool whole,
        int[] sources,
        int[] targets,
        double[]? warm,
        TransportOptions options,
        CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var a = Array.ConvertAll(sources, i => problem.A.Exact(i));
        var b = Array.ConvertAll(targets, j => problem.B.Exact(j));
        var search = new NetworkSimplex(rows, a, b, options.MaxWork, cancellation);
        var finished = search.Run(warm);
        var arcs = search.Plan();
        var stats = new TransportStats(
            "network-simplex", rows.Seconds, clock.Elapsed.TotalSeconds, 0, search.Entries, $"{search.Pivots} pivots");
        var plan = TransportPlan.From(
            problem.Geometry.Rows, problem.Geometry.Cols, arcs.ConvertAll(arc => (sources[arc.Source], targets[arc.Target], arc.Mass)));
        var g = whole ? search.Potentials : Expand(problem.Geometry, rows, sources, targets, search.Potentials, options, cancellation);
        return Certificate.Build(
            problem,
            plan,
            plan.AsAssignment(problem),
            g,
            finished ? TransportStatus.Optimal : TransportStatus.IterationLimit,
            whole ? rows : null,
            null,
            options,
            stats,
            cancellation: cancellation);
    }

    private static int[] Support(WeightVector weights) =>
        weights.IsUniform ? [.. Enumerable.Range(0, weights.Count)] : [.. Enumerable.Range(0, weights.Count).Where(k => weights[k] > 0)];

    // Points without mass get the potential that the c-transform of the others allows them.
    private static double[] Expand(
        TransportGeometry geometry, CostRows rows, int[] sources, int[] targets, double[] g,
        TransportOptions options, CancellationToken cancellation)
    {
        var f = new double[sources.Length];
        Certificate.TransformFiltered(rows, g, f, options, cancellation);
        var all = new double[geometry.Cols];
        Array.Fill(all, double.NaN);
        for (var k = 0; k < targets.Length; k++)
            all[targets[k]] = g[k];
        for (var j = 0; j < all.Length; j++)
        {
            if (!double.IsNaN(all[j]))
                continue;
            all[j] = double.PositiveInfinity;
            for (var k = 0; k < sources.Length; k++)
                all[j] = Math.Min(all[j], geometry.Cost(sources[k], j) - f[k]);
            // A target that nothing may reach: any potential is feasible, and it has no mass.
            if (double.IsInfinity(all[j]))
                all[j] = 0;
        }
        return all;
    }
}
