using Earthmover.Constraints;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Operators;

namespace Earthmover.Cli.Doctor;

/// <summary>A function that networks differentiate.</summary>
/// <param name="Name">Its name, for people.</param>
/// <param name="Compute">The function of its inputs.</param>
/// <param name="Shapes">Shapes of the inputs; of the first, second derivatives are taken.</param>
internal sealed record DifferentiableCase(string Name, Func<Tensor[], Tensor> Compute, params IReadOnlyList<long[]> Shapes)
{
    /// <summary>It is the penalty of a critic: a number, and itself made of a derivative.</summary>
    public bool IsPenalty { get; init; }

    /// <summary>Every kernel that layers call, and the penalties of a perceptron and of a convolutional critic.</summary>
    public static IReadOnlyList<DifferentiableCase> All { get; } =
    [
        new("linear", v => Kernel.Linear(v[0], v[1], v[2]), [5, 7], [4, 7], [4]),
        new("matrix product", v => Kernel.MatMul(v[0], v[1]), [17, 9], [9, 6]),
        Convolution("3x3", [2, 8, 10, 12], [16, 8, 3, 3], 1, 1),
        Convolution("3x3, channels last", [2, 8, 10, 12], [16, 8, 3, 3], 1, 1, MemoryFormat.ChannelsLast),
        Convolution("3x3, stride 2", [2, 8, 10, 12], [16, 8, 3, 3], 2, 1),
        Convolution("4x4, stride 2", [2, 8, 12, 8], [16, 8, 4, 4], 2, 1),
        Convolution("4x4, stride 2, one channel", [2, 1, 12, 8], [8, 1, 4, 4], 2, 1),
        Convolution("5x5", [2, 4, 9, 9], [6, 4, 5, 5], 1, 2),
        Convolution("1x1", [2, 8, 5, 5], [3, 8, 1, 1], 1, 0),
        new("transposed convolution, 4x4, stride 2", v => Kernel.ConvTranspose2d(v[0], v[1], v[2], 2, 1), [2, 8, 5, 6], [8, 4, 4, 4], [4]),
        new("transposed convolution, 5x5, stride 2", v => Kernel.ConvTranspose2d(v[0], v[1], v[2], 2, 2, 1),
            [2, 4, 5, 6], [4, 3, 5, 5], [3]),
        new("transposed convolution, 3x3", v => Kernel.ConvTranspose2d(v[0], v[1], v[2], 1, 1), [2, 4, 6, 5], [4, 3, 3, 3], [3]),
        new("convolution along a line", v => Kernel.Conv1d(v[0], v[1], v[2], 2), [3, 8, 12], [6, 8, 5], [6]),
        new("convolution and mean of 2x2", v => Kernel.Conv2dMeanPool(v[0], v[1], v[2]), [2, 8, 8, 8], [6, 8, 3, 3], [6]),
        new("doubling and convolution", v => Kernel.UpsampleConv2d(v[0], v[1], v[2]), [2, 8, 6, 6], [6, 8, 3, 3], [6]),
        new("smoothing", v => Kernel.Smooth(v[0]), [2, 3, 6, 7]),
        new("leaky rectifier", v => Kernel.LeakyRelu(v[0], 0.2), [6, 9]),
        new("rectifier", v => Kernel.LeakyRelu(v[0].MatMul(v[1]), 0), [6, 9], [9, 5]),
        new("batch normalization", v => Op.BatchNorm(v[0], v[1], v[2], null, null, true, 0.1, 1e-5, true), [6, 4, 3, 5], [4], [4]),
        Penalty("perceptron", "gradient-penalty?points=real", Perceptron, [8, 3], [16, 3], [16], [16, 16], [16], [1, 16]),
        Penalty("perceptron", "r1", Perceptron, [8, 3], [16, 3], [16], [16, 16], [16], [1, 16]),
        Penalty("convolutional critic", "gradient-penalty?points=real",
            Critic, [3, 2, 8, 8], [6, 2, 4, 4], [6], [8, 6, 4, 4], [8], [1, 32]),
        Penalty("convolutional critic", "wgan-div?points=real", Critic, [3, 2, 8, 8], [6, 2, 4, 4], [6], [8, 6, 4, 4], [8], [1, 32]),
    ];

    private static DifferentiableCase Convolution(string window, long[] x, long[] weight,
        int stride, int padding, MemoryFormat format = MemoryFormat.Contiguous) =>
        new($"convolution, {window}", v => Kernel.Conv2d(v[0].Contiguous(format), v[1], v[2], stride, padding), x, weight, [weight[0]]);

    // At the real samples, since other points are drawn anew, and differently on each device.
    private static DifferentiableCase Penalty(string network, string specification,
        Func<Tensor, Tensor[], Tensor> critic, params IReadOnlyList<long[]> shapes)
    {
        var constraint = Constraint.Named(specification);
        return new($"{constraint.Name} of a {network}", v => constraint.Of(x => critic(x, v), v[0], v[0])!, shapes) { IsPenalty = true };
    }

    private static Tensor Perceptron(Tensor x, Tensor[] v) =>
        Kernel.Linear(Kernel.LeakyRelu(Kernel.Linear(Kernel.LeakyRelu(Kernel.Linear(x, v[1], v[2]), 0), v[3], v[4]), 0), v[5], null);

    private static Tensor Critic(Tensor x, Tensor[] v) =>
        Kernel.Linear(Halved(Halved(x, v[1], v[2]), v[3], v[4]).Flatten(1), v[5], null);

    private static Tensor Halved(Tensor x, Tensor weight, Tensor bias) => Kernel.LeakyRelu(Kernel.Conv2d(x, weight, bias, 2, 1), 0.2);
}
