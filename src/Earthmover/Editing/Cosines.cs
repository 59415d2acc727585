using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Editing;

/// <summary>
/// The cosine transform (DCT-II) of planes [..., H, W] along both axes, by LibTorch's Fourier transform of their even extension. It takes
/// apart what continues across its borders as in a mirror, and so diagonalizes differences that have none across them.
/// </summary>
internal static class Cosines
{
    /// <summary>Planes → their coefficients, of the same shape: Σ 2 x_n cos(πk(2n + 1)/2N) along each axis.</summary>
    public static Tensor Forward(Tensor planes) => TensorScope.Run(() => Forward(Forward(planes, planes.Rank - 1), planes.Rank - 2));

    /// <summary>Coefficients → the planes that have them.</summary>
    public static Tensor Inverse(Tensor coefficients) =>
        TensorScope.Run(() => Inverse(Inverse(coefficients, coefficients.Rank - 1), coefficients.Rank - 2));

    /// <summary>πk/N for k of 0 to N − 1 along an axis of planes, shaped to be broadcast over the other.</summary>
    /// <param name="planes">[..., H, W].</param>
    /// <param name="axis">Of the last two.</param>
    public static Tensor Frequencies(Tensor planes, int axis)
    {
        var n = planes.Size(axis);
        double[] values = [.. Enumerable.Range(0, (int)n).Select(k => Math.PI * k / n)];
        long[] shape = axis == planes.Rank - 1 ? [n] : [n, 1];
        return Tensor.From<double>(values, shape, planes.Device).To(planes.DType);
    }

    private static Tensor Forward(Tensor x, int axis)
    {
        using var scope = TensorScope.Open();
        var n = x.Size(axis);
        var (cos, sin) = HalfTurns(x, axis);
        var bins = Op.ViewAsReal(Op.FftRfft(Tensor.Cat([x, Op.Flip(x, [axis])], axis), dim: axis)).Narrow(axis, 0, n);
        return scope.Keep(bins.Select(-1, 0) * cos + bins.Select(-1, 1) * sin);
    }

    private static Tensor Inverse(Tensor x, int axis)
    {
        using var scope = TensorScope.Open();
        var n = x.Size(axis);
        var (cos, sin) = HalfTurns(x, axis);
        // The coefficient after the last is zero: of an even extension there is nothing there.
        var end = Op.ZerosLike(x.Narrow(axis, 0, 1));
        Tensor real = Tensor.Cat([x * cos, end], axis), imaginary = Tensor.Cat([x * sin, end], axis);
        var whole = Op.FftIrfft(Op.ViewAsComplex(Tensor.Stack([real, imaginary], -1)), 2 * n, axis);
        return scope.Keep(whole.Narrow(axis, 0, n).Contiguous());
    }

    // The extension's middle lies half a sample from where the Fourier transform counts.
    private static (Tensor Cos, Tensor Sin) HalfTurns(Tensor x, int axis)
    {
        var angles = Frequencies(x, axis) / 2;
        return (Op.Cos(angles), Op.Sin(angles));
    }
}
