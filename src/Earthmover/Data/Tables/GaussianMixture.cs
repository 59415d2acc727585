using MathNet.Numerics;

namespace Earthmover.Data.Tables;

/// <summary>A mixture of normal laws on the line.</summary>
/// <param name="Weights">They sum to 1 [K].</param>
/// <param name="Means">[K].</param>
/// <param name="Spreads">Deviations [K].</param>
internal sealed record GaussianMixture(double[] Weights, double[] Means, double[] Spreads)
{
    // As CTGAN has it: at most ten laws, of which those with more than a two-hundredth are kept.
    private const int Most = 10, MostValues = 20_000, Rounds = 100;
    private const double Concentration = 1e-3, LeastWeight = 0.005, Floor = 1e-6, Tolerance = 1e-5;

    /// <summary>
    /// Fits a mixture by variational Bayes with a Dirichlet process for a prior, which leaves laws that are not needed without weight (Blei
    /// and Jordan, 2006; the updates are those of Bishop, 2006, section 10.2, with one dimension).
    /// </summary>
    /// <param name="values">Finite numbers, at least one.</param>
    internal static GaussianMixture Fit(double[] values)
    {
        var mean = values.Average();
        var spread = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        if (!(spread > 0))
            return new([1], [mean], [1]);
        double[] x = [.. Spaced(values).Select(v => (v - mean) / spread)];
        var resp = Nearest(x);
        var state = new State(x, resp);
        for (var (round, before) = (0, double.NegativeInfinity); round < Rounds; round++)
        {
            state = new(x, resp);
            var likelihood = state.Expect(x, resp);
            if (Math.Abs(likelihood - before) < Tolerance)
                break;
            before = likelihood;
        }
        int[] kept = [.. Enumerable.Range(0, Most).Where(k => state.Weights[k] > LeastWeight)];
        var total = kept.Sum(k => state.Weights[k]);
        return new([.. kept.Select(k => state.Weights[k] / total)], [.. kept.Select(k => mean + spread * state.Means[k])],
            [.. kept.Select(k => spread * Math.Sqrt(state.Variances[k]))]);
    }

    /// <summary>How likely each law is to have made a value [K].</summary>
    internal double[] Responsibilities(double value)
    {
        var logs = new double[Means.Length];
        for (var k = 0; k < logs.Length; k++)
        {
            var z = (value - Means[k]) / Spreads[k];
            logs[k] = Math.Log(Weights[k]) - Math.Log(Spreads[k]) - z * z / 2;
        }
        var most = logs.Max();
        double[] shares = [.. logs.Select(log => Math.Exp(log - most) + 1e-6)];
        var sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }

    private static double[] Spaced(double[] values) => values.Length <= MostValues ? values
        : [.. Enumerable.Range(0, MostValues).Select(i => values[(int)((long)i * values.Length / MostValues)])];

    // k-means on the line, from quantiles on.
    private static double[,] Nearest(double[] x)
    {
        double[] sorted = [.. x.Order()], centers = [.. Enumerable.Range(0, Most).Select(k => sorted[(int)((k + 0.5) / Most * x.Length)])];
        var chosen = new int[x.Length];
        for (var round = 0; round < 20; round++)
        {
            double[] sums = new double[Most], counts = new double[Most];
            for (var i = 0; i < x.Length; i++)
            {
                var best = 0;
                for (var k = 1; k < Most; k++)
                    if (Math.Abs(x[i] - centers[k]) < Math.Abs(x[i] - centers[best]))
                        best = k;
                chosen[i] = best;
                sums[best] += x[i];
                counts[best]++;
            }
            for (var k = 0; k < Most; k++)
                if (counts[k] > 0)
                    centers[k] = sums[k] / counts[k];
        }
        var resp = new double[x.Length, Most];
        for (var i = 0; i < x.Length; i++)
            resp[i, chosen[i]] = 1;
        return resp;
    }

    // What is believed of the laws, given which made each value.
    private sealed class State
    {
        private readonly double[] _logWeights = new double[Most], _precisions = new double[Most], _freedoms = new double[Most];

        public State(double[] x, double[,] resp)
        {
            double[] counts = new double[Most], means = new double[Most], squares = new double[Most];
            for (var i = 0; i < x.Length; i++)
                for (var k = 0; k < Most; k++)
                {
                    counts[k] += resp[i, k];
                    means[k] += resp[i, k] * x[i];
                }
            for (var k = 0; k < Most; k++)
                means[k] /= counts[k] += 1e-14;
            for (var i = 0; i < x.Length; i++)
                for (var k = 0; k < Most; k++)
                    squares[k] += resp[i, k] * (x[i] - means[k]) * (x[i] - means[k]);
            double left = 1, before = 0, behind = counts.Sum();
            for (var k = 0; k < Most; k++)
            {
                behind -= counts[k];
                double a = 1 + counts[k], b = Concentration + Math.Max(0, behind), sum = SpecialFunctions.DiGamma(a + b);
                _logWeights[k] = SpecialFunctions.DiGamma(a) - sum + before;
                before += SpecialFunctions.DiGamma(b) - sum;
                Weights[k] = a / (a + b) * left;
                left *= b / (a + b);
                // The prior: mean 0 with the precision of one value, variance 1 with one degree of freedom.
                _precisions[k] = _freedoms[k] = 1 + counts[k];
                Means[k] = counts[k] * means[k] / _precisions[k];
                Variances[k] = (1 + squares[k] + counts[k] * Floor + counts[k] / _precisions[k] * means[k] * means[k]) / _freedoms[k];
            }
        }

        public double[] Weights { get; } = new double[Most];

        public double[] Means { get; } = new double[Most];

        public double[] Variances { get; } = new double[Most];

        // Which law made each value; and the mean log-likelihood.
        public double Expect(double[] x, double[,] resp)
        {
            var constant = new double[Most];
            for (var k = 0; k < Most; k++)
                constant[k] = _logWeights[k] - Math.Log(2 * Math.PI * Variances[k]) / 2 - Math.Log(_freedoms[k]) / 2
                    + (Math.Log(2) + SpecialFunctions.DiGamma(_freedoms[k] / 2) - 1 / _precisions[k]) / 2;
            var total = 0.0;
            for (var i = 0; i < x.Length; i++)
            {
                var most = double.NegativeInfinity;
                for (var k = 0; k < Most; k++)
                {
                    resp[i, k] = constant[k] - (x[i] - Means[k]) * (x[i] - Means[k]) / Variances[k] / 2;
                    most = Math.Max(most, resp[i, k]);
                }
                var sum = 0.0;
                for (var k = 0; k < Most; k++)
                    sum += resp[i, k] = Math.Exp(resp[i, k] - most);
                for (var k = 0; k < Most; k++)
                    resp[i, k] /= sum;
                total += most + Math.Log(sum);
            }
            return total / x.Length;
        }
    }
}
