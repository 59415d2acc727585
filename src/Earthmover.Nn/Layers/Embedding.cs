using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>A learned vector per label: [N, …] of Int64 → [N, …, size].</summary>
public sealed class Embedding : Module
{
    private readonly Parameter _table;

    /// <summary>A table of <paramref name="count"/> vectors.</summary>
    /// <param name="count">Labels, 0 … count − 1.</param>
    /// <param name="size">Length of a vector.</param>
    /// <param name="initializer">Start of the table; N(0, 1) when absent.</param>
    public Embedding(int count, int size, Initializer? initializer = null)
    {
        using var scope = TensorScope.Open();
        _table = AddParameter("weight", (initializer ?? Initializers.Normal(1))([count, size], 1, size));
    }

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        twin.Put($"{path}weight", _table.Value);
        return $"nn.Embedding({_table.Value.Size(0)}, {_table.Value.Size(1)})";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Op.Embedding(_table.Value, x);
}
