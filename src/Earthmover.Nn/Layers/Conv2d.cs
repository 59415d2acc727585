using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Nn.Layers;

/// <summary>Cross-correlation: [N, in, H, W] → [N, out, H', W'].</summary>
public sealed class Conv2d : WeightedLayer
{
    private readonly int _stride, _padding;

    /// <summary>A layer with square windows.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">Side of the window, pixels.</param>
    /// <param name="stride">Step of the window, pixels.</param>
    /// <param name="padding">Zeros around the image, pixels.</param>
    /// <param name="bias">Add a learned number to every output channel.</param>
    /// <param name="initializer">Start of the weights; LibTorch's default when absent.</param>
    /// <param name="reparametrization">What is learned in the place of the weight.</param>
    public Conv2d(
        int inputs, int outputs, int kernel, int stride = 1, int padding = 0, bool bias = true,
        Initializer? initializer = null, Reparametrization reparametrization = Reparametrization.None)
        : base([outputs, inputs, kernel, kernel], 0, (long)inputs * kernel * kernel, (long)outputs * kernel * kernel,
            bias, initializer, reparametrization) =>
        (_stride, _padding) = (stride, padding);

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var (shape, end) = PutInto(twin, path);
        twin.Rank = 4;
        return $"nn.Conv2d({shape[1]}, {shape[0]}, {shape[2]}, {_stride}, {_padding}{end})";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Kernel.Conv2d(x, EffectiveWeight(), Bias, _stride, _padding);
}
