using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Nn.Layers;

/// <summary>Cross-correlation: [N, in, H, W] → [N, out, H', W'].</summary>
public sealed class Conv2d : WeightedLayer
{
    private readonly int _stride, _padding, _groups;

    /// <summary>A layer with square windows.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">Side of the window, pixels.</param>
    /// <param name="stride">Step of the window, pixels.</param>
    /// <param name="padding">Zeros around the image, pixels.</param>
    /// <param name="bias">Add a learned number to every output channel.</param>
    /// <param name="initializer">Start of the weights; LibTorch's default when absent.</param>
    /// <param name="reparametrization">What is learned in the place of the weight.</param>
    /// <param name="groups">Equal parts of the channels, each convolved by itself (arXiv:1611.05431); it divides both numbers.</param>
    public Conv2d(
        int inputs, int outputs, int kernel, int stride = 1, int padding = 0, bool bias = true,
        Initializer? initializer = null, Reparametrization reparametrization = Reparametrization.None, int groups = 1)
        : base([outputs, inputs / groups, kernel, kernel], 0, (long)inputs / groups * kernel * kernel,
            (long)outputs / groups * kernel * kernel, bias, initializer, reparametrization)
    {
        if (inputs % groups != 0 || outputs % groups != 0)
            throw new ArgumentException($"{groups} groups do not divide {inputs} and {outputs} channels", nameof(groups));
        (_stride, _padding, _groups) = (stride, padding, groups);
    }

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var (shape, end) = PutInto(twin, path);
        twin.Rank = 4;
        return $"nn.Conv2d({shape[1] * _groups}, {shape[0]}, {shape[2]}, {_stride}, {_padding}{Grouped}{end})";
    }

    private string Grouped => _groups == 1 ? "" : $", groups={_groups}";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => _groups == 1
        ? Kernel.Conv2d(x, EffectiveWeight(), Bias, _stride, _padding)
        : Kernel.GroupedConv2d(x, EffectiveWeight(), Bias, _groups, _padding, _stride);
}
