using Earthmover.Metrics;

namespace Earthmover.Tests.Metrics;

/// <summary>The test of pairs against a calculation by hand, and against its own law where there is no difference.</summary>
public sealed class PairedTestTests
{
    [Fact]
    public void Agrees_with_the_textbook()
    {
        // Differences 0.1, 0.3, −0.1, 0.2, 0.6: mean 0.22, variance 0.067, t = 1.9005 with 4 degrees of freedom, whose law has the
        // density 3/8 (1 + x²/4)^−5/2.
        var test = PairedTest.Of([1.1, 2.3, 2.9, 4.2, 5.1], [1.0, 2.0, 3.0, 4.0, 4.5]);
        Assert.Equal((5, 0.22), (test.Pairs, Math.Round(test.Difference, 12)));
        var (t, inside) = (0.22 / Math.Sqrt(0.067 / 5), 0.0);
        for (var i = 0; i < 100_000; i++)
            inside += 3.0 / 8 * Math.Pow(1 + Math.Pow((i + 0.5) * t / 100_000, 2) / 4, -2.5) * t / 100_000;
        Assert.Equal(1 - 2 * inside, test.P, 1e-9);
        Assert.Equal(0.22 - 2.776445 * Math.Sqrt(0.067 / 5), test.Low95, 1e-6);
        Assert.Equal(0.22 + 2.776445 * Math.Sqrt(0.067 / 5), test.High95, 1e-6);
    }

    [Fact]
    public void Equal_differences_are_only_as_certain_as_their_signs()
    {
        Assert.Equal(0.25, PairedTest.Of([2, 3, 4], [1, 2, 3]).P);
        Assert.Equal(1, PairedTest.Of([2, 3, 4], [2, 3, 4]).P);
        var one = PairedTest.Of([2], [1]);
        Assert.Equal((1, double.PositiveInfinity), (one.P, one.High95));
        Assert.Throws<ArgumentException>(() => PairedTest.Of([1, 2], [1]));
    }

    [Fact]
    public void Without_a_difference_one_in_twenty_is_called_one()
    {
        var random = new Random(5);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] Some() => [Normal(), Normal(), Normal(), Normal()];
        var called = Enumerable.Range(0, 4000).Count(_ => PairedTest.Of(Some(), Some()).P < 0.05);
        Assert.InRange(called / 4000.0, 0.04, 0.06);
    }

    [Fact]
    public void Several_tests_are_held_to_one_level()
    {
        Assert.Equal([0.03, 0.06, 0.06], PairedTest.Holm([0.01, 0.04, 0.03]).Select(p => Math.Round(p, 12)));
        Assert.Equal([1, 1], PairedTest.Holm([0.6, 0.9]));
        Assert.Empty(PairedTest.Holm([]));
    }
}
