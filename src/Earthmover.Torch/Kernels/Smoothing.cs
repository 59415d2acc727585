using Earthmover.Torch.Native;
using Earthmover.Torch.Operators;
using Earthmover.Torch.Tracing;

namespace Earthmover.Torch.Kernels;

// The mean of 2 × 2 pixels at every pixel.
internal static class Smoothing
{
    private static readonly bool[] s_saves = [false];

    public static Tensor Apply(Tensor x) => Loops.Fit(x) ? Record(x, () => Native(x, 0), Adjoint)
        : TraceRecorder.IsListening ? Plain(x) : Record(x, () => Rescale(Windows(x, [0, 1, 0, 1])), Adjoint);

    // As one of LibTorch's operators: the mean of those pixels that there are, without what it has beyond the last row and column.
    private static Tensor Plain(Tensor x) => TensorScope.Run(() =>
        Op.AvgPool2d(x, [2, 2], [1, 1], [1, 1], count_include_pad: false).Narrow(2, 0, x.Size(2)).Narrow(3, 0, x.Size(3)));

    // The window turned around; what follows it at the borders goes before it here.
    private static Tensor Adjoint(Tensor g) => Loops.Fit(g) ? Record(g, () => Native(g, 1), Apply)
        : Record(g, () => Windows(Rescale(g.Clone()), [1, 0, 1, 0]), Apply);

    private static Tensor Native(Tensor x, int adjoint)
    {
        NativeMethods.Check(NativeMethods.em_smooth(adjoint, x.Handle, out var result), $"smoothing {x}");
        return new(result);
    }

    private static Tensor Record(Tensor x, Func<Tensor> forward, Func<Tensor, Tensor> derivative)
    {
        Tensor y;
        using (Autograd.Pause())
            y = TensorScope.Run(forward);
        return Autograd.IsRecording && x.RequiresGrad ? Differentiable.Record(y, [x], (g, _, _) => [derivative(g)], s_saves) : y;
    }

    // Windows of 3 × 3 pixels, of which 2 × 2 count: LibTorch's own means are slow where pictures have few channels. For three they took
    // ten times as long as one window per channel, channels together. Made on the device, since copying from the host would wait for it.
    private static Tensor Windows(Tensor x, ReadOnlySpan<long> border)
    {
        var channels = x.Size(1);
        var window = Op.ConstantPadNd(Op.Full([1, 1, 2, 2], 0.25, dtype: x.DType, device: x.Device), border).Expand(channels, 1, 3, 3);
        return Op.Conv2d(x.Contiguous(MemoryFormat.ChannelsLast), window, null, [1, 1], [1, 1], groups: channels);
    }

    // Half of a window lies beyond the first row and the first column: the other half counts twice. In place.
    private static Tensor Rescale(Tensor x)
    {
        Op.Mul_(x.Narrow(2, 0, 1), 2.0);
        Op.Mul_(x.Narrow(3, 0, 1), 2.0);
        return x;
    }
}
