using Earthmover.Nn.Layers;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Nn.Tests.Layers;

public sealed class VirtualBatchTests : LayerTest
{
    [Fact]
    public void A_sample_is_normalized_by_the_reference_and_itself()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        // Reference 0 and 2 of mean 1 and mean square 2; beside them a third of each sample.
        using var layer = new VirtualBatch(new BatchNorm(1, epsilon: 0), Tensor.From<float>([0, 2], [2, 1]));
        Assert.False(layer.CouplesBatch);
        float[] Of(params float[] x) => layer.Forward(Tensor.From<float>(x, [x.Length, 1])).ToArray<float>();
        double mean = (2 * 1 + 4) / 3.0, square = (2 * 2 + 16) / 3.0;
        var expected = (4 - mean) / Math.Sqrt(square - mean * mean);
        Assert.Equal(expected, Of(4)[0], 1e-5);
        Assert.Equal(expected, Of(-7, 4, 100)[1], 1e-5);
        layer.SetTraining(false);
        Assert.Equal(expected, Of(4)[0], 1e-5);
    }

    [Fact]
    public void Pictures_count_with_all_their_pixels()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        var reference = Random([3, 2, 4, 4]);
        using var layer = new VirtualBatch(new BatchNorm(2), reference);
        Assert.Equal(0, CrossGradient(layer, [4, 2, 4, 4]));
        // A sample that is one of the reference is normalized nearly as with a batch of those.
        using var plain = new BatchNorm(2);
        AssertTensor.Close(plain.Forward(reference).Narrow(0, 1, 1), layer.Forward(reference.Narrow(0, 1, 1)), 0.3);
    }

    [Fact]
    public void Gradients_are_those_of_finite_differences()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        var network = new Sequential(new Linear(3, 4), new BatchNorm(4), Activation.Tanh(), new Linear(4, 2));
        using var layer = new VirtualBatch(network, Random([3, 3]));
        CheckGradients(layer, [2, 3], secondOrder: false);
    }

    [Fact]
    public void What_has_nothing_to_replace_is_refused()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        var refused = Assert.Throws<ArgumentException>(() => new VirtualBatch(new Linear(2, 2), Random([4, 2])));
        Assert.Contains("this network has none", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new VirtualBatch(new BatchNorm(2), Random([1, 2])));
    }
}
