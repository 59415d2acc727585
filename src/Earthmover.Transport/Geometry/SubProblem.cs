namespace Earthmover.Transport;

/// <summary>The costs of some sources and targets of a larger problem.</summary>
internal static class SubProblem
{
    public static TransportGeometry Of(
        TransportGeometry geometry, int[] sources, int[] targets, TransportOptions options, CancellationToken cancellation)
    {
        if (geometry is PointCloudGeometry points)
            return new PointCloudGeometry(points.X.Select(sources), points.Y.Select(targets), points.GroundCost);
        var all = new double[(long)geometry.Rows * geometry.Cols];
        ExactCosts.Fill(geometry, all, options, cancellation);
        var costs = new double[(long)sources.Length * targets.Length];
        for (var i = 0; i < sources.Length; i++)
        {
            for (var j = 0; j < targets.Length; j++)
                costs[i * targets.Length + j] = all[sources[i] * geometry.Cols + targets[j]];
        }
        ExactCosts.ReplaceForbidden(geometry, costs);
        return new MatrixGeometry(costs, sources.Length, targets.Length);
    }
}
