using Earthmover.Editing;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Editing;

public sealed class SeamlessTests : LeakTest
{
    // Colors of a part that fills nearly all are those that the one held pixel says, whatever weight it has.
    [Theory]
    [InlineData(0f)]
    [InlineData(0.7f)]
    public void One_pixel_is_always_held(float least)
    {
        using var scope = TensorScope.Open();
        const int side = 6;
        var weights = Enumerable.Repeat(1f, side * side).ToArray();
        weights[0] = least;
        var mask = Tensor.From<float>(weights, [1, side, side]);
        var guide = Tensor.From<float>([.. Enumerable.Range(0, side * side).Select(i => i / 100f)], [1, side, side]);
        float[] Made(float shade) => Seamless.Clone(guide, Tensor.Ones([1, side, side]) * shade, mask).ToArray<float>();
        float[] darker = Made(0.25f), lighter = Made(0.35f);
        Assert.Equal(0.25, darker[0], 1e-6);
        Assert.Equal(0.35, lighter[0], 1e-6);
        // Detail is the part's own: what is held says how bright all is.
        Assert.All(darker.Zip(lighter), pair => Assert.Equal(0.1, pair.Second - pair.First, 1e-5));
        Assert.True(darker.Max() - darker.Min() > 0.1);
    }
}
