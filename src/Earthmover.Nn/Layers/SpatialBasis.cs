using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>
/// One map for each channel, by which features without places get places, or lose them (arXiv:2501.05441, the ends of its networks).
/// </summary>
public sealed class SpatialBasis : Module
{
    private readonly Parameter _basis; // [C, H, W]
    private readonly bool _spreads;

    private SpatialBasis(ReadOnlySpan<long> shape, double deviation, bool spreads)
    {
        using var scope = TensorScope.Open();
        _basis = AddParameter("basis", Initializers.Normal(deviation)(shape, 0, 0));
        _spreads = spreads;
    }

    /// <summary>[N, C] → [N, C, H, W]: each number times the map of its channel, which is N(0, 1) at first.</summary>
    /// <param name="channels">C.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    public static SpatialBasis Spread(int channels, int height, int width) => new([channels, height, width], 1, true);

    /// <summary>[N, C, H, W] → [N, C]: the product of each channel with its map, which keeps the variance at first.</summary>
    /// <param name="channels">C.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    public static SpatialBasis Gather(int channels, int height, int width) =>
        new([channels, height, width], 1 / Math.Sqrt(height * width), false);

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        twin.Put($"{path}basis", _basis.Value);
        twin.Rank = _spreads ? 4 : 2;
        var name = twin.Class("SpatialBasis", """
            class SpatialBasis(nn.Module):
                def __init__(self, channels, height, width, spreads):
                    super().__init__()
                    self.basis, self.spreads = nn.Parameter(torch.zeros(channels, height, width)), spreads

                def forward(self, x):
                    return x[:, :, None, None] * self.basis if self.spreads else (x * self.basis).flatten(2).sum(2)
            """);
        var shape = _basis.Value.Shape;
        return $"{name}({shape[0]}, {shape[1]}, {shape[2]}, {(_spreads ? "True" : "False")})";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => _spreads
        ? x.Reshape([x.Size(0), x.Size(1), 1, 1]) * _basis.Value
        : (x * _basis.Value).Flatten(2).Sum([2]);
}
