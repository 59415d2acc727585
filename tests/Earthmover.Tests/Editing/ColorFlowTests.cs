using Earthmover.Editing;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Editing;

public sealed class ColorFlowTests : LeakTest
{
    private const int Side = 32;

    // Waves in several directions [1, C, 32, 32], values in [0.05, 0.75], moved by some pixels.
    private static Tensor Waves(int channels, double dx = 0, double dy = 0)
    {
        var values = new float[channels * Side * Side];
        for (var i = 0; i < values.Length; i++)
        {
            double c = i / (Side * Side), y = i / Side % Side - dy, x = i % Side - dx;
            values[i] = (float)(0.4 + 0.15 * Math.Sin(0.7 * x + c) * Math.Sin(0.6 * y - c)
                + 0.1 * Math.Sin(0.4 * x - 0.5 * y) + 0.1 * Math.Sin(0.3 * x + 0.35 * y + 2 * c));
        }
        return Tensor.From<float>(values, [1, channels, Side, Side]);
    }

    private static Tensor Middle(Tensor x) => x.Narrow(x.Rank - 2, 10, 14).Narrow(x.Rank - 1, 10, 14);

    [Theory]
    [InlineData(1, 1.5, -1)]
    [InlineData(3, -1, 1.5)]
    public void A_known_shift_and_gain_are_found(int channels, double dx, double dy)
    {
        using var scope = TensorScope.Open();
        Tensor x = Waves(channels), y = Waves(channels, dx, dy) * 1.2;
        var flow = ColorFlow.Between(x, y, new());
        // What is now at p was at p − shift.
        Assert.Equal(-dx, Middle(flow.Motion.Select(1, 0)).Mean().Item(), 0.5);
        Assert.Equal(-dy, Middle(flow.Motion.Select(1, 1)).Mean().Item(), 0.5);
        var made = flow.Apply(x);
        var gain = (Middle(made) * Middle(Waves(channels, dx, dy))).Sum().Item() / Middle(Waves(channels, dx, dy)).Square().Sum().Item();
        Assert.Equal(1.2, gain, 0.06);
        Assert.InRange((made - y).Abs().Mean().Item(), 0, 0.01);
    }

    [Fact]
    public void Nothing_changes_where_nothing_has()
    {
        using var scope = TensorScope.Open();
        var x = Waves(3);
        var none = ColorFlow.None(3, Side, Side);
        AssertTensor.Close(x, none.Apply(x), 1e-6);
        AssertTensor.Close(x, none.After(none).Resized(Side, Side).Apply(x), 1e-6);
        var same = EditTransfer.Flow(Op.Repeat(x, [4, 1, 1, 1]), new());
        Assert.InRange((same.Apply(x) - x).Abs().Flatten().Amax(0).Item(), 0, 1 / 255.0);
    }

    [Fact]
    public void One_after_the_other_is_both()
    {
        using var scope = TensorScope.Open();
        var x = Waves(3);
        ColorFlow Shift(double dx, double gain, double offset)
        {
            var none = ColorFlow.None(3, Side, Side);
            var motion = none.Motion.Clone();
            motion.Narrow(1, 0, 1).CopyFrom(motion.Narrow(1, 0, 1) + dx);
            var color = none.Color * gain;
            color.Narrow(2, 3, 1).CopyFrom(color.Narrow(2, 3, 1) + offset);
            return new(motion, color);
        }
        ColorFlow first = Shift(2, 1.5, 0.1), second = Shift(-1, 0.5, 0.2);
        // At the borders one stands still at the first, the other at the second.
        Tensor Inner(Tensor of) => of.Narrow(3, 4, Side - 8);
        AssertTensor.Close(Inner(second.Apply(first.Apply(x))), Inner(second.After(first).Apply(x)), 1e-5);
        // Of a gray change each channel of a picture in colors.
        var gray = new ColorFlow(first.Motion, first.Color.Narrow(1, 0, 1).Narrow(2, 0, 1).Expand(1, 1, 2, Side, Side).Contiguous());
        Assert.Equal([3, Side, Side], EditTransfer.Apply(gray, x.Squeeze(0)).Shape);
    }

    [Fact]
    public void Of_twice_the_size_a_motion_is_twice_as_far()
    {
        using var scope = TensorScope.Open();
        var none = ColorFlow.None(1, 8, 8);
        var motion = none.Motion + Tensor.From<float>([1, -2], [1, 2, 1, 1]);
        var large = new ColorFlow(motion, none.Color).Resized(16, 32);
        Assert.Equal([4, -4], large.Motion.Mean([0, 2, 3]).ToArray<float>());
        Assert.Equal([1, 2, 4, 5], large.Part(3, 2, 4, 5).Motion.Shape);
    }
}
