using Earthmover.Data;

namespace Earthmover.Metrics;

/// <summary>
/// Two tests that look at nearest neighbors: whether generated samples can be told from real ones, and whether they are copies of the
/// training data.
/// </summary>
/// <remarks>
/// Where several samples are equally near, as in discrete data, each of them is the nearest in part: to choose one by its place would be to
/// choose by its kind.
/// </remarks>
public static class NearestNeighborTests
{
    private const int Permutations = 999;

    // Sums of the same parts in another order are the same.
    private const double Slack = 1e-9;

    /// <summary>
    /// The two-sample test of arXiv:1610.06545: share of samples whose nearest other sample is of their own kind, leaving one out. ½ for
    /// equal laws, 1 for separate ones, below ½ for copies.
    /// </summary>
    /// <remarks>
    /// The p-value is exact: labels are permuted over the fixed graph of neighbors. It is that of a share as large as this. The interval
    /// knows that two samples which share a neighbor, or are each other's, tell less than two that do not.
    /// </remarks>
    /// <param name="generated">Samples of one kind.</param>
    /// <param name="real">As many of the other, better in number.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static MetricValue TwoSample(FeatureSet generated, FeatureSet real, CancellationToken cancellation = default)
    {
        generated.RequireSameSpace(real);
        var (points, places, sizes) = Distinct(Join(generated, real));
        var nearest = Neighbors.AllNearest(points, points, same: true, cancellation);
        var labels = new bool[places.Length];
        labels.AsSpan(0, generated.Count).Fill(true);
        var mine = new int[points.Count];
        double Hits()
        {
            Array.Clear(mine);
            for (var i = 0; i < labels.Length; i++)
                mine[places[i]] += labels[i] ? 1 : 0;
            var hits = 0.0;
            for (var g = 0; g < mine.Length; g++)
                hits += sizes[g] > 1 ? OfTwins(mine[g], sizes[g]) : OfOne(mine[g] == 1, nearest[g]);
            return hits;
        }
        // Each of several equal samples has the others as its nearest.
        static double OfTwins(double mine, double all) => (mine * (mine - 1) + (all - mine) * (all - mine - 1)) / (all - 1);
        double OfOne(bool isMine, int[] nearest)
        {
            double ofMine = nearest.Sum(g => mine[g]), all = nearest.Sum(g => sizes[g]);
            return (isMine ? ofMine : all - ofMine) / all;
        }
        var observed = Hits();
        var effect = Effect(nearest, sizes, mine, observed / labels.Length);
        var p = Permuted(labels, () => Hits() >= observed - Slack, cancellation);
        return Intervals.Share("1nn", observed, labels.Length, p, effect) with { Interval = "analytic: Wilson, by shared neighbors" };
    }

    // How many times the variance of independent hits that of hits among neighbors is. A sample and its neighbor are a pair; pairs without
    // a common sample are taken for independent: Var Σ = Σ of products of what two pairs with one exceed the mean by. Summed sample by
    // sample that counts a pair and itself at both of its ends.
    private static double Effect(int[][] nearest, int[] sizes, int[] mine, double share)
    {
        int Members(int g, int kind) => kind == 1 ? mine[g] : sizes[g] - mine[g];
        double Excess(int kind, int other) => (kind == other ? 1 : 0) - share;
        double[] tied = Array.ConvertAll(nearest, of => (double)of.Sum(g => sizes[g]));
        // What the pairs of a sample of this place and kind exceed the mean by.
        var excess = new double[sizes.Length, 2];
        var twice = 0.0;
        for (var g = 0; g < sizes.Length; g++)
        {
            // Equal samples: each is a pair with each of the others, from both sides.
            for (var kind = 0; sizes[g] > 1 && kind < 2; kind++)
            {
                double weight = 2.0 / (sizes[g] - 1), alike = Members(g, kind) - 1, unlike = Members(g, 1 - kind);
                double ofAlike = weight * Excess(kind, kind), ofUnlike = weight * Excess(kind, 1 - kind);
                excess[g, kind] += alike * ofAlike + unlike * ofUnlike;
                twice += Members(g, kind) * (alike * ofAlike * ofAlike + unlike * ofUnlike * ofUnlike) / 2;
            }
            foreach (var h in sizes[g] > 1 ? [] : nearest[g])
                for (int other = 0, kind = mine[g]; other < 2; other++)
                {
                    var one = Excess(kind, other) / tied[g];
                    excess[g, kind] += Members(h, other) * one;
                    excess[h, other] += one;
                    var back = sizes[h] == 1 && nearest[h].Contains(g) ? Excess(kind, other) / tied[h] : 0;
                    twice += Members(h, other) * one * (one + back);
                }
        }
        var sum = -twice;
        for (var g = 0; g < sizes.Length; g++)
            for (var kind = 0; kind < 2; kind++)
                sum += Members(g, kind) * excess[g, kind] * excess[g, kind];
        var independent = share * (1 - share) * sizes.Sum();
        return independent > 0 ? sum / independent : 1;
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
        var (points, places, sizes) = Distinct(Join(training.Take(m), heldOut.Take(m)));
        var shares = new double[points.Count];
        foreach (var nearest in Neighbors.AllNearest(generated, points, cancellation: cancellation))
        {
            double tied = nearest.Sum(g => sizes[g]);
            foreach (var g in nearest)
                shares[g] += 1 / tied;
        }
        double[] weight = Array.ConvertAll(places, place => shares[place]);
        var labels = new bool[2 * m];
        labels.AsSpan(0, m).Fill(true);
        double Hits()
        {
            var hits = 0.0;
            for (var j = 0; j < labels.Length; j++)
                hits += labels[j] ? weight[j] : 0;
            return hits;
        }
        var observed = Hits();
        var p = Permuted(labels, () => Hits() >= observed - Slack, cancellation);
        // Samples that share their nearest neighbor are one observation: the neighbors are what was drawn.
        var told = Math.Pow(weight.Sum(), 2) / weight.Sum(w => w * w);
        var share = Math.Clamp(observed / generated.Count, 0, 1);
        return Intervals.Share("memorization", share * told, told, p) with { Interval = "analytic: Wilson, by neighbor" };
    }

    // Equal samples once: their number, and where each sample stands among them.
    private static (FeatureSet Points, int[] Places, int[] Sizes) Distinct(FeatureSet samples)
    {
        var known = new Dictionary<Row, int>();
        int[] places = new int[samples.Count];
        List<int> rows = [], sizes = [];
        for (var i = 0; i < places.Length; i++)
        {
            var row = new Row(samples, i);
            if (!known.TryGetValue(row, out places[i]))
            {
                known[row] = places[i] = rows.Count;
                rows.Add(i);
                sizes.Add(0);
            }
            sizes[places[i]]++;
        }
        return (samples.Select([.. rows]), places, [.. sizes]);
    }

    private readonly record struct Row(FeatureSet Samples, int Index)
    {
        private ReadOnlySpan<double> Exact => Samples.Exact.AsSpan(Index * Samples.Dimension, Samples.Dimension);

        public bool Equals(Row other) =>
            Samples.Exact is null ? Samples[Index].SequenceEqual(other.Samples[other.Index]) : Exact.SequenceEqual(other.Exact);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            if (Samples.Exact is null)
                foreach (var value in Samples[Index])
                    hash.Add(value);
            else
                foreach (var value in Exact)
                    hash.Add(value);
            return hash.ToHashCode();
        }
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
        return new([.. a.Values, .. b.Values], a.Count + b.Count, a.Dimension, a.Protocol) { Exact = exact };
    }
}
