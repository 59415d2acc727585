using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>
/// The critic of pix2pix and CycleGAN (arXiv:1611.07004), which judges every patch of an image: [N, C, H, W] → a map of scores [N, 1, H',
/// W'].
/// </summary>
public static class PatchCritic
{
    /// <summary>
    /// A critic with 4 × 4 windows, of which <paramref name="halvings"/> have stride two; with none, windows of one pixel.
    /// </summary>
    /// <param name="shape">The images.</param>
    /// <param name="width">Channels after the first layer.</param>
    /// <param name="halvings">0 sees single pixels, 1 patches of 16 pixels, 2 of 34, 3 of 70.</param>
    /// <exception cref="ArgumentException">The images are too small.</exception>
    public static Module Create(ImageShape shape, int width = 64, int halvings = 2)
    {
        if (Math.Min(shape.Height, shape.Width) >> halvings < 3)
            throw new ArgumentException(
                $"a patch critic that halves its images {halvings} times takes sides of at least {3 << halvings}, "
                + $"not {shape.Width}x{shape.Height}: use ?size={3 << halvings} or more after the data");
        if (halvings == 0)
            return new Sequential([
                OfPixels(shape.Channels, width), Activation.LeakyRelu(), OfPixels(width, 2 * width, bias: false),
                new InstanceNorm(2 * width, affine: false), Activation.LeakyRelu(), OfPixels(2 * width, 1)]);
        List<Module> layers = [Convolution(shape.Channels, width, 2), Activation.LeakyRelu()];
        for (var i = 1; i <= halvings; i++)
            layers.AddRange([
                Convolution(width << i - 1, width << i, i < halvings ? 2 : 1, bias: false),
                new InstanceNorm(width << i, affine: false), Activation.LeakyRelu()]);
        return new Sequential([.. layers, Convolution(width << halvings, 1, 1)]);
    }

    private static Conv2d OfPixels(int inputs, int outputs, bool bias = true) =>
        new(inputs, outputs, 1, 1, 0, bias, Initializers.Normal());

    private static Conv2d Convolution(int inputs, int outputs, int stride, bool bias = true) =>
        new(inputs, outputs, 4, stride, 1, bias, Initializers.Normal());
}
