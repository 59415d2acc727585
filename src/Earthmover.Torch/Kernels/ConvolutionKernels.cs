using Earthmover.Torch.Native;
using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Kernels;

/// <summary>One way to compute a face of a convolution.</summary>
/// <param name="Name">Name in the table of choices.</param>
/// <param name="Fits">For which shapes it is worth trying.</param>
/// <param name="Compute">From the face's two tensors and the bias of a forward pass, or null.</param>
internal sealed record ConvolutionKernel(string Name, Func<Convolution, bool> Fits,
    Func<Convolution, Tensor, Tensor, Tensor?, Tensor> Compute)
{
    /// <summary>
    /// Factor on the measured time, for what the choice costs the layers around it: images in rows of pixels must be reordered by the next.
    /// </summary>
    public double Handicap { get; init; } = 1;
}

// The ways, in order of preference where nothing may be measured. "plain" and "last" are the two memory layouts: rows of pixels, or
// channels together.
internal static class ConvolutionKernels
{
    private const double Rows = 1.35;

    private static readonly ConvolutionKernel[] s_forward =
    [
        new("last", _ => true, (c, x, w, b) => Op.Conv2d(Last(x), w, b, [c.StrideY, c.StrideX], [c.PaddingY, c.PaddingX])),
        new("plain", _ => true,
            (c, x, w, b) => Op.Conv2d(x.Contiguous(), w.Contiguous(), b, [c.StrideY, c.StrideX], [c.PaddingY, c.PaddingX]))
        {
            Handicap = Rows,
        },
        new("product", c => c.IsPointwise,
            (c, x, w, b) => Image(MatrixProduct.Compute(Pixels(x), Op.T(w.Reshape(c.Outputs, c.Inputs)), b), c.ResultShape)),
        new("few", FitsFew, (c, x, w, b) => Few(Face.Forward, c, x, w, b)),
        new("tiles-2", c => FitsTiles(c, 2), (c, x, w, b) => Tiles(Face.Forward, 2, c, x, w, b)),
        new("tiles-4", c => FitsTiles(c, 4), (c, x, w, b) => Tiles(Face.Forward, 4, c, x, w, b)),
    ];

    private static readonly ConvolutionKernel[] s_inputGradient =
    [
        new("last", _ => true,
            (c, g, w, _) => Backward(c, Last(g),
                Op.Empty(c.InputShape, g.DType, memory_format: MemoryFormat.ChannelsLast), w, [true, false, false]).Item1),
        new("plain", _ => true,
            (c, g, w, _) => Backward(c, g.Contiguous(), Op.Empty(c.InputShape, g.DType), w.Contiguous(), [true, false, false]).Item1)
        {
            Handicap = Rows,
        },
        new("transpose", _ => true, (c, g, w, _) => Transpose(c, g.Contiguous(), w)) { Handicap = Rows },
        new("transpose-last", c => c.Inputs <= 4, (c, g, w, _) => Transpose(c, Last(g), w)),
        new("flip", c => c.StrideY == 1 && c.StrideX == 1 && c.PaddingY < c.WindowHeight && c.PaddingX < c.WindowWidth, (c, g, w, _) =>
            Op.Conv2d(Last(g), Op.Flip(w, [2, 3]).Transpose(0, 1), null, [1, 1],
                [c.WindowHeight - 1 - c.PaddingY, c.WindowWidth - 1 - c.PaddingX])),
        new("product", c => c.IsPointwise,
            (c, g, w, _) => Image(MatrixProduct.Compute(Pixels(g), w.Reshape(c.Outputs, c.Inputs)), c.InputShape)),
        new("few", FitsFew, (c, g, w, b) => Few(Face.InputGradient, c, g, w, b)),
        new("tiles-2", c => FitsTiles(c, 2), (c, g, w, b) => Tiles(Face.InputGradient, 2, c, g, w, b)),
        new("tiles-4", c => FitsTiles(c, 4), (c, g, w, b) => Tiles(Face.InputGradient, 4, c, g, w, b)),
    ];

    private static readonly ConvolutionKernel[] s_weightGradient =
    [
        // LibTorch 1.13 writes beyond the end of its buffer for windows of one pixel that step over others, seen with 3 and 4 channels.
        new("last", c => c is { StrideY: 1, StrideX: 1 } || c.WindowHeight > 1 || c.WindowWidth > 1,
            (c, x, g, _) => Backward(c, Last(g), Last(x), Op.Empty(c.WeightShape, g.DType), [false, true, false]).Item2),
        new("plain", _ => true,
            (c, x, g, _) => Backward(c, g.Contiguous(), x.Contiguous(), Op.Empty(c.WeightShape, g.DType), [false, true, false]).Item2),
        new("product", c => c.IsPointwise, (c, x, g, _) => MatrixProduct.Compute(Op.T(Pixels(g)), Pixels(x)).Reshape(c.WeightShape)),
        new("few", FitsFew, (c, x, g, b) => Few(Face.WeightGradient, c, x, g, b)),
        new("tiles-2", c => FitsTiles(c, 2), (c, x, g, b) => Tiles(Face.WeightGradient, 2, c, x, g, b)),
        new("tiles-4", c => FitsTiles(c, 4), (c, x, g, b) => Tiles(Face.WeightGradient, 4, c, x, g, b)),
    ];

    public static ConvolutionKernel[] Of(Face face) => face switch
    {
        Face.Forward => s_forward,
        Face.InputGradient => s_inputGradient,
        _ => s_weightGradient,
    };

    /// <summary>Computes a face in the way that was chosen for its shape and layouts.</summary>
    public static Tensor Run(Face face, Convolution c, Tensor a, Tensor b, Tensor? bias) => !MatrixProduct.Fits(a)
        ? Of(face)[0].Compute(c, a, b, bias)
        : KernelChoices.Run(new(face, c, Layout(a), face == Face.WeightGradient ? Layout(b) : '-',
            bias is not null, Runtime.OpenMpThreads), Of(face), a, b, bias);

    private static char Layout(Tensor x) => x.IsContiguous ? 'p' : x.IsChannelsLast ? 'l' : 's';

    private static (Tensor, Tensor, Tensor) Backward(Convolution c, Tensor g, Tensor x, Tensor w, ReadOnlySpan<bool> mask) =>
        Op.ConvolutionBackward(g, x, w, null, [c.StrideY, c.StrideX], [c.PaddingY, c.PaddingX], [1, 1], false, [0, 0], 1, mask);

    // Interpolation in tiles: fewer products than the definition, for a little rounding (arXiv:1509.09308). An axis without a window is
    // left alone.
    private static (int Y, int X) TileOf(Convolution c, int tile) =>
        (c.WindowHeight == 1 && c.StrideY == 1 ? 1 : tile,
        c.WindowWidth == 1 && c.StrideX == 1 ? 1 : tile);

    private static bool FitsTiles(Convolution c, int tile)
    {
        var (y, x) = TileOf(c, tile);
        return Loops.AreSupported && x > 1 && c.Inputs % 8 == 0 && c.Outputs % 8 == 0
            && c.WindowHeight % c.StrideY == 0 && c.WindowWidth % c.StrideX == 0
            && c.WindowWidth > c.StrideX && c.WindowHeight / c.StrideY + y <= 9 && c.WindowWidth / c.StrideX + x <= 9
            && c.ResultWidth >= tile && (y == 1 || c.ResultHeight >= tile);
    }

    private static unsafe Tensor Tiles(Face face, int tile, Convolution c, Tensor a, Tensor b, Tensor? bias)
    {
        var (y, x) = TileOf(c, tile);
        var shape = stackalloc long[] { c.Batch, c.Inputs, c.Height, c.Width, c.Outputs, c.WindowHeight, c.WindowWidth,
            c.StrideY, c.StrideX, c.PaddingY, c.PaddingX, y, x };
        var status = NativeMethods.em_winograd((int)face, a.Handle, b.Handle, bias?.Handle ?? 0, shape, out var result);
        NativeMethods.Check(status, "convolution in tiles");
        return new(result);
    }

    // To the colors of a picture: LibTorch fills its vectors with results, of which there are three.
    private static bool FitsFew(Convolution c) => Loops.AreSupported && c.Outputs is > 0 and <= 4 && c.Inputs > 0 && c.Inputs % 8 == 0
        && (c.WindowHeight, c.WindowWidth, c.StrideY, c.StrideX, c.PaddingY, c.PaddingX) == (3, 3, 1, 1, 1, 1);

    private static Tensor Few(Face face, Convolution c, Tensor a, Tensor b, Tensor? bias)
    {
        var status = NativeMethods.em_few_results((int)face, a.Handle, b.Handle, bias?.Handle ?? 0, (int)c.Outputs, out var result);
        NativeMethods.Check(status, "convolution to few results");
        return new(result);
    }

    private static Tensor Transpose(Convolution c, Tensor g, Tensor w) =>
        Op.ConvTranspose2d(g, w, null, [c.StrideY, c.StrideX], [c.PaddingY, c.PaddingX],
            [c.Height - ((c.ResultHeight - 1) * c.StrideY - 2 * c.PaddingY + c.WindowHeight),
            c.Width - ((c.ResultWidth - 1) * c.StrideX - 2 * c.PaddingX + c.WindowWidth)]);

    // Channels together. With one channel both layouts are the same memory, and only the strides tell LibTorch which is meant.
    private static Tensor Last(Tensor x)
    {
        var shape = x.Shape;
        return shape[1] == 1
            ? x.Contiguous().Reshape(shape[0], shape[2], shape[3], 1).Permute(0, 3, 1, 2)
            : x.Contiguous(MemoryFormat.ChannelsLast);
    }

    // [N, C, H, W] → [N·H·W, C] and back, without copying where channels are together.
    private static Tensor Pixels(Tensor x) => Last(x).Permute(0, 2, 3, 1).Reshape(-1, x.Size(1));

    private static Tensor Image(Tensor pixels, long[] shape) => pixels.Reshape(shape[0], shape[2], shape[3], shape[1]).Permute(0, 3, 1, 2);
}
