using Earthmover.Data;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Metrics;

/// <summary>Measurements of pictures as pictures: how alike they are, and how sharp.</summary>
public static class PictureMetrics
{
    private const int Window = 11;
    private const double Deviation = 1.5;
    private static readonly double[] s_weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    /// <summary>
    /// Mean multi-scale structural similarity (Wang, Simoncelli and Bovik 2003) of random pairs inside one set: high means little diversity
    /// (arXiv:1610.09585). Compare with the floor.
    /// </summary>
    /// <remarks>
    /// Gaussian window 11 × 11, σ = 1.5, no margins. Of the five scales those are used on which the window fits, with weights that sum to
    /// one.
    /// </remarks>
    /// <param name="pictures">Pixels in [0, 1], at least 2 pictures; neighbors in the order are paired.</param>
    /// <param name="cancellation">Ends it between two blocks with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">A side is below 11 pixels.</exception>
    public static MetricValue Similarity(FeatureSet pictures, CancellationToken cancellation = default)
    {
        var shape = ShapeOf(pictures);
        var scales = ScalesOf(shape);
        var pairs = pictures.Count / 2;
        var values = new double[pairs];
        const int block = 256;
        for (var from = 0; from < pairs; from += block)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Open();
            var count = Math.Min(block, pairs - from);
            var numbers = pictures.Values.AsSpan(2 * from * pictures.Dimension, 2 * count * pictures.Dimension);
            var x = Tensor.From<float>(numbers, [count, 2, shape.Channels, shape.Height, shape.Width]).To(DType.Float64);
            Similarity(x.Select(1, 0), x.Select(1, 1), scales).ToArray<double>().CopyTo(values, from);
        }
        return Intervals.Mean("ms-ssim", values);
    }

    /// <summary>Scales on which the window fits, at most 5.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static int ScalesOf(ImageShape shape)
    {
        var side = Math.Min(shape.Height, shape.Width);
        var scales = Enumerable.Range(0, s_weights.Length).Count(s => side >> s >= Window);
        return scales > 0 ? scales : throw new ArgumentException(
            $"structural similarity needs pictures of at least {Window} pixels a side, not {shape.Width}x{shape.Height}");
    }

    // [N, C, H, W] twice → [N].
    private static Tensor Similarity(Tensor x, Tensor y, int scales)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var total = s_weights.Take(scales).Sum();
        var result = Tensor.Ones([x.Size(0)], DType.Float64);
        for (var s = 0; s < scales; s++)
        {
            var (luminance, structure) = Terms(x, y);
            var factor = s == scales - 1 ? luminance * structure : structure;
            result *= Op.ClampMin(factor.Flatten(1).Mean([1]), 0).Pow(s_weights[s] / total);
            (x, y) = (Op.AvgPool2d(x, [2, 2], [2, 2]), Op.AvgPool2d(y, [2, 2], [2, 2]));
        }
        return scope.Keep(result);
    }

    private static (Tensor Luminance, Tensor Structure) Terms(Tensor x, Tensor y)
    {
        const double c1 = 0.01 * 0.01, c2 = 0.03 * 0.03;
        Tensor meanX = Blurred(x), meanY = Blurred(y);
        Tensor varianceX = Blurred(x.Square()) - meanX.Square();
        Tensor varianceY = Blurred(y.Square()) - meanY.Square();
        Tensor covariance = Blurred(x * y) - meanX * meanY;
        return ((2 * meanX * meanY + c1) / (meanX.Square() + meanY.Square() + c1), (2 * covariance + c2) / (varianceX + varianceY + c2));
    }

    // One channel at a time, rows and then columns.
    private static Tensor Blurred(Tensor x)
    {
        var taps = Enumerable.Range(0, Window).Select(i => Math.Exp(-Math.Pow(i - Window / 2, 2) / (2 * Deviation * Deviation))).ToArray();
        var kernel = Tensor.From<double>([.. taps.Select(t => t / taps.Sum())], Window);
        var planes = x.Reshape(-1, 1, x.Size(2), x.Size(3));
        var y = Op.Conv2d(Op.Conv2d(planes, kernel.Reshape(1, 1, 1, Window)), kernel.Reshape(1, 1, Window, 1));
        return y.Reshape(x.Size(0), x.Size(1), y.Size(2), y.Size(3));
    }

    /// <summary>
    /// Mean energy of the discrete Laplacian of generated pictures over that of real ones: 1 for equal sharpness, less for blur, more for
    /// noise and checkerboards.
    /// </summary>
    /// <param name="generated">Pixels, at least 2 pictures of 3 pixels a side.</param>
    /// <param name="real">Pixels.</param>
    public static MetricValue LaplacianEnergy(FeatureSet generated, FeatureSet real)
    {
        generated.RequireSameSpace(real);
        MetricValue x = Intervals.Mean("", Energies(generated)), y = Intervals.Mean("", Energies(real));
        if (y.Value == 0)
            throw new ArgumentException("the real pictures are flat; there is no sharpness to compare with");
        var ratio = x.Value / y.Value;
        var half = Math.Sqrt(Math.Pow((x.High95 - x.Value) / y.Value, 2) + Math.Pow(ratio * (y.High95 - y.Value) / y.Value, 2));
        return new("laplacian", ratio, ratio - half, ratio + half, "analytic: delta method");
    }

    /// <summary>Mean square of 4·center − the four neighbors over the inner pixels of every picture [N].</summary>
    /// <param name="pictures">Pixels.</param>
    public static double[] Energies(FeatureSet pictures)
    {
        var shape = ShapeOf(pictures);
        if (Math.Min(shape.Height, shape.Width) < 3)
            throw new ArgumentException($"a Laplacian needs pictures of at least 3 pixels a side, not {shape.Width}x{shape.Height}");
        var energies = new double[pictures.Count];
        for (var n = 0; n < energies.Length; n++)
        {
            var x = pictures[n];
            var (sum, w) = (0.0, shape.Width);
            for (var c = 0; c < shape.Channels; c++)
                for (var i = 1; i < shape.Height - 1; i++)
                    for (var j = 1; j < w - 1; j++)
                    {
                        var at = (c * shape.Height + i) * w + j;
                        sum += Math.Pow(4.0 * x[at] - x[at - 1] - x[at + 1] - x[at - w] - x[at + w], 2);
                    }
            energies[n] = sum / (shape.Channels * (shape.Height - 2) * (w - 2));
        }
        return energies;
    }

    private static ImageShape ShapeOf(FeatureSet pictures) => pictures.Shape ?? throw new ArgumentException("these are no pictures");
}
