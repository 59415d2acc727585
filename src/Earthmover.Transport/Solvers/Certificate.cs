using System.Diagnostics;

namespace Earthmover.Transport;

/// <summary>
/// Proves a plan: the primal value is summed from the true float64 costs, the dual value from fᵢ = minⱼ(cᵢⱼ − gⱼ) over all
/// pairs in float64. Nothing is taken over from the search but the plan and the targets' potentials, and any potentials
/// give a valid lower bound; the search can only make it loose, never wrong.
/// </summary>
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
        CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        var geometry = problem.Geometry;
        double primal = 0;
        for (var k = 0; k < plan.Count; k++)
            primal += plan.Mass[k] * geometry.Cost(plan.Source[k], plan.Target[k]);
        if (double.IsPositiveInfinity(primal))
            status = TransportStatus.Infeasible;
        Centre(g);
        var f = new double[geometry.Rows];
        var scale = rows is null
            ? TransformExactly(geometry, exact, g, f, options, cancellation)
            : TransformFiltered(rows, g, f, options, cancellation);
        var dual = Dot(problem.A, f) + Dot(problem.B, g);
        return new TransportResult(
            primal,
            dual,
            1e-12 * scale,
            options.RelativeTolerance,
            status,
            plan,
            assignment,
            new TransportPotentials(f, g),
            stats with { CertificateSeconds = clock.Elapsed.TotalSeconds });
    }

    /// <summary>fᵢ = minⱼ(cᵢⱼ − gⱼ) from float64 rows, stored or computed; returns the largest finite cost.</summary>
    public static double TransformExactly(
        TransportGeometry geometry, double[]? stored, double[] g, double[] f, TransportOptions options, CancellationToken cancellation = default)
    {
        var cols = geometry.Cols;
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
                var best = double.PositiveInfinity;
                var row = block.Slice(i * cols, cols);
                for (var j = 0; j < row.Length; j++)
                {
                    best = double.MinNative(best, row[j] - g[j]);
                    if (row[j] > scale && !double.IsPositiveInfinity(row[j]))
                        scale = row[j];
                }
                f[from + i] = best;
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
        var prices = new float[cols];
        double largestPrice = 0;
        for (var j = 0; j < cols; j++)
        {
            prices[j] = (float)-g[j];
            largestPrice = Math.Max(largestPrice, Math.Abs(g[j]));
        }
        var blockScale = new double[(geometry.Rows + BlockRows - 1) / BlockRows];
        Work.ForBlocks(geometry.Rows, BlockRows, (long)BlockRows * cols, options.ThreadCount, (from, count) =>
        {
            var scratch = rows.IsStored ? [] : new float[cols];
            var places = new int[256];
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
                var best = geometry.Cost(i, at) - g[at];
                var threshold = (float)(least + 2 * Error(geometry, largestCost, largestPrice));
                var found = RowScan.Collect(row, prices, threshold, places);
                while (found > places.Length)
                {
                    places = new int[Math.Min(cols, 4 * places.Length)];
                    found = RowScan.Collect(row, prices, threshold, places);
                }
                for (var k = 0; k < found; k++)
                {
                    var j = places[k];
                    if (row[j] + prices[j] - Error(geometry, row[j], largestPrice) < best)
                        best = double.MinNative(best, geometry.Cost(i, j) - g[j]);
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

    private static double Dot(WeightVector weights, double[] values)
    {
        double sum = 0;
        for (var k = 0; k < values.Length; k++)
        {
            // A point without mass adds nothing, also when its potential is infinite.
            if (weights[k] > 0)
                sum += weights[k] * values[k];
        }
        return sum;
    }

    // Potentials are free up to a constant; a small one keeps the float32 copies sharp.
    private static void Centre(double[] g)
    {
        var middle = 0.5 * (g.Min() + g.Max());
        for (var j = 0; j < g.Length; j++)
            g[j] -= middle;
    }
}
