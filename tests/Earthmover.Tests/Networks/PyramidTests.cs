using System.Text.RegularExpressions;
using Earthmover.Data;
using Earthmover.Networks;

namespace Earthmover.Tests.Networks;

public class PyramidTests
{
    [Theory]
    [InlineData(28, 28, 7, 7, 2)]
    [InlineData(32, 32, 4, 4, 3)]
    [InlineData(64, 64, 4, 4, 4)]
    [InlineData(48, 32, 6, 4, 3)]
    [InlineData(8, 8, 4, 4, 1)]
    [InlineData(30, 30, 15, 15, 1)]
    [InlineData(64, 512, 4, 32, 4)]
    public void Sides_are_a_start_times_a_power_of_two(int height, int width, int startHeight, int startWidth, int doublings)
    {
        var pyramid = Pyramid.Of(new(1, height, width), "DCGAN");
        Assert.Equal(new(startHeight, startWidth, doublings), pyramid);
        Assert.Equal((height, width), (startHeight << doublings, startWidth << doublings));
    }

    [Theory]
    [InlineData(31, 31, "30x30 and 32x32")]
    [InlineData(100, 100, "96x96 and 104x104")]
    [InlineData(4, 4, "8x8")]
    [InlineData(28, 29, "28x28 and 30x28")]
    public void A_size_that_cannot_be_made_names_its_neighbors(int height, int width, string neighbors)
    {
        var error = Assert.Throws<ArgumentException>(() => Pyramid.Of(new(3, height, width), "DCGAN"));
        Assert.Equal($"DCGAN cannot make images of {width}x{height} pixels: "
            + $"the nearest sizes that work are {neighbors} (Parameter 'shape')", error.Message);
    }

    [Fact]
    public void Every_size_works_or_names_one_that_does()
    {
        var refused = 0;
        for (var height = 1; height <= 80; height += 2)
            for (var width = 1; width <= 80; width += 7)
                try
                {
                    var p = Pyramid.Of(new(1, height, width), "N");
                    Assert.Equal((height, width), (p.Height << p.Doublings, p.Width << p.Doublings));
                    Assert.InRange(Math.Min(p.Height, p.Width), 4, 15);
                }
                catch (ArgumentException error)
                {
                    refused++;
                    var named = Regex.Matches(error.Message.Split(" are ")[1], @"(\d+)x(\d+)");
                    Assert.InRange(named.Count, 1, 2);
                    foreach (Match size in named)
                        Pyramid.Of(new(1, int.Parse(size.Groups[2].Value), int.Parse(size.Groups[1].Value)), "N");
                }
        Assert.InRange(refused, 300, 900);
    }

    [Theory]
    [InlineData(28, 28, 2)]
    [InlineData(32, 32, 2)]
    [InlineData(64, 64, 3)]
    [InlineData(48, 32, 2)]
    [InlineData(8, 8, 1)]
    public void A_residual_critic_halves_down_to_about_eight_pixels(int height, int width, int halvings) =>
        Assert.Equal(halvings, Pyramid.Halvings(new(3, height, width), above: 8));
}
