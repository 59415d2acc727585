using Xunit;

namespace Earthmover.Transport.Tests.Divergences;

/// <summary>The stated rounding error of sliced distances against float64.</summary>
public sealed class SlicedErrorTests
{
    private static readonly string[] s_kinds =
        ["gauss", "pixels", "constant", "one-hot", "descending", "powers", "offset 1e2",
            "offset 1e5", "outlier 1e3", "outlier 1e6", "scale 1e-8", "scale 1e12"];

    public static TheoryData<string> Kinds => [.. s_kinds];

    public static TheoryData<string> KindsOfAnyScale => [.. s_kinds, "scale 1e-25", "scale 1e25"];

    [Theory]
    [MemberData(nameof(KindsOfAnyScale))]
    public void The_value_is_that_of_float64_to_the_stated_error(string kind)
    {
        foreach (var (d, n, directions, p, orthogonal) in new[]
        {
            (1, 40, 3, 1.0, true), (2, 100, 50, 2, true), (17, 60, 40, 1, true), (64, 50, 20, 2, true),
            (65, 50, 20, 2, false), (300, 80, 350, 1, true), (784, 60, 256, 2, true),
            (784, 40, 1, 2, true), (130, 40, 30, 3.5, true),
        })
        {
            var (x, y) = (Make(kind, 1, n, d), Make(kind, 2, n - n % 3, d));
            var quick = Ot.SlicedWasserstein(PointCloud.From(x, x.Length / d, d),
                PointCloud.From(y, y.Length / d, d), p, directions, 5, orthogonal);
            var exact = Ot.SlicedWasserstein(Wide(x, d), Wide(y, d), p, directions, 5, orthogonal);
            var off = Math.Abs(quick.Value - exact.Value);
            Assert.True(off <= quick.ValueError + exact.ValueError,
                $"{kind}, d = {d}, p = {p}: {quick.Value} ± {quick.ValueError:g3} instead of {exact.Value} ± {exact.ValueError:g3}");
            Assert.True(off <= 1e-3 * exact.Value, $"{kind}, d = {d}, p = {p}: {quick.Value} instead of {exact.Value}");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Projections_are_wrong_by_no_more_than_the_bound(string kind)
    {
        (int, int, bool)[] cases =
            [(1, 1, true), (3, 30, true), (21, 21, true), (64, 7, true), (65, 200, false), (784, 1, true), (784, 500, true)];
        foreach (var (d, directions, orthogonal) in cases)
        {
            var points = Make(kind, 3, 30, d);
            var (x, origin) = (PointCloud.From(points, points.Length / d, d), PointCloud.From(new float[d], 1, d));
            var θ = SlicedWasserstein.Directions(new NormalSource(7), directions, d, orthogonal);
            var projected = new float[directions * x.Count];
            new PackedPoints<float>(points, x.Count, d).Evaluate<ProductTerm>(θ, directions, projected);
            double square = 0, most = 0;
            for (var k = 0; k < projected.Length; k++)
            {
                double exact = 0;
                for (var c = 0; c < d; c++)
                    exact += (double)points[k % x.Count * d + c] * θ[k / x.Count * d + c];
                square += (projected[k] - exact) * (projected[k] - exact) / projected.Length;
                most = Math.Max(most, Math.Abs(projected[k] - exact));
            }
            Assert.InRange(Math.Sqrt(square), 0, ProjectionError.Bound(x, origin, 2, directions, orthogonal, 0));
            Assert.InRange(most, 0, Math.Pow(projected.Length, 1 / 60.0) * ProjectionError.Bound(x, origin, 60, directions, orthogonal, 0));
        }
    }

    [Fact]
    public void Two_samples_of_one_law_need_no_float64()
    {
        // The distance is a 300th of the points' length here, where the worst rounding of all projections would be a third of a percent of
        // it.
        const int n = 1000, d = 784;
        var (x, y) = (Samples.Cloud(Samples.Gaussian(1, n, d), d), Samples.Cloud(Samples.Gaussian(2, n, d), d));
        var quick = Ot.SlicedWasserstein(x, y, 2, 300);
        var exact = Ot.SlicedWasserstein(Wide(Samples.Gaussian(1, n, d), d), Wide(Samples.Gaussian(2, n, d), d), 2, 300);
        Assert.InRange(quick.ValueError, 1e5 * exact.ValueError, 5e-4 * quick.Value);
        Assert.Equal(exact.Value, quick.Value, 1e-7 * exact.Value);
    }

    private static float[] Make(string kind, int seed, int n, int d)
    {
        var values = Samples.Gaussian(seed, n, d);
        double Size() => double.Parse(kind.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        float[] Each(Func<float, int, double> of) => [.. values.Select((v, k) => (float)of(v, k))];
        return kind.Split(' ')[0] switch
        {
            "pixels" => Each((v, _) => Math.Clamp(Math.Round(100 + 80 * v), 0, 255) / 255),
            "constant" => Each((_, k) => 1 + k / d % 7 + 0.1 * seed),
            "one-hot" => Each((v, k) => k % d == k / d % d ? v + seed : 0),
            "descending" => Each((v, k) => (v + seed) / (1 + k % d)),
            "powers" => Each((v, k) => v * Math.ScaleB(1, (k % d * 7 + 3) % 24)),
            "offset" => Each((v, _) => v + Size()),
            "outlier" => Each((v, k) => k == d / 2 ? Size() : v),
            "scale" => Each((v, _) => v * Size()),
            _ => values,
        };
    }

    private static PointCloud Wide(float[] values, int d) =>
        PointCloud.From(Array.ConvertAll(values, v => (double)v), values.Length / d, d);
}
