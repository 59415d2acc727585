using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>Networks from samples to samples of the same shape.</summary>
public static class Translator
{
    /// <summary>
    /// The residual translator of CycleGAN (arXiv:1703.10593, appendix), which resizes and convolves where the paper has transposed
    /// convolutions, whose checkerboards this avoids: [N, C, H, W] → [N, C, H, W] in [−1, 1].
    /// </summary>
    /// <param name="shape">The images; their sides are divisible by four and at least eight.</param>
    /// <param name="width">Channels at full size; the paper's 64.</param>
    /// <param name="blocks">Residual blocks at a quarter of the size; the paper has 6 for 128 and 9 for 256 pixels.</param>
    /// <exception cref="ArgumentException">The network cannot take these images.</exception>
    public static Module ResNet(ImageShape shape, int width = 64, int blocks = 9) =>
        new Sequential([.. Convolutions(shape, width, blocks), Activation.Tanh()]);

    /// <summary>
    /// tanh(x + ResNet(x)): it begins near the picture itself and learns what is to change, for domains that differ in their colors and
    /// textures rather than in what is bright: [N, C, H, W] → [N, C, H, W] in [−1, 1].
    /// </summary>
    /// <inheritdoc cref="ResNet"/>
    public static Module ResidualResNet(ImageShape shape, int width = 64, int blocks = 9) =>
        new Sequential(new Residual(new Sequential(Convolutions(shape, width, blocks))), Activation.Tanh());

    // Up to what tanh is taken of.
    private static Module[] Convolutions(ImageShape shape, int width, int blocks)
    {
        if (shape.Height % 4 != 0 || shape.Width % 4 != 0 || Math.Min(shape.Height, shape.Width) < 8)
            throw new ArgumentException(
                "the residual translator takes images whose sides are divisible by four and at least 8, "
                + $"not {shape.Width}x{shape.Height}: use ?size={Near(shape.Width)}x{Near(shape.Height)} after the data");
        return
        [
            .. Padded(shape.Channels, width, 7), .. Strided(width, 2 * width), .. Strided(2 * width, 4 * width),
            .. Enumerable.Range(0, blocks).Select(_ => new Residual(new Sequential([
                .. Padded(4 * width, 4 * width, 3), .. Padded(4 * width, 4 * width, 3).SkipLast(1)]))),
            .. Doubled(4 * width, 2 * width), .. Doubled(2 * width, width),
            Resampling.ReflectionPad(3), new Conv2d(width, shape.Channels, 7, initializer: Initializers.Normal()),
        ];
    }

    /// <summary>x + MLP(x), which starts as the identity because the last layer starts at zero: [N, D] → [N, D].</summary>
    /// <param name="dimension">D.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    public static Module ResidualMlp(int dimension, IReadOnlyList<int> hidden) =>
        new Residual(Perceptron(dimension, hidden, Initializers.Constant(0)));

    /// <summary>A perceptron without a shortcut: [N, D] → [N, D].</summary>
    /// <param name="dimension">D.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    public static Module Mlp(int dimension, IReadOnlyList<int> hidden) => Perceptron(dimension, hidden, null);

    private static Sequential Perceptron(int dimension, IReadOnlyList<int> hidden, Initializer? last) => new([
        .. hidden.SelectMany((units, i) => (IEnumerable<Module>)[new Linear(i == 0 ? dimension : hidden[i - 1], units), Activation.Relu()]),
        new Linear(hidden.Count == 0 ? dimension : hidden[^1], dimension, initializer: last)]);

    private static IEnumerable<Module> Padded(int inputs, int outputs, int kernel) =>
    [
        Resampling.ReflectionPad(kernel / 2), Convolution(inputs, outputs, kernel),
        new InstanceNorm(outputs, affine: false), Activation.Relu(),
    ];

    private static IEnumerable<Module> Strided(int inputs, int outputs) =>
        [Convolution(inputs, outputs, 3, 2, 1), new InstanceNorm(outputs, affine: false), Activation.Relu()];

    private static IEnumerable<Module> Doubled(int inputs, int outputs) =>
        [Resampling.NearestUp(), Convolution(inputs, outputs, 3, 1, 1), new InstanceNorm(outputs, affine: false), Activation.Relu()];

    // Instance normalization takes away what a bias adds.
    private static Conv2d Convolution(int inputs, int outputs, int kernel, int stride = 1, int padding = 0) =>
        new(inputs, outputs, kernel, stride, padding, bias: false, initializer: Initializers.Normal());

    private static int Near(int side) => Math.Max(8, (side + 2) / 4 * 4);
}
