using MathNet.Numerics.Distributions;

namespace Earthmover.Metrics.Tables;

/// <summary>
/// What generated rows give away of the rows that they were learned from, as far as distances tell: evidence, and no guarantee.
/// </summary>
public static class Privacy
{
    /// <summary>
    /// Median distance (the mean, where most strangers have a twin) to the closest training row, over that of real rows that were not
    /// trained on (below 1: nearer than strangers are);
    /// median ratio of the closest training row's distance to the second closest's (0: one row is copied), of rows that do not lie upon
    /// two of them; share of exact copies.
    /// </summary>
    /// <param name="generated">Generated rows.</param>
    /// <param name="training">Rows that were trained on.</param>
    /// <param name="heldOut">Real rows that are none of these.</param>
    /// <param name="encoded">The same three as vectors, in the same order.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static IReadOnlyList<MetricValue> Measure(MeasuredTable generated, MeasuredTable training, MeasuredTable heldOut,
        (FeatureSet Generated, FeatureSet Training, FeatureSet HeldOut) encoded, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        var mine = Neighbors.NearestTwo(encoded.Generated, encoded.Training, cancellation);
        // Strangers are also measured as if they were generated, to show what perfection reads.
        var others = ReferenceEquals(encoded.Generated, encoded.HeldOut) ? mine
            : Neighbors.NearestTwo(encoded.HeldOut, encoded.Training, cancellation);
        double[] x = [.. mine.Select(d => d.First)], z = [.. others.Select(d => d.First)];
        var copies = Copies(generated, training);
        // Where every stranger has a twin among the training rows, nothing can be nearer than that.
        MetricValue?[] all = [z.Max() > 0 ? Closest(x, z) : null, Ratio(mine), Intervals.Share("copies", copies, generated.Count)];
        return [.. all.OfType<MetricValue>()];
    }

    /// <summary>
    /// AUC of guessing by the distance to the closest generated row whether a real row was trained on: ½ where that says nothing, 1 where
    /// every training row is given away.
    /// </summary>
    /// <param name="generated">Generated rows.</param>
    /// <param name="training">Rows that were trained on.</param>
    /// <param name="heldOut">Real rows that were not; the larger of these two sets is cut to the size of the smaller.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static MetricValue Membership(FeatureSet generated, FeatureSet training, FeatureSet heldOut,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        var m = Math.Min(training.Count, heldOut.Count);
        double[] Nearness(FeatureSet rows) =>
            Array.ConvertAll(Neighbors.NearestTwo(rows.Take(m), generated, cancellation), nearest => -nearest.First);
        double[] members = Nearness(training), strangers = Nearness(heldOut);
        var auc = Roc.Measure("membership", members, strangers);
        return auc with { PValue = Tail(Statistics.AucZ(auc.Value, m, m)) };
    }

    /// <summary>Rows that are equal to a training row in every value.</summary>
    /// <param name="generated">Rows.</param>
    /// <param name="training">Training rows of the same columns.</param>
    public static int Copies(MeasuredTable generated, MeasuredTable training)
    {
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(training);
        generated.RequireSameColumns(training);
        var known = Enumerable.Range(0, training.Count).ToLookup(row => HashOf(training, row));
        return Enumerable.Range(0, generated.Count).Count(row =>
            known[HashOf(generated, row)].Any(other => AreEqual(generated, row, training, other)));
    }

    /// <summary>Rows that are equal to another one of the same rows.</summary>
    /// <param name="table">Rows.</param>
    public static int Twins(MeasuredTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var known = Enumerable.Range(0, table.Count).ToLookup(row => HashOf(table, row));
        return Enumerable.Range(0, table.Count).Count(row =>
            known[HashOf(table, row)].Any(other => other != row && AreEqual(table, row, table, other)));
    }

    // The p-value is that of generated rows lying as much nearer by chance.
    private static MetricValue Closest(double[] generated, double[] heldOut)
    {
        var p = Tail(Statistics.AucZ(Roc.Measure("", heldOut, generated).Value, heldOut.Length, generated.Length));
        // Of tables in which most rows have a twin the medians are 0; their means still tell. It is one of the two for all resamples.
        var byMean = Statistics.Median(heldOut) == 0;
        double Middle(double[] values) => byMean ? Statistics.Mean(values) : Statistics.Median(values);
        double Value(double[] x, double[] z) => Middle(z) is > 0 and var theirs ? Middle(x) / theirs : 1;
        double[] Drawn(double[] values, SeededRandom random) => Array.ConvertAll(values, _ => values[random.NextInt(values.Length)]);
        var ratio = Intervals.Bootstrap("closest-ratio", Value(generated, heldOut), 200,
            random => Value(Drawn(generated, random), Drawn(heldOut, random)), least: 0);
        return ratio with { PValue = p };
    }

    // Two training rows at distance 0 are a value that many have, and give nobody away: such a row has no ratio.
    private static MetricValue? Ratio((double First, double Second)[] distances)
    {
        double[] ratios = [.. distances.Where(d => d.Second > 0).Select(d => d.First / d.Second)];
        return ratios.Length == 0 ? null : Intervals.Bootstrap("neighbor-ratio", Statistics.Median(ratios), 200,
            random => Statistics.Median(Array.ConvertAll(ratios, _ => ratios[random.NextInt(ratios.Length)])), 0, 1);
    }

    private static double Tail(double z) => Normal.CDF(0, 1, -z);

    private static int HashOf(MeasuredTable table, int row)
    {
        var hash = new HashCode();
        foreach (var column in table.Columns)
            if (column.Numbers is { } numbers)
                hash.Add(numbers[row]);
            else
                hash.Add(column.Codes![row]);
        return hash.ToHashCode();
    }

    // Equals takes two missing numbers for equal, as ought to be here.
    private static bool AreEqual(MeasuredTable a, int row, MeasuredTable b, int other) => a.Columns.Zip(b.Columns).All(pair =>
        pair.First.Numbers is { } numbers
            ? numbers[row].Equals(pair.Second.Numbers![other])
            : pair.First.Codes![row] == pair.Second.Codes![other]);
}
