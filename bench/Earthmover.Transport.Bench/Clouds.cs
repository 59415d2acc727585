using System.Runtime.InteropServices;

/// <summary>The point clouds that the transport benchmarks run on; a fixed seed per case.</summary>
internal static class Clouds
{
    public static (float[] X, float[] Y) Make(string name, int n, int m, int d)
    {
        if (File.Exists(name + ".x.f32"))
            return (Read(name + ".x.f32"), Read(name + ".y.f32"));
        var random = new Random(7);
        var centres = new double[25][];
        for (var c = 0; c < 25; c++)
        {
            centres[c] = new double[d];
            for (var k = 0; k < d; k++)
                centres[c][k] = d == 2 ? 2 * (k == 0 ? c / 5 : c % 5) - 4 : Gauss(random);
        }
        var spread = d == 2 ? 0.05 : 0.3;
        float[] Mixture(int count, double s, int modes = 25)
        {
            var values = new float[count * d];
            for (var i = 0; i < count; i++)
            {
                var centre = centres[random.Next(modes)];
                for (var k = 0; k < d; k++)
                    values[i * d + k] = (float)(centre[k] + (s == 0 ? 0 : s * Gauss(random)));
            }
            return values;
        }
        float[] Blob(int count) => [.. Enumerable.Range(0, count * d).Select(_ => (float)Gauss(random))];
        return name switch
        {
            "gauss" => (Blob(n), Blob(m)),
            "mix25" => (Mixture(n, spread), Mixture(m, spread)),
            "mixgauss" => (Mixture(n, spread), Blob(m)),
            "tight" => (Mixture(n, 1e-4), Mixture(m, 1e-4)),
            "onemode" => (Mixture(n, 1e-3, 1), Mixture(m, spread)),
            "tightblob" => (Mixture(n, 1e-3), Blob(m)),
            "half" => (Mixture(n, spread, 12), Mixture(m, spread)),
            "tightmix" => (Mixture(n, 1e-3), Mixture(m, spread)),
            "copies" => (Mixture(n, 0), Mixture(m, 0)),
            _ => throw new ArgumentException($"Unknown case '{name}'."),
        };
    }

    public static double[] Weights(int n, int seed)
    {
        var random = new Random(seed);
        return Normalised([.. Enumerable.Range(0, n).Select(_ => 0.05 + random.NextDouble())]);
    }

    private static double[] Normalised(double[] values)
    {
        var sum = values.Sum();
        return Array.ConvertAll(values, v => v / sum);
    }

    private static float[] Read(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();

    private static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
