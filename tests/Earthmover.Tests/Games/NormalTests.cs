using Earthmover.Games;

namespace Earthmover.Tests.Games;

public class NormalTests
{
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.025, -1.959963984540054)]
    [InlineData(1e-6, -4.753424308822899)]
    public void Quantiles_are_those_of_the_tables(double p, double x) => Assert.Equal(x, Normal.Quantile(p), 9);

    [Fact]
    public void The_ends_are_infinite_and_beyond_is_refused()
    {
        Assert.Equal(double.NegativeInfinity, Normal.Quantile(0));
        Assert.Equal(double.PositiveInfinity, Normal.Quantile(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Quantile(1.1));
    }

    [Fact]
    public void Distribution_and_quantile_invert_each_other()
    {
        foreach (var x in new[] { -5.0, -1.3, 0.01, 2.2 })
            Assert.Equal(x, Normal.Quantile(Normal.Distribution(x)), 8);
    }
}
