using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>Small networks for pictures, made for few cores: their work sits at the small sizes, where a convolution is cheap per weight.</summary>
public static class Compact
{
    /// <summary>G: z [N, latent] → images [N, C, H, W] in [−1, 1]: a dense layer, 3 × 3 convolutions whose sub-pixels double the size (arXiv:1609.05158), a transposed convolution to the picture.</summary>
    /// <param name="shape">The images; their sides are divisible by four.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="width">Channels at half size; twice as many at a quarter.</param>
    /// <exception cref="ArgumentException">A side is not divisible by four.</exception>
    public static Module Generator(ImageShape shape, int latent, int width = 16)
    {
        var doublings = Doublings(shape);
        int h = shape.Height >> doublings, w = shape.Width >> doublings, channels = 2 * width;
        List<Module> layers = [new Linear(latent, channels * h * w, bias: false), Shapes.Reshape(channels, h, w), new BatchNorm(channels), Activation.Relu()];
        for (var i = 1; i < doublings; i++)
        {
            var next = i == doublings - 1 ? width : 2 * width;
            layers.AddRange([new Conv2d(channels, 4 * next, 3, 1, 1, bias: false), Resampling.PixelShuffle(), new BatchNorm(next), Activation.Relu()]);
            channels = next;
        }
        return new Sequential([.. layers, new ConvTranspose2d(channels, shape.Channels, 4, 2, 1), Activation.Tanh()]);
    }

    /// <summary>D: images [N, C, H, W] → scores [N, 1], by strided convolutions.</summary>
    /// <param name="shape">The images; their sides are divisible by four.</param>
    /// <param name="width">Channels at half size.</param>
    /// <param name="normalization">Between the layers.</param>
    /// <exception cref="ArgumentException">A side is not divisible by four.</exception>
    public static Module Critic(ImageShape shape, int width = 16, Normalization normalization = Normalization.None)
    {
        var reparametrization = normalization.Reparametrization;
        List<Module> layers = [new Conv2d(shape.Channels, width, 4, 2, 1, reparametrization: reparametrization), Activation.LeakyRelu()];
        var (h, w, channels) = (shape.Height / 2, shape.Width / 2, width);
        for (var i = 1; i <= Doublings(shape); i++)
        {
            // The last halving may start from an odd side, which a window of three divides evenly.
            var kernel = i == Doublings(shape) ? 3 : 4;
            layers.AddRange([new Conv2d(channels, 2 * channels, kernel, 2, 1, reparametrization: reparametrization), .. normalization.Layers(2 * channels), Activation.LeakyRelu()]);
            (h, w, channels) = ((h + 1) / 2, (w + 1) / 2, 2 * channels);
        }
        return new Sequential([.. layers, Shapes.Flatten(), new Linear(channels * h * w, 1, reparametrization: reparametrization)]);
    }

    // To a smaller side of 7 or 8, or of more where it cannot be halved so often.
    private static int Doublings(ImageShape shape)
    {
        if (shape.Height % 4 != 0 || shape.Width % 4 != 0)
            throw new ArgumentException($"the compact networks make images whose sides are divisible by four, not {shape.Width}x{shape.Height}: use ?size={Near(shape.Width)}x{Near(shape.Height)} after the data");
        int h = shape.Height, w = shape.Width, doublings = 0;
        for (; h % 2 == 0 && w % 2 == 0 && (doublings < 2 || Math.Min(h, w) > 8); doublings++)
            (h, w) = (h / 2, w / 2);
        return doublings;
    }

    private static int Near(int side) => Math.Max(4, (side + 2) / 4 * 4);
}
