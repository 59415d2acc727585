using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Nn.Layers;

/// <summary>Cross-correlation: [N, in, H, W] → [N, out, H', W'].</summary>
public sealed class Conv2d : Module
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly int _stride, _padding;

    /// <summary>A layer with square windows.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">Side of the window, pixels.</param>
    /// <param name="stride">Step of the window, pixels.</param>
    /// <param name="padding">Zeros around the image, pixels.</param>
    /// <param name="bias">Add a learned number to every output channel.</param>
    /// <param name="initializer">Start of the weights; LibTorch's default when absent.</param>
    public Conv2d(int inputs, int outputs, int kernel, int stride = 1, int padding = 0, bool bias = true, Initializer? initializer = null)
    {
        using var scope = TensorScope.Open();
        (_stride, _padding) = (stride, padding);
        long fanIn = (long)inputs * kernel * kernel, fanOut = (long)outputs * kernel * kernel;
        _weight = AddParameter("weight", (initializer ?? Initializers.Default)([outputs, inputs, kernel, kernel], fanIn, fanOut));
        _bias = bias ? AddParameter("bias", (initializer is null ? Initializers.Default : Initializers.Constant(0))([outputs], fanIn, fanOut)) : null;
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Kernel.Conv2d(x, _weight.Value, _bias?.Value, _stride, _padding);
}
