using Earthmover.Torch.Native;
using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Kernels;

// Channels to 2 × 2 pixels, and back: each is the other's inverse and its derivative.
internal static class PixelShuffling
{
    private static readonly bool[] s_saves = [false];

    public static Tensor Apply(Tensor x) => Loops.Fit(x) && x.Size(1) % 4 == 0 ? Record(x, 0, Inverse) : Op.PixelShuffle(x, 2);

    private static Tensor Inverse(Tensor x) => Loops.Fit(x) ? Record(x, 1, Apply)
        : x.Reshape(x.Size(0), x.Size(1), x.Size(2) / 2, 2, x.Size(3) / 2, 2).Permute(0, 1, 3, 5, 2, 4)
            .Reshape(x.Size(0), 4 * x.Size(1), x.Size(2) / 2, x.Size(3) / 2);

    private static Tensor Record(Tensor x, int inverse, Func<Tensor, Tensor> derivative)
    {
        NativeMethods.Check(NativeMethods.em_pixel_shuffle(inverse, x.Handle, out var result), $"shuffling the pixels of {x}");
        var y = new Tensor(result);
        return Autograd.IsRecording && x.RequiresGrad ? Differentiable.Record(y, [x], (g, _, _) => [derivative(g)], s_saves) : y;
    }
}
