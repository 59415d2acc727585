using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>A learned vector per label: [N, …] of Int64 → [N, …, size].</summary>
public sealed class Embedding : WeightedLayer
{
    /// <summary>A table of <paramref name="count"/> vectors.</summary>
    /// <param name="count">Labels, 0 … count − 1.</param>
    /// <param name="size">Length of a vector.</param>
    /// <param name="initializer">Start of the table; N(0, 1) when absent.</param>
    /// <param name="reparametrization">What is learned in the place of the table.</param>
    public Embedding(
        int count, int size, Initializer? initializer = null, Reparametrization reparametrization = Reparametrization.None)
        : base([count, size], 0, 1, size, bias: false, initializer ?? Initializers.Normal(1), reparametrization)
    {
    }

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var (shape, _) = PutInto(twin, path);
        return $"nn.Embedding({shape[0]}, {shape[1]})";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Op.Embedding(EffectiveWeight(), x);
}
