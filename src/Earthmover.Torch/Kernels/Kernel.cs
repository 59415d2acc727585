using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Kernels;

/// <summary>
/// The operations that a network spends its time in. Layers call these, never the operators, so that the fastest way is chosen in one
/// place.
/// </summary>
/// <remarks>
/// On the CPU in single precision every operation has several equal implementations, and <see cref="KernelChoices"/> keeps the fastest for
/// each shape.
/// Elsewhere LibTorch's own operators are called.
/// </remarks>
public static class Kernel
{
    /// <summary>x Wᵀ + b.</summary>
    /// <param name="x">[…, in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null.</param>
    /// <returns>[…, out].</returns>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias)
    {
        if (!MatrixProduct.Fits(x) || !MatrixProduct.Fits(weight) || weight.Rank != 2 || x.Rank == 0)
            return Op.Linear(x, weight, bias);
        if (x.Rank == 2)
            return MatrixProduct.Of(x, Op.T(weight), bias);
        var shape = x.Shape;
        return MatrixProduct.Of(x.Reshape(-1, shape[^1]), Op.T(weight), bias).Reshape([.. shape[..^1], weight.Size(0)]);
    }

    /// <summary>Matrix product.</summary>
    /// <param name="a">[N, K].</param>
    /// <param name="b">[K, M].</param>
    /// <returns>[N, M].</returns>
    public static Tensor MatMul(Tensor a, Tensor b) =>
        MatrixProduct.Fits(a) && MatrixProduct.Fits(b) && a.Rank == 2 && b.Rank == 2
            ? MatrixProduct.Of(a, b, null)
            : Op.Matmul(a, b);

    /// <summary>How near rows are to others: Σ_j exp(−‖m_ib − o_jb‖₁) (arXiv:1606.03498, section 3.2).</summary>
    /// <param name="m">Coordinates of rows, C for each of B kernels [N, B, C].</param>
    /// <param name="others">Of those they are compared with, which may be the same [M, B, C].</param>
    /// <returns>[N, B].</returns>
    public static Tensor Nearness(Tensor m, Tensor others) => Kernels.Nearness.Of(m, others);

    /// <summary>Cross-correlation.</summary>
    /// <param name="x">[N, in, H, W].</param>
    /// <param name="weight">[out, in, kH, kW].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="stride">Step of the window, pixels.</param>
    /// <param name="padding">Zeros around the image, pixels.</param>
    /// <returns>[N, out, (H + 2·padding − kH)/stride + 1, …].</returns>
    public static Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias, int stride = 1, int padding = 0)
    {
        if (Convolution.Fits(x, weight, 4, channels: 1) is not { } shape)
            return Op.Conv2d(Laid(x), weight, bias, [stride, stride], [padding, padding]);
        return Convolution.Apply(new(shape[0], shape[1], shape[2], shape[3], weight.Shape, stride, padding), x, weight, bias);
    }

    /// <summary>Cross-correlation of groups of channels, each by itself.</summary>
    /// <param name="x">[N, in, H, W].</param>
    /// <param name="weight">[out, in / groups, kH, kW].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="groups">Divides both numbers of channels.</param>
    /// <param name="padding">Zeros around the image, pixels.</param>
    /// <param name="stride">Step of the window, pixels.</param>
    /// <returns>As of <see cref="Conv2d"/>.</returns>
    public static Tensor GroupedConv2d(Tensor x, Tensor weight, Tensor? bias, int groups, int padding = 0, int stride = 1) =>
        Op.Conv2d(Laid(x), weight, bias, [stride, stride], [padding, padding], groups: groups);

    /// <summary>The adjoint of <see cref="Conv2d"/> with respect to its image ("transposed convolution").</summary>
    /// <param name="x">[N, in, H, W].</param>
    /// <param name="weight">[in, out, kH, kW].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="stride">Step of the window, pixels.</param>
    /// <param name="padding">Pixels cut off around the result.</param>
    /// <param name="outputPadding">Rows and columns added at the end.</param>
    /// <returns>[N, out, (H − 1)·stride − 2·padding + kH + outputPadding, …].</returns>
    public static Tensor ConvTranspose2d(Tensor x, Tensor weight, Tensor? bias, int stride = 1, int padding = 0, int outputPadding = 0)
    {
        if (Convolution.Fits(x, weight, 4, channels: 0) is not { } shape || outputPadding >= stride && outputPadding > 0)
            return Op.ConvTranspose2d(Laid(x), weight, bias, [stride, stride], [padding, padding], [outputPadding, outputPadding]);
        var window = weight.Shape;
        long Side(long side, long kernel) => (side - 1) * stride - 2 * padding + kernel + outputPadding;
        var (height, width) = (Side(shape[2], window[2]), Side(shape[3], window[3]));
        return Convolution.ApplyAdjoint(new(shape[0], window[1], height, width, window, stride, padding), x, weight, bias);
    }

    /// <summary>Cross-correlation along one axis.</summary>
    /// <param name="x">[N, in, L].</param>
    /// <param name="weight">[out, in, k].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="padding">Zeros at both ends.</param>
    /// <returns>[N, out, L + 2·padding − k + 1].</returns>
    public static Tensor Conv1d(Tensor x, Tensor weight, Tensor? bias, int padding = 0)
    {
        if (Convolution.Fits(x, weight, 3, channels: 1) is not { } shape)
            return Op.Conv1d(x, weight, bias, [1], [padding]);
        return Convolution.Apply(new(shape[0], shape[1], shape[2], weight.Shape, padding), x, weight, bias);
    }

    /// <summary>
    /// A convolution whose result is halved by the mean of 2 × 2 pixels: <c>avg_pool2d(conv2d(x, weight, bias, 1, padding), 2)</c>.
    /// </summary>
    /// <remarks>
    /// The mean of four neighboring windows is one window, larger by a pixel, at every other place: 16/36 of the products for a 3 × 3
    /// window (arXiv:1704.00028's code has the layer).
    /// </remarks>
    /// <param name="x">[N, in, H, W].</param>
    /// <param name="weight">[out, in, k, k].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="padding">Zeros around the image, pixels.</param>
    /// <returns>[N, out, H', W'], half the size of the convolution's result.</returns>
    public static Tensor Conv2dMeanPool(Tensor x, Tensor weight, Tensor? bias, int padding = 1) =>
        Conv2d(x, Op.AvgPool2d(weight, [2, 2], [1, 1], [1, 1]), bias, 2, padding);

    /// <summary>
    /// A convolution of an image doubled by repeating its pixels: <c>conv2d(upsample_nearest2d(x, 2), weight, bias, 1, padding)</c>.
    /// </summary>
    /// <remarks>
    /// Equal pixels meet sums of weights: a transposed convolution whose window is larger by a pixel, with 16/36 of the products for a 3 ×
    /// 3 window.
    /// </remarks>
    /// <param name="x">[N, in, H, W].</param>
    /// <param name="weight">[out, in, k, k].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="padding">Zeros around the doubled image, at most k − 1 pixels.</param>
    /// <returns>[N, out, 2H + 2·padding − k + 1, …].</returns>
    public static Tensor UpsampleConv2d(Tensor x, Tensor weight, Tensor? bias, int padding = 1)
    {
        var sums = Op.AvgPool2d(Op.Flip(weight, [2, 3]), [2, 2], [1, 1], [1, 1]) * 4;
        return ConvTranspose2d(x, sums.Transpose(0, 1), bias, 2, (int)weight.Size(2) - 1 - padding);
    }

    /// <summary>
    /// The mean of every pixel and its neighbors above, to the left, and above to the left; at the borders of those that there are.
    /// </summary>
    /// <remarks>
    /// What alternates from pixel to pixel along an axis it takes away: the lattice that a doubling leaves. A picture moves by half a
    /// pixel.
    /// </remarks>
    /// <param name="x">[N, C, H, W].</param>
    public static Tensor Smooth(Tensor x) => Smoothing.Apply(x);

    /// <summary>x where x is positive, slope · x elsewhere.</summary>
    /// <remarks>
    /// Piecewise linear: the slopes are constants of the differentiation, so the second derivative is zero and is not computed.
    /// </remarks>
    /// <param name="x">Any shape.</param>
    /// <param name="slope">At least 0.</param>
    public static Tensor LeakyRelu(Tensor x, double slope) =>
        slope < 0 ? Op.LeakyRelu(x, slope) : PiecewiseLinear.Apply(x, slope);

    /// <summary>Channels to pixels: [N, 4C, H, W] → [N, C, 2H, 2W] (arXiv:1609.05158).</summary>
    public static Tensor PixelShuffle(Tensor x) => PixelShuffling.Apply(x);

    /// <summary>
    /// Batch normalization (arXiv:1502.03167), with a gain and a bias for every channel of every sample, and rectification where asked for.
    /// </summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="gain">[N, C].</param>
    /// <param name="bias">[N, C].</param>
    /// <param name="runningMean">[C], which the batch's mean moves, or null.</param>
    /// <param name="runningVariance">[C], which its unbiased variance moves, or null.</param>
    /// <param name="momentum">How far.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="rectify">What is negative becomes 0.</param>
    public static Tensor BatchNorm(Tensor x, Tensor gain, Tensor bias, Tensor? runningMean, Tensor? runningVariance,
        double momentum, double epsilon, bool rectify) =>
        BatchNormalization.Apply(x, gain, bias, runningMean, runningVariance, momentum, epsilon, rectify);

    private static Tensor Laid(Tensor x) => Runtime.ImageLayout is { } layout && x.Rank == 4 ? x.Contiguous(layout) : x;
}
