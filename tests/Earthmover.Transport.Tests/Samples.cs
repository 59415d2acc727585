namespace Earthmover.Transport.Tests;

/// <summary>Point clouds for the tests, each from its own seed.</summary>
internal static class Samples
{
    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static float[] Gaussian(int seed, int n, int d, double scale = 1, double offset = 0)
    {
        var random = new Random(seed);
        var values = new float[n * d];
        for (var k = 0; k < values.Length; k++)
            values[k] = (float)(offset + scale * Normal(random));
        return values;
    }

    /// <summary>Points of a 5 × 5 grid of modes with spacing 2 in the first two coordinates, noise s in all.</summary>
    public static float[] Modes(int seed, int n, int d, double s, int modes = 25)
    {
        var random = new Random(seed);
        var values = new float[n * d];
        for (var i = 0; i < n; i++)
        {
            var mode = random.Next(modes);
            for (var k = 0; k < d; k++)
            {
                var center = k == 0 ? mode / 5 : k == 1 ? mode % 5 : 0;
                values[i * d + k] = (float)(2 * center + (s == 0 ? 0 : s * Normal(random)));
            }
        }
        return values;
    }

    public static PointCloud Cloud(float[] values, int d, string name = "x") => PointCloud.From(values, values.Length / d, d, name);

    public static double[] Weights(int seed, int n)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() + 0.01)];
    }

    /// <summary>The least mean cost over all permutations; n ≤ 8.</summary>
    public static double BruteForce(TransportGeometry geometry)
    {
        var n = geometry.Rows;
        var used = new bool[n];
        double Best(int i)
        {
            if (i == n)
                return 0;
            var best = double.PositiveInfinity;
            for (var j = 0; j < n; j++)
            {
                if (used[j])
                    continue;
                used[j] = true;
                best = Math.Min(best, geometry.Cost(i, j) + Best(i + 1));
                used[j] = false;
            }
            return best;
        }
        return Best(0) / n;
    }
}
