using Earthmover.Torch;
using MathNet.Numerics;
using MathNet.Numerics.Statistics;
using Correlations = MathNet.Numerics.Statistics.Correlation;

namespace Earthmover.Claims.Lab;

/// <summary>Small statistics of experiments.</summary>
public static class Numbers
{
    /// <summary>The middle value; the mean of the two in the middle where their number is even; NaN of nothing.</summary>
    public static double Median(IEnumerable<double> values) => Statistics.Median([.. values]);

    /// <summary>Standard deviation of a sample.</summary>
    public static double Deviation(IEnumerable<double> values) => Statistics.SampleDeviation([.. values]);

    /// <summary>Kurtosis of a sample: 3 for a normal law, 1 for two points.</summary>
    public static double Kurtosis(IEnumerable<double> values) => 3 + new RunningStatistics(values).PopulationKurtosis;

    /// <summary>The straight line through points by least squares, and the share of the variance that it explains.</summary>
    public static (double Slope, double Intercept, double R2) Line(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        var (intercept, slope) = Fit.Line([.. x], [.. y]);
        var correlation = Correlations.Pearson(x, y);
        return (slope, intercept, correlation * correlation);
    }

    /// <summary>Pearson's correlation of two sets of vectors [N, D], of all coordinates together, each less its own mean.</summary>
    public static double Correlation(Tensor a, Tensor b)
    {
        using var scope = TensorScope.Open();
        Tensor x = a - a.Mean([0], keep: true), y = b - b.Mean([0], keep: true);
        return (x * y).Sum().Item() / Math.Sqrt(x.Square().Sum().Item() * y.Square().Sum().Item());
    }

    /// <summary>Spearman's rank correlation, ties sharing their mean rank.</summary>
    public static double Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y) => Correlations.Spearman(x, y);
}
