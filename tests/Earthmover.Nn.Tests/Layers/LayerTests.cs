using Earthmover.Nn.Layers;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Tests.Layers;

public class LayerTests : LayerTest
{
    private static (Func<Module> Make, long[] Input, long[] Output) Case(string name) => name switch
    {
        "nearest-up" => (Resampling.NearestUp, [2, 2, 2, 3], [2, 2, 4, 6]),
        "average-down" => (Resampling.AverageDown, [2, 2, 4, 2], [2, 2, 2, 1]),
        "pixel-shuffle" => (Resampling.PixelShuffle, [1, 8, 2, 1], [1, 2, 4, 2]),
        "smooth" => (Resampling.Smooth, [2, 2, 3, 1], [2, 2, 3, 1]),
        "reflection-pad" => (() => Resampling.ReflectionPad(2), [1, 2, 3, 4], [1, 2, 7, 8]),
        "crop" => (() => Resampling.Crop(2, 3), [1, 2, 4, 4], [1, 2, 2, 3]),
        "flatten" => (Shapes.Flatten, [2, 2, 3], [2, 6]),
        "reshape" => (() => Shapes.Reshape(3, 1, 2), [2, 6], [2, 3, 1, 2]),
        "global-sum" => (Shapes.GlobalSum, [2, 3, 2, 2], [2, 3]),
        "global-mean" => (Shapes.GlobalMean, [2, 3, 4], [2, 3]),
        "residual" => (() => new Residual(new Linear(3, 3)), [2, 3], [2, 3]),
        "residual-shortcut" => (() => new Residual(new Linear(3, 4), new Linear(3, 4), 0.3), [2, 3], [2, 4]),
        "relu" => (Activation.Relu, [2, 5], [2, 5]),
        "leaky-relu" => (() => Activation.LeakyRelu(), [2, 5], [2, 5]),
        "tanh" => (Activation.Tanh, [2, 5], [2, 5]),
        "sigmoid" => (Activation.Sigmoid, [2, 5], [2, 5]),
        "elu" => (Activation.Elu, [2, 5], [2, 5]),
        "softplus" => (Activation.ShiftedSoftplus, [2, 5], [2, 5]),
        "gate" => (Activation.Gate, [2, 4, 3], [2, 2, 3]),
        "softmax" => (Activation.Softmax, [2, 4, 3], [2, 4, 3]),
        "dropout-evaluating" => (() => new Dropout(), [2, 3], [2, 3]),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    [Theory]
    [InlineData("nearest-up")]
    [InlineData("average-down")]
    [InlineData("pixel-shuffle")]
    [InlineData("smooth")]
    [InlineData("reflection-pad")]
    [InlineData("crop")]
    [InlineData("flatten")]
    [InlineData("reshape")]
    [InlineData("global-sum")]
    [InlineData("global-mean")]
    [InlineData("residual")]
    [InlineData("residual-shortcut")]
    [InlineData("relu")]
    [InlineData("leaky-relu")]
    [InlineData("tanh")]
    [InlineData("sigmoid")]
    [InlineData("elu")]
    [InlineData("softplus")]
    [InlineData("gate")]
    [InlineData("softmax")]
    [InlineData("dropout-evaluating")]
    public void Shapes_and_gradients_to_second_order(string name)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        var (make, input, output) = Case(name);
        using var layer = make();
        layer.SetTraining(!name.EndsWith("evaluating", StringComparison.Ordinal));
        Assert.Equal(output, layer.Forward(Random(input)).Shape);
        Assert.False(layer.CouplesBatch);
        CheckGradients(layer, input);
    }

    [Fact]
    public void Up_and_down_are_each_others_inverse_on_flat_squares()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using Module up = Resampling.NearestUp(), down = Resampling.AverageDown();
        var x = Random([2, 3, 4, 5]);
        AssertTensor.Close(x, down.Forward(up.Forward(x)), 1e-6);
    }

    [Fact]
    public void The_gate_takes_even_channels_for_the_sigmoid()
    {
        using var scope = TensorScope.Open();
        using var gate = Activation.Gate();
        var y = gate.Forward(Tensor.From<float>([0, 1, 100, 2], [1, 4])).ToArray<float>();
        Assert.Equal(0.5f * MathF.Tanh(1), y[0], 1e-6f);
        Assert.Equal(MathF.Tanh(2), y[1], 1e-6f);
    }

    [Fact]
    public void Embedding_looks_up_rows_and_its_gradient_counts_them()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new Embedding(4, 3);
        var labels = Tensor.From<long>([2, 0, 2], 3);
        var table = layer.Parameters().Single().Parameter.Value;
        var y = layer.Forward(labels);
        AssertTensor.Close(table.IndexSelect(0, labels).Detach(), y.Detach(), 0);
        Assert.Equal([1f, 0f, 2f, 0f], Autograd.Gradient(y.Sum(), table).Select(1, 0).ToArray<float>());
    }

    [Fact]
    public void Conditional_batch_normalization_has_a_gain_and_bias_per_label()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new ConditionalBatchNorm(2, 3);
        layer.To(Device.Cpu, DType.Float64);
        Assert.True(layer.CouplesBatch);
        var x = Random([3, 2, 2, 2], DType.Float64);
        var y = Tensor.From<long>([2, 0, 2], 3);
        var tables = layer.Parameters().Select(p => p.Parameter.Value).ToArray();
        using var plain = new BatchNorm(2, affine: false);
        plain.To(Device.Cpu, DType.Float64);
        AssertTensor.Close(plain.Forward(x), layer.Forward(x, y).Detach(), 1e-12); // it starts as the plain one
        foreach (var table in tables)
            table.Detach().CopyFrom(Random(table.Shape, DType.Float64));
        var mask = Random(x.Shape, DType.Float64);
        AssertTensor.Gradients(_ => (layer.Forward(x, y) * mask).Tanh(), [x, .. tables]);
        AssertTensor.SecondOrder(_ => (layer.Forward(x, y) * mask).Tanh(), [x, .. tables]);
        Assert.Throws<InvalidOperationException>(() => layer.Forward(x));
    }

    [Fact]
    public void Dropout_keeps_the_mean_repeats_with_its_stream_and_rests_in_evaluation()
    {
        using var scope = TensorScope.Open();
        using var layer = new Dropout(0.25);
        var x = Tensor.Ones([100, 100]);
        float[] Draw(long seed)
        {
            using var streams = new RandomStreams(seed);
            using var use = streams.Use();
            return layer.Forward(x).ToArray<float>();
        }
        var y = Draw(1);
        Assert.Equal([0f, 1 / 0.75f], y.Distinct().Order());
        Assert.InRange(y.Count(v => v == 0) / 1e4, 0.23, 0.27);
        Assert.Equal(y, Draw(1));
        Assert.NotEqual(y, Draw(2));
        layer.SetTraining(false);
        Assert.Equal(x.ToArray<float>(), layer.Forward(x).ToArray<float>());
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1));
    }
}
