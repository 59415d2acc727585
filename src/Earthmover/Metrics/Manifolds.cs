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
/// Samples that share a ball are in it or not together, and the balls were drawn as well. By how much that widens the intervals is read
/// off parts without a common sample.
/// </remarks>
public static class Manifolds
{
    /// <summary>Neighbor whose distance is the radius of a ball, for precision and recall.</summary>
    public const int PrecisionNeighbor = 3;

    /// <summary>The same for density and coverage.</summary>
    public const int DensityNeighbor = 5;

    // Of smaller parts more samples would lie at an edge. Four of them vary enough to tell by, when they are dealt again and again.
    private const int PartSize = 250, FewestParts = 4, PartsInAll = 60;

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
        double[][] Hits(FeatureSet generated, FeatureSet real) =>
        [
            Inside(generated, real, Neighbors.Radii(real, k, cancellation), cancellation),
            Inside(real, generated, Neighbors.Radii(generated, k, cancellation), cancellation),
        ];
        var hits = Hits(generated, real);
        var effects = Effects(generated, real, k, Hits);
        return [Share("precision", hits[0], effects[0]), Share("recall", hits[1], effects[1])];
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
        var scores = Scores(generated, real, radii);
        var effects = Effects(generated, real, k, (x, y) => Scores(x, y, Neighbors.Radii(y, k, cancellation)));
        var density = Intervals.Mean("density", scores[0], effects[0]) with { Interval = "analytic: normal, by parts" };
        return [density, Share("coverage", scores[1], effects[1])];

        double[][] Scores(FeatureSet generated, FeatureSet real, double[] radii)
        {
            double[] balls = new double[generated.Count], covered = new double[real.Count];
            using var scope = TensorScope.Open();
            var radius = Tensor.From<double>(radii, real.Count);
            Neighbors.ForBlocks(generated, real, (from, squares, rounding) =>
            {
                var inside = Op.Lt(squares + rounding, radius).To(DType.Float64);
                (inside.Sum([1]) / k).ToArray<double>().CopyTo(balls, from);
                var hit = inside.Sum([0]).ToArray<double>();
                for (var j = 0; j < hit.Length; j++)
                    covered[j] = Math.Max(covered[j], Math.Min(1, hit[j]));
            }, cancellation);
            return [balls, covered];
        }
    }

    // Whether each point lies in a ball: 1 or 0.
    private static double[] Inside(FeatureSet points, FeatureSet centers, double[] radii, CancellationToken cancellation)
    {
        var hits = new double[points.Count];
        using var scope = TensorScope.Open();
        var radius = Tensor.From<double>(radii, centers.Count);
        Neighbors.ForBlocks(points, centers, (from, squares, rounding) =>
            Op.Le(squares - rounding, radius).To(DType.Float64).Amax(1).ToArray<double>().CopyTo(hits, from), cancellation);
        return hits;
    }

    private static MetricValue Share(string name, double[] hits, double effect) =>
        Intervals.Share(name, hits.Sum(), hits.Length, effect: effect) with { Interval = "analytic: Wilson, by parts" };

    // How many times the variance of independent scores that of each mean is, from parts of both sets. A jackknife would not do: balls
    // answer to each sample that is taken away with more than its share, which trebles it.
    private static double[] Effects(FeatureSet generated, FeatureSet real, int k, Func<FeatureSet, FeatureSet, double[][]> scores)
    {
        var smaller = Math.Min(generated.Count, real.Count);
        var parts = Math.Max(FewestParts, smaller / PartSize);
        if (smaller / parts <= 2 * k)
            return [1, 1];
        var random = new SeededRandom(0, "parts");
        // Of a set that is far larger a part will do.
        FeatureSet[] Dealt(FeatureSet samples)
        {
            int[] rows = [.. Enumerable.Range(0, samples.Count)];
            random.Shuffle<int>(rows);
            return [.. rows.Chunk(Math.Min(samples.Count / parts, 4 * (smaller / parts))).Take(parts).Select(part => samples.Select(part))];
        }
        double[] dependent = [0, 0], independent = [0, 0];
        for (var r = 0; r < Math.Max(1, PartsInAll / parts); r++)
        {
            double[][][] scored = [.. Dealt(generated).Zip(Dealt(real), scores)];
            for (var s = 0; s < 2; s++)
            {
                dependent[s] += Math.Pow(Statistics.SampleDeviation([.. scored.Select(part => Statistics.Mean(part[s]))]), 2);
                independent[s] += scored.Average(part => Math.Pow(Statistics.MeanError(part[s]), 2));
            }
        }
        return [.. dependent.Zip(independent, (all, one) => one > 0 ? all / one : 1)];
    }
}
