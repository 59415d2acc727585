using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>
/// The residual pair of WGAN-GP for CIFAR (arXiv:1704.00028) for any size that doubles up from a small start; with spectral normalization,
/// SNGAN's (arXiv:1802.05957).
/// </summary>
public static class ResNet
{
    private const int SmallestFeatures = 8; // the critic halves the image down to this side

    /// <summary>G: z [N, latent] → images [N, C, H, W] in [−1, 1]: one doubling block per doubling.</summary>
    /// <param name="shape">The images.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="width">Channels of every block.</param>
    /// <param name="normalization">In front of every rectifier.</param>
    /// <exception cref="ArgumentException">No such network makes this size.</exception>
    public static Module Generator(ImageShape shape, int latent = 128, int width = 128, Normalization normalization = Normalization.Batch)
    {
        var (height, columns, doublings) = Pyramid.Of(shape, "ResNet");
        var reparametrization = normalization.Reparametrization;
        // Whatever reads the stream of the blocks normalizes it first, so no bias of theirs would be felt.
        return new Sequential([
            new Linear(latent, width * height * columns, initializer: Initializers.GlorotUniform, reparametrization: reparametrization),
            Shapes.Reshape(width, height, columns),
            .. Enumerable.Range(0, doublings).Select(_ =>
                Block(width, width, normalization, !normalization.AbsorbsBias, before: Resampling.NearestUp)),
            .. normalization.Layers(width), Activation.Relu(),
            new Conv2d(width, shape.Channels, 3, 1, 1,
                initializer: Initializers.GlorotUniform, reparametrization: reparametrization),
            Activation.Tanh()]);
    }

    /// <summary>
    /// D: images [N, C, H, W] → scores [N, 1]: halving blocks down to about 8 × 8, two plain blocks, a mean over the places (SNGAN's sum
    /// with spectral normalization), a linear layer.
    /// </summary>
    /// <param name="shape">The images.</param>
    /// <param name="width">Channels of every block.</param>
    /// <param name="normalization">In front of every rectifier but those of the first block; the paper has none.</param>
    /// <param name="head">On its features; a score and nothing else when absent.</param>
    /// <exception cref="ArgumentException">No such network takes this size.</exception>
    public static Module Critic(
        ImageShape shape, int width = 128, Normalization normalization = Normalization.None, CriticHead? head = null)
    {
        _ = Pyramid.Of(shape, "ResNet");
        return new Sequential([
            First(shape.Channels, width, normalization.Reparametrization),
            .. Enumerable.Range(1, Pyramid.Halvings(shape, SmallestFeatures) - 1).Select(_ =>
                Block(width, width, normalization, true, after: Resampling.AverageDown)),
            .. Enumerable.Range(0, 2).Select(_ => Block(width, width, normalization, true)),
            Activation.Relu(), normalization == Normalization.Spectral ? Shapes.GlobalSum() : Shapes.GlobalMean(),
            .. (head ?? CriticHead.Score).On(width, Initializers.GlorotUniform, normalization)]);
    }

    // Pre-activation block: [norm]·relu·conv3·[norm]·relu·conv3, with a change of size in front of or behind it.
    private static Residual Block(
        int inputs, int outputs, Normalization norm, bool bias, Func<Module>? before = null, Func<Module>? after = null)
    {
        var body = new Sequential([
            .. norm.Layers(inputs), Activation.Relu(),
            .. Optional(before), Conv(inputs, outputs, 3, !norm.AbsorbsBias, norm.Reparametrization),
            .. norm.Layers(outputs), Activation.Relu(), Conv(outputs, outputs, 3, bias, norm.Reparametrization), .. Optional(after)]);
        var isIdentity = inputs == outputs && before is null && after is null;
        return new(body, isIdentity ? null : new Sequential([
            .. Optional(before), Conv(inputs, outputs, 1, bias, norm.Reparametrization), .. Optional(after)]));
    }

    // The critic's first block sees pixels, so no rectifier in front; its shortcut halves before its convolution.
    private static Residual First(int inputs, int outputs, Reparametrization reparametrization) => new(
        new Sequential(
            Conv(inputs, outputs, 3, true, reparametrization), Activation.Relu(),
            Conv(outputs, outputs, 3, true, reparametrization), Resampling.AverageDown()),
        new Sequential(Resampling.AverageDown(), Conv(inputs, outputs, 1, true, reparametrization)));

    private static Conv2d Conv(int inputs, int outputs, int kernel, bool bias, Reparametrization reparametrization) =>
        new(inputs, outputs, kernel, 1, kernel / 2, bias,
            kernel == 1 ? Initializers.GlorotUniform : Initializers.HeUniform, reparametrization);

    private static IEnumerable<Module> Optional(Func<Module>? make) => make is null ? [] : [make()];
}
