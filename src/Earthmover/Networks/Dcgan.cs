using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>
/// The convolutional pair of DCGAN (arXiv:1511.06434) for any size that doubles up from a small start, all weights N(0, 0.02²).
/// </summary>
public static class Dcgan
{
    private const int WidestMultiple = 8; // of the width, however many doublings there are
    private static readonly Initializer s_weights = Initializers.Normal(), s_gains = Initializers.Normal(mean: 1);

    /// <summary>G: z [N, latent] → images [N, C, H, W] in [−1, 1], by transposed convolutions of 4 × 4.</summary>
    /// <param name="shape">The images.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="width">Channels before the last layer.</param>
    /// <param name="normalization">Between the layers.</param>
    /// <param name="nonlinearity">Between the layers; a rectifier when absent.</param>
    /// <param name="constantWidth">Every layer has <paramref name="width"/> channels instead of half as many as the one before.</param>
    /// <exception cref="ArgumentException">No such network makes this size.</exception>
    public static Module Generator(
        ImageShape shape, int latent, int width = 64, Normalization normalization = Normalization.Batch,
        Nonlinearity? nonlinearity = null, bool constantWidth = false) =>
        Grown(shape, width, normalization, nonlinearity, constantWidth, latent, null);

    /// <summary>G from its smallest size on: features [N, F, h, w], as many as the critic ends with → images [N, C, H, W].</summary>
    /// <param name="shape">The images.</param>
    /// <param name="width">As of <see cref="Generator"/>.</param>
    /// <param name="start">Layers from whatever is given to those features.</param>
    internal static Module Decoder(ImageShape shape, int width, IReadOnlyList<Module> start) =>
        Grown(shape, width, Normalization.Batch, null, false, 0, start);

    private static Sequential Grown(ImageShape shape, int width, Normalization normalization, Nonlinearity? nonlinearity,
        bool constantWidth, int latent, IReadOnlyList<Module>? start)
    {
        var (height, columns, doublings) = Pyramid.Of(shape, "DCGAN");
        var (act, reparametrization) = (nonlinearity ?? Nonlinearity.Relu, normalization.Reparametrization);
        int Channels(int level) => constantWidth ? width : width * Math.Min(WidestMultiple, 1 << (doublings - 1 - level));
        List<Module> layers = [];
        for (var level = 0; level < doublings; level++)
        {
            var outputs = Channels(level) * act.Channels;
            // On an image of one pixel a transposed convolution is a linear layer.
            layers.AddRange(level == 0
                ? start ?? [new Linear(latent, outputs * height * columns, !normalization.AbsorbsBias, s_weights, reparametrization),
                    Shapes.Reshape(outputs, height, columns)]
                : [new ConvTranspose2d(Channels(level - 1), outputs, 4, 2, 1, bias: !normalization.AbsorbsBias,
                    initializer: s_weights, reparametrization: reparametrization)]);
            layers.AddRange([.. normalization.Layers(outputs, s_gains), act.Make()]);
        }
        return new Sequential([.. layers,
            new ConvTranspose2d(Channels(doublings - 1), shape.Channels, 4, 2, 1,
                initializer: s_weights, reparametrization: reparametrization),
            Activation.Tanh()]);
    }

    /// <summary>D: images [N, C, H, W] → scores [N, 1], by strided convolutions of 4 × 4; the first layer is not normalized.</summary>
    /// <param name="shape">The images.</param>
    /// <param name="width">Channels after the first layer.</param>
    /// <param name="normalization">Between the layers.</param>
    /// <param name="nonlinearity">Between the layers; leaky with slope 0.2 when absent.</param>
    /// <param name="head">On its features; a score and nothing else when absent.</param>
    /// <exception cref="ArgumentException">No such network takes this size.</exception>
    public static Module Critic(
        ImageShape shape, int width = 64, Normalization normalization = Normalization.None, Nonlinearity? nonlinearity = null,
        CriticHead? head = null)
    {
        var (height, columns, _) = Pyramid.Of(shape, "DCGAN");
        var (layers, channels) = Shrunk(shape, width, normalization, nonlinearity ?? Nonlinearity.LeakyRelu);
        return new Sequential([.. layers, Shapes.Flatten(),
            .. (head ?? CriticHead.Score).On(channels * height * columns, s_weights, normalization)]);
    }

    /// <summary>D to its smallest size: images [N, C, H, W] → features [N, F, h, w], batch-normalized.</summary>
    internal static (IReadOnlyList<Module> Layers, int Features) Encoder(ImageShape shape, int width) =>
        Shrunk(shape, width, Normalization.Batch, Nonlinearity.LeakyRelu);

    private static (List<Module> Layers, int Channels) Shrunk(ImageShape shape, int width, Normalization normalization, Nonlinearity act)
    {
        List<Module> layers = [];
        var channels = shape.Channels;
        for (var level = 0; level < Pyramid.Of(shape, "DCGAN").Doublings; level++)
        {
            var outputs = width * Math.Min(WidestMultiple, 1 << level);
            var norm = level == 0 ? normalization.WithoutLayers : normalization;
            layers.AddRange([
                new Conv2d(channels, outputs * act.Channels, 4, 2, 1, !norm.AbsorbsBias, s_weights, normalization.Reparametrization),
                .. norm.Layers(outputs * act.Channels, s_gains), act.Make()]);
            channels = outputs;
        }
        return (layers, channels);
    }
}
