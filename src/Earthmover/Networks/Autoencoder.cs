using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>
/// The convolutional autoencoder of BEGAN (arXiv:1703.10717, figure 1), whose decoder is the generator too: 3 × 3 convolutions and
/// exponential linear units, no normalization, no last nonlinearity.
/// </summary>
public static class Autoencoder
{
    private const int Smallest = 8; // shorter side, pixels, above which an image is halved once more

    /// <summary>Samples to samples [N, C, H, W] through a code of <paramref name="hidden"/> numbers.</summary>
    /// <param name="shape">The images; their sides are even.</param>
    /// <param name="hidden">N_h, length of the code.</param>
    /// <param name="width">n: channels of the decoder, and by how many more the encoder has after every halving.</param>
    /// <exception cref="ArgumentException">A side is odd.</exception>
    public static Module Network(ImageShape shape, int hidden, int width) =>
        new Sequential(Encoder(shape, hidden, width), Decoder(shape, hidden, width));

    /// <summary>Images [N, C, H, W] → codes [N, hidden].</summary>
    /// <exception cref="ArgumentException">A side is odd.</exception>
    public static Module Encoder(ImageShape shape, int hidden, int width)
    {
        var halvings = Halvings(shape);
        List<Module> layers = [Convolution(shape.Channels, width), Activation.Elu()];
        for (var level = 1; level <= halvings + 1; level++)
        {
            var channels = level * width;
            layers.AddRange([
                Convolution(channels, channels), Activation.Elu(), Convolution(channels, channels), Activation.Elu()]);
            if (level <= halvings)
                layers.AddRange([
                    new Conv2d(channels, channels + width, 3, 2, 1, initializer: Initializers.HeNormal), Activation.Elu()]);
        }
        var features = (halvings + 1) * width * (shape.Height >> halvings) * (shape.Width >> halvings);
        return new Sequential([.. layers, Shapes.Flatten(), new Linear(features, hidden)]);
    }

    /// <summary>Codes [N, hidden] → images [N, C, H, W].</summary>
    /// <exception cref="ArgumentException">A side is odd.</exception>
    public static Module Decoder(ImageShape shape, int hidden, int width)
    {
        var halvings = Halvings(shape);
        int h = shape.Height >> halvings, w = shape.Width >> halvings;
        List<Module> layers = [new Linear(hidden, width * h * w), Shapes.Reshape(width, h, w)];
        for (var level = halvings; level >= 0; level--)
        {
            layers.AddRange([Convolution(width, width), Activation.Elu(), Convolution(width, width), Activation.Elu()]);
            if (level > 0)
                layers.Add(Resampling.NearestUp());
        }
        return new Sequential([.. layers, Convolution(width, shape.Channels)]);
    }

    private static Conv2d Convolution(int inputs, int outputs) => new(inputs, outputs, 3, 1, 1, initializer: Initializers.HeNormal);

    private static int Halvings(ImageShape shape) => shape.Height % 2 == 0 && shape.Width % 2 == 0
        ? Pyramid.Halvings(shape, Smallest)
        : throw new ArgumentException(
            $"the autoencoder halves its images, so their sides are even, not {shape.Width}x{shape.Height}: "
            + $"use ?size={shape.Width + shape.Width % 2}x{shape.Height + shape.Height % 2} after the data");
}
