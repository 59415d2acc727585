namespace Earthmover.Tests;

/// <summary>Small statistics against tables and numbers worked out by hand.</summary>
public sealed class StatisticsTests
{
    [Theory]
    [InlineData(1, 12.7062)]
    [InlineData(2, 4.30265)]
    [InlineData(4, 2.77645)]
    [InlineData(7, 2.36462)]
    [InlineData(30, 2.04227)]
    [InlineData(1_000_000, 1.95997)]
    public void Students_quantiles_are_those_of_the_tables(int freedom, double quantile) =>
        Assert.Equal(quantile, Statistics.Student95(freedom), 1e-5 * quantile);

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, Statistics.Normal95)]
    [InlineData(0.025, -1.959963984540054)]
    [InlineData(1e-6, -4.753424308822899)]
    [InlineData(0, double.NegativeInfinity)]
    [InlineData(1, double.PositiveInfinity)]
    public void Normal_quantiles_are_those_of_the_tables(double p, double quantile) =>
        Assert.Equal(quantile, Statistics.NormalQuantile(p), 12);

    [Theory]
    [InlineData(1.1)]
    [InlineData(-0.1)]
    public void What_is_no_share_has_no_quantile(double p) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistics.NormalQuantile(p));

    [Fact]
    public void Without_a_degree_of_freedom_there_is_no_quantile() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistics.Student95(0));

    [Fact]
    public void Quantiles_lie_between_the_two_nearest_values()
    {
        double[] values = [4, 1, 2, 3];
        Assert.Equal([1, 1.75, 2.5, 3.7, 4],
            new[] { 0, 0.25, 0.5, 0.9, 1 }.Select(share => Math.Round(Statistics.Quantile(values, share), 12)));
        Assert.Equal([4, 1, 2, 3], values);
        Assert.Equal(2.5, Statistics.Quantile([4f, 1f, 2f, 3f], 0.5));
        Assert.Equal(7, Statistics.Quantile([7.0], 0.3));
    }

    [Fact]
    public void A_median_of_infinities_is_infinite_and_of_nothing_no_number()
    {
        Assert.Equal(double.PositiveInfinity, Statistics.Median([1.0, double.PositiveInfinity, double.PositiveInfinity]));
        Assert.Equal(double.PositiveInfinity, Statistics.Median([double.PositiveInfinity, double.PositiveInfinity]));
        Assert.Equal(3, Statistics.Median([double.NegativeInfinity, 3, double.PositiveInfinity]));
        Assert.Equal(double.NaN, Statistics.Median(ReadOnlySpan<double>.Empty));
    }

    [Fact]
    public void Deviations_of_all_and_of_a_sample_differ_by_one_degree_of_freedom()
    {
        double[] values = [2, 4, 4, 4, 5, 5, 7, 9];
        Assert.Equal(2, Statistics.Deviation([.. values.Select(v => (float)v)]), 12);
        Assert.Equal(Math.Sqrt(32.0 / 7), Statistics.SampleDeviation(values), 12);
        Assert.Equal(Math.Sqrt(32.0 / 7 / 8), Statistics.MeanError(values), 12);
        Assert.Equal((5, 5), (Statistics.Mean(values), Statistics.Mean([.. values.Select(v => (float)v)])));
    }

    [Fact]
    public void Ranks_of_equal_laws_are_even_and_of_ordered_ones_certain()
    {
        Assert.Equal(0.5, Statistics.Auc([1, 2, 3], [1, 2, 3]));
        Assert.Equal(1, Statistics.Auc([4, 5], [1, 2, 3]));
        Assert.Equal(0, Statistics.Auc([0], [1, 2]));
        // (n + m + 1) / (12 n m) with n = m = 2: 5/48.
        Assert.Equal(0.5 / Math.Sqrt(5 / 48.0), Statistics.AucZ(1, 2, 2), 1e-12);
    }
}
