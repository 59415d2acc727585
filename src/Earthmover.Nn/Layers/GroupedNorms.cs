using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>
/// Layer normalization (arXiv:1607.06450) of every sample over all its axes, with a gain and a bias per channel: [N, C, …] → the same
/// shape. The recommended one for critics under a gradient penalty.
/// </summary>
public sealed class LayerNorm(int channels, bool affine = true, double epsilon = 1e-5) : GroupedNorm(channels, 1, affine, epsilon);

/// <summary>
/// Instance normalization (arXiv:1607.08022) of every channel of every sample over its places: [N, C, L] or [N, C, H, W] → the same shape.
/// </summary>
public sealed class InstanceNorm(int channels, bool affine = true, double epsilon = 1e-5)
    : GroupedNorm(channels, channels, affine, epsilon);

/// <summary>Normalization of groups of channels within one sample: no sample sees another.</summary>
public abstract class GroupedNorm : Module
{
    private readonly Parameter? _gain, _bias;
    private readonly int _channels, _groups;
    private readonly double _epsilon;

    private protected GroupedNorm(int channels, int groups, bool affine, double epsilon)
    {
        using var scope = TensorScope.Open();
        (_channels, _groups, _epsilon) = (channels, groups, epsilon);
        if (!affine)
            return;
        _gain = AddParameter("gain", Initializers.Constant(1)([channels], channels, channels));
        _bias = AddParameter("bias", Initializers.Constant(0)([channels], channels, channels));
    }

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        if (_gain is not null && _bias is not null)
        {
            twin.Put($"{path}weight", _gain.Value);
            twin.Put($"{path}bias", _bias.Value);
        }
        var epsilon = _epsilon == 1e-5 ? "" : $", eps={TorchTwin.Number(_epsilon)}";
        return _gain is null && _groups == _channels && twin.Rank == 4 ? $"nn.InstanceNorm2d({_channels}{epsilon})"
            : $"nn.GroupNorm({_groups}, {_channels}{epsilon}{(_gain is null ? ", affine=False" : "")})";
    }

    /// <inheritdoc/>
    // In single precision, also between layers in bfloat16: its gains are single, and not every LibTorch mixes the two.
    protected override Tensor Compute(Tensor x) =>
        Op.GroupNorm(x.DType == DType.BFloat16 ? x.To(DType.Float32) : x, _groups, _gain?.Value, _bias?.Value, _epsilon);
}
