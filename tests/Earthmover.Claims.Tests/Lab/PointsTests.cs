using Earthmover.Claims.Lab;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Claims.Tests.Lab;

public class PointsTests : LeakTest
{
    [Fact]
    public void Samples_have_their_moments_and_a_translation_is_coupled_row_by_row()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var x = Points.Gaussian(4000, 0.5, 3, -1);
        AssertTensor.Close(Tensor.From<float>([3, -1], 2), x.Mean([0]), 0.05);
        Assert.Equal(0.5, x.SquaredNormPerSample().Mean().Item() - 10, 0.2); // 2·0.25, around 9 + 1
        var blobs = Points.Mixture(4000, [new([5, 0], 0.1), new([-5, 0], 0.1)]);
        Assert.Equal(0.5, blobs.Select(1, 0).Sigmoid().Mean().Item(), 0.05);
        Assert.Equal(5, blobs.Select(1, 0).Abs().Mean().Item(), 0.05);

        var few = x.Narrow(0, 0, 60);
        var moved = few + Tensor.From<float>([0.01f, 0], 2);
        var (distance, partners) = Points.Couple(few,
            moved.IndexSelect(0, Tensor.From<long>([.. Enumerable.Range(0, 60).Reverse().Select(i => (long)i)], 60)));
        Assert.Equal(0.01, distance, 1e-5);
        AssertTensor.Close(moved, partners, 0);
    }
}
