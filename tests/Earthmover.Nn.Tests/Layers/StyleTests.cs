using Earthmover.Nn.Layers;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Nn.Tests.Layers;

public sealed class StyleTests : LayerTest
{
    [Fact]
    public void A_style_scales_and_shifts_what_instance_normalization_leaves()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new AdaptiveInstanceNorm(2, 3);
        Tensor x = Random([2, 2, 3, 4]) * 5 + 2, w = Random([2, 3]);
        var y = layer.Forward(x, w).ToArray<float>();
        float[] values = x.ToArray<float>(), style = layer.Children.Last().Forward(w).ToArray<float>();
        for (var n = 0; n < 2; n++)
            for (var c = 0; c < 2; c++)
            {
                float[] plane = values[((n * 2 + c) * 12)..((n * 2 + c + 1) * 12)];
                double mean = plane.Average(), deviation = Math.Sqrt(plane.Average(v => (v - mean) * (v - mean)) + 1e-5);
                double scale = style[n * 4 + c] + 1, shift = style[n * 4 + 2 + c];
                for (var i = 0; i < 12; i++)
                    Assert.Equal(scale * (plane[i] - mean) / deviation + shift, y[(n * 2 + c) * 12 + i], 1e-4);
            }
        Assert.Equal([4, 3], layer.Parameters().Single(p => p.Path == "affine.weight").Parameter.Value.Shape);
    }

    [Fact]
    public void A_style_has_gradients_to_second_order()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new AdaptiveInstanceNorm(2, 2);
        layer.To(Device.Cpu, DType.Float64);
        Tensor x = Random([2, 2, 2, 3], DType.Float64), w = Random([2, 2], DType.Float64);
        Tensor[] inputs = [x, w, .. layer.Parameters().Select(p => p.Parameter.Value)];
        AssertTensor.Gradients(_ => layer.Forward(x, w).Tanh(), inputs);
        AssertTensor.SecondOrder(_ => layer.Forward(x, w).Tanh(), inputs);
    }

    [Fact]
    public void Noise_begins_silent_and_is_the_same_for_all_outside_of_training()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new PlaceNoise(2, 3, 4);
        var x = Random([2, 2, 3, 4]);
        AssertTensor.Close(x, layer.Forward(x), 0);
        var gain = layer.Parameters().Single(p => p.Path == "gain").Parameter.Value;
        using (Autograd.Pause())
            gain.CopyFrom(Tensor.From<float>([1, 3], [1, 2, 1, 1]));
        var first = (layer.Forward(x) - x).Detach();
        Assert.True((first - (layer.Forward(x) - x)).Abs().Sum().Item() > 0.1);
        // One value for each place, times the channel's gain.
        AssertTensor.Close(first.Narrow(1, 0, 1) * 3, first.Narrow(1, 1, 1), 1e-4);
        layer.SetTraining(false);
        var kept = layer.Forward(x) - x;
        AssertTensor.Close(kept.Narrow(0, 0, 1), kept.Narrow(0, 1, 1), 1e-5);
        AssertTensor.Close(layer.Buffers().Single().Buffer.Value, kept.Narrow(0, 0, 1).Narrow(1, 0, 1), 1e-5);
        CheckGradients(layer, [2, 2, 3, 4]);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.01)]
    public void Layers_start_alike_whatever_their_learning_rate_and_move_by_it(double rate)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new EqualizedLinear(400, 300, Math.Sqrt(2), rate);
        var x = Random([50, 400]);
        // Var y = 2 for a rectifier, at first.
        Assert.Equal(2, layer.Forward(x).Square().Mean().Item(), 0.1);
        var weight = layer.Parameters().Single(p => p.Path == "weight").Parameter.Value;
        Assert.Equal(1 / rate, Math.Sqrt(weight.Square().Mean().Item()), 0.02 / rate);
        // A step of the weight changes what is applied by gain · rate / √fan-in of it.
        var before = layer.Forward(x).Detach();
        using (Autograd.Pause())
            weight.CopyFrom(weight + 1);
        var expected = x.Sum([1], keep: true) * (Math.Sqrt(2.0 / 400) * rate);
        AssertTensor.Close(expected.Expand([50, 300]), (layer.Forward(x) - before).Detach(), 1e-2);
        using var small = new EqualizedConv2d(2, 3, 3, true, 1);
        CheckGradients(small, [1, 2, 3, 3]);
    }

    [Fact]
    public void Blur_is_one_two_one_both_ways()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var blur = Resampling.Blur();
        var point = new float[25];
        point[12] = 16;
        var seen = blur.Forward(Tensor.From<float>(point, [1, 1, 5, 5])).ToArray<float>();
        Assert.Equal([0, 1, 2, 1, 0], seen[5..10]);
        Assert.Equal([0, 2, 4, 2, 0], seen[10..15]);
        AssertTensor.Close(Tensor.Ones([1, 1, 3, 4]), blur.Forward(Tensor.Ones([1, 1, 3, 4])), 1e-6);
        CheckGradients(blur, [1, 2, 3, 2]);
    }
}
