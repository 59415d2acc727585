using System.Diagnostics;

namespace Earthmover.Transport;

/// <summary>
/// Proves a plan: the primal value is summed from the true float64 costs, the dual value from fᵢ = minⱼ(cᵢⱼ − gⱼ) over all
/// pairs in float64. Nothing is taken over from the search but the plan and the targets' potentials, and any potentials
/// give a valid lower bound; the search can only make it loose, never wrong.
/// </summary>
/// <remarks>
/// Rounding is counted, so that the proof holds for the numbers as they are: the transform takes costs lowered by their own error, sums are
/// made with 32 digits, and what is left is stated with the result.
/// </remarks>
internal static class Certificate
{
    private const int BlockRows = 18;

    public static TransportResult Build(
        TransportProblem problem,
        TransportPlan plan,
        int[]? assignment,
        double[] g,
        TransportStatus status,
        CostRows? rows,
        double[]? exact,
        TransportOptions options,
        TransportStats stats,
        bool squared = false,
        CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        var geometry = problem.Geometry;
        Center(g);
        var f = new double[geometry.Rows];
        var largest = rows is null
            ? TransformExactly(geometry, exact, g, f, options, cancellation)
            : TransformFiltered(rows, g, f, options, cancellation);
        var primal = Primal(problem, plan, largest);
        var dual = Dual(problem, f, g);
        stats = stats with { CertificateSeconds = clock.Elapsed.TotalSeconds };
        return Build(problem, primal, dual, largest, status, plan, assignment, new TransportPotentials(f, g), options, stats, squared);
    }

    /// <summary>States the result that two bounds prove.</summary>
    public static TransportResult Build(
        TransportProblem problem,
        (double Value, double Size, double Error) primal,
        (double Value, double Error) dual,
        double largest,
        TransportStatus status,
        TransportPlan plan,
        int[]? assignment,
        TransportPotentials potentials,
        TransportOptions options,
        TransportStats stats,
        bool squared = false)
    {
        var geometry = problem.Geometry;
        // Where nothing need be paid, 0 is a lower bound without any potentials.
        if (geometry.IsNonNegative && (primal.Value == 0 || dual.Value <= 0))
        {
            dual = (0, 0);
            potentials = primal.Value == 0 ? new(new double[geometry.Rows], new double[geometry.Cols]) : potentials;
        }
        if (double.IsPositiveInfinity(primal.Value))
            status = TransportStatus.Infeasible;
        var allowed = options.ToleranceFor(geometry) * primal.Size;
        if (!geometry.IsNonNegative)
            allowed = Math.Max(allowed, 1e-12 * largest);
        var error = primal.Error + dual.Error;
        var off = Math.Abs(primal.Value - dual.Value) + error;
        var root = squared || CloudScale.Power(geometry) == 2;
        double Rooted(double cost) => root ? Math.Sqrt(Math.Max(0, cost)) : cost;
        var distance = Rooted(primal.Value);
        return new TransportResult
        {
            Cost = primal.Value,
            CostError = primal.Error,
            DualCost = dual.Value,
            DualError = dual.Error,
            AllowedGap = allowed,
            // A dual above the primal beyond the errors of both would mean that one of them is not what it says.
            Certified = status == TransportStatus.Optimal && off <= allowed && primal.Value - dual.Value >= -error,
            Distance = distance,
            DualDistance = Rooted(dual.Value),
            DistanceError = !root ? off : distance == 0 ? Math.Sqrt(off) : distance - Math.Sqrt(Math.Max(0, primal.Value - off)),
            Status = status,
            Plan = plan,
            Assignment = assignment,
            Potentials = potentials,
            Stats = stats,
        };
    }

    /// <summary>fᵢ = minⱼ(cᵢⱼ − gⱼ) from float64 rows, stored or computed; returns the largest finite cost.</summary>
    public static double TransformExactly(
        TransportGeometry geometry, double[]? stored, double[] g, double[] f,
        TransportOptions options, CancellationToken cancellation = default)
    {
        var cols = geometry.Cols;
        var lower = Lower(geometry);
        var blockScale = new double[(geometry.Rows + BlockRows - 1) / BlockRows];
        if (stored is null && geometry is PointCloudGeometry points)
            points.PrepareExact();
        Work.ForBlocks(geometry.Rows, BlockRows, (long)BlockRows * cols, options.ThreadCount, (from, count) =>
        {
            var block = stored is null ? new double[count * cols] : stored.AsSpan(from * cols, count * cols);
            if (stored is null)
                geometry.FillExactRows(from, count, block);
            double scale = 0;
            for (var i = 0; i < count; i++)
            {
                (f[from + i], var most) = RowScan.Transform(block.Slice(i * cols, cols), g, lower);
                scale = Math.Max(scale, most);
            }
            blockScale[from / BlockRows] = scale;
        }, cancellation);
        return blockScale.Max();
    }

    // The float32 row names the few pairs that can be the minimum; only those are computed in float64.
    public static double TransformFiltered(
        CostRows rows, double[] g, double[] f, TransportOptions options, CancellationToken cancellation = default)
    {
        var geometry = rows.Geometry;
        var cols = geometry.Cols;
        var lower = Lower(geometry);
        var prices = new float[cols];
        double largestPrice = 0;
        for (var j = 0; j < cols; j++)
        {
            prices[j] = (float)-g[j];
            largestPrice = Math.Max(largestPrice, Math.Abs(g[j]));
        }
        if (geometry is PointCloudGeometry { X.IsDouble: true } or PointCloudGeometry { Y.IsDouble: true })
            ((PointCloudGeometry)geometry).PrepareExact();
        var blockScale = new double[(geometry.Rows + BlockRows - 1) / BlockRows];
        Work.ForBlocks(geometry.Rows, BlockRows, (long)BlockRows * cols, options.ThreadCount, (from, count) =>
        {
            var scratch = rows.IsStored ? [] : new float[cols];
            var places = new int[Math.Min(256, cols)];
            double[] exact = [];
            double scale = 0;
            for (var i = from; i < from + count; i++)
            {
                var row = rows.Row(i, scratch);
                var (least, at, largestCost) = RowScan.Min(row, prices);
                scale = Math.Max(scale, largestCost);
                if (at < 0)
                {
                    f[i] = double.PositiveInfinity;
                    continue;
                }
                var best = lower * geometry.Cost(i, at) - g[at];
                var threshold = (float)(least + 2 * Error(geometry, largestCost, largestPrice));
                var found = RowScan.Collect(row, prices, threshold, places);
                while (found > places.Length && places.Length < cols / 4)
                {
                    places = new int[Math.Min(cols, 4 * places.Length)];
                    found = RowScan.Collect(row, prices, threshold, places);
                }
                if (found > places.Length || (found > cols / 4 && cols > 256))
                {
                    // Beside one huge price float32 cannot tell most pairs apart: the whole row in float64 is the cheaper way.
                    exact = exact.Length == 0 ? new double[cols] : exact;
                    geometry.FillExactRows(i, 1, exact);
                    f[i] = RowScan.Transform(exact, g, lower).Least;
                    continue;
                }
                for (var k = 0; k < found; k++)
                {
                    var j = places[k];
                    if (row[j] + prices[j] - Error(geometry, row[j], Math.Abs(prices[j])) < best)
                        best = double.MinNative(best, lower * geometry.Cost(i, j) - g[j]);
                }
                f[i] = best;
            }
            blockScale[from / BlockRows] = scale;
        }, cancellation);
        return blockScale.Max();
    }

    // Bound of |float32 (c + p) − float64 (c − g)|: the filter's own error and three float32 roundings.
    private static double Error(TransportGeometry geometry, double cost, double largestPrice) =>
        geometry.FilterError(cost) + 1.8e-7 * (Math.Abs(cost) + largestPrice);

    // Lowered by more than a cost can be rounded up, so that potentials are feasible for the true costs.
    private static double Lower(TransportGeometry geometry) =>
        geometry.CostError == 0 ? 1 : 1 - geometry.CostError - 4 * DoubleDouble.Rounding;

    /// <summary>Σ P·c with Σ P·|c| and the largest error: of the costs, of the sum, and of margins that the plan's masses miss.</summary>
    public static (double Value, double Size, double Error) Primal(TransportProblem problem, TransportPlan plan,
        double largest, bool precise = false)
    {
        var geometry = problem.Geometry;
        var (sum, size) = (DoubleDouble.Zero, 0.0);
        var (a, b) = (new DoubleDouble[geometry.Rows], new DoubleDouble[geometry.Cols]);
        for (var k = 0; k < plan.Count; k++)
        {
            var (i, j, mass) = (plan.Source[k], plan.Target[k], plan.Exact(k));
            var cost = precise ? geometry.PreciseCost(i, j) : geometry.Cost(i, j);
            if (double.IsPositiveInfinity(cost.High))
                return (double.PositiveInfinity, double.PositiveInfinity, 0);
            sum += mass * cost;
            size += mass.High * Math.Abs(cost.High);
            a[i] += mass;
            b[j] += mass;
        }
        double missedA = 0, missedB = 0;
        for (var i = 0; i < a.Length; i++)
            missedA += Math.Abs((problem.A.Exact(i) - a[i]).High);
        for (var j = 0; j < b.Length; j++)
            missedB += Math.Abs((problem.B.Exact(j) - b[j]).High);
        // What misses its margin can be taken out and dealt anew at the largest cost.
        var relative = (precise ? geometry.PreciseError : geometry.CostError) + 2 * DoubleDouble.Rounding;
        return (sum.High, size, relative * size + Math.Max(missedA, missedB) * Math.Abs(largest));
    }

    /// <summary>Σ a·f + Σ b·g, and the largest error: of each f, which was rounded once, and of the sum.</summary>
    public static (double Value, double Error) Dual(TransportProblem problem, double[] f, double[] g)
    {
        var sum = DoubleDouble.Zero;
        double rounded = 0, size = 0;
        for (var i = 0; i < f.Length; i++)
        {
            // A point without mass adds nothing, also when its potential is infinite.
            if (problem.A[i] <= 0)
                continue;
            if (!double.IsFinite(f[i]))
                return (f[i], 0);
            sum += problem.A.Exact(i) * f[i];
            rounded += problem.A[i] * Math.Abs(f[i]);
        }
        for (var j = 0; j < g.Length; j++)
        {
            if (problem.B[j] <= 0)
                continue;
            sum += problem.B.Exact(j) * g[j];
            size += problem.B[j] * Math.Abs(g[j]);
        }
        return (sum.High, DoubleDouble.Rounding * (1.01 * rounded + 2 * Math.Abs(sum.High))
            + (f.Length + g.Length) * DoubleDouble.Error * (rounded + size));
    }

    // Potentials are free up to a constant. Around their median most of them are small, whatever an outlier's is: that keeps the float32
    // copies sharp and the roundings small.
    private static void Center(double[] g)
    {
        var sorted = (double[])g.Clone();
        Array.Sort(sorted);
        var middle = sorted[g.Length / 2];
        for (var j = 0; j < g.Length; j++)
            g[j] -= middle;
    }
}
