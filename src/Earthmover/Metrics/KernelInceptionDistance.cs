using Earthmover.Torch;

namespace Earthmover.Metrics;

/// <summary>
/// The kernel Inception distance (arXiv:1801.01401): unbiased MMD² with the kernel (⟨x, y⟩/d + 1)³. It may be slightly negative.
/// </summary>
/// <remarks>All pairs are used. The usual mean over 100 subsets of 1,000 estimates the same number with more noise.</remarks>
public static class KernelInceptionDistance
{
    private const int BlockElements = 1 << 21;

    // Of the mean kernel: below it a difference is made of the rounding of float64.
    private const double LeastShare = 1e-11;

    /// <summary>Measures the distance of as many samples as the smaller set has.</summary>
    /// <remarks>
    /// The interval is that of a U-statistic from the spread of its row means; for equal laws it is wider than needed by up to √2.
    /// </remarks>
    /// <param name="x">One set, at least 2 samples.</param>
    /// <param name="y">The other, at least 2 samples.</param>
    /// <param name="cancellation">Ends it between two blocks with an <see cref="OperationCanceledException"/>.</param>
    public static MetricValue Measure(FeatureSet x, FeatureSet y, CancellationToken cancellation = default)
    {
        x.RequireSameSpace(y);
        var n = Math.Min(x.Count, y.Count);
        if (n < 2)
            throw new ArgumentException($"KID needs at least 2 samples on each side; there are {x.Count} and {y.Count}");
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        Tensor a = x.Take(n).ToTensor(), b = y.Take(n).ToTensor();
        double within = 0, between = 0;
        var rows = new double[n];
        var height = Math.Max(1, BlockElements / n);
        for (var from = 0; from < n; from += height)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = TensorScope.Open();
            var count = Math.Min(height, n - from);
            Tensor rowsA = a.Narrow(0, from, count), rowsB = b.Narrow(0, from, count);
            // Sums over the other samples; a sample with itself does not count.
            Tensor Own(Tensor some, Tensor all) => Kernel(some, all).Sum([1]) - (some.Square().Sum([1]) / x.Dimension + 1).Pow(3);
            var same = Own(rowsA, a) + Own(rowsB, b);
            Tensor cross = Kernel(rowsA, b).Sum([1]), crossed = Kernel(rowsB, a).Sum([1]);
            within += same.Sum().Item();
            between += cross.Sum().Item();
            var partners = ((rowsA * rowsB).Sum([1]) / x.Dimension + 1).Pow(3);
            ((same - cross - crossed + 2 * partners) / (n - 1)).ToArray<double>().CopyTo(rows, from);
        }
        var value = within / ((double)n * (n - 1)) - 2 * between / ((double)n * n);
        // The kernel sees where the origin is: of points far from it nothing is left but rounding.
        if (Math.Abs(value) < LeastShare * Math.Abs(within) / ((double)n * n))
            throw new ArgumentException("the samples lie so far from the origin, or so near it or each other, "
                + "that the digits of the difference are lost; use mmd or fd, which see neither shift nor scale");
        // Two rows of each kind have the same mean, whatever they are.
        if (n < 3)
            return new("kid", value, double.NegativeInfinity, double.PositiveInfinity, "none: too few samples");
        var half = Statistics.Normal95 * 2 * Statistics.MeanError(rows);
        return new("kid", value, value - half, value + half, "analytic: U-statistic");

        Tensor Kernel(Tensor u, Tensor v)
        {
            var affine = u.MatMul(v.Transpose(0, 1)) / x.Dimension + 1;
            return affine * affine * affine;
        }
    }
}
