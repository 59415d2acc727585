using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Nn.Layers;

/// <summary>x Wᵀ + b: [N, in] → [N, out].</summary>
public sealed class Linear : WeightedLayer
{
    /// <summary>A layer with <paramref name="inputs"/> × <paramref name="outputs"/> weights.</summary>
    /// <param name="inputs">Numbers of a sample.</param>
    /// <param name="outputs">Units.</param>
    /// <param name="bias">Whether the units have one.</param>
    /// <param name="initializer">Of the weights; LibTorch's default when absent.</param>
    /// <param name="reparametrization">Of the weights.</param>
    /// <param name="biases">Initializer of the bias; zeros when absent and the weights have one of their own, as most papers do it.</param>
    public Linear(int inputs, int outputs, bool bias = true, Initializer? initializer = null,
        Reparametrization reparametrization = Reparametrization.None, Initializer? biases = null)
        : base([outputs, inputs], 0, inputs, outputs, bias, initializer, reparametrization, biases)
    {
    }

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var (shape, end) = PutInto(twin, path);
        return $"nn.Linear({shape[1]}, {shape[0]}{end})";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Kernel.Linear(x, EffectiveWeight(), Bias);
}
