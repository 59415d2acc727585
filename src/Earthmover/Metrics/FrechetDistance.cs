using Earthmover.Torch;
using Earthmover.Transport;

namespace Earthmover.Metrics;

/// <summary>
/// The Fréchet distance between normal laws fitted to two sets of features (arXiv:1706.08500): ‖m₁ − m₂‖² + tr(S₁ + S₂ − 2(S₁S₂)^½),
/// moments in float64, covariance over n − 1.
/// </summary>
/// <remarks>
/// It is called FID only in the features of Inception. It is biased upwards in n: compare at equal n, and with the floor.
/// </remarks>
public static class FrechetDistance
{
    // A deleted group costs a decomposition of a d × d matrix, seconds beyond this dimension.
    private const int ManyDimensions = 512;

    /// <summary>Measures the distance, with a jackknife interval.</summary>
    /// <param name="x">One set, at least 2 samples.</param>
    /// <param name="y">The other, at least 2 samples.</param>
    /// <param name="cancellation">Ends it between two decompositions with an <see cref="OperationCanceledException"/>.</param>
    public static MetricValue Measure(FeatureSet x, FeatureSet y, CancellationToken cancellation = default)
    {
        x.RequireSameSpace(y);
        cancellation.ThrowIfCancellationRequested();
        var value = Between(x, y);
        var groups = Math.Min(x.Dimension > ManyDimensions ? 4 : 10, Math.Min(x.Count, y.Count) / 2);
        if (groups < 2)
            return new("fd", value, 0, double.PositiveInfinity, "none: too few samples");
        if (Math.Min(x.Count, y.Count) <= x.Dimension)
            return Intervals.Jackknife("fd", value, groups, g =>
                Between(x.Select(Intervals.Without(x.Count, groups, g)), y.Select(Intervals.Without(y.Count, groups, g))), 0, cancellation);
        Moments[] ofX = Groups(x, groups), ofY = Groups(y, groups);
        Moments allX = Moments.Sum(ofX), allY = Moments.Sum(ofY);
        return Intervals.Jackknife("fd", value, groups, g =>
            Ot.FrechetDistanceSquared(allX.Less(ofX[g]).ToGaussian(), allY.Less(ofY[g]).ToGaussian()), 0, cancellation);
    }

    /// <summary>The distance (squared, as is the custom) without an interval.</summary>
    /// <param name="x">One set, at least 2 samples.</param>
    /// <param name="y">The other, at least 2 samples.</param>
    public static double Between(FeatureSet x, FeatureSet y) => (long)x.Count * y.Count > (long)x.Dimension * x.Dimension
        ? Ot.FrechetDistanceSquared(Moments.Of(x).ToGaussian(), Moments.Of(y).ToGaussian())
        : Ot.FrechetDistanceSquared(x.ToCloud("x"), y.ToCloud("y"));

    private static Moments[] Groups(FeatureSet x, int groups) =>
        [.. Enumerable.Range(0, groups).Select(g => Moments.Of(x.Select([.. Enumerable.Range(0, x.Count).Where(i => i % groups == g)])))];

    // Sums that can be added and taken away: n, the mean, and the products of deviations from it (Chan, Golub and LeVeque 1983).
    private sealed record Moments(int Count, double[] Mean, double[] Products)
    {
        public static Moments Of(FeatureSet x)
        {
            using var scope = TensorScope.Open();
            using var pause = Autograd.Pause();
            var values = x.ToTensor();
            var mean = values.Mean([0], keep: true);
            var centered = values - mean;
            return new(x.Count, mean.ToArray<double>(), centered.Transpose(0, 1).MatMul(centered).ToArray<double>());
        }

        public static Moments Sum(IEnumerable<Moments> parts) => parts.Aggregate((a, b) => a.Combined(b, 1));

        public Moments Less(Moments part) => Combined(part, -1);

        private Moments Combined(Moments other, int sign)
        {
            var count = Count + sign * other.Count;
            int d = Mean.Length;
            var mean = new double[d];
            for (var i = 0; i < d; i++)
                mean[i] = (Count * Mean[i] + sign * other.Count * other.Mean[i]) / count;
            // For a part taken away, the deviation is that between the part and what is left.
            var reference = sign > 0 ? Mean : mean;
            var weight = (double)(sign > 0 ? Count : count) * other.Count / (sign > 0 ? count : Count);
            var products = new double[d * d];
            for (var i = 0; i < d; i++)
            {
                for (var j = 0; j < d; j++)
                {
                    var between = weight * (other.Mean[i] - reference[i]) * (other.Mean[j] - reference[j]);
                    products[i * d + j] = Products[i * d + j] + sign * (other.Products[i * d + j] + between);
                }
            }
            return new(count, mean, products);
        }

        public GaussianMoments ToGaussian()
        {
            var covariance = Array.ConvertAll(Products, p => p / (Count - 1));
            // A product of matrices is symmetric only up to rounding.
            var d = Mean.Length;
            for (var i = 0; i < d; i++)
                for (var j = 0; j < i; j++)
                    covariance[i * d + j] = covariance[j * d + i] = (covariance[i * d + j] + covariance[j * d + i]) / 2;
            return new(Mean, covariance, Count);
        }
    }
}
