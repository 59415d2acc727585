using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Nn.Tests;

/// <summary>Base of the layers' tests: fixed streams, and the gradient checks that every layer takes.</summary>
public abstract class LayerTest : LeakTest
{
    private readonly RandomStreams _streams = new(1);

    protected override void TearDown() => _streams.Dispose();

    protected RandomStreams.Scope Streams() => _streams.Use();

    protected static Tensor Random(ReadOnlySpan<long> shape, DType type = DType.Float32) =>
        Tensor.Normal(shape, RandomStreams.Current["data"], type);

    /// <summary>
    /// Finite differences of a bent function of the layer, with respect to its input and all its parameters, to second order where asked.
    /// </summary>
    protected static void CheckGradients(Module layer, long[] shape, bool secondOrder = true)
    {
        using var scope = TensorScope.Open();
        layer.To(Device.Cpu, DType.Float64);
        var x = Random(shape, DType.Float64);
        var mask = Random(layer.Forward(x).Shape, DType.Float64);
        Tensor[] inputs = [x, .. layer.Parameters().Select(p => p.Parameter.Value)];
        AssertTensor.Gradients(_ => (layer.Forward(x) * mask).Tanh(), inputs);
        if (secondOrder)
            AssertTensor.SecondOrder(_ => (layer.Forward(x) * mask).Tanh(), inputs);
    }

    /// <summary>Largest |∂f(x)₀/∂xⱼ|, j ≠ 0: zero unless the samples of a batch are coupled.</summary>
    protected static double CrossGradient(Module layer, long[] shape)
    {
        using var scope = TensorScope.Open();
        var x = Random(shape).RequireGrad();
        var y = layer.Forward(x).Narrow(0, 0, 1);
        var gradient = Autograd.Gradient((y * Random(y.Shape)).Sum(), x);
        return gradient.Narrow(0, 1, shape[0] - 1).Abs().ToArray<float>().Max();
    }
}
