namespace Earthmover.Transport;

/// <summary>What a critic is worth on a batch.</summary>
/// <param name="MeanDifference">mean f(x) − mean f(y): the critic's own estimate, meaningful only if f is 1-Lipschitz.</param>
/// <param name="Value">Σ a·f + Σ b·fᶜ: a certified lower bound of the exact transport cost, whatever f is.</param>
/// <param name="Conjugate">fᶜ(yⱼ) = minᵢ(cᵢⱼ − f(xᵢ)), [m].</param>
public sealed record SemiDualResult(double MeanDifference, double Value, double[] Conjugate);

/// <summary>The c-transform in float64: the float32 filter names the candidates, the true costs decide.</summary>
internal static class SemiDual
{
    public static double[] CTransform(
        TransportGeometry geometry, ReadOnlySpan<double> f, TransportOptions options, CancellationToken cancellation)
    {
        if (f.Length != geometry.Rows)
            throw new ArgumentException($"{f.Length} potentials for {geometry.Rows} sources.");
        for (var i = 0; i < f.Length; i++)
        {
            if (!double.IsFinite(f[i]))
                throw new ArgumentException($"Potential {i} is {f[i]}; potentials must be finite.");
        }
        if (geometry is PointCloudGeometry clouds && CloudScale.Exponent(clouds.X, clouds.Y) is var exponent and not 0)
        {
            var ordinary = new PointCloudGeometry(CloudScale.Divided(clouds.X, exponent),
                CloudScale.Divided(clouds.Y, exponent), clouds.GroundCost);
            exponent *= CloudScale.Power(geometry);
            var scaled = Array.ConvertAll(f.ToArray(), value => Math.ScaleB(value, -exponent));
            return Array.ConvertAll(CTransform(ordinary, scaled, options, cancellation), value => Math.ScaleB(value, exponent));
        }
        // The certificate transforms along rows; here the targets are wanted, so source and target change places.
        var turned = Transposed(geometry);
        var rows = CostRows.Create(turned, options with { MemoryBudgetBytes = 1 }, cancellation);
        var conjugate = new double[geometry.Cols];
        Certificate.TransformFiltered(rows, f.ToArray(), conjugate, options, cancellation);
        return conjugate;
    }

    private static TransportGeometry Transposed(TransportGeometry geometry)
    {
        if (geometry is PointCloudGeometry points)
            return new PointCloudGeometry(points.Y, points.X, points.GroundCost);
        var costs = new double[geometry.Rows * geometry.Cols];
        for (var j = 0; j < geometry.Cols; j++)
        {
            for (var i = 0; i < geometry.Rows; i++)
                costs[j * geometry.Rows + i] = geometry.Cost(i, j);
        }
        return new MatrixGeometry(costs, geometry.Cols, geometry.Rows);
    }
}
