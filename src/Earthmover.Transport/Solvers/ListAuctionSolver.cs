using System.Diagnostics;

namespace Earthmover.Transport;

/// <summary>
/// Assignments (n = m, equal masses) by the forward auction with ε-scaling (Bertsekas, Annals of Operations Research 14,
/// 1988) on candidate lists, an exact finish on float64 costs, and the certificate. The fastest exact solver here for
/// n above a few hundred. Memory: 4·n² bytes for the float32 costs (400 MB at n = 10⁴) or, beyond the budget, the lists alone.
/// </summary>
/// <remarks>
/// Layouts on which auctions crawl (one side collapsed onto a few places) exhaust a work budget and are handed to
/// <see cref="NetworkSimplexSolver"/> with the prices reached so far; tight modes on both sides are handed over at once.
/// </remarks>
public sealed class ListAuctionSolver : ITransportSolver
{
    private const double FirstEpsilon = 0.1;
    private const double EpsilonFactor = 0.2;

    // Tighter than it looks necessary: with 10⁻⁴ … 10⁻⁶ the finish meets thousands of cycles on tight clusters.
    private const double LastEpsilon = 1e-8;

    // Up to here the simplex is the faster one on tight modes.
    private const int MostClustered = 4500;

    // Row reads per row after which the auction is losing against the simplex.
    private const int ReadsPerRow = 25;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The problem is not an assignment.</exception>
    public TransportResult Solve(
        TransportProblem problem,
        TransportOptions? options = null,
        TransportPotentials? warm = null,
        CancellationToken cancellation = default) =>
        Proven.Solve(problem, options, warm, (ordinary, how, start) => Search(ordinary, how, start, cancellation), cancellation);

    /// <summary>Search and certificate of a problem in ordinary range.</summary>
    internal static TransportResult Search(
        TransportProblem problem, TransportOptions options, TransportPotentials? warm, CancellationToken cancellation)
    {
        if (!problem.IsAssignment)
            throw new ArgumentException("The auction needs as many sources as targets, all of equal mass.");
        var geometry = problem.Geometry;
        if (geometry.Rows < 3 || geometry.HasForbiddenPairs)
            return JonkerVolgenantSolver.Search(problem, options, cancellation);
        var rows = CostRows.Create(geometry, options, cancellation);
        return Solve(problem, rows, options, warm, cancellation);
    }

    internal static TransportResult Solve(
        TransportProblem problem, CostRows rows, TransportOptions options, TransportPotentials? warm, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var n = problem.Geometry.Rows;
        if (warm is null && n <= MostClustered && IsClustered(rows))
            return Simplex(problem, rows, null, options, cancellation);
        var budget = Math.Min(options.MaxWork, (long)ReadsPerRow * n * n);
        var warmPrices = warm is null ? null : Array.ConvertAll(warm.G, g => -g);
        var auction = new ListAuction(rows, budget, warmPrices, cancellation);
        var finished = Run(auction, n, warm is not null, options);
        if (!finished && auction.Entries < options.MaxWork)
            return FallBack(problem, rows, auction, options, clock.Elapsed.TotalSeconds, cancellation);
        var assignment = auction.Assignment;
        var stats = new TransportStats("list-auction", rows.Seconds, clock.Elapsed.TotalSeconds, 0, auction.Entries, auction.Summary);
        if (!finished && Array.IndexOf(assignment, -1) >= 0)
            CompleteAnyhow(assignment);
        var status = finished ? TransportStatus.Optimal : TransportStatus.IterationLimit;
        return Certificate.Build(
            problem,
            TransportPlan.FromAssignment(assignment),
            assignment,
            Array.ConvertAll(auction.Prices, p => -p),
            status,
            rows,
            null,
            options,
            stats,
            cancellation: cancellation);
    }

    private static bool Run(ListAuction auction, int n, bool warm, TransportOptions options)
    {
        var spread = auction.Spread;
        if (spread <= 1e-15 * auction.LargestCost || spread == 0)
        {
            // Costs of the form aᵢ + bⱼ: every assignment is optimal, and no ε would ever be small enough.
            for (var i = 0; i < n; i++)
                auction.Assignment[i] = i;
            return true;
        }
        var phases = (int)Math.Ceiling(Math.Log(LastEpsilon / FirstEpsilon) / Math.Log(EpsilonFactor));
        var epsilon = (warm ? 1e-3 : FirstEpsilon) * spread;
        var done = 0;
        for (; epsilon > LastEpsilon * spread; epsilon *= EpsilonFactor)
        {
            if (!auction.RunPhase(epsilon))
                return false;
            options.Progress?.Report(new("auction", Math.Min(1, ++done / (double)(phases + 1))));
        }
        for (var attempt = 0; attempt < 4; attempt++)
        {
            if (!auction.RunPhase(epsilon))
                return false;
            if (auction.Finish(1e-13 * (spread + auction.LargestCost), 50L * n))
                return true;
            epsilon *= EpsilonFactor;
        }
        return false;
    }

    private static TransportResult FallBack(
        TransportProblem problem, CostRows rows, ListAuction auction, TransportOptions options, double seconds,
        CancellationToken cancellation)
    {
        var prices = Array.ConvertAll(auction.Prices, p => -p);
        var left = options with { MaxWork = options.MaxWork == long.MaxValue ? long.MaxValue : options.MaxWork - auction.Entries };
        var result = Simplex(problem, rows, prices, left, cancellation);
        return result.With(result.Stats with
        {
            Solver = "network-simplex after list-auction",
            SolveSeconds = result.Stats.SolveSeconds + seconds,
            Work = result.Stats.Work + auction.Entries,
        });
    }

    private static TransportResult Simplex(
        TransportProblem problem, CostRows rows, double[]? prices, TransportOptions options, CancellationToken cancellation)
    {
        int[] all = [.. Enumerable.Range(0, problem.Geometry.Rows)];
        return NetworkSimplexSolver.Solve(problem, rows, true, all, all, prices, options, cancellation);
    }

    // Whether a typical source has many targets at nearly no distance: tight modes on both sides. Inside a mode the auction has
    // to tell apart costs that are tiny beside its prices, which it does a bid at a time.
    private static bool IsClustered(CostRows rows)
    {
        const int samples = 15;
        var n = rows.Geometry.Rows;
        var clustered = 0;
        for (var s = 0; s < samples; s++)
        {
            var row = rows.Row((int)((long)s * n / samples)).ToArray();
            var near = Selection.Smallest(row, n / 50);
            if (near < 0.01f * Selection.Smallest(row, n / 2))
                clustered++;
        }
        return 2 * clustered > samples;
    }

    // An interrupted auction leaves rows without a column; any completion gives a feasible plan and so an upper bound.
    private static void CompleteAnyhow(int[] assignment)
    {
        var taken = new bool[assignment.Length];
        foreach (var j in assignment)
        {
            if (j >= 0)
                taken[j] = true;
        }
        var next = 0;
        for (var i = 0; i < assignment.Length; i++)
        {
            if (assignment[i] >= 0)
                continue;
            while (taken[next])
                next++;
            taken[next] = true;
            assignment[i] = next;
        }
    }
}
