namespace Earthmover.Transport.Tests.Solvers;

/// <summary>A small problem of an uncommon range, drawn from a seed; masses are whole numbers of units.</summary>
internal sealed record RangeCase(double[] X, double[] Y, int[] A, int[] B, int D, string Kind)
{
    public int N => A.Length;

    public double[] CopiesOfX => Copies(X, A);

    public double[] CopiesOfY => Copies(Y, B);

    public double Largest => Math.Max(X.Max(Math.Abs), Y.Max(Math.Abs));

    public static RangeCase Make(int seed, bool single)
    {
        var random = new Random(seed);
        var d = new[] { 1, 2, 3, 9 }[random.Next(4)];
        // Equal sizes, different sizes, masses.
        var (a, b) = random.Next(3) switch
        {
            0 => (Enumerable.Repeat(1, 2 + seed % 7).ToArray(), Enumerable.Repeat(1, 2 + seed % 7).ToArray()),
            1 => (Enumerable.Repeat(4, 3).ToArray(), Enumerable.Repeat(3, 4).ToArray()),
            _ => (Masses(random, 10, 2 + random.Next(5)), Masses(random, 10, 2 + random.Next(5))),
        };
        var kind = "";
        double Exponent() => Math.Pow(10, random.Next(17));
        double[] Cloud(int n) => [.. Enumerable.Range(0, n * d).Select(_ => Samples.Normal(random))];
        var (x, y) = (Cloud(a.Length), Cloud(b.Length));
        if (random.Next(4) == 0)
        {
            kind += "copies ";
            x.AsSpan(0, d).CopyTo(x.AsSpan((a.Length - 1) * d));
            y.AsSpan(0, d).CopyTo(y.AsSpan((b.Length - 1) * d));
            if (random.Next(2) == 0)
                x.AsSpan(0, d).CopyTo(y);
        }
        for (var outliers = random.Next(4); outliers > 0; outliers--)
        {
            var (size, both) = ((random.Next(2) == 0 ? 1 : -1) * Exponent(), random.Next(3) > 0);
            kind += $"outlier {size:g}{(both ? " on both sides" : "")} ";
            var c = random.Next(d);
            x[random.Next(a.Length) * d + c] += size;
            if (both)
                y[random.Next(b.Length) * d + c] += size;
        }
        if (random.Next(3) == 0)
        {
            var offset = Exponent();
            kind += $"offset {offset:g} ";
            (x, y) = (Array.ConvertAll(x, v => v + offset), Array.ConvertAll(y, v => v + offset));
        }
        var scale = random.Next(2) == 0 ? 1 : random.Next(2) == 0 ? Exponent() : 1 / Exponent();
        (x, y) = (Array.ConvertAll(x, v => v * scale), Array.ConvertAll(y, v => v * scale));
        if (single)
            (x, y) = (Array.ConvertAll(x, v => (double)(float)v), Array.ConvertAll(y, v => (double)(float)v));
        return new(x, y, a, b, d, $"seed {seed}, {a.Length} and {b.Length} points in {d} dimensions, scale {scale:g}, {kind}");
    }

    public TransportProblem Problem(GroundCost cost, bool single)
    {
        PointCloud Cloud(double[] values, int n) =>
            single ? PointCloud.From(Array.ConvertAll(values, v => (float)v), n, D) : PointCloud.From(values, n, D);
        static WeightVector Weights(int[] units) => WeightVector.From(Array.ConvertAll(units, u => (double)u));
        return new(new PointCloudGeometry(Cloud(X, A.Length), Cloud(Y, B.Length), cost), Weights(A), Weights(B));
    }

    public override string ToString() => Kind;

    private static int[] Masses(Random random, int total, int count)
    {
        var masses = Enumerable.Repeat(1, count).ToArray();
        for (var left = total - count; left > 0; left--)
            masses[random.Next(count)]++;
        return masses;
    }

    private double[] Copies(double[] values, int[] units) =>
        [.. units.SelectMany((u, i) => Enumerable.Repeat(values[(i * D)..((i + 1) * D)], u).SelectMany(p => p))];
}
