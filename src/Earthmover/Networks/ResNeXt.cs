using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>
/// The networks of R3GAN (arXiv:2501.05441, section 3), mirror images of each other, for few cores: residual blocks that widen, convolve
/// groups of channels and narrow again, without normalization, which initial weights take the place of (arXiv:1901.09321); sizes change by
/// bilinear filters alone.
/// </summary>
/// <remarks>
/// The paper has two blocks at every size and 768 channels or more; here it is one, half size has half the channels of what is
/// smaller, and full size has no block: its pixels are sub-pixels of half size. A tanh bounds the images, which the paper does not.
/// </remarks>
public static class ResNeXt
{
    private const int Expansion = 2, GroupSize = 16, Convolutions = 3;
    private const int Growth = 2, WidestMultiple = 4; // of the width, from one size to that below it, and however many sizes there are
    private const double Slope = 0.2;
    private static readonly double s_gain = Math.Sqrt(2 / (1 + Slope * Slope)); // of the leaky rectifier

    /// <summary>G: z [N, latent] → images [N, C, H, W] in [−1, 1].</summary>
    /// <param name="shape">The images.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="width">Channels at half size.</param>
    /// <exception cref="ArgumentException">No such network makes this size.</exception>
    public static Module Generator(ImageShape shape, int latent, int width = 16)
    {
        var (height, columns, doublings) = Pyramid.Of(shape, "ResNeXt");
        int Channels(int level) => ChannelsOf(width, doublings - 1 - level);
        List<Module> layers =
        [
            new Linear(latent, Channels(0), bias: false, initializer: Scaled(1)),
            SpatialBasis.Spread(Channels(0), height, columns), Block(Channels(0), doublings),
        ];
        for (var level = 1; level < doublings; level++)
        {
            if (Channels(level) != Channels(level - 1))
                layers.Add(Mixed(Channels(level - 1), Channels(level)));
            layers.AddRange([Resampling.NearestUp(), Resampling.Smooth(), Block(Channels(level), doublings)]);
        }
        return new Sequential([.. layers,
            Mixed(width, 4 * shape.Channels), Resampling.PixelShuffle(), Resampling.Smooth(), Activation.Tanh()]);
    }

    /// <summary>D: images [N, C, H, W] → scores [N, 1].</summary>
    /// <param name="shape">The images.</param>
    /// <param name="width">Channels at half size.</param>
    /// <param name="normalization">Before the rectifiers; the paper has none.</param>
    /// <param name="head">On its features; a score and nothing else when absent.</param>
    /// <exception cref="ArgumentException">No such network takes this size.</exception>
    public static Module Critic(
        ImageShape shape, int width = 16, Normalization normalization = Normalization.None, CriticHead? head = null)
    {
        var (height, columns, doublings) = Pyramid.Of(shape, "ResNeXt");
        int Channels(int level) => ChannelsOf(width, level);
        var by = normalization.Reparametrization;
        List<Module> layers = [new Conv2d(shape.Channels, width, 2, 2, bias: false, initializer: Scaled(1), reparametrization: by)];
        for (var level = 0; level < doublings - 1; level++)
        {
            layers.AddRange([Block(Channels(level), doublings, normalization), Resampling.Smooth(), Resampling.AverageDown()]);
            if (Channels(level + 1) != Channels(level))
                layers.Add(Mixed(Channels(level), Channels(level + 1), by));
        }
        var last = Channels(doublings - 1);
        return new Sequential([
            .. layers, Block(last, doublings, normalization), SpatialBasis.Gather(last, height, columns),
            .. (head ?? CriticHead.Score).On(last, Scaled(1), normalization)]);
    }

    // After so many halvings of half size.
    private static int ChannelsOf(int width, int halvings) => width * (int)Math.Min(WidestMultiple, Math.Pow(Growth, halvings));

    // x + conv1(act(conv3 in groups(act(conv1(x))))). The last convolution starts at zero, and the others so much smaller that the
    // network moves at a pace that does not go by the number of its blocks.
    private static Residual Block(int channels, int blocks, Normalization normalization = Normalization.None)
    {
        var (wide, gain) = (Expansion * channels, s_gain * Math.Pow(blocks, -1.0 / (2 * Convolutions - 2)));
        var (by, bias) = (normalization.Reparametrization, !normalization.AbsorbsBias);
        return new(new Sequential([
            new Conv2d(channels, wide, 1, bias: bias, initializer: Scaled(gain), reparametrization: by),
            .. normalization.Layers(wide), Activation.LeakyRelu(Slope),
            new Conv2d(wide, wide, 3, 1, 1, bias, Scaled(gain), by, GroupsOf(wide)),
            .. normalization.Layers(wide), Activation.LeakyRelu(Slope),
            new Conv2d(wide, channels, 1, bias: false,
                initializer: normalization == Normalization.None ? Initializers.Constant(0) : Scaled(1), reparametrization: by)]));
    }

    // As near to parts of 16 channels as can be.
    private static int GroupsOf(int channels) =>
        Enumerable.Range(1, Math.Max(1, channels / GroupSize)).Last(groups => channels % groups == 0);

    private static Conv2d Mixed(int inputs, int outputs, Reparametrization by = Reparametrization.None) =>
        new(inputs, outputs, 1, bias: false, initializer: Scaled(1), reparametrization: by);

    private static Initializer Scaled(double gain) => (shape, fanIn, _) => Initializers.Normal(gain / Math.Sqrt(fanIn))(shape, 0, 0);
}
