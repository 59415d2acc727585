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

    /// <summary>Names of the networks that <see cref="Of"/> knows.</summary>
    public const string Compact = "compact", Paper = "paper";

    /// <summary>What a game needs whose critic is an autoencoder.</summary>
    /// <param name="Encoder">Images [N, C, H, W] → codes [N, hidden].</param>
    /// <param name="Decoder">Codes → images.</param>
    /// <param name="Generator">z [N, latent] → images.</param>
    public sealed record Parts(Module Encoder, Module Decoder, Module Generator);

    /// <summary>The networks of a name: the paper's, or small ones for few cores, which leave full size to their last layer.</summary>
    /// <param name="networks"><see cref="Compact"/> or <see cref="Paper"/>.</param>
    /// <param name="shape">The images.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="hidden">Length of the code.</param>
    /// <param name="width">In the sense of the networks.</param>
    /// <exception cref="ArgumentException">They cannot be built for these images, or there are none of this name.</exception>
    public static Parts Of(string networks, ImageShape shape, int latent, int hidden, int width) => networks switch
    {
        Compact => new(
            Networks.Compact.Critic(shape, width, head: new(hidden)),
            Networks.Compact.Decoder(shape, hidden, width),
            Networks.Compact.Generator(shape, latent, width)),
        Paper => new(Encoder(shape, hidden, width), Decoder(shape, hidden, width), Decoder(shape, latent, width)),
        _ => throw new ArgumentException($"there are no networks '{networks}': use {Compact} or {Paper}"),
    };

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
