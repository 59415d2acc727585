using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>A small generator for pictures, made for few cores: a dense layer, one 3×3 convolution at each size but the last, a transposed convolution to the picture.</summary>
/// <remarks>Its work sits at the small sizes, where a convolution is cheap per weight; the sizes double by sub-pixel shuffling (arXiv:1609.05158).</remarks>
public sealed class CompactGenerator : Module
{
    private readonly Module _body;

    /// <summary>A generator of pictures whose sides are divisible by four.</summary>
    /// <param name="latentSize">Length of z.</param>
    /// <param name="shape">The picture.</param>
    /// <param name="width">Channels at half size; twice as many at a quarter.</param>
    /// <exception cref="ArgumentException">A side is not divisible by four.</exception>
    public CompactGenerator(int latentSize, ImageShape shape, int width)
    {
        CompactCritic.RequireDivisible(shape);
        // Every doubling beyond two starts from a smaller seed: 28 = 7·2², 32 = 8·2², 64 = 8·2³.
        var doublings = CompactCritic.Doublings(shape);
        int h = shape.Height >> doublings, w = shape.Width >> doublings, channels = 2 * width;
        var layers = new List<Module> { new Linear(latentSize, channels * h * w, bias: false), Shapes.Reshape(channels, h, w), new BatchNorm(channels), Activation.Relu() };
        for (var i = 1; i < doublings; i++)
        {
            var next = i == doublings - 1 ? width : 2 * width;
            layers.AddRange([new Conv2d(channels, 4 * next, 3, 1, 1, bias: false), Resampling.PixelShuffle(), new BatchNorm(next), Activation.Relu()]);
            channels = next;
        }
        layers.AddRange([new ConvTranspose2d(channels, shape.Channels, 4, 2, 1), Activation.Tanh()]);
        _body = Add("body", new Sequential(layers));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => _body.Forward(x);
}

/// <summary>The critic to <see cref="CompactGenerator"/>: strided convolutions without normalisation, and a dense layer.</summary>
public sealed class CompactCritic : Module
{
    private readonly Module _body;

    /// <summary>A critic of pictures whose sides are divisible by four.</summary>
    /// <param name="shape">The picture.</param>
    /// <param name="width">Channels at half size.</param>
    /// <exception cref="ArgumentException">A side is not divisible by four.</exception>
    public CompactCritic(ImageShape shape, int width)
    {
        RequireDivisible(shape);
        var layers = new List<Module> { new Conv2d(shape.Channels, width, 4, 2, 1), Activation.LeakyRelu() };
        var (h, w, channels) = (shape.Height / 2, shape.Width / 2, width);
        for (var i = 1; i < Doublings(shape); i++)
        {
            layers.AddRange([new Conv2d(channels, 2 * channels, 4, 2, 1), Activation.LeakyRelu()]);
            (h, w, channels) = (h / 2, w / 2, 2 * channels);
        }
        layers.AddRange([new Conv2d(channels, 2 * channels, 3, 2, 1), Activation.LeakyRelu(), Shapes.Flatten(), new Linear(2 * channels * ((h + 1) / 2) * ((w + 1) / 2), 1)]);
        _body = Add("body", new Sequential(layers));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => _body.Forward(x);

    // Down to a smaller side of 7 or 8, or of at most 9 where it cannot be halved further.
    internal static int Doublings(ImageShape shape)
    {
        int h = shape.Height, w = shape.Width, doublings = 0;
        for (; h % 2 == 0 && w % 2 == 0 && (doublings < 2 || Math.Min(h, w) > 8); doublings++)
            (h, w) = (h / 2, w / 2);
        return doublings;
    }

    internal static void RequireDivisible(ImageShape shape)
    {
        if (shape.Height % 4 != 0 || shape.Width % 4 != 0)
            throw new ArgumentException($"the compact networks make pictures whose sides are divisible by four, not {shape.Width}x{shape.Height}; use ?size={Near(shape.Width)}x{Near(shape.Height)} after the data");
    }

    private static int Near(int side) => Math.Max(4, (side + 2) / 4 * 4);
}
