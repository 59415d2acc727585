using Earthmover.Nn.PyTorch;
using Earthmover.Torch;

namespace Earthmover.Nn.Layers;

/// <summary>
/// Adaptive instance normalization (AdaIN, arXiv:1703.06868 and 1812.04948): every channel of every sample over its places to mean 0 and
/// deviation 1, then (s + 1) · x + b with s and b an affine function of the style. [N, C, H, W] and styles [N, S] → the shape of x.
/// </summary>
public sealed class AdaptiveInstanceNorm : ConditionalModule
{
    private readonly InstanceNorm _norm;
    private readonly EqualizedLinear _affine;

    /// <summary>A layer for some channels.</summary>
    /// <param name="channels">C.</param>
    /// <param name="style">S, numbers of a style.</param>
    public AdaptiveInstanceNorm(int channels, int style)
    {
        _norm = Add("norm", new InstanceNorm(channels, affine: false));
        _affine = Add("affine", new EqualizedLinear(style, 2 * channels, gain: 1));
    }

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var name = twin.Class("AdaptiveInstanceNorm", """
            class AdaptiveInstanceNorm(nn.Module):
                def __init__(self, norm, affine):
                    super().__init__()
                    self.norm, self.affine = norm, affine

                def forward(self, x, w):
                    s, b = self.affine(w)[:, :, None, None].chunk(2, 1)
                    return self.norm(x) * (s + 1) + b
            """);
        twin.Rank = 4;
        return $"{name}({twin.Of(_norm, $"{path}norm.")}, {twin.Of(_affine, $"{path}affine.")})";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Tensor y)
    {
        var style = _affine.Forward(y).Reshape(x.Size(0), 2 * x.Size(1), 1, 1).Chunk(2, 1);
        return _norm.Forward(x) * (style[0] + 1) + style[1];
    }
}

/// <summary>
/// Noise of one value per place, by a learned gain of each channel that begins at 0, and a learned bias where none follows
/// (arXiv:1812.04948): [N, C, H, W] → the same shape.
/// </summary>
/// <remarks>
/// In training every pass draws its own from the stream <c>noise</c>; outside of it all samples have the same, drawn once and kept, as the
/// authors' code can: a latent vector then says all of its sample.
/// </remarks>
public sealed class PlaceNoise : Module
{
    private readonly Parameter _gain;
    private readonly Parameter? _bias;
    private readonly Buffer _kept; // [1, 1, H, W]

    /// <summary>A layer for pictures of one size.</summary>
    /// <param name="channels">C.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="bias">Learn a bias per channel.</param>
    public PlaceNoise(int channels, int height, int width, bool bias = true)
    {
        using var scope = TensorScope.Open();
        var zeros = Initializers.Constant(0);
        _gain = AddParameter("gain", zeros([1, channels, 1, 1], channels, channels));
        _bias = bias ? AddParameter("bias", zeros([1, channels, 1, 1], channels, channels)) : null;
        _kept = AddBuffer("kept", Tensor.Normal([1, 1, height, width], RandomStreams.Current["init"]));
    }

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var name = twin.Class("PlaceNoise", """
            class PlaceNoise(nn.Module):
                def __init__(self, channels, height, width, bias=True):
                    super().__init__()
                    self.gain = nn.Parameter(torch.zeros(1, channels, 1, 1))
                    self.bias = nn.Parameter(torch.zeros(1, channels, 1, 1)) if bias else 0
                    self.register_buffer("kept", torch.zeros(1, 1, height, width))

                def forward(self, x):
                    noise = torch.randn_like(x[:, :1]) if self.training else self.kept
                    return x + noise * self.gain + self.bias
            """);
        twin.Put($"{path}gain", _gain.Value);
        if (_bias is not null)
            twin.Put($"{path}bias", _bias.Value);
        twin.Put($"{path}kept", _kept.Value);
        return $"{name}({_gain.Value.Size(1)}, {_kept.Value.Size(2)}, {_kept.Value.Size(3)}{(_bias is null ? ", bias=False" : "")})";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        var noise = IsTraining ? Tensor.Normal([x.Size(0), 1, x.Size(2), x.Size(3)], RandomStreams.Current["noise"]).Like(x) : _kept.Value;
        var moved = noise * _gain.Value;
        return x + (_bias is null ? moved : moved + _bias.Value);
    }
}
