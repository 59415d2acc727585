using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.PyTorch;
using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>
/// The generator of pix2pix (arXiv:1611.07004): an encoder and a decoder whose layers of one size are joined, so that detail need not pass
/// the bottleneck: [N, C, H, W] → [N, C', H, W] in [−1, 1].
/// </summary>
/// <remarks>
/// Where the paper has transposed convolutions it doubles by sub-pixels; the lattice of the last doubling a mean takes away. It normalizes
/// each picture by itself: the paper's batches of one.
/// Dropout is there while training; afterwards an output follows from its input.
/// </remarks>
public static class UNet
{
    private const int Deepest = 8, Widest = 8, Dropped = 3;

    /// <summary>A network that halves its pictures while it can, eight times at most.</summary>
    /// <param name="from">What it takes; both sides are even.</param>
    /// <param name="channels">Channels of what it makes.</param>
    /// <param name="width">Channels at half size; they double with each halving, up to eight times as many.</param>
    /// <param name="skips">Joins layers of one size; without, it is a plain encoder and decoder.</param>
    /// <param name="smoothsEach">Smooths after every doubling, and not after the last alone, which blurs.</param>
    /// <exception cref="ArgumentException">The sides cannot be halved.</exception>
    public static Module Create(ImageShape from, int channels, int width = 64, bool skips = true, bool smoothsEach = false)
    {
        Level? inner = null;
        foreach (var (level, down, up) in Levels(from, channels, width, skips, smoothsEach, each: true, told: 0))
            inner = new(down, inner, up, joins: skips && level > 1);
        return inner!;
    }

    /// <summary>The same, told one of several styles where the picture is smallest, and normalized over batches as in zi2zi.</summary>
    /// <param name="from">What it takes; both sides are even.</param>
    /// <param name="channels">Channels of what it makes.</param>
    /// <param name="width">Channels at half size; they double with each halving, up to eight times as many.</param>
    /// <param name="styles">Number of styles.</param>
    /// <param name="embedding">Length of the vector that stands for a style; vectors are drawn once and stay.</param>
    /// <exception cref="ArgumentException">The sides cannot be halved.</exception>
    public static ToldUNet Told(ImageShape from, int channels, int width, int styles, int embedding)
    {
        var levels = Levels(from, channels, width, skips: true, smoothsEach: false, each: false, embedding).Reverse().ToList();
        return new(levels.Select(level => level.Down), levels.Select(level => level.Up), styles, embedding);
    }

    // What goes down to each size and up from it, the smallest first; the way up from there sees `told` channels more.
    private static IEnumerable<(int Level, Module Down, Module Up)> Levels(
        ImageShape from, int channels, int width, bool skips, bool smoothsEach, bool each, int told)
    {
        int levels = 0, height = from.Height, side = from.Width;
        for (; levels < Deepest && height % 2 == 0 && side % 2 == 0; levels++)
            (height, side) = (height / 2, side / 2);
        if (levels == 0)
            throw new ArgumentException($"a U-Net halves its pictures, so their sides are even, not {from.Width}x{from.Height}: "
                + $"use ?size={from.Width + from.Width % 2}x{from.Height + from.Height % 2} after the data");

        int Width(int level) => Math.Min(1 << level - 1, Widest) * width;
        Module Norm(int outputs) => each ? new InstanceNorm(outputs, affine: false) : new BatchNorm(outputs);
        // One place of one picture has no spread to normalize by.
        var isPoint = each && height == 1 && side == 1;
        for (var level = levels; level >= 1; level--)
        {
            var isInnermost = level == levels;
            var (given, own) = (level == 1 ? from.Channels : Width(level - 1), Width(level));
            var isOutermost = level == 1;
            var down = Down(given, own, isOutermost || (isInnermost && isPoint) ? null : Norm, isFirst: isOutermost);
            var up = Up(isInnermost ? own + told : skips ? 2 * own : own, isOutermost ? channels : given, isOutermost ? null : Norm,
                drops: !isInnermost && !isOutermost && levels - level <= Dropped, smooths: isOutermost || smoothsEach,
                // Four places that begin alike, made of one, are nothing once they are normalized.
                isSpread: smoothsEach || !(isInnermost && isPoint));
            yield return (level, down, up);
        }
    }

    private static Sequential Down(int inputs, int outputs, Func<int, Module>? norm, bool isFirst) => new([
        .. isFirst ? Array.Empty<Module>() : [Activation.LeakyRelu()],
        new Conv2d(inputs, outputs, 4, 2, 1, initializer: Initializers.Normal()),
        .. norm is not null ? new[] { norm(outputs) } : []]);

    private static Sequential Up(int inputs, int outputs, Func<int, Module>? norm, bool drops, bool smooths, bool isSpread) => new([
        Activation.Relu(),
        new Conv2d(inputs, 4 * outputs, 3, 1, 1,
            initializer: isSpread ? Initializers.EqualPhases(Initializers.Normal()) : Initializers.Normal()),
        Resampling.PixelShuffle(),
        .. smooths ? new[] { Resampling.Smooth() } : [],
        norm is null ? Activation.Tanh() : norm(outputs),
        .. drops ? new Module[] { new Dropout() } : []]);

    // One size of the picture: down, what is inside, and up again.
    private sealed class Level : Module
    {
        private readonly Module _down, _up;
        private readonly Module? _inner;
        private readonly bool _joins;

        public Level(Module down, Module? inner, Module up, bool joins)
        {
            (_down, _up, _joins) = (Add("down", down), Add("up", up), joins);
            _inner = inner is null ? null : Add("inner", inner);
        }

        protected override string? InPyTorch(TorchTwin twin, string path)
        {
            var name = twin.Class("Level", """
                class Level(nn.Module):
                    def __init__(self, down, inner, up, joins):
                        super().__init__()
                        self.down, self.inner, self.up, self.joins = down, inner, up, joins

                    def forward(self, x):
                        h = self.down(x)
                        made = self.up(h if self.inner is None else self.inner(h))
                        return torch.cat([x, made], 1) if self.joins else made
                """);
            return twin.Lines(name,
            [
                () => twin.Of(_down, $"{path}down."), () => _inner is null ? "None" : twin.Of(_inner, $"{path}inner."),
                () => twin.Of(_up, $"{path}up."), () => _joins ? "True" : "False",
            ]);
        }

        protected override Tensor Compute(Tensor x)
        {
            var h = _down.Forward(x);
            var made = _up.Forward(_inner?.Forward(h) ?? h);
            return _joins ? Tensor.Cat([x, made], 1) : made;
        }
    }
}
