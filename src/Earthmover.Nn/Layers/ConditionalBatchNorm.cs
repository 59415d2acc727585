using Earthmover.Nn.PyTorch;
using Earthmover.Torch;

namespace Earthmover.Nn.Layers;

/// <summary>
/// Batch normalization whose gain and bias depend on the label (arXiv:1610.07629): [N, C, …] and labels [N] of Int64 → the shape of x.
/// </summary>
public sealed class ConditionalBatchNorm : ConditionalModule
{
    private readonly BatchNorm _norm;
    private readonly Embedding _gain, _bias;

    /// <summary>
    /// A layer for <paramref name="channels"/> channels and <paramref name="classes"/> labels; gains start at 1, biases at 0.
    /// </summary>
    public ConditionalBatchNorm(int channels, int classes)
    {
        _norm = Add("norm", new BatchNorm(channels, affine: false));
        _gain = Add("gain", new Embedding(classes, channels, Initializers.Constant(1)));
        _bias = Add("bias", new Embedding(classes, channels, Initializers.Constant(0)));
    }

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var name = twin.Class("ConditionalBatchNorm", """
            class ConditionalBatchNorm(nn.Module):
                def __init__(self, norm, gain, bias):
                    super().__init__()
                    self.norm, self.gain, self.bias = norm, gain, bias

                def forward(self, x, y):
                    return self.norm(x) * self.gain(y)[:, :, None, None] + self.bias(y)[:, :, None, None]
            """);
        return $"{name}({twin.Of(_norm, $"{path}norm.")}, {twin.Of(_gain, $"{path}gain.")}, {twin.Of(_bias, $"{path}bias.")})";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Tensor y) => _norm.Told(x, _gain.Forward(y), _bias.Forward(y), rectify: false);

    /// <summary>The same, rectified; in between, where there is a modulation, moved by a latent vector.</summary>
    /// <param name="x">[N, C, …].</param>
    /// <param name="y">Labels [N].</param>
    /// <param name="modulation">Of as many channels, or null.</param>
    /// <param name="z">Its latent vectors [N, Z].</param>
    public Tensor Rectified(Tensor x, Tensor y, Modulation? modulation, Tensor z)
    {
        Tensor gain = _gain.Forward(y), bias = _bias.Forward(y);
        if (modulation is null)
            return _norm.Told(x, gain, bias, rectify: true);
        var (factor, shift) = modulation.Of(z); // what moves a gain and a bias moves all their pixels
        return _norm.Told(x, factor * gain, factor * bias + shift, rectify: true);
    }
}
