using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>
/// StackGAN's second generator (arXiv:1612.03242, section 3.4): a small picture and a condition → the picture at several times its size.
/// The condition is put beside every pixel, residual blocks join the two, and doublings make room for what a small picture cannot show.
/// </summary>
public sealed class Refiner : ConditionalModule
{
    private readonly Module _picture, _joined;

    /// <summary>A refiner.</summary>
    /// <param name="small">The pictures that it takes.</param>
    /// <param name="condition">C, length of a condition.</param>
    /// <param name="doublings">Doublings of the size.</param>
    /// <param name="width">Channels after the last doubling; twice as many before.</param>
    /// <param name="blocks">Residual blocks.</param>
    public Refiner(ImageShape small, int condition, int doublings, int width, int blocks)
    {
        var wide = 2 * width;
        _picture = Add("picture", new Sequential(
            new Conv2d(small.Channels, wide, 3, 1, 1, initializer: Initializers.HeNormal), Activation.Relu()));
        List<Module> layers = [.. Convolution(wide + condition, wide)];
        for (var i = 0; i < blocks; i++)
            layers.AddRange([new Residual(new Sequential([.. Convolution(wide, wide), .. Convolution(wide, wide).SkipLast(1)])),
                Activation.Relu()]);
        for (var i = 0; i < doublings; i++)
            layers.AddRange([Resampling.NearestUp(), .. Convolution(i == 0 ? wide : width, width)]);
        _joined = Add("joined", new Sequential([.. layers,
            new Conv2d(width, small.Channels, 3, 1, 1, initializer: Initializers.GlorotUniform), Activation.Tanh()]));
    }

    // 3 × 3, batch-normalized, rectified.
    internal static IEnumerable<Module> Convolution(int inputs, int outputs) =>
    [
        new Conv2d(inputs, outputs, 3, 1, 1, bias: false, initializer: Initializers.HeNormal), new BatchNorm(outputs), Activation.Relu(),
    ];

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Tensor y)
    {
        var everywhere = y.Reshape(y.Size(0), y.Size(1), 1, 1).Expand(y.Size(0), y.Size(1), x.Size(2), x.Size(3));
        return _joined.Forward(Tensor.Cat([_picture.Forward(x), everywhere], 1));
    }
}
