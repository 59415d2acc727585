using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>A linear map that is drawn once and never learned: [N, inputs] → [N, outputs]; of one-hot rows, a vector for each.</summary>
public sealed class FixedLinear : Module
{
    private readonly Buffer _weight; // [outputs, inputs]

    /// <summary>A map without a bias.</summary>
    /// <param name="inputs">Length of what it takes.</param>
    /// <param name="outputs">Length of what it makes.</param>
    /// <param name="initializer">The weights; N(0, 1) when absent.</param>
    public FixedLinear(int inputs, int outputs, Initializer? initializer = null)
    {
        using var scope = TensorScope.Open();
        _weight = AddBuffer("weight", (initializer ?? Initializers.Normal(1))([outputs, inputs], inputs, outputs));
    }

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        twin.Put($"{path}weight", _weight.Value);
        return $"nn.Linear({_weight.Value.Size(1)}, {_weight.Value.Size(0)}, bias=False)";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Op.Linear(x, _weight.Value);
}
