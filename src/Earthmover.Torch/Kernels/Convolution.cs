using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Kernels;

/// <summary>
/// A convolution's shape, and its three faces. The sum over all products of image x, window w and result g is linear in each of the three;
/// its derivative with respect
/// to g is the convolution, to x the input gradient (a transposed convolution), to w the weight gradient. Differentiating one face gives
/// the other two, so the three are closed under differentiation of any order.
/// </summary>
internal readonly record struct Convolution(long Batch, long Inputs, long Height, long Width, long Outputs,
    long WindowHeight, long WindowWidth, int StrideY, int StrideX, int PaddingY, int PaddingX, bool IsLine)
{
    private static readonly bool[] s_saves = [true, true, false];

    /// <summary>Images [N, in, H, W], weight [out, in, kH, kW].</summary>
    public Convolution(long batch, long inputs, long height, long width, long[] weight, int stride, int padding)
        : this(batch, inputs, height, width, weight[0], weight[2], weight[3], stride, stride, padding, padding, IsLine: false)
    {
    }

    /// <summary>Lines [N, in, L], weight [out, in, k]: images of height one.</summary>
    public Convolution(long batch, long inputs, long length, long[] weight, int padding)
        : this(batch, inputs, 1, length, weight[0], 1, weight[2], 1, 1, 0, padding, IsLine: true)
    {
    }

    public long ResultHeight => (Height + 2 * PaddingY - WindowHeight) / StrideY + 1;
    public long ResultWidth => (Width + 2 * PaddingX - WindowWidth) / StrideX + 1;
    public long[] InputShape => [Batch, Inputs, Height, Width];
    public long[] WeightShape => [Outputs, Inputs, WindowHeight, WindowWidth];
    public long[] ResultShape => [Batch, Outputs, ResultHeight, ResultWidth];

    /// <summary>A 1 × 1 window at every pixel: a matrix product.</summary>
    public bool IsPointwise => (WindowHeight, WindowWidth, StrideY, StrideX, PaddingY, PaddingX) == (1, 1, 1, 1, 0, 0);

    /// <summary>
    /// The image's shape where the faces can take over from LibTorch's operator, which otherwise also says what is wrong with the shapes.
    /// </summary>
    public static long[]? Fits(Tensor x, Tensor weight, int rank, int channels)
    {
        if (!MatrixProduct.Fits(x) || !MatrixProduct.Fits(weight) || x.Rank != rank || weight.Rank != rank)
            return null;
        var shape = x.Shape;
        return shape[0] > 0 && weight.Size(channels) == shape[1] ? shape : null;
    }

    /// <summary>x ⋆ w + b.</summary>
    public static Tensor Apply(Convolution c, Tensor x, Tensor weight, Tensor? bias)
    {
        if (c.ResultHeight <= 0 || c.ResultWidth <= 0
            || c.Height + 2 * c.PaddingY < c.WindowHeight || c.Width + 2 * c.PaddingX < c.WindowWidth)
            return Op.Conv2d(c.Lift(x), c.Lift(weight), bias, [c.StrideY, c.StrideX], [c.PaddingY, c.PaddingX]); // throws, and says why
        var y = Run(Face.Forward, c, x, weight, bias);
        if (!Autograd.IsRecording)
            return y;
        return bias is null
            ? Differentiable.Record(y, [x, weight], c.Backward)
            : Differentiable.Record(y, [x, weight, bias], c.Backward, s_saves);
    }

    /// <summary>The transposed convolution of g, of c's result shape, with a bias for its result, of c's input shape.</summary>
    public static Tensor ApplyAdjoint(Convolution c, Tensor g, Tensor weight, Tensor? bias)
    {
        var x = Run(Face.InputGradient, c, g, weight, null);
        if (bias is not null)
            using (Autograd.Pause())
                Op.Add_(x, bias.Reshape(c.IsLine ? [-1, 1] : [-1, 1, 1]));
        if (!Autograd.IsRecording)
            return x;
        return bias is null
            ? Differentiable.Record(x, [g, weight], c.AdjointBackward)
            : Differentiable.Record(x, [g, weight, bias], c.AdjointBackward, s_saves);
    }

    // g: gradient of the result; saved: image, weight.
    private Tensor?[] Backward(Tensor g, Tensor[] saved, bool[] needed) =>
    [
        needed[0] ? ApplyAdjoint(this, g, saved[1], null) : null,
        needed[1] ? WeightGradient(this, saved[0], g) : null,
        .. needed.Length > 2 ? [needed[2] ? SumPerChannel(g) : null] : ReadOnlySpan<Tensor?>.Empty,
    ];

    // h: gradient of the image; saved: result, weight.
    private Tensor?[] AdjointBackward(Tensor h, Tensor[] saved, bool[] needed) =>
    [
        needed[0] ? Apply(this, h, saved[1], null) : null,
        needed[1] ? WeightGradient(this, h, saved[0]) : null,
        .. needed.Length > 2 ? [needed[2] ? SumPerChannel(h) : null] : ReadOnlySpan<Tensor?>.Empty,
    ];

    private static Tensor WeightGradient(Convolution c, Tensor x, Tensor g)
    {
        var w = Run(Face.WeightGradient, c, x, g, null);
        return Autograd.IsRecording
            ? Differentiable.Record(w, [x, g], (v, saved, needed) =>
            [
                needed[0] ? ApplyAdjoint(c, saved[1], v, null) : null,
                needed[1] ? Apply(c, saved[0], v, null) : null,
            ])
            : w;
    }

    private static Tensor SumPerChannel(Tensor g) => g.Rank == 3 ? g.Sum([0, 2]) : g.Sum([0, 2, 3]);

    private Tensor Lift(Tensor x) => IsLine && x.Rank == 3 ? x.Unsqueeze(2) : x;

    private static Tensor Run(Face face, Convolution c, Tensor a, Tensor b, Tensor? bias)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var result = ConvolutionKernels.Run(face, c, c.Lift(a), c.Lift(b), bias);
        return scope.Keep(c.IsLine ? result.Squeeze(2) : result);
    }
}

internal enum Face
{
    Forward,
    InputGradient,
    WeightGradient,
}
