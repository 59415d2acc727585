namespace Earthmover.Metrics.Tables;

/// <summary>The area under the receiver operating characteristic: how surely scores tell two kinds apart.</summary>
public static class Roc
{
    /// <summary>
    /// The probability that a score of the first kind is above one of the second, ties counted half, with the interval of DeLong and others
    /// (1988).
    /// </summary>
    /// <param name="name">Name of the quantity.</param>
    /// <param name="first">Scores of the kind that should have the higher ones, at least one.</param>
    /// <param name="second">Scores of the other, at least one.</param>
    public static MetricValue Measure(string name, double[] first, double[] second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        double[] above = Placements(first, second), below = Placements(second, first);
        var auc = Statistics.Mean(above);
        if (first.Length < 2 || second.Length < 2)
            return new(name, auc, 0, 1, "none: too few");
        double Share(double[] placements) => Math.Pow(Statistics.MeanError(placements), 2);
        var half = Statistics.Normal95 * Math.Sqrt(Share(above) + Share(below));
        // Scores that never overlap vary in nothing; others of their kind might.
        if (half == 0)
            return Intervals.Share(name, auc * Math.Min(first.Length, second.Length), Math.Min(first.Length, second.Length));
        return new(name, auc, Math.Max(0, auc - half), Math.Min(1, auc + half), "analytic: DeLong");
    }

    // Of each score the share of the others that are below it, ties counted half.
    private static double[] Placements(double[] scores, double[] others)
    {
        var sorted = (double[])others.Clone();
        Array.Sort(sorted);
        return Array.ConvertAll(scores, score => (Below(sorted, score, false) + Below(sorted, score, true)) / (2.0 * sorted.Length));
    }

    private static int Below(double[] sorted, double value, bool orEqual)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < value || orEqual && sorted[middle] == value)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
