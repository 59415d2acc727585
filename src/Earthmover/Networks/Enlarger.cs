using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>
/// A small picture [N, C, h, w] → one at several times its size: residual blocks at the small size, then doublings, as in arXiv:1610.04490,
/// appendix. Nothing bounds what comes out.
/// </summary>
public static class Enlarger
{
    /// <summary>A network.</summary>
    /// <param name="small">The pictures that it takes.</param>
    /// <param name="doublings">Doublings of the size.</param>
    /// <param name="width">Channels after the last doubling; twice as many before.</param>
    /// <param name="blocks">Residual blocks.</param>
    public static Module Create(ImageShape small, int doublings, int width, int blocks)
    {
        var wide = 2 * width;
        List<Module> layers = [new Conv2d(small.Channels, wide, 3, 1, 1, initializer: Initializers.HeNormal), Activation.Relu()];
        for (var i = 0; i < blocks; i++)
            layers.AddRange([
                new Residual(new Sequential([.. Refiner.Convolution(wide, wide), .. Refiner.Convolution(wide, wide).SkipLast(1)])),
                Activation.Relu()]);
        for (var i = 0; i < doublings; i++)
            layers.AddRange([Resampling.NearestUp(), .. Refiner.Convolution(i == 0 ? wide : width, width)]);
        return new Sequential([.. layers, new Conv2d(width, small.Channels, 3, 1, 1, initializer: Initializers.GlorotUniform)]);
    }
}
