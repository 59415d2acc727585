namespace Earthmover.Cli.Benchmarks.Transport;

/// <summary>The point clouds that the transport benchmarks run on: one fixed seed, the same points on every machine.</summary>
internal static class Clouds
{
    /// <summary>The names that <see cref="Make"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["gauss", "mix25", "mixgauss", "tight", "onemode", "tightblob", "half", "tightmix", "copies", "line"];

    /// <summary>Two clouds, [n, d] and [m, d] row-major.</summary>
    /// <remarks>
    /// gauss: both standard normal. mix25: both from one mixture of 25 modes (in the plane a 5 × 5 grid of spacing 2 with
    /// noise 0.05; else normal centers with noise 0.3). mixgauss: the mixture against one normal blob, an untrained generator.
    /// The others are collapsed generators: tight modes (noise 1e-4) on both sides; one mode (1e-3) against the mixture; tight
    /// modes (1e-3) against a blob or against the mixture; 12 of 25 modes; 25 points with many exact copies each.
    /// </remarks>
    /// <exception cref="ArgumentException">There are no such clouds.</exception>
    public static (float[] X, float[] Y) Make(string name, int n, int m, int d)
    {
        var random = new Random(7);
        var centers = new double[25][];
        for (var c = 0; c < 25; c++)
        {
            centers[c] = new double[d];
            for (var k = 0; k < d; k++)
                centers[c][k] = d == 2 ? 2 * (k == 0 ? c / 5 : c % 5) - 4 : Normal(random);
        }
        var spread = d == 2 ? 0.05 : 0.3;
        float[] Mixture(int count, double noise, int modes = 25)
        {
            var values = new float[count * d];
            for (var i = 0; i < count; i++)
            {
                var center = centers[random.Next(modes)];
                for (var k = 0; k < d; k++)
                    values[i * d + k] = (float)(center[k] + (noise == 0 ? 0 : noise * Normal(random)));
            }
            return values;
        }
        float[] Blob(int count)
        {
            var values = new float[count * d];
            for (var k = 0; k < values.Length; k++)
                values[k] = (float)Normal(random);
            return values;
        }
        return name switch
        {
            "gauss" or "line" => (Blob(n), Blob(m)),
            "mix25" => (Mixture(n, spread), Mixture(m, spread)),
            "mixgauss" => (Mixture(n, spread), Blob(m)),
            "tight" => (Mixture(n, 1e-4), Mixture(m, 1e-4)),
            "onemode" => (Mixture(n, 1e-3, 1), Mixture(m, spread)),
            "tightblob" => (Mixture(n, 1e-3), Blob(m)),
            "half" => (Mixture(n, spread, 12), Mixture(m, spread)),
            "tightmix" => (Mixture(n, 1e-3), Mixture(m, spread)),
            "copies" => (Mixture(n, 0), Mixture(m, 0)),
            _ => throw new ArgumentException($"no clouds '{name}': choose one of {string.Join(", ", Names)}"),
        };
    }

    /// <summary>Masses between 0.05 and 1.05, then divided by their sum; [n].</summary>
    public static double[] Weights(int n, int seed)
    {
        var random = new Random(seed);
        var values = new double[n];
        for (var k = 0; k < n; k++)
            values[k] = 0.05 + random.NextDouble();
        var sum = values.Sum();
        return Array.ConvertAll(values, v => v / sum);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
