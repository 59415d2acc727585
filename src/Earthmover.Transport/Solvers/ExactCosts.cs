namespace Earthmover.Transport;

/// <summary>Dense float64 cost matrices for the solvers that work on them.</summary>
internal static class ExactCosts
{
    private const int BlockRows = 64;

    public static void Fill(TransportGeometry geometry, double[] costs, TransportOptions options, CancellationToken cancellation)
    {
        var cols = geometry.Cols;
        if (geometry is PointCloudGeometry points)
            points.PrepareExact();
        Work.ForBlocks(geometry.Rows, BlockRows, (long)BlockRows * cols, options.ThreadCount, (from, count) =>
            geometry.FillExactRows(from, count, costs.AsSpan(from * cols, count * cols)), cancellation);
    }

    /// <summary>
    /// Replaces +∞ by a finite cost that is dearer than any allowed plan, so that an optimal plan uses such a pair only if
    /// it must. Returns that cost, or 0 when every pair is allowed.
    /// </summary>
    public static double ReplaceForbidden(TransportGeometry geometry, double[] costs)
    {
        if (!geometry.HasForbiddenPairs)
            return 0;
        double least = 0, most = 0;
        foreach (var cost in costs)
        {
            if (!double.IsPositiveInfinity(cost))
            {
                least = double.MinNative(least, cost);
                most = double.MaxNative(most, cost);
            }
        }
        var forbidden = most + (most - least + 1) * (Math.Min(geometry.Rows, geometry.Cols) + 1);
        for (var k = 0; k < costs.Length; k++)
        {
            if (double.IsPositiveInfinity(costs[k]))
                costs[k] = forbidden;
        }
        return forbidden;
    }
}
