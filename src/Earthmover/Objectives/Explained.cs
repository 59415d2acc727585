using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>How much of what differs from sample to sample a reconstruction has: numbers of one scale, whatever is reconstructed.</summary>
public static class Explained
{
    // A batch of equal samples has no variance to be explained.
    private const double Least = 1e-3;

    /// <summary>E |v − w|² as a part of the variance of v: 0 for v itself, 1 for its mean.</summary>
    /// <param name="v">Samples, or features of them [N, …].</param>
    /// <param name="w">What they are reconstructed as [N, …].</param>
    /// <returns>A tensor without axes.</returns>
    public static Tensor Missing(Tensor v, Tensor w) => (v - w).Square().Mean() / (Variance(v) + Least);

    /// <summary>E (1 − cos(v, w)): how far rows are turned away from each other, whatever their lengths; 0 … 2.</summary>
    /// <param name="v">Codes [N, C].</param>
    /// <param name="w">Others [N, C].</param>
    /// <returns>A tensor without axes.</returns>
    public static Tensor Turned(Tensor v, Tensor w)
    {
        using var scope = TensorScope.Open();
        var lengths = (v.Square().Sum([1]) * w.Square().Sum([1]) + 1e-12).Sqrt();
        return scope.Keep(1 - ((v * w).Sum([1]) / lengths).Mean());
    }

    /// <summary>Codes with noise.</summary>
    /// <param name="h">[N, C].</param>
    /// <param name="sigma">Its standard deviation, in parts of theirs.</param>
    /// <param name="from">Draws it.</param>
    public static Tensor Noisy(Tensor h, double sigma, RandomGenerator from) =>
        sigma == 0 ? h : h + sigma * Variance(h).Sqrt() * Tensor.Normal(h.Shape, from);

    private static Tensor Variance(Tensor v) => (v - v.Mean([0], keep: true)).Square().Mean();
}
