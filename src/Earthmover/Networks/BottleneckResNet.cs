using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>
/// The 101-layer residual pair of WGAN-GP (arXiv:1704.00028, figure 2): 33 bottleneck blocks of three convolutions and a layer at either
/// end, whatever the size.
/// </summary>
public static class BottleneckResNet
{
    private const int Blocks = 33;
    private const double Scale = 0.3, Gain = 5; // of a block's residual; in front of the last tanh

    /// <summary>G: z [N, latent] → images [N, C, H, W] in [−1, 1].</summary>
    /// <param name="shape">The images; the paper's are 64 × 64, with 6, 6, 6, 6 and 5 plain blocks between four doublings.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="width">An eighth of the channels at the start, which halve with every doubling.</param>
    /// <param name="normalization">At the end of every block.</param>
    /// <exception cref="ArgumentException">No such network makes this size.</exception>
    public static Module Generator(ImageShape shape, int latent = 128, int width = 64, Normalization normalization = Normalization.Batch)
    {
        var (height, columns, doublings) = Pyramid.Of(shape, "the 101-layer ResNet");
        var plain = PlainBlocks(doublings);
        var reparametrization = normalization.Reparametrization;
        var start = Channels(width, 0);
        List<Module> layers =
        [
            new Linear(latent, start * height * columns, initializer: Initializers.GlorotUniform, reparametrization: reparametrization),
            Shapes.Reshape(start, height, columns),
        ];
        for (var level = 0; level <= doublings; level++)
        {
            if (level > 0)
                layers.Add(Block(Channels(width, level - 1), Channels(width, level), Step.Up, normalization));
            for (var i = 0; i < plain[level]; i++)
                layers.Add(Block(Channels(width, level), Channels(width, level), Step.None, normalization));
        }
        return new Sequential([.. layers,
            new Conv2d(Channels(width, doublings), shape.Channels, 1,
                initializer: Initializers.GlorotUniform, reparametrization: reparametrization),
            Shapes.Divide(Gain), Activation.Tanh()]);
    }

    /// <summary>D: images [N, C, H, W] → scores [N, 1]; the generator mirrored.</summary>
    /// <param name="shape">The images.</param>
    /// <param name="width">An eighth of the channels at the end, which double with every halving.</param>
    /// <param name="normalization">At the end of every block; the paper has layer normalization.</param>
    /// <param name="head">On its features; a score and nothing else when absent.</param>
    /// <exception cref="ArgumentException">No such network takes this size.</exception>
    public static Module Critic(
        ImageShape shape, int width = 64, Normalization normalization = Normalization.Layer, CriticHead? head = null)
    {
        var (height, columns, halvings) = Pyramid.Of(shape, "the 101-layer ResNet");
        var plain = PlainBlocks(halvings);
        var reparametrization = normalization.Reparametrization;
        List<Module> layers =
        [
            new Conv2d(shape.Channels, Channels(width, halvings), 1,
                initializer: Initializers.GlorotUniform, reparametrization: reparametrization),
        ];
        for (var level = halvings; level >= 0; level--)
        {
            for (var i = 0; i < plain[level]; i++)
                layers.Add(Block(Channels(width, level), Channels(width, level), Step.None, normalization));
            if (level > 0)
                layers.Add(Block(Channels(width, level), Channels(width, level - 1), Step.Down, normalization));
        }
        return new Sequential([.. layers, Shapes.Flatten(),
            .. (head ?? CriticHead.Score).On(Channels(width, 0) * height * columns, Initializers.GlorotUniform, normalization),
            Shapes.Divide(Gain)]);
    }

    private enum Step { None, Up, Down }

    private static int Channels(int width, int level) => Math.Max(2, 8 * width >> level);

    // Plain blocks per level from the start on, as even as can be, so that there are 33 with those that change the size.
    private static int[] PlainBlocks(int doublings)
    {
        var (each, left) = Math.DivRem(Blocks - doublings, doublings + 1);
        return [.. Enumerable.Range(0, doublings + 1).Select(level => each + (level < left ? 1 : 0))];
    }

    // relu·conv1 to half the channels·relu·conv3, which changes the size·relu·conv1 without bias·[norm].
    private static Residual Block(int inputs, int outputs, Step step, Normalization normalization)
    {
        var reparametrization = normalization.Reparametrization;
        Conv2d Pointwise(int from, int to, Initializer initializer, int stride = 1, bool bias = true) =>
            new(from, to, 1, stride, 0, bias, initializer, reparametrization);
        int narrow = inputs / 2, middle = outputs / 2;
        Module spatial = step switch
        {
            Step.Up => new ConvTranspose2d(narrow, middle, 3, 2, 1, 1,
                initializer: Initializers.HeUniform, reparametrization: reparametrization),
            _ => new Conv2d(narrow, middle, 3, step == Step.Down ? 2 : 1, 1,
                initializer: Initializers.HeUniform, reparametrization: reparametrization),
        };
        Module? shortcut = step switch
        {
            Step.Up => new Sequential(Pointwise(inputs, 4 * outputs, Initializers.GlorotUniform), Resampling.PixelShuffle()),
            Step.Down => Pointwise(inputs, outputs, Initializers.GlorotUniform, stride: 2),
            _ => null,
        };
        var body = new Sequential([
            Activation.Relu(), Pointwise(inputs, narrow, Initializers.HeUniform), Activation.Relu(), spatial,
            Activation.Relu(), Pointwise(middle, outputs, Initializers.HeUniform, bias: false), .. normalization.Layers(outputs)]);
        return new(body, shortcut, Scale);
    }
}
