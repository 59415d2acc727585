using Earthmover.Nn.Layers;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Nn.Tests.Layers;

public class NormalizationTests : LayerTest
{
    public static TheoryData<string, bool> Cases => new()
    {
        { "batch", true }, { "batch-1d", true }, { "batch-sequence", true },
        { "batch-plain", true }, { "layer", false }, { "layer-1d", false },
        { "layer-sequence", false }, { "instance", false }, { "instance-sequence", false },
    };

    private static (Module Layer, long[] Shape) Make(string name) => name switch
    {
        "batch" => (new BatchNorm(3), [2, 3, 2, 2]),
        "batch-1d" => (new BatchNorm(3, gain: Initializers.Normal()), [4, 3]),
        "batch-sequence" => (new BatchNorm(3), [2, 3, 4]),
        "batch-plain" => (new BatchNorm(2, affine: false), [3, 2, 2, 2]),
        "layer" => (new LayerNorm(3), [2, 3, 2, 2]),
        "layer-1d" => (new LayerNorm(5), [2, 5]),
        "layer-sequence" => (new LayerNorm(3), [2, 3, 4]),
        "instance" => (new InstanceNorm(3), [2, 3, 2, 3]),
        "instance-sequence" => (new InstanceNorm(3, affine: false), [2, 3, 4]),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_to_second_order_and_the_truth_about_coupling(string name, bool couples)
    {
        using var use = Streams();
        var (layer, shape) = Make(name);
        using var _ = layer;
        Assert.Equal(couples, layer.CouplesBatch);
        Assert.Equal(couples, CrossGradient(layer, shape) > 0);
        CheckGradients(layer, shape);
    }

    [Fact]
    public void Batch_normalization_in_evaluation_has_gradients_too_and_does_not_couple()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new BatchNorm(3);
        layer.Forward(Random([8, 3, 2, 2]) * 3 + 1);
        layer.SetTraining(false);
        Assert.Equal(0, CrossGradient(layer, [2, 3, 2, 2]));
        CheckGradients(layer, [2, 3, 2, 2]);
    }

    [Fact]
    public void Running_statistics_follow_the_batches_in_training_only()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new BatchNorm(2);
        var x = Tensor.From<float>([1, 10, 3, 30], [2, 2]); // means 2 and 20, unbiased variances 2 and 200
        layer.Forward(x);
        var buffers = layer.Buffers().ToDictionary(b => b.Path, b => b.Buffer.Value.ToArray<float>());
        Assert.Equal([0.2f, 2f], buffers["running_mean"], Near);
        Assert.Equal([0.9f + 0.2f, 0.9f + 20f], buffers["running_variance"], Near);
        layer.SetTraining(false);
        var y = layer.Forward(x).ToArray<float>();
        Assert.Equal((1 - 0.2f) / MathF.Sqrt(1.1f + 1e-5f), y[0], 1e-4f);
        Assert.Equal(buffers["running_mean"], layer.Buffers().First().Buffer.Value.ToArray<float>());
    }

    [Fact]
    public void Layer_normalization_takes_the_whole_sample_and_a_gain_per_channel()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new LayerNorm(3);
        var gain = Random([3]);
        layer.Parameters().First().Parameter.Value.Detach().CopyFrom(gain);
        var x = Random([4, 3, 5, 5]) * 2 + 1;
        var mean = x.Mean([1, 2, 3], keep: true);
        var deviation = ((x - mean).Square().Mean([1, 2, 3], keep: true) + 1e-5).Sqrt();
        AssertTensor.Close((x - mean) / deviation * gain.Reshape(1, 3, 1, 1), layer.Forward(x).Detach(), 1e-5);
    }

    [Fact]
    public void Instance_normalization_takes_each_channel_of_each_sample()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new InstanceNorm(3);
        var x = Random([4, 3, 5, 5]) * 2 + 1;
        var mean = x.Mean([2, 3], keep: true);
        var deviation = ((x - mean).Square().Mean([2, 3], keep: true) + 1e-5).Sqrt();
        AssertTensor.Close((x - mean) / deviation, layer.Forward(x).Detach(), 1e-5);
    }

    private static bool Near(float a, float b) => Math.Abs(a - b) < 1e-4;
}
