using Earthmover.Constraints;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Constraints;

public class PenaltyPointsTests : LeakTest
{
    // Real samples have the first coordinate in (0, 1), generated ones beyond a million: a point tells where it comes from.
    private static (Tensor Real, Tensor Fake) Batches(int n, int m)
    {
        var stream = RandomStreams.Current["data"];
        return (Tensor.Uniform([n, 1, 2], stream), Tensor.Uniform([m, 1, 2], stream, 1e6, 1e6 + 1));
    }

    private static float[] First(Tensor points) => points.Select(1, 0).Select(1, 0).Contiguous().Detach().ToArray<float>();

    [Theory]
    [InlineData(PenaltyPoints.Interpolated, 0, 0, 8)]
    [InlineData(PenaltyPoints.Real, 8, 0, 0)]
    [InlineData(PenaltyPoints.Fake, 0, 8, 0)]
    [InlineData(PenaltyPoints.Both, 4, 4, 0)]
    [InlineData(PenaltyPoints.InterpolatedWithin, 4, 4, 0)]
    [InlineData(PenaltyPoints.InterpolatedMixture, 2, 2, 4)]
    public void Points_come_from_where_they_should(PenaltyPoints points, int real, int fake, int between)
    {
        using var streams = new RandomStreams(5);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var (x, y) = Batches(8, 8);
        var drawn = points.Draw(x, y);
        Assert.Equal(x.Shape, drawn.Shape);
        Assert.True(drawn.RequiresGrad);
        var first = First(drawn);
        Assert.Equal((real, fake, between), (first.Count(v => v < 1), first.Count(v => v >= 1e6f), first.Count(v => v is >= 1 and < 1e6f)));
    }

    [Theory]
    [InlineData(PenaltyPoints.Interpolated, 5)]
    [InlineData(PenaltyPoints.Real, 7)]
    [InlineData(PenaltyPoints.Fake, 5)]
    [InlineData(PenaltyPoints.Both, 5)]
    [InlineData(PenaltyPoints.InterpolatedWithin, 5)]
    [InlineData(PenaltyPoints.InterpolatedMixture, 5)]
    public void Batches_may_differ_in_size(PenaltyPoints points, int expected)
    {
        using var streams = new RandomStreams(5);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var (x, y) = Batches(7, 5);
        Assert.Equal(expected, points.Draw(x, y).Size(0));
    }

    [Fact]
    public void Every_sample_has_its_own_epsilon_the_same_for_all_its_coordinates_from_the_stream_penalty()
    {
        using var streams = new RandomStreams(5);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        Tensor x = Tensor.Zeros([2000, 2, 3]), y = Tensor.Ones([2000, 2, 3]);
        var ε = PenaltyPoints.Interpolated.Draw(x, y).Detach();
        AssertTensor.Close(ε.Select(1, 0).Select(1, 0).Reshape(2000, 1, 1).Expand(2000, 2, 3), ε, 0);
        var values = First(ε);
        Assert.Equal(0.5, values.Average(), 0.02);
        Assert.Equal(1.0 / 12, values.Average(v => (v - 0.5) * (v - 0.5)), 0.005);
        using var again = new RandomStreams(5);
        Assert.Equal(Tensor.Uniform([2000, 1, 1], again["penalty"]).ToArray<float>(), values, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void A_batch_of_one_has_points_too()
    {
        using var streams = new RandomStreams(5);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var (x, y) = Batches(1, 1);
        Assert.All(Enum.GetValues<PenaltyPoints>(), points => Assert.Equal([1, 1, 2], points.Draw(x, y).Shape));
    }
}
