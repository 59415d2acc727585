using Earthmover.Data;

namespace Earthmover.Metrics;

/// <summary>95 % intervals.</summary>
public static class Intervals
{
    private const double Z = Statistics.Normal95;

    /// <summary>A mean with its normal interval.</summary>
    /// <param name="name">Name of the quantity.</param>
    /// <param name="values">At least one; independent, unless their effect says otherwise.</param>
    /// <param name="effect">How many times the variance of independent values theirs is; below 1 it counts as 1.</param>
    public static MetricValue Mean(string name, IReadOnlyList<double> values, double effect = 1)
    {
        double[] sample = [.. values];
        var mean = Statistics.Mean(sample);
        var half = sample.Length < 2 ? double.PositiveInfinity : Z * Statistics.MeanError(sample) * Math.Sqrt(Math.Max(1, effect));
        return new(name, mean, mean - half, mean + half, "analytic: normal");
    }

    /// <summary>A share with Wilson's interval (1927), which stays inside [0, 1].</summary>
    /// <param name="name">Name of the quantity.</param>
    /// <param name="hits">How many; what is tied counts in part.</param>
    /// <param name="count">Of how many; of what is not independent, how many would tell as much.</param>
    /// <param name="pValue">Of a test.</param>
    /// <param name="effect">How many times the variance of independent hits theirs is; below 1 it counts as 1.</param>
    public static MetricValue Share(string name, double hits, double count, double? pValue = null, double effect = 1)
    {
        var told = count / Math.Max(1, effect);
        double p = hits / count, z2 = Z * Z / told;
        var center = (p + z2 / 2) / (1 + z2);
        var half = Z / (1 + z2) * Math.Sqrt(p * (1 - p) / told + z2 / (4 * told));
        return new(name, p, Math.Min(p, center - half), Math.Max(p, center + half), "analytic: Wilson", pValue);
    }

    /// <summary>
    /// The delete-a-group jackknife: the statistic without each of several groups tells how much it varies. Unlike the bootstrap it adds no
    /// duplicates, which would raise every distance.
    /// </summary>
    /// <param name="name">Name of the quantity.</param>
    /// <param name="value">The statistic of everything.</param>
    /// <param name="groups">Number of groups, at least 2.</param>
    /// <param name="without">The statistic without group g.</param>
    /// <param name="least">What the statistic cannot be below.</param>
    /// <param name="cancellation">Ends it between two groups with an <see cref="OperationCanceledException"/>.</param>
    public static MetricValue Jackknife(string name, double value, int groups, Func<int, double> without,
        double least = double.NegativeInfinity, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 2);
        var partial = new double[groups];
        for (var g = 0; g < groups; g++)
        {
            cancellation.ThrowIfCancellationRequested();
            partial[g] = without(g);
        }
        var half = Statistics.Student95(groups - 1) * (groups - 1) * Statistics.MeanError(partial);
        return new(name, value, Math.Min(value, Math.Max(least, value - half)), value + half, $"jackknife: {groups} groups");
    }

    /// <summary>The rows that are left without group g: those whose number is not g modulo the number of groups.</summary>
    /// <param name="count">Rows.</param>
    /// <param name="groups">Number of groups.</param>
    /// <param name="g">The group to leave out.</param>
    public static int[] Without(int count, int groups, int g) => [.. Enumerable.Range(0, count).Where(i => i % groups != g)];

    /// <summary>
    /// The percentile bootstrap without its own bias: resamples of a sample are as far again from the law, so that what measures a
    /// distance from it lies above the value in nearly all of them.
    /// </summary>
    /// <param name="name">Name of the quantity.</param>
    /// <param name="value">The statistic of the sample.</param>
    /// <param name="replicates">How often to resample.</param>
    /// <param name="resampled">The statistic of one resample.</param>
    /// <param name="least">What the statistic cannot be below.</param>
    /// <param name="most">What it cannot be above.</param>
    public static MetricValue Bootstrap(string name, double value, int replicates, Func<SeededRandom, double> resampled,
        double least = double.NegativeInfinity, double most = double.PositiveInfinity)
    {
        var random = new SeededRandom(0, "bootstrap");
        var values = new double[replicates];
        for (var r = 0; r < replicates; r++)
            values[r] = resampled(random);
        var bias = Statistics.Mean(values) - value;
        double End(double share) => Math.Clamp(Statistics.Quantile(values, share) - bias, least, most);
        return new(name, value, Math.Min(value, End(0.025)), Math.Max(value, End(0.975)), $"bootstrap: {replicates} resamples");
    }
}
