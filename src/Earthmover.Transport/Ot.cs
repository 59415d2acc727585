namespace Earthmover.Transport;

/// <summary>The W₁ of two disjoint random halves of the same data: what "no difference" reads at that size.</summary>
/// <param name="Mean">Mean over the repeats.</param>
/// <param name="StandardDeviation">Over the repeats; 0 for one repeat.</param>
/// <param name="Values">Each repeat.</param>
public sealed record BatchNull(double Mean, double StandardDeviation, double[] Values);

/// <summary>
/// One call per quantity. Names follow POT: a "2" in the name of a cost means "not rooted". Every exact number is certified or an
/// <see cref="UncertifiedTransportException"/> is thrown. Thread-safe and deterministic.
/// </summary>
/// <remarks>
/// <code>
/// var x = PointCloud.From(samples, 500, 2);
/// var y = PointCloud.From(data, 500, 2);
/// double w1 = Ot.Wasserstein(x, y, p: 1);          // exact, certified
/// SlicedResult s = Ot.SlicedWasserstein(x, y);      // with its standard error
/// double sd = Ot.SinkhornDivergence(x, y, 0.1);
/// </code>
/// </remarks>
public static class Ot
{
    /// <summary>The least mean cost (not rooted), in units of the ground cost. Matches <c>ot.emd2(a, b, M)</c>.</summary>
    /// <param name="x">Sources.</param>
    /// <param name="y">Targets.</param>
    /// <param name="a">Masses of the sources; null for equal ones.</param>
    /// <param name="b">Masses of the targets; null for equal ones.</param>
    /// <param name="cost">The ground cost.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">Dimensions or masses do not match.</exception>
    /// <exception cref="UncertifiedTransportException">The optimum could not be proven.</exception>
    public static double Emd2(PointCloud x, PointCloud y, WeightVector? a = null, WeightVector? b = null,
        GroundCost cost = GroundCost.Euclidean, CancellationToken cancellation = default) =>
        Solve(x, y, a, b, cost, cancellation).Cost;

    /// <summary>The optimal plan. Matches <c>ot.emd(a, b, M)</c>, sparse.</summary>
    /// <param name="x">Sources.</param>
    /// <param name="y">Targets.</param>
    /// <param name="a">Masses of the sources; null for equal ones.</param>
    /// <param name="b">Masses of the targets; null for equal ones.</param>
    /// <param name="cost">The ground cost.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">Dimensions or masses do not match.</exception>
    /// <exception cref="UncertifiedTransportException">The optimum could not be proven.</exception>
    public static TransportPlan Emd(PointCloud x, PointCloud y, WeightVector? a = null, WeightVector? b = null,
        GroundCost cost = GroundCost.Euclidean, CancellationToken cancellation = default) =>
        Solve(x, y, a, b, cost, cancellation).Plan;

    /// <summary>W_p = (least mean of distance^p)^(1/p), in units of the coordinates.</summary>
    /// <param name="x">Sources.</param>
    /// <param name="y">Targets.</param>
    /// <param name="p">1 or 2.</param>
    /// <param name="a">Masses of the sources; null for equal ones.</param>
    /// <param name="b">Masses of the targets; null for equal ones.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">p is neither 1 nor 2, or dimensions or masses do not match.</exception>
    /// <exception cref="UncertifiedTransportException">The optimum could not be proven.</exception>
    public static double Wasserstein(
        PointCloud x, PointCloud y, int p = 1, WeightVector? a = null, WeightVector? b = null, CancellationToken cancellation = default) =>
        p switch
        {
            1 => Solve(x, y, a, b, GroundCost.Euclidean, cancellation).Cost,
            2 => Solve(x, y, a, b, GroundCost.SquaredEuclidean, cancellation).Distance,
            _ => throw new ArgumentException($"p is {p}; 1 and 2 are supported between clouds."),
        };

    /// <summary>W_p^p on the line (not rooted), exact by sorting. Matches <c>ot.wasserstein_1d(u, v, p=p)</c>.</summary>
    /// <param name="u">Values, finite.</param>
    /// <param name="v">Values, finite.</param>
    /// <param name="p">Exponent, ≥ 1.</param>
    /// <param name="uWeights">Masses of u; empty for equal ones.</param>
    /// <param name="vWeights">Masses of v; empty for equal ones.</param>
    /// <exception cref="ArgumentException">A value, mass or p is out of range.</exception>
    public static double Emd2_1D(
        ReadOnlySpan<double> u, ReadOnlySpan<double> v, double p = 1,
        ReadOnlySpan<double> uWeights = default, ReadOnlySpan<double> vWeights = default) =>
        Univariate.Cost(u, v, p, uWeights, vWeights);

    /// <summary>W_p on the line, exact by sorting. For p = 1 matches <c>scipy.stats.wasserstein_distance(u, v)</c>.</summary>
    /// <param name="u">Values, finite.</param>
    /// <param name="v">Values, finite.</param>
    /// <param name="p">Exponent, ≥ 1.</param>
    /// <param name="uWeights">Masses of u; empty for equal ones.</param>
    /// <param name="vWeights">Masses of v; empty for equal ones.</param>
    /// <exception cref="ArgumentException">A value, mass or p is out of range.</exception>
    public static double Wasserstein1D(
        ReadOnlySpan<double> u, ReadOnlySpan<double> v, double p = 1,
        ReadOnlySpan<double> uWeights = default, ReadOnlySpan<double> vWeights = default) =>
        Univariate.Distance(u, v, p, uWeights, vWeights);

    /// <summary>The sliced W_p (rooted), with its standard error. Matches <c>ot.sliced_wasserstein_distance</c> in the mean.</summary>
    /// <param name="x">One cloud.</param>
    /// <param name="y">The other; the sizes may differ.</param>
    /// <param name="p">Exponent, ≥ 1. Default 2.</param>
    /// <param name="projections">Directions, at least 1. Default 50.</param>
    /// <param name="seed">Of the directions.</param>
    /// <param name="orthogonal">Whether directions are orthogonal in groups of d: less variance, same mean.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The dimensions differ, or p or projections are out of range.</exception>
    public static SlicedResult SlicedWasserstein(
        PointCloud x, PointCloud y, double p = 2, int projections = 50, ulong seed = 0, bool orthogonal = true,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return Transport.SlicedWasserstein.Mean(x, y, p, projections, seed, orthogonal, TransportOptions.Default, cancellation);
    }

    /// <summary>The max-sliced W_p (rooted): the best direction that gradient ascent finds. A lower bound of W_p.</summary>
    /// <param name="x">One cloud.</param>
    /// <param name="y">The other.</param>
    /// <param name="p">Exponent, ≥ 1. Default 2.</param>
    /// <param name="starts">Starts of the ascent. Default 8.</param>
    /// <param name="steps">Most steps of each. Default 100.</param>
    /// <param name="seed">Of the starts.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The dimensions differ, or p or starts are out of range.</exception>
    public static SlicedResult MaxSlicedWasserstein(PointCloud x, PointCloud y,
        double p = 2, int starts = 8, int steps = 100, ulong seed = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return Transport.SlicedWasserstein.Max(x, y, p, starts, steps, seed, TransportOptions.Default, cancellation);
    }

    /// <summary>Entropic transport; see <see cref="SinkhornSolver.Solve"/>.</summary>
    /// <param name="problem">Costs and masses.</param>
    /// <param name="epsilon">Regularization in units of the cost.</param>
    /// <param name="options">Tolerance and limits.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static SinkhornResult Sinkhorn(
        TransportProblem problem, double epsilon, SinkhornOptions? options = null, CancellationToken cancellation = default) =>
        SinkhornSolver.Solve(problem, epsilon, options, cancellation);

    /// <summary>
    /// S_ε(x, y) = OT_ε(x, y) − (OT_ε(x, x) + OT_ε(y, y))/2 (Feydy et al. 2019): zero for equal clouds, in units of the cost.
    /// </summary>
    /// <param name="x">One cloud.</param>
    /// <param name="y">The other.</param>
    /// <param name="epsilon">Regularization in units of the cost.</param>
    /// <param name="cost">The ground cost.</param>
    /// <param name="options">Tolerance and limits.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidOperationException">One of the three iterations did not converge, or the difference is made of lost
    /// digits.</exception>
    public static double SinkhornDivergence(
        PointCloud x, PointCloud y, double epsilon, GroundCost cost = GroundCost.Euclidean, SinkhornOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var between = SinkhornSolver.Solve(new TransportProblem(new PointCloudGeometry(x, y, cost)), epsilon, options, cancellation);
        var divergence = SinkhornSolver.Divergence(x, y, null, null, between, cost, options, cancellation);
        return divergence.Converged
            ? divergence.Value
            : throw new InvalidOperationException($"The Sinkhorn divergence is not known at epsilon {epsilon}: {divergence.Reason}.");
    }

    /// <summary>fᶜ(yⱼ) = minᵢ(cᵢⱼ − fᵢ), [m], in float64.</summary>
    /// <param name="geometry">The costs.</param>
    /// <param name="f">Potentials of the sources, [n], finite.</param>
    /// <exception cref="ArgumentException">The length is wrong or a potential is not finite.</exception>
    public static double[] CTransform(TransportGeometry geometry, ReadOnlySpan<double> f)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return Transport.SemiDual.CTransform(geometry, f, TransportOptions.Default, default);
    }

    /// <summary>
    /// What a critic proves about W₁ of two batches: its scores on x as potentials, completed by the c-transform. The value never
    /// exceeds the exact W₁; equality means a perfect critic.
    /// </summary>
    /// <param name="x">Sources.</param>
    /// <param name="y">Targets.</param>
    /// <param name="scoresX">Critic on x, [n], divided by its Lipschitz constant if that is known.</param>
    /// <param name="scoresY">Critic on y, [m].</param>
    /// <exception cref="ArgumentException">A length is wrong or a score is not finite.</exception>
    public static SemiDualResult SemiDual(PointCloud x, PointCloud y, ReadOnlySpan<double> scoresX, ReadOnlySpan<double> scoresY)
    {
        var geometry = new PointCloudGeometry(x, y);
        if (scoresY.Length != y.Count)
            throw new ArgumentException($"{scoresY.Length} scores for {y.Count} targets.");
        var conjugate = CTransform(geometry, scoresX);
        // What rounding can have added is taken away: the value never exceeds the optimum.
        var (value, error) = Certificate.Dual(new TransportProblem(new PointCloudGeometry(y, x)), conjugate, scoresX.ToArray());
        return new SemiDualResult(Mean(scoresX) - Mean(scoresY), value - error, conjugate);
    }

    /// <summary>The Bures distance between covariances: (tr S₁ + tr S₂ − 2 tr (S₁^½ S₂ S₁^½)^½)^½.</summary>
    /// <param name="s1">[d, d], symmetric, positive semidefinite.</param>
    /// <param name="s2">[d, d], symmetric, positive semidefinite.</param>
    /// <param name="d">Dimension.</param>
    /// <exception cref="ArgumentException">An entry is not finite or a matrix is not symmetric.</exception>
    public static double BuresDistance(double[] s1, double[] s2, int d) => Math.Sqrt(GaussianTransport.BuresSquared(s1, s2, d));

    /// <summary>The squared Fréchet distance of two Gaussians = their W₂² (Dowson and Landau 1982); on Inception features: FID.</summary>
    /// <param name="p">Moments of one side.</param>
    /// <param name="q">Moments of the other.</param>
    /// <exception cref="ArgumentException">The dimensions differ or a covariance is not valid.</exception>
    public static double FrechetDistanceSquared(GaussianMoments p, GaussianMoments q)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(q);
        if (p.Mean.Length != q.Mean.Length)
            throw new ArgumentException($"Moments of {p.Mean.Length} and {q.Mean.Length} dimensions; they must agree.");
        return GaussianTransport.SquaredDistance(p.Mean, q.Mean)
            + GaussianTransport.BuresSquared(p.Covariance, q.Covariance, p.Mean.Length);
    }

    /// <summary>The same straight from two clouds; exact also for fewer points than dimensions.</summary>
    /// <param name="x">At least two points.</param>
    /// <param name="y">At least two points.</param>
    /// <exception cref="ArgumentException">Too few points or different dimensions.</exception>
    public static double FrechetDistanceSquared(PointCloud x, PointCloud y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return GaussianTransport.FrechetSquared(x, y);
    }

    /// <summary>W₁ between two disjoint random subsets of the same data: the floor to print beside every W₁ at that size.</summary>
    /// <param name="x">The data, at least 2·n points.</param>
    /// <param name="n">Points per subset.</param>
    /// <param name="repeats">At least 1.</param>
    /// <param name="seed">Of the subsets.</param>
    /// <param name="cancellation">Stops the computation.</param>
    /// <exception cref="ArgumentException">Too few points or repeats.</exception>
    public static BatchNull NullDistance(PointCloud x, int n, int repeats = 1, ulong seed = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (n < 1 || 2L * n > x.Count || repeats < 1)
            throw new ArgumentException($"Two disjoint subsets of {n} from {x.Count} points, {repeats} times, are not possible.");
        var source = new NormalSource(seed);
        var values = new double[repeats];
        for (var r = 0; r < repeats; r++)
        {
            var order = source.Permutation(x.Count);
            values[r] = Wasserstein(x.Select(order.AsSpan(0, n)), x.Select(order.AsSpan(n, n)), cancellation: cancellation);
        }
        var mean = values.Average();
        var deviation = repeats == 1 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (repeats - 1));
        return new BatchNull(mean, deviation, values);
    }

    private static TransportResult Solve(
        PointCloud x, PointCloud y, WeightVector? a, WeightVector? b, GroundCost cost, CancellationToken cancellation) =>
        ExactTransport.Solve(new TransportProblem(new PointCloudGeometry(x, y, cost), a, b), cancellation: cancellation).EnsureCertified();

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }
}
