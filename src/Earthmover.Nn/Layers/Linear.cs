using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Nn.Layers;

/// <summary>x Wᵀ + b: [N, in] → [N, out].</summary>
public sealed class Linear : WeightedLayer
{
    /// <summary>A layer with <paramref name="inputs"/> × <paramref name="outputs"/> weights.</summary>
    public Linear(int inputs, int outputs, bool bias = true, Initializer? initializer = null, Reparametrization reparametrization = Reparametrization.None)
        : base([outputs, inputs], 0, inputs, outputs, bias, initializer, reparametrization)
    {
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Kernel.Linear(x, EffectiveWeight(), Bias);
}
