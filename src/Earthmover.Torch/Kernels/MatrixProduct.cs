using Earthmover.Torch.Native;
using Earthmover.Torch.Operators;
using Earthmover.Torch.Tracing;

namespace Earthmover.Torch.Kernels;

// a · b + bias, divided among the OpenMP threads; its derivatives are products again.
internal static class MatrixProduct
{
    private static readonly bool[] s_saves = [true, true, false];

    // In bfloat16 LibTorch's own operators compute: it is they that are cast. And it is they that a trace can show.
    public static bool Fits(Tensor x) =>
        x.DType == DType.Float32 && !x.Device.IsCuda && !Runtime.IsAutocasting && !TraceRecorder.IsListening;

    public static Tensor Of(Tensor a, Tensor b, Tensor? bias)
    {
        var product = Compute(a, b, bias);
        if (!Autograd.IsRecording)
            return product;
        return bias is null
            ? Differentiable.Record(product, [a, b], Derivative)
            : Differentiable.Record(product, [a, b, bias], Derivative, s_saves);
    }

    private static Tensor?[] Derivative(Tensor g, Tensor[] saved, bool[] needed) =>
    [
        needed[0] ? Of(g, Op.T(saved[1]), null) : null,
        needed[1] ? Of(Op.T(saved[0]), g, null) : null,
        .. needed.Length > 2 ? [needed[2] ? g.Sum([0]) : null] : ReadOnlySpan<Tensor?>.Empty,
    ];

    /// <summary>Without recording.</summary>
    public static Tensor Compute(Tensor a, Tensor b, Tensor? bias = null)
    {
        if (!Fits(a))
            return bias is null ? Op.Mm(a, b) : Op.Addmm(bias, a, b);
        var status = NativeMethods.em_matrix_product(a.Handle, b.Handle, bias?.Handle ?? 0, out var result);
        NativeMethods.Check(status, $"matrix product of {a} and {b}");
        return new(result);
    }
}
