using Earthmover.Data;

namespace Earthmover.Metrics;

/// <summary>
/// Two tests that look at nearest neighbors: whether generated samples can be told from real ones, and whether they are copies of the
/// training data.
/// </summary>
public static class NearestNeighborTests
{
    private const int Permutations = 999;

    /// <summary>
    /// The two-sample test of arXiv:1610.06545: share of samples whose nearest other sample is of their own kind, leaving one out. ½ for
    /// equal laws, 1 for separate ones, below ½ for copies.
    /// </summary>
    /// <remarks>
    /// The p-value is exact: labels are permuted over the fixed graph of neighbors. It is that of a share as large as this.
    /// </remarks>
    /// <param name="generated">Samples of one kind.</param>
    /// <param name="real">As many of the other, better in number.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static MetricValue TwoSample(FeatureSet generated, FeatureSet real, CancellationToken cancellation = default)
    {
        generated.RequireSameSpace(real);
        var n = generated.Count;
        var pooled = Join(generated, real);
        var (nearest, _) = Neighbors.Nearest(pooled, pooled, same: true, cancellation);
        var labels = new bool[pooled.Count];
        labels.AsSpan(0, n).Fill(true);
        int Hits()
        {
            var hits = 0;
            for (var i = 0; i < labels.Length; i++)
                hits += labels[i] == labels[nearest[i]] ? 1 : 0;
            return hits;
        }
        var observed = Hits();
        return Intervals.Share("1nn", observed, pooled.Count, Permuted(labels, () => Hits() >= observed, cancellation));
    }

    /// <summary>
    /// Share of generated samples whose nearest real sample is one of training rather than one held out, between equally many of both. ½
    /// without memory, 1 for copies.
    /// </summary>
    /// <remarks>
    /// Real samples of both kinds come from one law, so a generator that knows nothing of its training set beyond that law is as near to
    /// the one as to the other, however
    /// good or bad its samples are. The p-value is exact under that hypothesis: training and held-out labels are permuted, with the number
    /// of generated samples that each real sample is nearest to kept.
    /// </remarks>
    /// <param name="generated">Generated samples.</param>
    /// <param name="training">What the generator was trained on, or a part of it.</param>
    /// <param name="heldOut">Of the same law, not used for training; the larger of the two sets is cut to the size of the smaller.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static MetricValue Memorization(FeatureSet generated, FeatureSet training, FeatureSet heldOut,
        CancellationToken cancellation = default)
    {
        var m = Math.Min(training.Count, heldOut.Count);
        var pooled = Join(training.Take(m), heldOut.Take(m));
        var (nearest, _) = Neighbors.Nearest(generated, pooled, cancellation: cancellation);
        var weight = new int[2 * m];
        foreach (var j in nearest)
            weight[j]++;
        var labels = new bool[2 * m];
        labels.AsSpan(0, m).Fill(true);
        int Hits()
        {
            var hits = 0;
            for (var j = 0; j < labels.Length; j++)
                hits += labels[j] ? weight[j] : 0;
            return hits;
        }
        var observed = Hits();
        var p = Permuted(labels, () => Hits() >= observed, cancellation);
        // Samples that share their nearest neighbor are one observation: the neighbors are what was drawn.
        var share = (double)observed / generated.Count;
        var spread = 0.0;
        for (var j = 0; j < weight.Length; j++)
            spread += Math.Pow(weight[j] * ((j < m ? 1 : 0) - share), 2);
        var half = Statistics.Normal95 * Math.Sqrt(spread) / generated.Count;
        return new("memorization", share, Math.Max(0, share - half), Math.Min(1, share + half), "analytic: normal, by neighbor", p);
    }

    private static double Permuted(bool[] labels, Func<bool> extreme, CancellationToken cancellation)
    {
        var random = new SeededRandom(0, "permutation");
        var count = 1;
        for (var r = 0; r < Permutations; r++)
        {
            cancellation.ThrowIfCancellationRequested();
            random.Shuffle<bool>(labels);
            count += extreme() ? 1 : 0;
        }
        return count / (Permutations + 1.0);
    }

    private static FeatureSet Join(FeatureSet a, FeatureSet b)
    {
        a.RequireSameSpace(b);
        double[]? exact = a.Exact is null && b.Exact is null ? null : [.. a.ToDoubles(), .. b.ToDoubles()];
        return a with { Values = [.. a.Values, .. b.Values], Exact = exact, Masses = null, Count = a.Count + b.Count, Logits = null };
    }
}
