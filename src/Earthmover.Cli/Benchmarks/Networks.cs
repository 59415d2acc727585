using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Operators;

namespace Earthmover.Cli.Benchmarks;

/// <summary>The networks of the benchmark, layer by layer those of the PyTorch peer.</summary>
internal static class Networks
{
    private static Module Relu() => Activation.Relu();
    private static Module Leaky() => Activation.LeakyRelu(0.2);
    private static Lambda View(params long[] shape) => new(x => x.Reshape([-1, .. shape]));
    private static Lambda Flat() => new(x => x.Flatten(1));

    /// <summary>Three hidden layers: [N, <paramref name="inputs"/>] → [N, <paramref name="outputs"/>].</summary>
    public static Module Mlp(int inputs, int outputs, int hidden) => new Sequential(
        new Linear(inputs, hidden), Relu(), new Linear(hidden, hidden), Relu(), new Linear(hidden, hidden), Relu(),
        new Linear(hidden, outputs));

    /// <summary>[N, 128] → [N, 1, 32, 32].</summary>
    public static Module DcganGenerator(int dim) => new Sequential(
        new Linear(128, 64 * dim), new BatchNormalization(64 * dim), View(4 * dim, 4, 4), Relu(),
        new Deconvolution(4 * dim, 2 * dim, 4, 2, 1), new BatchNormalization(2 * dim), Relu(),
        new Deconvolution(2 * dim, dim, 4, 2, 1), new BatchNormalization(dim), Relu(),
        new Deconvolution(dim, 1, 4, 2, 1), Activation.Tanh());

    /// <summary>[N, 1, 32, 32] → [N, 1].</summary>
    public static Module DcganCritic(int dim) => new Sequential(
        new Conv2d(1, dim, 4, 2, 1), Leaky(), new Conv2d(dim, 2 * dim, 4, 2, 1), Leaky(), new Conv2d(2 * dim, 4 * dim, 4, 2, 1), Leaky(),
        Flat(), new Linear(64 * dim, 1));

    /// <summary>[N, 128] → [N, 3, 32, 32].</summary>
    public static Module ResnetGenerator(int dim) => new Sequential(
        new Linear(128, 16 * dim), View(dim, 4, 4), new UpBlock(dim), new UpBlock(dim), new UpBlock(dim),
        new BatchNormalization(dim), Relu(), new Conv2d(dim, 3, 3, 1, 1), Activation.Tanh());

    /// <summary>[N, 3, 32, 32] → [N, 1].</summary>
    public static Module ResnetCritic(int dim) => new Sequential(
        new DownBlock(3, dim, down: true, first: true), new DownBlock(dim, dim, down: true),
        new DownBlock(dim, dim, down: false), new DownBlock(dim, dim, down: false),
        Relu(), new Lambda(x => x.Mean([2, 3])), new Linear(dim, 1));

    /// <summary>[N, 128] → [N, 96, 32], a distribution at each place.</summary>
    public static Module TextGenerator(int dim) => new Sequential(
        [new Linear(128, 32 * dim), View(dim, 32), .. Residuals(dim), new Convolution1d(dim, 96, 1), new Lambda(x => Op.Softmax(x, 1))]);

    /// <summary>[N, 96, 32] → [N, 1].</summary>
    public static Module TextCritic(int dim) => new Sequential(
        [new Convolution1d(96, dim, 1), .. Residuals(dim), Flat(), new Linear(32 * dim, 1)]);

    private static IEnumerable<Module> Residuals(int dim) => Enumerable.Range(0, 5).Select(_ => new TextBlock(dim));

    // x + 0.3 · conv(relu(conv(relu(x))))
    private sealed class TextBlock : Module
    {
        private readonly Module _net;

        public TextBlock(int dim) => _net = Add("net", new Sequential(
            Relu(), new Convolution1d(dim, dim, 5, 2), Relu(), new Convolution1d(dim, dim, 5, 2)));

        protected override Tensor Compute(Tensor x) => Op.Add(x, _net.Forward(x), 0.3);
    }

    // Doubles the image. A 1 × 1 window commutes with repeating pixels, so the shortcut is computed before it grows.
    private sealed class UpBlock : Module
    {
        private readonly Module _main, _shortcut;

        public UpBlock(int dim)
        {
            _main = Add("main", new Sequential(
                new BatchNormalization(dim), Relu(), new Resampled(dim, dim, up: true),
                new BatchNormalization(dim), Relu(), new Conv2d(dim, dim, 3, 1, 1)));
            _shortcut = Add("shortcut", new Conv2d(dim, dim, 1));
        }

        protected override Tensor Compute(Tensor x)
        {
            var shortcut = _shortcut.Forward(x);
            return Op.UpsampleNearest2d(shortcut, [2 * x.Size(2), 2 * x.Size(3)]) + _main.Forward(x);
        }
    }

    // Halves the image, or keeps its size. A 1 × 1 window commutes with the mean of pixels, so the shortcut is computed after it shrinks.
    private sealed class DownBlock : Module
    {
        private readonly bool _down, _first;
        private readonly Module _one, _two, _shortcut;

        public DownBlock(int inputs, int outputs, bool down, bool first = false)
        {
            (_down, _first) = (down, first);
            _one = Add("one", new Conv2d(inputs, outputs, 3, 1, 1));
            _two = Add<Module>("two", down ? new Resampled(outputs, outputs, up: false) : new Conv2d(outputs, outputs, 3, 1, 1));
            _shortcut = Add("shortcut", new Conv2d(inputs, outputs, 1));
        }

        protected override Tensor Compute(Tensor x)
        {
            var h = _one.Forward(_first ? x : Kernel.LeakyRelu(x, 0));
            return _two.Forward(Kernel.LeakyRelu(h, 0)) + _shortcut.Forward(_down ? Op.AvgPool2d(x, [2, 2], [2, 2]) : x);
        }
    }
}
