namespace Earthmover.Claims.Lab;

/// <summary>Small statistics of experiments.</summary>
public static class Numbers
{
    /// <summary>The middle value; the mean of the two in the middle where their number is even; NaN of nothing.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Standard deviation of a sample.</summary>
    public static double Deviation(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }

    /// <summary>The straight line through points by least squares, and the share of the variance that it explains.</summary>
    public static (double Slope, double Intercept, double R2) Line(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        double mx = x.Average(), my = y.Average(), xx = 0, xy = 0, yy = 0;
        for (var i = 0; i < x.Count; i++)
            (xx, xy, yy) = (xx + (x[i] - mx) * (x[i] - mx), xy + (x[i] - mx) * (y[i] - my), yy + (y[i] - my) * (y[i] - my));
        return (xy / xx, my - xy / xx * mx, xy * xy / (xx * yy));
    }

    /// <summary>Spearman's rank correlation, ties sharing their mean rank.</summary>
    public static double Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        var (slope, _, r2) = Line(Ranks(x), Ranks(y));
        return Math.Sign(slope) * Math.Sqrt(r2);
    }

    private static double[] Ranks(IReadOnlyList<double> values) =>
        [.. values.Select(v => values.Count(w => w < v) + (values.Count(w => w == v) - 1) / 2.0)];
}
