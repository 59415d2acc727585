using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Nn.Layers;

/// <summary>Cross-correlation along one axis: [N, in, L] → [N, out, L + 2·padding − kernel + 1].</summary>
public sealed class Conv1d : WeightedLayer
{
    private readonly int _padding;

    /// <summary>A layer with windows of <paramref name="kernel"/> places.</summary>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">Length of the window.</param>
    /// <param name="padding">Zeros at both ends.</param>
    /// <param name="bias">Add a learned number to every output channel.</param>
    /// <param name="initializer">Start of the weights; LibTorch's default when absent.</param>
    /// <param name="reparametrization">What is learned in the place of the weight.</param>
    public Conv1d(
        int inputs, int outputs, int kernel, int padding = 0, bool bias = true,
        Initializer? initializer = null, Reparametrization reparametrization = Reparametrization.None)
        : base([outputs, inputs, kernel], 0, (long)inputs * kernel, (long)outputs * kernel, bias, initializer, reparametrization) =>
        _padding = padding;

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var (shape, end) = PutInto(twin, path);
        twin.Rank = 3;
        return $"nn.Conv1d({shape[1]}, {shape[0]}, {shape[2]}, 1, {_padding}{end})";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Kernel.Conv1d(x, EffectiveWeight(), Bias, _padding);
}
