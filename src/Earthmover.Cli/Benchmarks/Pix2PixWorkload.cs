using System.Numerics;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Cli.Benchmarks;

/// <summary>pix2pix (arXiv:1611.07004): a U-Net from one channel to three, judged patch by patch together with what it was given.</summary>
internal sealed class Pix2PixWorkload : Workload
{
    private const double Weight = 100;
    private static readonly NonSaturating s_objective = new();
    private static readonly AdamOptions s_adam = new(2e-4, 0.5, 0.999);

    private Pix2PixWorkload(Module generator, Module critic, Tensor data, int batch) : base(generator, critic, data, criticSteps: 1, batch)
    {
    }

    /// <summary>Pairs of <paramref name="size"/> × <paramref name="size"/> pixels; the U-Net halves them down to one.</summary>
    /// <exception cref="UserException">The networks do not take that size.</exception>
    public static Pix2PixWorkload Create(int dim, int size, RandomGenerator stream, int batch) =>
        size >= 32 && BitOperations.IsPow2(size)
            ? new(new UNet(1, 3, dim, BitOperations.Log2((uint)size)), PatchCritic(dim),
                Tensor.Uniform([64, 4, size, size], stream, -1, 1), batch)
            : throw new UserException($"pix2pix takes pictures of 32, 64, 128, … pixels, not {size}");

    /// <summary>½ (BCE(D(a, G(a)), 0) + BCE(D(a, b), 1)).</summary>
    public override Player<Reals> CriticPlayer(int steps) => new("critic", Role.Critic, [Critic], s_adam, round =>
    {
        var (a, _) = Pair(round);
        var fake = Autograd.NoGrad(() => Generator.Forward(a));
        // Batch normalization couples a batch, so real and generated pairs pass one after the other.
        return new() { ["bce"] = 0.5 * s_objective.Critic(Critic.Forward(round.Batch.Samples), Critic.Forward(Tensor.Cat([a, fake], 1))) };
    })
    { Steps = _ => steps };

    /// <summary>BCE(D(a, G(a)), 1) + 100 |G(a) − b|.</summary>
    public override Player<Reals> GeneratorPlayer() => new("generator", Role.Generator, [Generator], s_adam, round =>
    {
        var (a, b) = Pair(round);
        var fake = Generator.Forward(a);
        return new()
        {
            ["bce"] = s_objective.Generator(Critic.Forward(Tensor.Cat([a, fake], 1))),
            ["l1"] = Weight * (fake - b).Abs().Mean(),
        };
    });

    private static (Tensor A, Tensor B) Pair(Round<Reals> round) =>
        (round.Batch.Samples.Narrow(1, 0, 1), round.Batch.Samples.Narrow(1, 1, 3));

    // [N, 4, H, W] → [N, 1, H/8 − 2, W/8 − 2].
    private static Sequential PatchCritic(int dim) => new(
        [new Conv2d(4, dim, 4, 2, 1), Activation.LeakyRelu(0.2), .. Block(dim, 2), .. Block(2 * dim, 2),
            .. Block(4 * dim, 1), new Conv2d(8 * dim, 1, 4, 1, 1)]);

    private static Module[] Block(int channels, int stride) =>
        [new Conv2d(channels, 2 * channels, 4, stride, 1), new BatchNormalization(2 * channels), Activation.LeakyRelu(0.2)];

    // Halves the picture level by level, and doubles it again, each time beside what the level had on the way down.
    private sealed class UNet : Module
    {
        private readonly Module[] _down, _up;

        public UNet(int inputs, int outputs, int dim, int levels)
        {
            int Width(int level) => Math.Min(dim << level, 8 * dim);
            _down = [.. Enumerable.Range(0, levels).Select(k => Add($"down{k}", new Sequential(
            [
                .. k > 0 ? [Activation.LeakyRelu(0.2)] : ReadOnlySpan<Module>.Empty,
                new Conv2d(k == 0 ? inputs : Width(k - 1), Width(k), 4, 2, 1),
                .. k > 0 && k < levels - 1 ? [new BatchNormalization(Width(k))] : ReadOnlySpan<Module>.Empty,
            ])))];
            _up = [.. Enumerable.Range(0, levels).Reverse().Select(k => Add($"up{k}", new Sequential(
            [
                Activation.Relu(),
                new Deconvolution(k == levels - 1 ? Width(k) : 2 * Width(k), k == 0 ? outputs : Width(k - 1), 4, 2, 1),
                k == 0 ? Activation.Tanh() : new BatchNormalization(Width(k - 1)),
            ])))];
        }

        protected override Tensor Compute(Tensor x)
        {
            var skips = new Stack<Tensor>();
            foreach (var down in _down)
                skips.Push(x = down.Forward(x));
            x = _up[0].Forward(skips.Pop());
            foreach (var up in _up[1..])
                x = up.Forward(Tensor.Cat([x, skips.Pop()], 1));
            return x;
        }
    }
}
