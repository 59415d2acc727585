using System.Globalization;
using System.Runtime.CompilerServices;
using Xunit;

namespace Earthmover.Transport.Tests;

/// <summary>The same optimum as POT and SciPy on every layout of golden/exact.py, to 10⁻⁷ and better.</summary>
public sealed class LayoutTests
{
    public static TheoryData<string, int, int, int, bool, double> Ordinary => Read(big: false);

    public static TheoryData<string, int, int, int, bool, double> Big => Read(big: true);

    [Theory]
    [MemberData(nameof(Ordinary))]
    public void The_optimum_is_the_peers(string layout, int n, int m, int d, bool weighted, double expected) =>
        Check(layout, n, m, d, weighted, expected);

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Big))]
    public void The_optimum_is_the_peers_at_five_thousand_points(string layout, int n, int m, int d, bool weighted, double expected) =>
        Check(layout, n, m, d, weighted, expected);

    private static void Check(string layout, int n, int m, int d, bool weighted, double expected)
    {
        var geometry = new PointCloudGeometry(Cloud(layout, 0, n, d), Cloud(layout, 1, m, d));
        var problem = weighted
            ? new TransportProblem(geometry, WeightVector.From(Masses(n, 50)), WeightVector.From(Masses(m, 51)))
            : new TransportProblem(geometry);
        var result = ExactTransport.Solve(problem).EnsureCertified();
        // The peers compute all costs from float64 differences too; what is left is the order of their sums.
        Assert.Equal(expected, result.Cost, 1e-9 * Math.Abs(expected) + 1e-13);
    }

    private static TheoryData<string, int, int, int, bool, double> Read(bool big)
    {
        var data = new TheoryData<string, int, int, int, bool, double>();
        foreach (var line in File.ReadLines(Path.Combine(Path.GetDirectoryName(Here())!, "golden", "exact.txt")))
        {
            var f = line.Split(' ');
            var n = int.Parse(f[1], CultureInfo.InvariantCulture);
            if (n > 1000 == big)
                data.Add(f[0], n, int.Parse(f[2], CultureInfo.InvariantCulture), int.Parse(f[3], CultureInfo.InvariantCulture),
                    f[4] == "1", double.Parse(f[5], CultureInfo.InvariantCulture));
        }
        return data;
    }

    private static double Uniform(int k, uint stream)
    {
        var z = unchecked((((ulong)stream << 32) + (uint)k + 1) * 0x9E3779B97F4A7C15);
        z = unchecked((z ^ z >> 30) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ z >> 27) * 0x94D049BB133111EB);
        return ((z ^ z >> 31) >> 11) / (double)(1UL << 53);
    }

    private static double Normal(int k, uint stream) =>
        Math.Sqrt(-2 * Math.Log(1 - Uniform(2 * k, stream))) * Math.Cos(2 * Math.PI * Uniform(2 * k + 1, stream));

    private static double[] Masses(int n, uint stream)
    {
        double[] masses = [.. Enumerable.Range(0, n).Select(k => 0.01 + Uniform(k, stream))];
        var sum = masses.Sum();
        return Array.ConvertAll(masses, mass => mass / sum);
    }

    private static PointCloud Cloud(string layout, int side, int n, int d)
    {
        var stream = (uint)(1 + side);
        double Modes(int k, double noise, int count)
        {
            var (i, c) = (k / d, k % d);
            var mode = Math.Floor(count * Uniform(i, stream + 100));
            var center = d == 1 ? 2 * mode : c == 0 ? 2 * Math.Floor(mode / 5) : c == 1 ? 2 * (mode % 5) : 0;
            return center + noise * Normal(k, stream);
        }
        Func<int, double> value = layout switch
        {
            "gauss" => k => Normal(k, stream),
            "modes" => k => Modes(k, 0.05, 25),
            "onemode" => k => side == 0 ? Modes(k, 1e-3, 1) : Modes(k, 0.05, 25),
            "copies" => k => Modes(k, 0, 25),
            "equal" => _ => side,
            "line" => k => Normal(k / d, stream),
            "grid" => k => Math.Floor(5 * Uniform(k, stream)),
            "small" => k => 1e-6 * Normal(k, stream),
            "large" => k => 1e6 * Normal(k, stream),
            "far" => k => 1e4 + Normal(k, stream),
            _ => throw new ArgumentException($"no layout '{layout}'"),
        };
        var values = new float[n * d];
        for (var k = 0; k < values.Length; k++)
            values[k] = (float)value(k);
        return PointCloud.From(values, n, d, side == 0 ? "x" : "y");
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
