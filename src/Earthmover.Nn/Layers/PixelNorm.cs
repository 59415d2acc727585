using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>Every pixel's vector of channels over its root mean square (arXiv:1710.10196): [N, C, …] → the same shape.</summary>
public sealed class PixelNorm(double epsilon = 1e-8) : Module
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => x * Op.Rsqrt(x.Square().Mean([1], keep: true) + epsilon);
}
