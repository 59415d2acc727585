using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Kernels;

/// <summary>The operations that a network spends its time in. Layers call these, never the operators, so that the fastest way is chosen in one place.</summary>
public static class Kernel
{
    /// <summary>x Wᵀ + b.</summary>
    /// <param name="x">[N, in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null.</param>
    /// <returns>[N, out].</returns>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias) => Op.Linear(x, weight, bias);

    /// <summary>Cross-correlation.</summary>
    /// <param name="x">[N, in, H, W].</param>
    /// <param name="weight">[out, in, kH, kW].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="stride">Step of the window, pixels.</param>
    /// <param name="padding">Zeros around the image, pixels.</param>
    /// <returns>[N, out, (H + 2·padding − kH)/stride + 1, …].</returns>
    public static Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias, int stride = 1, int padding = 0) =>
        Op.Conv2d(x, weight, bias, [stride, stride], [padding, padding]);

    /// <summary>The adjoint of <see cref="Conv2d"/> with respect to its image ("transposed convolution").</summary>
    /// <param name="x">[N, in, H, W].</param>
    /// <param name="weight">[in, out, kH, kW].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="stride">Step of the window, pixels.</param>
    /// <param name="padding">Pixels cut off around the result.</param>
    /// <param name="outputPadding">Rows and columns added at the end.</param>
    /// <returns>[N, out, (H − 1)·stride − 2·padding + kH + outputPadding, …].</returns>
    public static Tensor ConvTranspose2d(Tensor x, Tensor weight, Tensor? bias, int stride = 1, int padding = 0, int outputPadding = 0) =>
        Op.ConvTranspose2d(x, weight, bias, [stride, stride], [padding, padding], [outputPadding, outputPadding]);

    /// <summary>Cross-correlation along one axis.</summary>
    /// <param name="x">[N, in, L].</param>
    /// <param name="weight">[out, in, k].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="padding">Zeros at both ends.</param>
    /// <returns>[N, out, L + 2·padding − k + 1].</returns>
    public static Tensor Conv1d(Tensor x, Tensor weight, Tensor? bias, int padding = 0) =>
        Op.Conv1d(x, weight, bias, [1], [padding]);

    /// <summary>x where x is positive, slope · x elsewhere.</summary>
    /// <remarks>Piecewise linear: the slopes are constants of the differentiation, so the second derivative is zero and is not computed.</remarks>
    public static Tensor LeakyRelu(Tensor x, double slope) => slope == 0 ? Op.Relu(x) : Op.LeakyRelu(x, slope);
}
