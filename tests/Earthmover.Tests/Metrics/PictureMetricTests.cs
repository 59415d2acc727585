using Earthmover.Data;
using Earthmover.Data.Toys;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Testing;

namespace Earthmover.Tests.Metrics;

/// <summary>Measurements of pictures, points and lines.</summary>
public sealed class PictureMetricTests : LeakTest
{
    private static FeatureSet Pictures(ImageShape shape, int count, Func<int, int, int, double> value) => new(
        [
            .. from n in Enumerable.Range(0, count)
               from c in Enumerable.Range(0, shape.Channels)
               from i in Enumerable.Range(0, shape.Height)
               from j in Enumerable.Range(0, shape.Width)
               select (float)value(n, i, j),
        ],
        count, shape.Size, "pixels")
    { Shape = shape };

    private static double Wave(int n, int i, int j) => 0.5 + 0.25 * Math.Sin(0.7 * i + 0.3 * n) + 0.2 * Math.Cos(0.5 * j * (n + 1));

    // The definition, pixel by pixel.
    private static double Naive(FeatureSet x, int scales)
    {
        double[] weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
        int h = x.Shape!.Value.Height, w = x.Shape!.Value.Width;
        double[,] a = Plane(0), b = Plane(1);
        var result = 1.0;
        for (var s = 0; s < scales; s++)
        {
            double total = 0, count = 0;
            for (var i = 0; i + 11 <= h; i++)
                for (var j = 0; j + 11 <= w; j++)
                {
                    double sum = 0, ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
                    for (var u = 0; u < 11; u++)
                        for (var v = 0; v < 11; v++)
                        {
                            var g = Math.Exp(-((u - 5) * (u - 5) + (v - 5) * (v - 5)) / 4.5);
                            double p = a[i + u, j + v], q = b[i + u, j + v];
                            (sum, ma, mb, aa, bb, ab) = (sum + g, ma + g * p, mb + g * q, aa + g * p * p, bb + g * q * q, ab + g * p * q);
                        }
                    (ma, mb, aa, bb, ab) = (ma / sum, mb / sum, aa / sum, bb / sum, ab / sum);
                    var structure = (2 * (ab - ma * mb) + 0.0009) / (aa - ma * ma + bb - mb * mb + 0.0009);
                    total += s == scales - 1 ? structure * (2 * ma * mb + 0.0001) / (ma * ma + mb * mb + 0.0001) : structure;
                    count++;
                }
            result *= Math.Pow(Math.Max(0, total / count), weights[s] / weights.Take(scales).Sum());
            (a, b, h, w) = (Half(a), Half(b), h / 2, w / 2);
        }
        return result;

        double[,] Plane(int n)
        {
            var plane = new double[h, w];
            for (var at = 0; at < h * w; at++)
                plane[at / w, at % w] = x[n][at];
            return plane;
        }

        static double[,] Half(double[,] p)
        {
            var half = new double[p.GetLength(0) / 2, p.GetLength(1) / 2];
            for (var i = 0; i < half.GetLength(0); i++)
                for (var j = 0; j < half.GetLength(1); j++)
                    half[i, j] = (p[2 * i, 2 * j] + p[2 * i + 1, 2 * j] + p[2 * i, 2 * j + 1] + p[2 * i + 1, 2 * j + 1]) / 4;
            return half;
        }
    }

    [Fact]
    public void Similarity_is_the_definition_on_the_scales_that_fit()
    {
        var x = Pictures(new(1, 46, 50), 2, Wave);
        Assert.Equal(3, PictureMetrics.ScalesOf(x.Shape!.Value));
        Assert.Equal(Naive(x, 3), PictureMetrics.Similarity(x).Value, 1e-6);
        Assert.Equal(1, PictureMetrics.Similarity(Pictures(new(3, 28, 28), 4, (n, i, j) => Wave(n / 2, i, j))).Value, 1e-9);
        Assert.Equal(2, PictureMetrics.ScalesOf(new(1, 28, 28)));
        Assert.Equal(5, PictureMetrics.ScalesOf(new(1, 176, 200)));
        Assert.Throws<ArgumentException>(() => PictureMetrics.ScalesOf(new(1, 8, 8)));
    }

    [Fact]
    public void Laplacian_of_one_bright_pixel_is_counted_by_hand()
    {
        // 4² in the middle and 1² at four neighbors, over nine inner pixels.
        var dot = Pictures(new(1, 5, 5), 2, (_, i, j) => i == 2 && j == 2 ? 1 : 0);
        Assert.All(PictureMetrics.Energies(dot), e => Assert.Equal(20 / 9.0, e, 12));
        var half = dot with { Values = [.. dot.Values.Select(v => v / 2)] };
        Assert.Equal(0.25, PictureMetrics.LaplacianEnergy(half, dot).Value, 12);
        Assert.Equal(4, PictureMetrics.LaplacianEnergy(dot, half).Value, 12);
        Assert.Throws<ArgumentException>(() => PictureMetrics.LaplacianEnergy(dot, Pictures(new(1, 5, 5), 2, (_, _, _) => 1)));
    }

    [Fact]
    public void Modes_have_intervals_that_contain_them()
    {
        var mixture = new GaussianModes([new([0, 0], 0.1), new([5, 0], 0.1), new([0, 5], 0.1)]);
        // Two modes are hit, one of them by a single sample that some resamples miss. So it is by chance that the third is none, as well.
        FeatureSet points = new([.. Enumerable.Range(0, 40).SelectMany(i => new[] { i == 0 ? 5 : 0.001f * i, 0 })], 40, 2, "test");
        var readings = LawMetrics.Modes(points, mixture).ToDictionary(r => r.Name);
        Assert.Equal((2, 1, 3), (readings["modes"].Value, readings["modes"].Low95, readings["modes"].High95));
        Assert.Equal(1, readings["high-quality"].Value);
        Assert.Throws<ArgumentException>(() => LawMetrics.Modes(points, new GaussianModes([new([0], 1)])));
    }

    [Fact]
    public void Lines_are_compared_by_their_characters()
    {
        static FeatureSet Text(params string[] lines) =>
            new([.. lines.SelectMany(l => l.Select(c => (float)c))], lines.Length, lines[0].Length, "text");
        var same = LawMetrics.NGrams(Text("abab", "baba"), Text("abab", "baba"));
        Assert.All(same, r => Assert.Equal(0, r.Value, 12));
        var other = LawMetrics.NGrams(Text("abab", "baba"), Text("cccc", "dddd"));
        Assert.All(other, r => Assert.Equal(1, r.Value, 12));
        Assert.Equal(["js-1", "js-2", "js-3", "js-4"], other.Select(r => r.Name));
    }

    // Each file has its own padding and vocabulary, and one sign may take several of .NET's characters.
    [Theory]
    [InlineData("")]
    [InlineData("&pad=_")]
    public void Lines_of_two_files_are_compared_by_what_stands_in_them(string padding)
    {
        var folder = Directory.CreateTempSubdirectory("lines").FullName;
        FeatureSet Of(string name, string options, params string[] lines)
        {
            File.WriteAllLines(Path.Combine(folder, name), lines);
            return new RawFeatures().Extract(DataCatalog.Open(Path.Combine(folder, name) + options)) with { Protocol = "text" };
        }
        IReadOnlyList<double> Js(FeatureSet x, FeatureSet y) => [.. LawMetrics.NGrams(x, y).Select(value => value.Value)];
        // 🐈 and 🐉 begin with the same half of a pair.
        IReadOnlyList<double> At(int length) =>
            Js(Of("made.txt", $"?length={length}{padding}", "🐉a", "b"), Of("real.txt", $"?length={length}", "🐈a", "b"));
        Assert.Equal(1 / 3.0, At(8)[0], 12);
        Assert.Equal(At(8), At(64));
        Assert.All(Js(Of("same.txt", $"?length=8{padding}", "b", "🐈a"), Of("real.txt", "?length=8", "🐈a", "b")),
            js => Assert.Equal(0, js, 12));
        Directory.Delete(folder, recursive: true);
    }
}
