using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Nn.Layers;

/// <summary>
/// The adjoint of a convolution ("deconvolution"): [N, in, H, W] → [N, out, (H − 1)·stride − 2·padding + kernel + outputPadding, …].
/// </summary>
public sealed class ConvTranspose2d : WeightedLayer
{
    private readonly int _stride, _padding, _outputPadding;

    /// <summary>A layer with square windows.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">Side of the window, pixels.</param>
    /// <param name="stride">Pixels between neighboring inputs in the output; 2 doubles the sides.</param>
    /// <param name="padding">Pixels cut off around the result.</param>
    /// <param name="outputPadding">Rows and columns added at the end.</param>
    /// <param name="bias">Add a learned number to every output channel.</param>
    /// <param name="initializer">Start of the weights; U(±1/√fan-in) when absent, where an output sees in · kernel² / stride²
    /// inputs.</param>
    /// <param name="reparametrization">What is learned in the place of the weight.</param>
    public ConvTranspose2d(int inputs, int outputs, int kernel, int stride = 1, int padding = 0, int outputPadding = 0,
        bool bias = true, Initializer? initializer = null, Reparametrization reparametrization = Reparametrization.None)
        : base([inputs, outputs, kernel, kernel], 1, Math.Max(1, (long)inputs * kernel * kernel / (stride * stride)),
            (long)outputs * kernel * kernel, bias, initializer, reparametrization) =>
        (_stride, _padding, _outputPadding) = (stride, padding, outputPadding);

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var (shape, end) = PutInto(twin, path);
        twin.Rank = 4;
        return $"nn.ConvTranspose2d({shape[0]}, {shape[1]}, {shape[2]}, {_stride}, {_padding}, {_outputPadding}{end})";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Kernel.ConvTranspose2d(x, EffectiveWeight(), Bias, _stride, _padding, _outputPadding);
}
