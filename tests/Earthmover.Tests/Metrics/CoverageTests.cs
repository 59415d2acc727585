using Earthmover.Data;
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
