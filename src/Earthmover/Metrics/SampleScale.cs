namespace Earthmover.Metrics;

/// <summary>
/// Samples in a range where no square leaves float64: divided by a power of two, which is exact and is undone in the results, and where a
/// distance does not see a common offset, moved by one that an outlier does not choose.
/// </summary>
internal static class SampleScale
{
    // Ordinary data stays as it is, bit for bit.
    private const int SmallestExponent = -60;
    private const int LargestExponent = 60;

    /// <summary>The exponent to divide both sets by; 0 for ordinary ones.</summary>
    public static int Exponent(FeatureSet x, FeatureSet y)
    {
        var largest = Math.Max(Largest(x), Largest(y));
        return largest == 0 || Math.ILogB(largest) is >= SmallestExponent and <= LargestExponent ? 0 : Math.ILogB(largest);
    }

    /// <summary>The samples divided by 2^exponent.</summary>
    public static FeatureSet Divided(FeatureSet x, int exponent) =>
        exponent == 0 ? x : With(x, Array.ConvertAll(x.ToDoubles(), v => Math.ScaleB(v, -exponent)));

    /// <summary>Both sets less the median of the first, coordinate by coordinate, where they lie far from 0 beside their spread.</summary>
    public static (FeatureSet X, FeatureSet Y) Centered(FeatureSet x, FeatureSet y)
    {
        var d = x.Dimension;
        double[] u = x.ToDoubles(), v = y.ToDoubles();
        var center = new double[d];
        var far = false;
        for (var k = 0; k < d; k++)
        {
            var few = Math.Min(255, x.Count);
            var some = Enumerable.Range(0, few).Select(s => u[(int)((long)s * x.Count / few) * d + k]).Order().ToArray();
            center[k] = some[some.Length / 2];
            far |= Math.Abs(center[k]) > 1000 * (some[3 * some.Length / 4] - some[some.Length / 4]);
        }
        if (!far)
            return (x, y);
        double[] Less(double[] values) => [.. values.Select((value, k) => value - center[k % d])];
        return (With(x, Less(u)), With(y, Less(v)));
    }

    /// <summary>The mean squared length of the samples of both sets.</summary>
    public static double MeanSquare(FeatureSet x, FeatureSet y)
    {
        static double Of(FeatureSet set) => set.ToDoubles().Sum(v => v * v) / set.Count;
        return Of(x) + Of(y);
    }

    private static double Largest(FeatureSet x) =>
        x.Exact is { } exact ? exact.Max(Math.Abs)
        : x.Values.Length == 0 ? 0
        : Math.Max(x.Values.Max(), -x.Values.Min());

    private static FeatureSet With(FeatureSet x, double[] values) =>
        x with { Values = Array.ConvertAll(values, v => (float)v), Exact = values };
}
