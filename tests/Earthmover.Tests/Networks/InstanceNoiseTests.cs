using Earthmover.Networks;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Networks;

public sealed class InstanceNoiseTests : LeakTest
{
    private static InstanceNoise Named(string text)
    {
        Part<InstanceNoise> part = text;
        return part.Value;
    }

    [Fact]
    public void It_falls_in_a_straight_line_to_nothing()
    {
        var noise = Named("normal?deviation=0.4&steps=100");
        Assert.Equal([0.4, 0.3, 0.2, 0, 0], new long[] { 0, 25, 50, 100, 5000 }.Select(step => Math.Round(noise.At(step), 12)));
        Assert.True(noise.Fades);
        Assert.False(Named("normal?deviation=0.4").Fades);
        Assert.Equal(0.4, Named("normal?deviation=0.4").At(1_000_000));
        Assert.Equal([3, 1.65, 0.3], new long[] { 0, 50, 200 }.Select(step =>
            Math.Round(Named("normal?deviation=3&end=0.3&steps=100").At(step), 12)));
    }

    [Fact]
    public void It_is_new_at_every_look_and_of_its_deviation()
    {
        using var streams = new RandomStreams(5);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var x = Tensor.Zeros([500, 40]);
        var noise = Named("normal?deviation=0.4&steps=100");
        float[] first = noise.On(x, 50).ToArray<float>(), second = noise.On(x, 50).ToArray<float>();
        Assert.NotEqual(first, second);
        Assert.Equal(0.2, Math.Sqrt(first.Average(v => (double)v * v)), 0.005);
        // Nothing is copied or drawn where there is none.
        Assert.Same(x, noise.On(x, 100));
        Assert.Same(x, Named("none").On(x, 0));
    }

    [Theory]
    [InlineData("normal?deviation=-1", "the deviation is at least 0")]
    [InlineData("normal?steps=-1", "steps is at least 0")]
    [InlineData("gauss", "known are none, normal")]
    public void What_makes_no_sense_is_refused(string text, string why) =>
        Assert.Contains(why, Assert.ThrowsAny<Exception>(() => Named(text)).Message, StringComparison.Ordinal);
}
