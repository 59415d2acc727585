using Earthmover.Nn.PyTorch;
using Earthmover.Torch;

namespace Earthmover.Nn.Layers;

/// <summary>
/// Self-modulation (arXiv:1810.01365): the latent vector moves the gain and the bias of every channel, wherever in the generator it stands.
/// [N, C, …] and z [N, Z] → (1 + s(z)) · x + b(z), the shape of x.
/// </summary>
/// <remarks>s and b are affine, and 0 before anything is learned; the paper's have a hidden layer.</remarks>
public sealed class Modulation : ConditionalModule
{
    private readonly Linear _affine;

    /// <summary>A layer for some channels.</summary>
    /// <param name="channels">C.</param>
    /// <param name="latent">Z, length of z.</param>
    public Modulation(int channels, int latent) =>
        _affine = Add("affine", new Linear(latent, 2 * channels, initializer: Initializers.Constant(0)));

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var name = twin.Class("Modulation", """
            class Modulation(nn.Module):
                def __init__(self, affine):
                    super().__init__()
                    self.affine = affine

                def forward(self, x, z):
                    s, b = self.affine(z)[(...,) + (None,) * (x.dim() - 2)].chunk(2, 1)
                    return (1 + s) * x + b
            """);
        return $"{name}({twin.Of(_affine, $"{path}affine.")})";
    }

    // 1 + s(z) and b(z), [N, C] each.
    internal (Tensor Factor, Tensor Shift) Of(Tensor z)
    {
        var moved = _affine.Forward(z).Chunk(2, 1);
        return (moved[0] + 1, moved[1]);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Tensor y)
    {
        long[] perChannel = [x.Size(0), x.Size(1), .. Enumerable.Repeat(1L, x.Rank - 2)];
        var (factor, shift) = Of(y);
        return factor.Reshape(perChannel) * x + shift.Reshape(perChannel);
    }
}
