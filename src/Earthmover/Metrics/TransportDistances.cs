using Earthmover.Transport;

namespace Earthmover.Metrics;

/// <summary>Wasserstein distances between two sets of samples: exact with certificate, and sliced.</summary>
public static class TransportDistances
{
    /// <summary>Directions of the sliced distance.</summary>
    public const int Directions = 256;

    /// <summary>
    /// The exact W₁ or W₂ (rooted). The interval is that of the central limit theorem around the mean over samples of this size
    /// (arXiv:1705.01299): the spread of the optimal potentials.
    /// </summary>
    /// <remarks>Such an interval does not contain the distance of the laws: that is what the floor is for.</remarks>
    /// <param name="x">One set.</param>
    /// <param name="y">The other.</param>
    /// <param name="p">1 or 2.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static MetricValue Exact(FeatureSet x, FeatureSet y, int p = 1, CancellationToken cancellation = default)
    {
        x.RequireSameSpace(y);
        WeightVector? a = SampleDistance.WeightsOf(x), b = SampleDistance.WeightsOf(y);
        var geometry = new PointCloudGeometry(x.ToCloud("x"), y.ToCloud("y"), p == 1 ? GroundCost.Euclidean : GroundCost.SquaredEuclidean);
        var result = ExactTransport.Solve(new TransportProblem(geometry, a, b), new TransportOptions(), cancellation: cancellation);
        var value = result.Distance;
        // What is not proven is told as what it is: a number between two bounds.
        if (!result.Certified)
            return new($"w{p}", value, result.DualDistance, value, "not proven: the bounds of the optimum");
        var half = Statistics.Normal95 * Math.Sqrt(VarianceOfMean(result.Potentials.F, a) + VarianceOfMean(result.Potentials.G, b));
        if (p == 2)
            half = value > 0 ? half / (2 * value) : 0;
        return new($"w{p}", value, Math.Max(0, value - half), value + half, "analytic: central limit theorem of the potentials");
    }

    /// <summary>The mean W₁ of projections to 256 directions, with a jackknife interval over the samples.</summary>
    /// <param name="x">One set.</param>
    /// <param name="y">The other.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static MetricValue Sliced(FeatureSet x, FeatureSet y, CancellationToken cancellation = default)
    {
        x.RequireSameSpace(y);
        PointCloud a = x.ToCloud("x"), b = y.ToCloud("y");
        double Value(PointCloud u, PointCloud v) =>
            Ot.SlicedWasserstein(u, v, p: 1, projections: Directions, seed: 1, cancellation: cancellation).Value;
        var groups = Math.Min(5, Math.Min(x.Count, y.Count));
        return groups < 2
            ? new("sliced", Value(a, b), 0, double.PositiveInfinity, "none: too few samples")
            : Intervals.Jackknife("sliced", Value(a, b), groups, g =>
                Value(a.Select(Intervals.Without(x.Count, groups, g)), b.Select(Intervals.Without(y.Count, groups, g))), 0, cancellation);
    }

    /// <summary>
    /// Unbiased MMD² with a Gaussian kernel as wide as the median distance of 1,000 pairs of real samples; with a jackknife interval.
    /// </summary>
    /// <param name="x">One set, at least 4 samples.</param>
    /// <param name="real">Real samples, at least 4.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static MetricValue Discrepancy(FeatureSet x, FeatureSet real, CancellationToken cancellation = default)
    {
        x.RequireSameSpace(real);
        PointCloud a = x.ToCloud("x"), b = real.ToCloud("y");
        var bandwidth = MedianDistance(real);
        double Value(PointCloud u, PointCloud v) => KernelDiscrepancy.GaussianMmdSquared(u, v, bandwidth, cancellation);
        var groups = Math.Min(5, Math.Min(x.Count, real.Count) / 2);
        return groups < 2
            ? new("mmd", Value(a, b), double.NegativeInfinity, double.PositiveInfinity, "none: too few samples")
            : Intervals.Jackknife("mmd", Value(a, b), groups, g =>
                Value(a.Select(Intervals.Without(x.Count, groups, g)), b.Select(Intervals.Without(real.Count, groups, g))),
                cancellation: cancellation);
    }

    /// <summary>
    /// The median distance between two samples, of those that differ where most are equal; 1 where all are. Of more than 1,000 pairs as
    /// many are drawn.
    /// </summary>
    /// <param name="x">At least 2 samples.</param>
    public static double MedianDistance(FeatureSet x)
    {
        var exponent = SampleScale.Exponent(x, x);
        x = SampleScale.Divided(x, exponent);
        double Apart((int U, int V) pair) => Math.Sqrt(x.SquaredDistance(pair.U, x, pair.V));
        var distances = SomePairs(x.Count).Select(Apart).ToArray();
        var median = distances.Length > 0 ? Statistics.Median(distances) : 0;
        if (median == 0)
        {
            // Where few samples differ, those that do differ from one of them.
            var others = distances.Concat(Enumerable.Range(1, x.Count - 1).Select(v => Apart((0, v)))).Where(d => d > 0).ToArray();
            median = others.Length > 0 ? Statistics.Median(others) : 1;
        }
        return Math.ScaleB(median, exponent);
    }

    private static IEnumerable<(int U, int V)> SomePairs(int count)
    {
        const int most = 1000;
        if (count * (count - 1L) / 2 <= most)
            return from u in Enumerable.Range(0, count) from v in Enumerable.Range(u + 1, count - u - 1) select (u, v);
        var random = new SeededRandom(0, "bandwidth");
        return Enumerable.Range(0, most).Select(_ =>
        {
            var (u, v) = (random.NextInt(count), random.NextInt(count - 1));
            return (u, v < u ? v : v + 1);
        });
    }

    // Of the mean by mass; with equal masses the sample variance over n.
    private static double VarianceOfMean(double[] values, WeightVector? masses)
    {
        double Mass(int i) => masses is null ? 1.0 / values.Length : masses[i];
        double mean = 0, squares = 0, concentration = 0;
        for (var i = 0; i < values.Length; i++)
            mean += Mass(i) * values[i];
        for (var i = 0; i < values.Length; i++)
        {
            squares += Mass(i) * (values[i] - mean) * (values[i] - mean);
            concentration += Mass(i) * Mass(i);
        }
        // A mass of 1 on one point, up to rounding, has no spread to speak of.
        return concentration < 1 - 1e-12 ? squares * concentration / (1 - concentration) : 0;
    }
}
