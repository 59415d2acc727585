using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Reports.Figures;

namespace Earthmover.Claims.Critics;

/// <summary>
/// The ground distance of W₁ on pictures is Euclid's, which finds a shift by one pixel worse than a blur; a classifier's features and the
/// eye do not.
/// </summary>
public sealed class EuclidAndEye : Claim<EuclidAndEye.Run>
{
    private const int Side = 28;
    private static readonly string[] s_kinds = ["shift", "blur", "noise", "contrast", "occlusion"];

    /// <summary>What one run measures.</summary>
    /// <param name="ShiftWorse">Share of pictures whose shift by one pixel is farther in L2 than their blur of σ = 1.</param>
    /// <param name="PixelRatio">Median of L2(shift) / L2(blur).</param>
    /// <param name="FeatureRatio">Median of the same ratio in a classifier's features.</param>
    /// <param name="FeatureWorse">Share of pictures whose shift is farther in features than their blur.</param>
    /// <param name="Norms">Median relative departure from the common norm by distortion.</param>
    /// <param name="Features">Median feature distance by distortion, all at the L2 of a shift by one pixel.</param>
    /// <param name="Kept">Share of pictures that keep their class, by distortion.</param>
    public sealed record Run(double ShiftWorse, double PixelRatio, double FeatureRatio,
        double FeatureWorse, double[] Norms, double[] Features, double[] Kept);

    /// <inheritdoc/>
    public override string Name => "euclid-and-eye";

    /// <inheritdoc/>
    public override string Title => "Euclid finds a shift by one pixel worse than a blur; a classifier does not";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R21"];

    /// <inheritdoc/>
    public override string Statement =>
        "W₁ of pictures is built upon the Euclidean distance of pixels, which does not order pictures as people do: "
        + "small shifts count as much as damage. So even a perfect estimate of W₁ would not be a measure of visual quality.";

    /// <inheritdoc/>
    public override string Source => "Stanczuk, Etmann, Kreusser and Schönlieb, 2021, arXiv:2103.01678; Su, 2021, kexue.fm/archives/8244";

    /// <inheritdoc/>
    public override string Experiment =>
        "Fashion-MNIST test pictures (500, quick 200). First a shift by one pixel to the right against a Gaussian blur of σ = 1. "
        + "Then five distortions of equal L2, that of the shift: "
        + "blur, white noise, contrast and a black square have their strength set by bisection after rounding and clipping to bytes. "
        + "The other distance is that of the 128 features of this program's Fashion-MNIST classifier, and whether its answer stays.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        var all = (ImageSet)trial.Open("fashion-mnist?split=test");
        var data = (ImageSet)Subset.Of(all, Subset.Order(all.Count, trial.Seed).AsSpan(0, trial.Of(200, 500)));
        var random = new SeededRandom(trial.Seed, "noise");
        var n = data.Count;
        byte[][] shifted = new byte[n][], blurred = new byte[n][];
        var equal = s_kinds.Select(_ => new byte[n][]).ToArray();
        for (var i = 0; i < n; i++)
        {
            double[] x = [.. data[i].ToArray().Select(b => (double)b)], noise = [.. x.Select(_ => random.NextGaussian())];
            var original = data[i].ToArray();
            (shifted[i], blurred[i]) = (Bytes(Shift(x)), Bytes(Blur(x, 1)));
            var norm = Distance(original, shifted[i]);
            int cx = random.NextInt(Side), cy = random.NextInt(Side);
            Func<double, byte[]>[] families =
            [
                _ => shifted[i],
                s => Bytes(Blur(x, 0.01 + 8 * s)),
                s => Bytes([.. x.Select((v, j) => v + 400 * s * noise[j])]),
                s => Bytes([.. x.Select(v => v * (1 - s))]),
                s => Bytes(Occlude(x, 12 + (cx % 5), 12 + (cy % 5), 1 + 14 * s)),
            ];
            for (var k = 0; k < families.Length; k++)
                equal[k][i] = k == 0 ? shifted[i] : Bisect(families[k], original, norm);
            if (i % 50 == 0)
                trial.Report(0.5 * i / n);
        }
        using var extractor = new FashionFeatures();
        var features = extractor.Extract(data);
        var classes = ClassScores.Classes(features);
        double[] Away(byte[][] pictures, out double kept)
        {
            var f = extractor.Extract(new ImageSet("distorted", data.Shape, [.. pictures.SelectMany(p => p)]));
            kept = ClassScores.Classes(f).Zip(classes, (a, b) => a == b ? 1.0 : 0).Average();
            return [.. Enumerable.Range(0, n)
                .Select(i => Math.Sqrt(Enumerable.Range(0, f.Dimension).Sum(j => Math.Pow(f[i][j] - features[i][j], 2))))];
        }
        double[] L2(byte[][] pictures) => [.. pictures.Select((p, i) => Distance(data[i].ToArray(), p))];
        double[] shift = Away(shifted, out _), blur = Away(blurred, out _), shiftL2 = L2(shifted), blurL2 = L2(blurred);
        double[] medians = new double[s_kinds.Length], norms = new double[s_kinds.Length], kept = new double[s_kinds.Length];
        for (var k = 0; k < s_kinds.Length; k++)
        {
            medians[k] = Numbers.Median(Away(equal[k], out kept[k]));
            norms[k] = Numbers.Median(L2(equal[k]).Zip(shiftL2, (a, b) => Math.Abs(a / b - 1)));
            trial.Report(0.5 + 0.5 * (k + 1) / s_kinds.Length);
        }
        return new(Share(shiftL2, blurL2), Numbers.Median(shiftL2.Zip(blurL2, (a, b) => a / b)),
            Numbers.Median(shift.Zip(blur, (a, b) => a / b)), Share(shift, blur), norms, medians, kept);
    }

    private static double Share(double[] a, double[] b) => a.Zip(b, (x, y) => x > y ? 1.0 : 0).Average();

    private static double Distance(byte[] a, byte[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum());

    private static byte[] Bytes(double[] values) => [.. values.Select(v => (byte)Math.Round(Math.Clamp(v, 0, 255)))];

    // The least strength in [0, 1] at which a distortion reaches a distance; its full strength where it never does.
    private static byte[] Bisect(Func<double, byte[]> family, byte[] original, double norm)
    {
        var (low, high) = (0.0, 1.0);
        for (var i = 0; i < 14; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Distance(original, family(middle)) < norm ? (middle, high) : (low, middle);
        }
        return family(high);
    }

    private static double[] Shift(double[] x) => [.. x.Select((_, j) => j % Side == 0 ? 0 : x[j - 1])];

    // Edges of the square fade over a pixel, so that its area is continuous in the side.
    private static double[] Occlude(double[] x, int column, int row, double side)
    {
        double Inside(int at, int center) => Math.Clamp(side / 2 - Math.Abs(at - center) + 0.5, 0, 1);
        return [.. x.Select((v, j) => v * (1 - Inside(j % Side, column) * Inside(j / Side, row)))];
    }

    private static double[] Blur(double[] x, double sigma)
    {
        var reach = (int)Math.Ceiling(3 * sigma);
        double[] taps = [.. Enumerable.Range(-reach, 2 * reach + 1).Select(k => Math.Exp(-k * k / (2 * sigma * sigma)))];
        var total = taps.Sum();
        double[] Along(double[] from, int stride)
        {
            var to = new double[from.Length];
            for (var j = 0; j < from.Length; j++)
            {
                var at = stride == 1 ? j % Side : j / Side;
                for (var k = Math.Max(-reach, -at); k <= Math.Min(reach, Side - 1 - at); k++)
                    to[j] += from[j + k * stride] * taps[k + reach] / total;
            }
            return to;
        }
        return Along(Along(x, 1), Side);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        double Middle(Func<Run, double> of) => Numbers.Median(runs.Select(of));
        Bar Of(string kind, Func<Run, double> of) => new(kind, Middle(of), runs.Min(of), runs.Max(of));
        var figure = Figure.Multiples("Five distortions that are equally far in L2", 2,
        [
            Plot.Bars("Distance in a classifier's features", new("median distance") { FromZero = true },
                [.. s_kinds.Select((kind, k) => Of(kind, r => r.Features[k]))], horizontal: true, width: 380),
            Plot.Bars("Class kept", new("share of pictures") { Range = (0, 1), Format = ".0%" },
                [.. s_kinds.Select((kind, k) => Of(kind, r => r.Kept[k]))], horizontal: true, width: 380),
        ], "All as far from the picture as its shift by one pixel is.");
        return new(
        [
            Check.Control("largest median departure from the common L2", runs.Select(r => r.Norms.Max()), Band.AtMost(0.02)),
            Check.Claimed("share of pictures whose shift by 1 pixel is farther in L2 than their blur, σ = 1",
                runs.Select(r => r.ShiftWorse), Band.AtLeast(0.8)),
            Check.Claimed("share of pictures whose shift is farther in features than their blur",
                runs.Select(r => r.FeatureWorse), Band.AtMost(0.5)),
            Check.Claimed("median of shift over blur, in L2", runs.Select(r => r.PixelRatio), Band.AtLeast(1)),
            Check.Claimed("median of shift over blur, in features", runs.Select(r => r.FeatureRatio), Band.AtMost(1)),
            Check.Claimed("feature distance of the blur over that of the shift, at equal L2",
                runs.Select(r => r.Features[1] / r.Features[0]), Band.AtLeast(1)),
        ], figure,
        $"A shift by one pixel costs {Middle(r => r.PixelRatio):0.00} times the L2 of a blur with σ = 1, "
        + $"and {Middle(r => r.FeatureRatio):0.00} times its feature distance. "
        + $"At equal L2 the classifier keeps its answer on {Middle(r => r.Kept[0]):0%} of the shifted pictures, "
        + $"{Middle(r => r.Kept[1]):0%} of the blurred and {Middle(r => r.Kept[2]):0%} of the noisy ones. "
        + "Here stands a classifier for the eye: convolutions are built to bear shifts, and people were not asked.");
    }
}
