using Earthmover.Data.Toys;
using Earthmover.Torch;

namespace Earthmover.Metrics;

/// <summary>Measurements against what is known of the data: the modes of a mixture, the n-grams of a text.</summary>
public static class LawMetrics
{
    /// <summary>The numbers of <see cref="ModeCoverage"/>, with bootstrap intervals.</summary>
    /// <param name="points">Samples.</param>
    /// <param name="mixture">The law that they should follow.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static IReadOnlyList<MetricValue> Modes(FeatureSet points, GaussianModes mixture, CancellationToken cancellation = default)
    {
        if (points.Dimension != mixture.Dimension)
            throw new ArgumentException($"points of {points.Dimension} coordinates for a mixture in {mixture.Dimension} dimensions");
        var coverage = new ModeCoverage(mixture);
        KeyValuePair<string, double>[] Of(FeatureSet x)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Open();
            return [.. coverage.Measure(Tensor.From<float>(x.Values, [x.Count, x.Dimension]))];
        }
        var measured = Of(points);
        var random = new SeededRandom(0, "bootstrap");
        // One resample serves all four numbers.
        int[] Resample() => [.. Enumerable.Range(0, points.Count).Select(_ => random.NextInt(points.Count))];
        var resampled = Enumerable.Range(0, 100).Select(_ => Of(points.Select(Resample()))).ToArray();
        return [.. measured.Select((m, k) =>
        {
            var turn = 0;
            var (most, whole) = m.Key switch
            {
                "mode_kl" => (double.PositiveInfinity, false),
                "high_quality" => (1, false),
                _ => (mixture.Modes.Count, true),
            };
            var value = Intervals.Bootstrap(m.Key.Replace('_', '-'), m.Value, resampled.Length, _ => resampled[turn++][k].Value, 0, most);
            // Resamples of counts are whole, their mean is not.
            return whole ? value with { Low95 = Math.Floor(value.Low95), High95 = Math.Ceiling(value.High95) } : value;
        })];
    }

    /// <summary>
    /// The Jensen–Shannon divergences of n-gram frequencies, n = 1 … 4, in bits, with jackknife intervals: <c>js-1</c> … <c>js-4</c>.
    /// </summary>
    /// <param name="generated">Lines as characters [N, L].</param>
    /// <param name="real">Lines as characters; the divergence of long n-grams is biased upwards in the number of lines.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static IReadOnlyList<MetricValue> NGrams(FeatureSet generated, FeatureSet real, CancellationToken cancellation = default)
    {
        generated.RequireSameSpace(real);
        // The padding first, as in all vocabularies.
        var codes = generated.Values.Concat(real.Values).Distinct().Where(number => number != 0).Select((number, k) => (number, k))
            .ToDictionary(symbol => symbol.number, symbol => symbol.k + 1);
        int[][] Lines(FeatureSet text) =>
            [.. text.Values.Select(number => codes.GetValueOrDefault(number)).Chunk(text.Dimension)];
        int[][] x = Lines(generated), y = Lines(real);
        var groups = Math.Min(10, Math.Min(x.Length, y.Length));
        double Value(int[][] u, int[][] v, int n) =>
            NGramDivergence.Divergence(NGramDivergence.Frequencies(u, n), NGramDivergence.Frequencies(v, n));
        return [.. Enumerable.Range(1, 4).Select(n => groups < 2
            ? new MetricValue($"js-{n}", Value(x, y, n), 0, 1, "none: too few samples")
            : Intervals.Jackknife($"js-{n}", Value(x, y, n), groups,
                g => Value(Left(x, groups, g), Left(y, groups, g), n), 0, cancellation))];
    }

    private static int[][] Left(int[][] lines, int groups, int g) => [.. Intervals.Without(lines.Length, groups, g).Select(i => lines[i])];
}
