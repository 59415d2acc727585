namespace Earthmover.Transport;

/// <summary>An estimate with its uncertainty.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Low95">Lower end of the 95 % interval.</param>
/// <param name="High95">Upper end of the 95 % interval.</param>
/// <param name="Method">How it was obtained.</param>
/// <param name="Evaluations">Points or pairs evaluated.</param>
public sealed record Estimate(double Value, double Low95, double High95, string Method, long Evaluations);

/// <summary>Maximum mean discrepancy (Gretton et al. 2012) and the kernel Inception distance (Bińkowski et al. 2018).</summary>
public static class KernelDiscrepancy
{
    /// <summary>
    /// Unbiased MMD² with the polynomial kernel (⟨x, y⟩/d + 1)³ over all pairs. May be negative: that is the price of
    /// being unbiased. Matches KID with one subset.
    /// </summary>
    /// <param name="x">At least two points.</param>
    /// <param name="y">At least two points of the same dimension.</param>
    /// <param name="cancellation">Stops the computation.</param>
    /// <exception cref="ArgumentException">Too few points or different dimensions.</exception>
    public static double PolynomialMmdSquared(PointCloud x, PointCloud y, CancellationToken cancellation = default) =>
        MmdSquared<ProductTerm>(x, y, static (product, d) => Cube(product / d + 1), cancellation);

    /// <summary>Unbiased MMD² with the Gaussian kernel exp(−‖x − y‖²/(2σ²)).</summary>
    /// <param name="x">At least two points.</param>
    /// <param name="y">At least two points of the same dimension.</param>
    /// <param name="bandwidth">σ, positive, in units of the coordinates.</param>
    /// <param name="cancellation">Stops the computation.</param>
    /// <exception cref="ArgumentException">Too few points, different dimensions, or σ not positive and finite.</exception>
    public static double GaussianMmdSquared(PointCloud x, PointCloud y, double bandwidth, CancellationToken cancellation = default)
    {
        if (!(bandwidth > 0) || double.IsInfinity(bandwidth))
            throw new ArgumentException($"The bandwidth is {bandwidth}; it must be positive and finite.");
        // In units of the bandwidth no square leaves float64, and squares of differences keep the digits that an offset or an outlier takes
        // from products.
        PointCloud Counted(PointCloud cloud) =>
            PointCloud.Over(Array.ConvertAll(cloud.AsDoubles(), v => v / bandwidth), cloud.Count, cloud.Dimension, cloud.Name);
        Check(x, y);
        return MmdSquared<SquaredTerm>(Counted(x), Counted(y), static (squared, _) => Math.Exp(-0.5 * squared), cancellation);
    }

    /// <summary>KID: the mean of the polynomial MMD² over random subsets, with its 95 % interval over the subsets.</summary>
    /// <param name="x">Features of one side.</param>
    /// <param name="y">Features of the other.</param>
    /// <param name="subsets">Number of subsets, at least 2. Default 100.</param>
    /// <param name="subsetSize">Points per subset and side, at least 2; at most the smaller cloud. Default 1,000.</param>
    /// <param name="seed">Chooses the subsets.</param>
    /// <param name="cancellation">Stops the computation.</param>
    /// <exception cref="ArgumentException">A size is out of range or the dimensions differ.</exception>
    public static Estimate KernelInceptionDistance(PointCloud x, PointCloud y, int subsets = 100, int subsetSize = 1000, ulong seed = 0,
        CancellationToken cancellation = default)
    {
        Check(x, y);
        var size = Math.Min(subsetSize, Math.Min(x.Count, y.Count));
        if (subsets < 2 || subsetSize < 2)
            throw new ArgumentException($"{subsets} subsets of {subsetSize} points; at least 2 of each are needed.");
        var source = new NormalSource(seed);
        var values = new double[subsets];
        for (var s = 0; s < subsets; s++)
        {
            var a = x.Select(source.Permutation(x.Count).AsSpan(0, size));
            var b = y.Select(source.Permutation(y.Count).AsSpan(0, size));
            values[s] = PolynomialMmdSquared(a, b, cancellation);
        }
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (subsets - 1));
        var half = 1.96 * deviation / Math.Sqrt(subsets);
        return new Estimate(mean, mean - half, mean + half, $"polynomial MMD², {subsets} subsets of {size}",
            (long)subsets * size * size * 3);
    }

    private static double MmdSquared<TTerm>(PointCloud x, PointCloud y, Func<double, int, double> kernel, CancellationToken cancellation)
        where TTerm : IPairTerm
    {
        Check(x, y);
        var (n, m, d) = (x.Count, y.Count, x.Dimension);
        var (a, b) = (x.AsDoubles(), y.AsDoubles());
        return Mean<TTerm>(a, n, a, n, d, kernel, skipDiagonal: true, cancellation)
            + Mean<TTerm>(b, m, b, m, d, kernel, skipDiagonal: true, cancellation)
            - 2 * Mean<TTerm>(a, n, b, m, d, kernel, skipDiagonal: false, cancellation);
    }

    private static double Mean<TTerm>(double[] a, int n, double[] b, int m, int d, Func<double, int, double> kernel, bool skipDiagonal,
        CancellationToken cancellation)
        where TTerm : IPairTerm
    {
        var packed = new PackedPoints<double>(b, m, d);
        var sums = new double[n];
        Work.ForBlocks(n, 18, 18L * m * d, Environment.ProcessorCount, (from, count) =>
        {
            var block = new double[count * m];
            packed.Evaluate<TTerm>(a.AsSpan(from * d, count * d), count, block);
            for (var i = 0; i < count; i++)
            {
                double sum = 0;
                for (var j = 0; j < m; j++)
                {
                    if (!skipDiagonal || j != from + i)
                        sum += kernel(block[i * m + j], d);
                }
                sums[from + i] = sum;
            }
        }, cancellation);
        return sums.Sum() / ((double)n * (skipDiagonal ? m - 1 : m));
    }

    private static double Cube(double value) => value * value * value;

    private static void Check(PointCloud x, PointCloud y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        PointCloud.RequireOneSpace(x, y);
        if (x.Count < 2 || y.Count < 2)
            throw new ArgumentException($"Clouds of {x.Count} and {y.Count} points; the unbiased estimate needs at least two each.");
    }
}
