using Earthmover.Nn.Layers;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Nn.Tests.Layers;

public sealed class GaussianNoiseTests : LayerTest
{
    [Fact]
    public void In_training_every_number_gets_a_draw_of_its_own()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new GaussianNoise(0.5);
        var x = Random([200, 50]);
        float[] added = (layer.Forward(x) - x).ToArray<float>();
        Assert.Equal(0, added.Average(), 0.02);
        Assert.Equal(0.5, Math.Sqrt(added.Average(v => v * v)), 0.02);
        Assert.NotEqual(added, (layer.Forward(x) - x).ToArray<float>());
        layer.SetTraining(false);
        AssertTensor.Close(x, layer.Forward(x), 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianNoise(-1));
    }
}
