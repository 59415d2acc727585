using Earthmover.Data;

namespace Earthmover.Metrics;

/// <summary>What a classifier says of samples: the inception score, and whether the classes are as frequent as in real data.</summary>
public static class ClassScores
{
    /// <summary>
    /// exp E KL(p(y|x) ‖ p(y)) (arXiv:1606.03498), from 1 to the number of classes, in float64 and one split; with a jackknife interval.
    /// </summary>
    /// <param name="x">Samples with logits, at least 20.</param>
    public static MetricValue InceptionScore(FeatureSet x)
    {
        var p = Probabilities(x);
        var k = x.ClassCount;
        const int groups = 10;
        var parts = Enumerable.Range(0, groups).Select(_ => new double[k + 2]).ToArray();
        for (var i = 0; i < x.Count; i++)
        {
            // Sums that a score can be made of: p(y|x) by class, E Σ p log p, n.
            var part = parts[i % groups];
            for (var c = 0; c < k; c++)
            {
                part[c] += p[i * k + c];
                part[k] += p[i * k + c] > 0 ? p[i * k + c] * Math.Log(p[i * k + c]) : 0;
            }
            part[k + 1]++;
        }
        double Score(Func<int, bool> included)
        {
            var sum = new double[k + 2];
            for (var g = 0; g < groups; g++)
                if (included(g))
                    for (var c = 0; c < sum.Length; c++)
                        sum[c] += parts[g][c];
            var n = sum[k + 1];
            return Math.Exp(sum[k] / n - sum.Take(k).Sum(s => s > 0 ? s / n * Math.Log(s / n) : 0));
        }
        return x.Count < 2 * groups
            ? new("is", Score(_ => true), 1, k, "none: too few samples")
            : Intervals.Jackknife("is", Score(_ => true), groups, left => Score(g => g != left));
    }

    /// <summary>
    /// KL(generated ‖ real) of the histograms of predicted classes, in nats, with half a count added to each class; with a bootstrap
    /// interval.
    /// </summary>
    /// <param name="generated">Samples with logits.</param>
    /// <param name="real">Real samples with logits.</param>
    public static MetricValue HistogramDivergence(FeatureSet generated, FeatureSet real)
    {
        generated.RequireSameSpace(real);
        int[] ofX = Classes(generated), ofY = Classes(real);
        var k = generated.ClassCount;
        int[] Counts(int[] classes, SeededRandom? random)
        {
            var counts = new int[k];
            for (var i = 0; i < classes.Length; i++)
                counts[classes[random?.NextInt(classes.Length) ?? i]]++;
            return counts;
        }
        return Intervals.Bootstrap("class-kl", Divergence(Counts(ofX, null), Counts(ofY, null)), 200,
            random => Divergence(Counts(ofX, random), Counts(ofY, random)), least: 0);
    }

    /// <summary>
    /// Σ p log(p/q) of two histograms, in nats, with half a count added to each class so that an empty one is no infinity.
    /// </summary>
    /// <param name="generated">Counts [K].</param>
    /// <param name="real">Counts [K].</param>
    public static double Divergence(IReadOnlyList<int> generated, IReadOnlyList<int> real)
    {
        double n = generated.Sum() + 0.5 * generated.Count, m = real.Sum() + 0.5 * real.Count, sum = 0;
        for (var c = 0; c < generated.Count; c++)
        {
            double p = (generated[c] + 0.5) / n, q = (real[c] + 0.5) / m;
            sum += p * Math.Log(p / q);
        }
        return sum;
    }

    /// <summary>The most probable class of each sample [Count].</summary>
    /// <param name="x">Samples with logits.</param>
    public static int[] Classes(FeatureSet x)
    {
        var k = x.ClassCount;
        var logits = LogitsOf(x);
        return [.. Enumerable.Range(0, x.Count).Select(i => Enumerable.Range(0, k).MaxBy(c => logits[i * k + c]))];
    }

    private static double[] Probabilities(FeatureSet x)
    {
        var k = x.ClassCount;
        var p = Array.ConvertAll(LogitsOf(x), v => (double)v);
        for (var i = 0; i < x.Count; i++)
        {
            var row = p.AsSpan(i * k, k);
            var largest = double.NegativeInfinity;
            foreach (var v in row)
                largest = Math.Max(largest, v);
            var sum = 0.0;
            for (var c = 0; c < k; c++)
                sum += row[c] = Math.Exp(row[c] - largest);
            for (var c = 0; c < k; c++)
                row[c] /= sum;
        }
        return p;
    }

    private static float[] LogitsOf(FeatureSet x) => x.Logits ?? throw new ArgumentException("these features come from no classifier");
}
