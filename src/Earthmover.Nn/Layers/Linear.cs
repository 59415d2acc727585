using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Nn.Layers;

/// <summary>x Wᵀ + b: [N, in] → [N, out].</summary>
public sealed class Linear : Module
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;

    /// <summary>A layer with <paramref name="inputs"/> × <paramref name="outputs"/> weights.</summary>
    public Linear(int inputs, int outputs, bool bias = true, Initializer? initializer = null)
    {
        using var scope = TensorScope.Open();
        _weight = AddParameter("weight", (initializer ?? Initializers.Default)([outputs, inputs], inputs, outputs));
        _bias = bias ? AddParameter("bias", (initializer is null ? Initializers.Default : Initializers.Constant(0))([outputs], inputs, outputs)) : null;
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Kernel.Linear(x, _weight.Value, _bias?.Value);
}
