using Earthmover.Metrics;

namespace Earthmover.Tests.Metrics;

/// <summary>Intervals against their closed forms.</summary>
public sealed class IntervalTests
{
    private static readonly double[] s_values = [2, 4, 4, 4, 5, 5, 7, 9];

    // s² = 32/7, so that the error of the mean is √(4/7).
    private static readonly double s_error = Math.Sqrt(4.0 / 7);

    [Fact]
    public void A_mean_has_the_normal_interval_of_its_error()
    {
        var mean = Intervals.Mean("m", s_values);
        Assert.Equal(5, mean.Value);
        Assert.Equal(5 - Statistics.Normal95 * s_error, mean.Low95, 12);
        Assert.Equal(5 + Statistics.Normal95 * s_error, mean.High95, 12);
        Assert.Equal((7, double.NegativeInfinity, double.PositiveInfinity), Ends(Intervals.Mean("m", [7])));
    }

    // Leaving out one value after another, the jackknife of a mean is Student's interval.
    [Fact]
    public void The_jackknife_of_a_mean_is_students_interval()
    {
        double Without(int group) => (s_values.Sum() - s_values[group]) / (s_values.Length - 1);
        var (value, low, high) = Ends(Intervals.Jackknife("m", 5, s_values.Length, Without));
        Assert.Equal(5, value);
        Assert.Equal(5 - 2.364624 * s_error, low, 1e-5);
        Assert.Equal(5 + 2.364624 * s_error, high, 1e-5);
    }

    [Fact]
    public void The_bootstrap_of_a_known_draw_is_its_quantiles_without_their_bias()
    {
        var next = 0;
        var (value, low, high) = Ends(Intervals.Bootstrap("m", 50, 101, _ => (next++ * 37) % 101));
        Assert.Equal((50, 2.5, 97.5), (value, low, high));
        // Their mean is 50, and that of the sample 10: they are 40 too high.
        next = 0;
        Assert.Equal((10, -37.5, 57.5), Ends(Intervals.Bootstrap("m", 10, 101, _ => (next++ * 37) % 101)));
        next = 0;
        Assert.Equal((10, 0, 55), Ends(Intervals.Bootstrap("m", 10, 101, _ => (next++ * 37) % 101, 0, 55)));
        // The value itself is inside in any case.
        Assert.Equal((1000, 1000, 1000), Ends(Intervals.Bootstrap("m", 1000, 5, _ => 3)));
    }

    private static (double Value, double Low, double High) Ends(MetricValue value) => (value.Value, value.Low95, value.High95);
}
