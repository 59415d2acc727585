using Earthmover.Nn.Layers;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Nn.Tests.Layers;

public sealed class ModulationTests : LayerTest
{
    [Theory]
    [InlineData(new long[] { 3, 2 })]
    [InlineData(new long[] { 3, 2, 2, 4 })]
    public void A_latent_vector_moves_gains_and_biases_and_at_first_nothing(long[] shape)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new Modulation(2, 5);
        Tensor x = Random(shape), z = Random([3, 5]);
        AssertTensor.Close(x, layer.Forward(x, z).Detach(), 0);
        Shake(layer);
        float[] before = x.ToArray<float>(), after = layer.Forward(x, z).ToArray<float>();
        var moved = layer.Children.Single().Forward(z).ToArray<float>(); // [3, 4]: two gains, two biases
        for (var i = 0; i < before.Length; i++)
        {
            var (n, c) = (i / (before.Length / 3), i / (before.Length / 6) % 2);
            Assert.Equal((1 + moved[4 * n + c]) * before[i] + moved[4 * n + 2 + c], after[i], 1e-5);
        }
    }

    [Fact]
    public void Modulation_has_gradients_to_second_order()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new Modulation(2, 3);
        layer.To(Device.Cpu, DType.Float64);
        Shake(layer);
        Tensor x = Random([2, 2, 2, 3], DType.Float64), z = Random([2, 3], DType.Float64);
        Tensor[] inputs = [x, z, .. layer.Parameters().Select(p => p.Parameter.Value)];
        AssertTensor.Gradients(_ => layer.Forward(x, z).Tanh(), inputs);
        AssertTensor.SecondOrder(_ => layer.Forward(x, z).Tanh(), inputs);
    }

    private static void Shake(Modulation layer)
    {
        using var pause = Autograd.Pause();
        foreach (var (_, parameter) in layer.Parameters())
            parameter.Value.CopyFrom(Random(parameter.Value.Shape, parameter.Value.DType));
    }
}
