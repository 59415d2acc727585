using Earthmover.Metrics;

namespace Earthmover.Tests.Metrics;

/// <summary>Distances of samples at every scale, beside outliers and far from 0.</summary>
public sealed class SampleDistanceTests
{
    public static TheoryData<string, double> Scales
    {
        get
        {
            var data = new TheoryData<string, double>();
            foreach (var metric in SampleDistance.Names)
                foreach (var scale in new[] { 1e19, 1e38, 1e150, 1e-20, 1e-38, 1e-150 })
                    data.Add(metric, scale);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Scales))]
    public void Every_distance_grows_with_the_data(string metric, double scale)
    {
        var power = Math.ScaleB(1, Math.ILogB(scale));
        DistanceResult one = Of(1), other = Of(power);
        var grown = metric switch { "fd" => power * power, "mmd" => 1, _ => power };
        Assert.Equal(one.Value, other.Value / grown, 1e-5 * one.Value);
        Assert.Null(other.Advice);
        Assert.Equal(one.Certified, other.Certified);
        DistanceResult Of(double by) => SampleDistance.Measure(metric, Cloud(1, by), Cloud(2, by));
    }

    [Fact]
    public void A_square_beyond_float64_is_refused_in_one_line()
    {
        var error = Assert.Throws<UserException>(() => SampleDistance.Measure("fd", Cloud(1, 1e200), Cloud(2, 1e200)));
        Assert.Contains("divide the data", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("sliced")]
    [InlineData("fd")]
    public void An_estimate_that_an_outlier_left_no_digits_is_not_passed_off_as_one(string metric)
    {
        FeatureSet Beside(int seed) => With(seed, values => values[5] = 1e17);
        Assert.NotNull(SampleDistance.Measure(metric, Beside(1), Beside(2)).Advice);
        Assert.Null(SampleDistance.Measure(metric, Cloud(1, 1), Cloud(2, 1)).Advice);
        Assert.Null(SampleDistance.Measure(metric, Cloud(1, 1), Cloud(1, 1)).Advice);
    }

    [Theory]
    [InlineData("w1")]
    [InlineData("w2")]
    [InlineData("sinkhorn")]
    [InlineData("sliced")]
    [InlineData("fd")]
    [InlineData("mmd")]
    public void An_offset_changes_nothing(string metric)
    {
        // Steps of 1/256 are exact beside 2^30.
        FeatureSet At(int seed, double offset) => With(seed, values =>
        {
            for (var k = 0; k < values.Length; k++)
                values[k] = Math.Round(256 * values[k]) / 256 + offset;
        });
        double Value(double offset) => SampleDistance.Measure(metric, At(1, offset), At(2, offset)).Value;
        Assert.Equal(Value(0), Value(1 << 30), 1e-5);
    }

    [Fact]
    public void An_iteration_that_does_not_end_says_what_is_known_and_which_epsilon_would_do()
    {
        // No exponent has digits at so small an ε.
        var result = SampleDistance.Measure("sinkhorn", Cloud(1, 1), Cloud(2, 1), 1e-15);
        Assert.False(result.Converged);
        Assert.True(result.Dual <= result.Value && double.IsFinite(result.Value));
        Assert.Matches("--epsilon [0-9.e-]+ converges", result.Advice);
        Assert.Null(result.Divergence);
        Assert.True(SampleDistance.Measure("sinkhorn", Cloud(1, 1), Cloud(2, 1)) is { Converged: true, Advice: null, Divergence: > 0 });
    }

    [Fact]
    public void A_divergence_without_digits_is_not_given_though_the_plan_is_right()
    {
        static FeatureSet Far(double shift)
        {
            double[] values = [0, 1, 2, 3 + shift, 1e15, 1e15];
            return new FeatureSet(Array.ConvertAll(values, v => (float)v), 6, 1, "raw") { Exact = values };
        }
        var result = SampleDistance.Measure("sinkhorn", Far(0), Far(0.25), 1e16);
        Assert.True(result.Converged);
        Assert.Null(result.Divergence);
        Assert.Contains("no digits left", result.Advice, StringComparison.Ordinal);
        Assert.DoesNotContain("off by 0",
            SampleDistance.Measure("sinkhorn", Far(0), Far(0.25), 1e-13).Advice ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void The_seconds_of_a_divergence_are_those_of_all_solves()
    {
        const double pause = 0.5;
        var wait = new Telling<WorkProgress>(at =>
        {
            if (at.Stage == "distances within each set")
                Thread.Sleep(TimeSpan.FromSeconds(pause));
        });
        SampleDistance.Measure("sinkhorn", Cloud(1, 1), Cloud(2, 1)); // Compiles what runs below.
        Assert.InRange(SampleDistance.Measure("sinkhorn", Cloud(1, 1), Cloud(2, 1), progress: wait).SolveSeconds, pause, 100 * pause);
    }

    private static FeatureSet Cloud(int seed, double by) => With(seed, values =>
    {
        for (var k = 0; k < values.Length; k++)
            values[k] *= by;
    });

    private static FeatureSet With(int seed, Action<double[]> change)
    {
        var random = new Random(seed);
        double[] values = [.. Enumerable.Range(0, 80)
            .Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()) + seed)];
        change(values);
        return new FeatureSet(Array.ConvertAll(values, v => (float)v), 40, 2, "raw") { Exact = values };
    }
}
