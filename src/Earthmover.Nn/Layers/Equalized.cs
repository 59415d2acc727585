using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Earthmover.Nn.PyTorch;

namespace Earthmover.Nn.Layers;

/// <summary>
/// A layer with an equalized learning rate (arXiv:1710.10196, section 4.1): its weight is N(0, 1) at first, and is multiplied by
/// gain / √fan-in wherever it is applied, so that an optimizer that knows no scales moves all layers alike.
/// </summary>
public abstract class EqualizedLayer : Module
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly double _scale, _rate;

    private protected EqualizedLayer(ReadOnlySpan<long> shape, long fanIn, bool bias, double gain, double rate)
    {
        if (!(rate > 0))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "the multiplier of a learning rate is above 0");
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        MachineMemory.RequireFor(shape);
        (_scale, _rate) = (gain / Math.Sqrt(fanIn) * rate, rate);
        _weight = AddParameter("weight", Initializers.Normal(1 / rate)(shape, fanIn, shape[0]));
        _bias = bias ? AddParameter("bias", Initializers.Constant(0)([shape[0]], fanIn, shape[0])) : null;
    }

    /// <summary>The weight that is applied.</summary>
    protected Tensor Weight => _weight.Value * _scale;

    /// <summary>The bias that is applied [out], or null.</summary>
    protected Tensor? Bias => _bias is null ? null : _bias.Value * _rate;

    private protected (long[] Shape, string End) PutInto(TorchTwin twin, string path)
    {
        var weight = Weight;
        twin.Put($"{path}weight", weight);
        if (Bias is { } bias)
            twin.Put($"{path}bias", bias);
        return (weight.Shape, Bias is null ? ", bias=False" : "");
    }
}

/// <summary>A linear layer with an equalized learning rate: [N, in] → [N, out].</summary>
/// <param name="inputs">Numbers of a sample.</param>
/// <param name="outputs">Units.</param>
/// <param name="gain">√2 before a rectifier, else 1.</param>
/// <param name="rate">Multiplier of the learning rate; the layer starts as it would with 1.</param>
public sealed class EqualizedLinear(int inputs, int outputs, double gain, double rate = 1)
    : EqualizedLayer([outputs, inputs], inputs, true, gain, rate)
{
    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var (shape, end) = PutInto(twin, path);
        return $"nn.Linear({shape[1]}, {shape[0]}{end})";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Kernel.Linear(x, Weight, Bias);
}

/// <summary>A convolution of stride 1 that keeps the size, with an equalized learning rate: [N, in, H, W] → [N, out, H, W].</summary>
/// <param name="inputs">Input channels.</param>
/// <param name="outputs">Output channels.</param>
/// <param name="kernel">Side of the window, pixels; odd.</param>
/// <param name="bias">Whether the channels have one.</param>
/// <param name="gain">√2 before a rectifier, else 1.</param>
public sealed class EqualizedConv2d(int inputs, int outputs, int kernel, bool bias, double gain)
    : EqualizedLayer([outputs, inputs, kernel, kernel], (long)inputs * kernel * kernel, bias, gain, 1)
{
    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var (shape, end) = PutInto(twin, path);
        twin.Rank = 4;
        return $"nn.Conv2d({shape[1]}, {shape[0]}, {kernel}, 1, {kernel / 2}{end})";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Kernel.Conv2d(x, Weight, Bias, 1, kernel / 2);
}
