namespace Earthmover.Transport;

/// <summary>
/// Divergences between known densities, in nats, by Monte Carlo stratified over the components, with 95 % intervals. The
/// integrands of Jensen–Shannon and total variation under (p + q)/2 are bounded, so their intervals are trustworthy; that of
/// Kullback–Leibler is not bounded and may be huge: nothing is clipped.
/// </summary>
public static class MixtureDivergences
{
    /// <summary>KL(p ‖ q) = E_p[log p − log q], nats.</summary>
    /// <param name="p">The reference.</param>
    /// <param name="q">The approximation.</param>
    /// <param name="samples">Points to draw, at least 4 per component. Default 20,000.</param>
    /// <param name="seed">The same seed gives the same estimate.</param>
    /// <exception cref="ArgumentException">The dimensions differ or there are too few samples.</exception>
    public static Estimate KullbackLeibler(GaussianMixture p, GaussianMixture q, int samples = 20_000, ulong seed = 0)
    {
        Check(p, q);
        var (mean, variance, count) = Stratified(p, samples, new NormalSource(seed), x => p.LogDensity(x) - q.LogDensity(x));
        return Interval(mean, variance, count, "Monte Carlo under p, stratified", double.NegativeInfinity, double.PositiveInfinity);
    }

    /// <summary>JS(p, q) = (KL(p ‖ m) + KL(q ‖ m))/2 with m = (p + q)/2, nats, in [0, ln 2].</summary>
    /// <param name="p">One mixture.</param>
    /// <param name="q">The other.</param>
    /// <param name="samples">Points to draw in all. Default 20,000.</param>
    /// <param name="seed">The same seed gives the same estimate.</param>
    /// <exception cref="ArgumentException">The dimensions differ or there are too few samples.</exception>
    public static Estimate JensenShannon(GaussianMixture p, GaussianMixture q, int samples = 20_000, ulong seed = 0) =>
        UnderMiddle(p, q, samples, seed, static share => Math.Log(2) - Entropy(share), Math.Log(2));

    /// <summary>TV(p, q) = ½∫|p − q|, in [0, 1].</summary>
    /// <param name="p">One mixture.</param>
    /// <param name="q">The other.</param>
    /// <param name="samples">Points to draw in all. Default 20,000.</param>
    /// <param name="seed">The same seed gives the same estimate.</param>
    /// <exception cref="ArgumentException">The dimensions differ or there are too few samples.</exception>
    public static Estimate TotalVariation(GaussianMixture p, GaussianMixture q, int samples = 20_000, ulong seed = 0) =>
        UnderMiddle(p, q, samples, seed, static share => Math.Abs(2 * share - 1), 1);

    // E under (p + q)/2 of a bounded function of p/(p + q), half of the points from each.
    private static Estimate UnderMiddle(
        GaussianMixture p, GaussianMixture q, int samples, ulong seed, Func<double, double> integrand, double most)
    {
        Check(p, q);
        var source = new NormalSource(seed);
        double Value(double[] x) => integrand(1 / (1 + Math.Exp(q.LogDensity(x) - p.LogDensity(x))));
        var (meanP, varianceP, countP) = Stratified(p, samples / 2, source, Value);
        var (meanQ, varianceQ, countQ) = Stratified(q, samples / 2, source, Value);
        const string method = "Monte Carlo under (p + q)/2, stratified";
        return Interval((meanP + meanQ) / 2, (varianceP + varianceQ) / 4, countP + countQ, method, 0, most);
    }

    private static (double Mean, double Variance, int Count) Stratified(
        GaussianMixture mixture, int samples, NormalSource source, Func<double[], double> value)
    {
        if (samples < 4 * mixture.Components)
            throw new ArgumentException($"{samples} samples for {mixture.Components} components; at least 4 per component are needed.");
        var x = new double[mixture.Dimension];
        double mean = 0, variance = 0;
        var total = 0;
        for (var c = 0; c < mixture.Components; c++)
        {
            var weight = mixture.Weights[c];
            if (weight == 0)
                continue;
            var count = Math.Max(4, (int)Math.Round(weight * samples));
            double sum = 0, squares = 0;
            for (var k = 0; k < count; k++)
            {
                mixture.Draw(source, c, x);
                var v = value(x);
                var before = sum / Math.Max(1, k);
                sum += v;
                // Welford's update.
                squares += (v - before) * (v - sum / (k + 1));
            }
            mean += weight * sum / count;
            variance += weight * weight * squares / (count - 1) / count;
            total += count;
        }
        return (mean, variance, total);
    }

    private static Estimate Interval(double mean, double variance, int count, string method, double least, double most)
    {
        var half = 1.96 * Math.Sqrt(variance);
        return new Estimate(mean, Math.Max(least, mean - half), Math.Min(most, mean + half), method, count);
    }

    private static double Entropy(double share) =>
        share <= 0 || share >= 1 ? 0 : -share * Math.Log(share) - (1 - share) * Math.Log(1 - share);

    private static void Check(GaussianMixture p, GaussianMixture q)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(q);
        if (p.Dimension != q.Dimension)
            throw new ArgumentException($"The mixtures have {p.Dimension} and {q.Dimension} dimensions; they must agree.");
    }
}
