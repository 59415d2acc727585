using Earthmover.Data;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Metrics;

/// <summary>
/// Improved precision and recall (arXiv:1904.06991), density and coverage (arXiv:2002.09797): two sets as unions of balls around their
/// samples.
/// </summary>
/// <remarks>
/// The first argument is always the generated set: torch-fidelity once had the two exchanged, which exchanges precision and recall.
/// </remarks>
public static class Manifolds
{
    /// <summary>Neighbor whose distance is the radius of a ball, for precision and recall.</summary>
    public const int PrecisionNeighbor = 3;

    /// <summary>The same for density and coverage.</summary>
    public const int DensityNeighbor = 5;

    /// <summary>
    /// <c>precision</c>: share of generated samples inside a ball of a real one. <c>recall</c>: share of real samples inside a ball of a
    /// generated one. Balls are closed.
    /// </summary>
    /// <param name="generated">More than k samples.</param>
    /// <param name="real">More than k samples.</param>
    /// <param name="k">Neighbor that gives the radius.</param>
    /// <param name="cancellation">Ends it between two blocks with an <see cref="OperationCanceledException"/>.</param>
    public static IReadOnlyList<MetricValue> PrecisionRecall(FeatureSet generated, FeatureSet real, int k = PrecisionNeighbor,
        CancellationToken cancellation = default)
    {
        double[] realRadii = Neighbors.Radii(real, k, cancellation), generatedRadii = Neighbors.Radii(generated, k, cancellation);
        return
        [
            Intervals.Share("precision", Inside(generated, real, realRadii, cancellation), generated.Count),
            Intervals.Share("recall", Inside(real, generated, generatedRadii, cancellation), real.Count),
        ];
    }

    /// <summary>
    /// <c>density</c>: balls of real samples around a generated one, over k; it may exceed 1. <c>coverage</c>: share of real balls with a
    /// generated sample in them. Balls are open, so of samples of which most have k equal ones, and balls of radius 0, nothing is given.
    /// </summary>
    /// <param name="generated">At least 1 sample.</param>
    /// <param name="real">More than k samples.</param>
    /// <param name="k">Neighbor that gives the radius.</param>
    /// <param name="cancellation">Ends it between two blocks with an <see cref="OperationCanceledException"/>.</param>
    public static IReadOnlyList<MetricValue> DensityCoverage(FeatureSet generated, FeatureSet real, int k = DensityNeighbor,
        CancellationToken cancellation = default)
    {
        var radii = Neighbors.Radii(real, k, cancellation);
        if (Statistics.Median(radii) == 0)
            return [];
        var balls = new double[generated.Count];
        var covered = new bool[real.Count];
        using var scope = TensorScope.Open();
        var radius = Tensor.From<double>(radii, real.Count);
        Neighbors.ForBlocks(generated, real, (from, squares, rounding) =>
        {
            var inside = Op.Lt(squares + rounding, radius).To(DType.Float64);
            inside.Sum([1]).ToArray<double>().CopyTo(balls, from);
            var hit = inside.Sum([0]).ToArray<double>();
            for (var j = 0; j < hit.Length; j++)
                covered[j] |= hit[j] > 0;
        }, cancellation);
        return [Intervals.Mean("density", [.. balls.Select(b => b / k)]), Intervals.Share("coverage", covered.Count(c => c), real.Count)];
    }

    private static int Inside(FeatureSet points, FeatureSet centers, double[] radii, CancellationToken cancellation)
    {
        var hits = 0.0;
        using var scope = TensorScope.Open();
        var radius = Tensor.From<double>(radii, centers.Count);
        Neighbors.ForBlocks(points, centers, (_, squares, rounding) =>
            hits += Op.Le(squares - rounding, radius).To(DType.Float64).Amax(1).Sum().Item(), cancellation);
        return (int)hits;
    }
}
