using Earthmover.Data;
using Earthmover.Data.Toys;
using Earthmover.Metrics;
using Earthmover.Testing;

namespace Earthmover.Tests.Metrics;

/// <summary>How often 95 % intervals hold the mean of the metric over draws of the same size.</summary>
public sealed class CoverageTests : LeakTest
{
    // What independent hits would have: 0.85 to 0.9.
    [Theory]
    [InlineData(100, 2, 0)]
    [InlineData(100, 2, 1)]
    [InlineData(60, 8, 0.5)]
    public void The_two_sample_test_covers_its_mean(int n, int d, double shift) => AssertCovers(200, draw =>
        [NearestNeighborTests.TwoSample(MetricTests.Normal(n, d, 1, shift, 2 * draw), MetricTests.Normal(n, d, 1, 0, 2 * draw + 1))]);

    // Most of 8 values are shared by many, most of 400 by none or two.
    [Theory]
    [InlineData(8)]
    [InlineData(400)]
    public void The_two_sample_test_of_whole_numbers_covers_its_mean(int values)
    {
        FeatureSet Whole(int seed, double power)
        {
            var random = new SeededRandom(seed);
            return new([.. Enumerable.Range(0, 150).Select(_ => (float)Math.Floor(values * Math.Pow(random.NextDouble(), power)))],
                150, 1, "test");
        }
        AssertCovers(200, draw => [NearestNeighborTests.TwoSample(Whole(2 * draw, 2), Whole(2 * draw + 1, 1))]);
    }

    // Balls share samples, and the other set's samples are drawn as well: as independent hits 0.75 to 0.87.
    [Theory]
    [InlineData(200, 2, 0)]
    [InlineData(200, 2, 0.35)]
    public void Balls_cover_their_mean(int n, int d, double shift) => AssertCovers(100, draw =>
    {
        FeatureSet generated = MetricTests.Normal(n, d, 1, shift, 2 * draw), real = MetricTests.Normal(n, d, 1, 0, 2 * draw + 1);
        return [.. Manifolds.PrecisionRecall(generated, real), .. Manifolds.DensityCoverage(generated, real)];
    });

    // A resample of equal modes is as far again from them as the sample: as its quantiles 0.4 to 0.55.
    [Theory]
    [InlineData(250, 0)]
    [InlineData(250, 0.3)]
    public void The_divergence_of_modes_covers_its_mean(int n, double wave)
    {
        var mixture = new GaussianModes([.. Enumerable.Range(0, 25).Select(k => new GaussianMode([10 * k], 1, 0.04))]);
        AssertCovers(100, draw =>
        {
            var points = MetricTests.Set(1, [.. Drawn(n, wave, draw).Select(k => 10f * k)]);
            return [LawMetrics.Modes(points, mixture).Single(reading => reading.Name == "mode-kl")];
        });
    }

    [Theory]
    [InlineData(300, 0)]
    [InlineData(300, 0.3)]
    public void The_divergence_of_classes_covers_its_mean(int n, double wave) => AssertCovers(150, draw =>
        [ClassScores.HistogramDivergence(Classified(Drawn(n, wave, 2 * draw)), Classified(Drawn(n, 0, 2 * draw + 1)))]);

    // Of 25, unequal by a wave of this height.
    private static int[] Drawn(int n, double wave, int seed)
    {
        var random = new SeededRandom(seed);
        double[] weights = [.. Enumerable.Range(0, 25).Select(k => 1 + wave * Math.Cos(2.4 * k))];
        int One()
        {
            var left = random.NextDouble() * weights.Sum();
            var k = 0;
            while (k < 24 && (left -= weights[k]) > 0)
                k++;
            return k;
        }
        return [.. Enumerable.Range(0, n).Select(_ => One())];
    }

    private static FeatureSet Classified(int[] classes) => MetricTests.Set(1, [.. classes.Select(k => (float)k)]) with
    {
        Logits = [.. classes.SelectMany(k => Enumerable.Range(0, 25).Select(c => c == k ? 9f : 0))],
    };

    private static void AssertCovers(int repeats, Func<int, IReadOnlyList<MetricValue>> measure)
    {
        // As far below 0.95 as so many repeats may fall by chance.
        var least = 0.95 - 2.5 * Math.Sqrt(0.95 * 0.05 / repeats);
        foreach (var drawn in Enumerable.Range(0, repeats).SelectMany(measure).GroupBy(reading => reading.Name))
        {
            var mean = drawn.Average(reading => reading.Value);
            var share = drawn.Average(reading => reading.Low95 <= mean && mean <= reading.High95 ? 1.0 : 0);
            Assert.True(share >= least, $"{drawn.Key}: the mean {mean} lies in {share:P1} of {repeats} intervals");
        }
    }
}
