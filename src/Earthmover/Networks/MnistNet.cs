using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>The pair of WGAN-GP for 28 × 28 pixels (arXiv:1704.00028): windows of 5 × 5, He's uniform initialization.</summary>
public static class MnistNet
{
    private const int Side = 28, Start = 4;

    /// <summary>G: z [N, latent] → 4×4 → 8×8, cropped to 7×7 → 14×14 → images [N, C, 28, 28].</summary>
    /// <param name="shape">The images.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="width">Channels before the last layer.</param>
    /// <param name="normalization">Between the layers; the paper has none.</param>
    /// <param name="output">The last function: the paper's sigmoid, for values in [0, 1], when absent.</param>
    /// <exception cref="ArgumentException">The images are not 28 × 28.</exception>
    public static Module Generator(
        ImageShape shape, int latent = 128, int width = 64,
        Normalization normalization = Normalization.None, Func<Module>? output = null)
    {
        Require(shape);
        ConvTranspose2d Doubling(int inputs, int outputs, bool bias) =>
            new(inputs, outputs, 5, 2, 2, 1, bias, Initializers.HeUniform, normalization.Reparametrization);
        var bias = !normalization.AbsorbsBias;
        return new Sequential([
            new Linear(latent, 4 * width * Start * Start, bias, Initializers.HeUniform, normalization.Reparametrization),
            Shapes.Reshape(4 * width, Start, Start), .. normalization.Layers(4 * width), Activation.Relu(),
            Doubling(4 * width, 2 * width, bias), Resampling.Crop(7, 7), .. normalization.Layers(2 * width), Activation.Relu(),
            Doubling(2 * width, width, bias), .. normalization.Layers(width), Activation.Relu(),
            Doubling(width, shape.Channels, bias: true), (output ?? Activation.Sigmoid)()]);
    }

    /// <summary>D: images [N, C, 28, 28] → 14×14 → 7×7 → 4×4 → scores [N, 1]; the first layer is not normalized.</summary>
    /// <param name="shape">The images.</param>
    /// <param name="width">Channels after the first layer.</param>
    /// <param name="normalization">Between the layers; the paper has none.</param>
    /// <param name="head">On its features; a score and nothing else when absent.</param>
    /// <exception cref="ArgumentException">The images are not 28 × 28.</exception>
    public static Module Critic(
        ImageShape shape, int width = 64, Normalization normalization = Normalization.None, CriticHead? head = null)
    {
        Require(shape);
        Module[] Halving(int inputs, int outputs, Normalization norm) => [
            new Conv2d(inputs, outputs, 5, 2, 2, !norm.AbsorbsBias, Initializers.HeUniform, norm.Reparametrization),
            .. norm.Layers(outputs), Activation.LeakyRelu()];
        return new Sequential([
            .. Halving(shape.Channels, width, normalization.WithoutLayers),
            .. Halving(width, 2 * width, normalization),
            .. Halving(2 * width, 4 * width, normalization),
            Shapes.Flatten(),
            .. (head ?? CriticHead.Score).On(4 * width * Start * Start, Initializers.GlorotUniform, normalization)]);
    }

    private static void Require(ImageShape shape)
    {
        if (shape is not { Height: Side, Width: Side, Channels: > 0 })
            throw new ArgumentException(
                $"the MNIST net of WGAN-GP makes images of {Side}x{Side} pixels only, not {shape.Width}x{shape.Height}", nameof(shape));
    }
}
