namespace Earthmover.Transport.Tests;

/// <summary>
/// The examples of docs/guide/transport.md, word for word: each region is one example, compiled and run by <see cref="GuideTests"/>.
/// </summary>
internal static class GuideExamples
{
    public static double Solve(float[] samples, float[] data)
    {
        #region solve
        var x = PointCloud.From(samples, 500, 2, "samples");      // [n, d] row-major, float32 or float64
        var y = PointCloud.From(data, 500, 2, "data");
        TransportResult r = ExactTransport.Solve(x, y);            // W1: Euclidean ground cost, equal masses
        Console.WriteLine($"{r}");                                             // cost, dual, gap, certified, status, solver
        double w1 = r.EnsureCertified().Cost;                      // throws rather than hand out an unproven number
        #endregion
        return w1;
    }

    public static double Wasserstein(PointCloud x, PointCloud y)
    {
        #region wasserstein
        double w1 = Ot.Wasserstein(x, y);                          // (least mean distance), units of the coordinates
        double w2 = Ot.Wasserstein(x, y, p: 2);                    // (least mean squared distance)^½
        double floor = Ot.NullDistance(y, y.Count / 2).Mean;       // what two samples of the same data read
        Console.WriteLine($"W1 {w1:F4}, W2 {w2:F4}, floor {floor:F4}");
        #endregion
        return w2;
    }

    public static double Emd(PointCloud x, PointCloud y, double[] masses)
    {
        #region emd
        var a = WeightVector.From(masses, "a");                    // finite, ≥ 0, normalized to sum 1
        double cost = Ot.Emd2(x, y, a, cost: GroundCost.Cityblock); // not rooted, as POT's emd2
        TransportPlan plan = Ot.Emd(x, y, a, cost: GroundCost.Cityblock);
        for (var k = 0; k < Math.Min(3, plan.Count); k++)
            Console.WriteLine($"{plan.Source[k]} → {plan.Target[k]}: {plan.Mass[k]}");
        #endregion
        return cost;
    }

    public static double Problem(PointCloud x, PointCloud y, CancellationToken stop)
    {
        #region problem
        var problem = new TransportProblem(new PointCloudGeometry(x, y, GroundCost.SquaredEuclidean));
        var tell = new Progress<TransportProgress>(at => Console.WriteLine($"{at.Stage} {at.Share:P0}"));
        var options = new TransportOptions { Threads = 2, MemoryBudgetBytes = 600_000_000, Progress = tell };
        TransportResult r = ExactTransport.Solve(problem, options, cancellation: stop);
        TransportResult again = ExactTransport.Solve(problem, options, warm: r.Potentials, cancellation: stop); // a warm start
        Console.WriteLine($"{r.Cost} ≥ optimum ≥ {r.DualCost}; f₀ = {r.Potentials.F[0]}; {r.Stats.Solver}, {again.Stats.SolveSeconds} s");
        #endregion
        return r.Cost;
    }

    public static double Matrix()
    {
        #region matrix
        double[] costs = [1, 2, double.PositiveInfinity, 3, 1, 2]; // [2, 3]; +∞ forbids a pair
        var problem = new TransportProblem(new MatrixGeometry(costs, 2, 3));
        TransportResult r = ExactTransport.Solve(problem).EnsureCertified();
        Console.WriteLine($"{r.Cost} with {r.Plan.Count} entries");
        #endregion
        return r.Cost;
    }

    public static double Batch(float[] real, float[] fake)
    {
        #region batch
        var batch = new BatchTransport(64, 2);                     // owns its buffers: make it once
        for (var step = 0; step < 3; step++)
        {
            double w1 = batch.Step(real, fake).EnsureCertified().Cost; // exact, on the batch
            Console.WriteLine($"{step}: {w1}");
        }
        #endregion
        return batch.Step(real, fake).Cost;
    }

    public static double Line()
    {
        #region line
        double[] u = [0, 1, 3], v = [5, 6, 8];
        double w1 = Ot.Wasserstein1D(u, v);                        // 5: as scipy.stats.wasserstein_distance
        double cost = Ot.Emd2_1D(u, v, p: 2);                      // 25: not rooted, as ot.wasserstein_1d
        double weighted = Ot.Wasserstein1D(u, v, 1, [3, 1, 1], [1, 1, 3]); // masses with the same sum
        Console.WriteLine($"{w1} {cost} {weighted}");
        #endregion
        return w1;
    }

    public static double Sliced(PointCloud x, PointCloud y)
    {
        #region sliced
        SlicedResult mean = Ot.SlicedWasserstein(x, y, projections: 500);
        SlicedResult max = Ot.MaxSlicedWasserstein(x, y);          // a lower bound of W2
        Console.WriteLine($"{mean.Value:F4} ± {mean.StandardError:F4} over {mean.Directions} directions");
        Console.WriteLine($"{max.Value:F4} along ({string.Join(", ", max.BestDirection)})");
        #endregion
        return mean.Value;
    }

    public static double Sinkhorn(PointCloud x, PointCloud y)
    {
        #region sinkhorn
        var problem = new TransportProblem(new PointCloudGeometry(x, y));
        SinkhornResult e = Ot.Sinkhorn(problem, epsilon: 0.1);     // ε in units of the cost
        Console.WriteLine($"{e.LowerBound} ≤ exact ≤ {e.PlanCost}, converged: {e.Converged}");
        double divergence = Ot.SinkhornDivergence(x, y, 0.1);      // throws if an iteration did not converge
        #endregion
        return divergence;
    }

    public static double Critic(PointCloud x, PointCloud y, double[] scoresX, double[] scoresY)
    {
        #region critic
        SemiDualResult critic = Ot.SemiDual(x, y, scoresX, scoresY);    // what a critic proves about W1: never more than W1
        double[] conjugate = Ot.CTransform(new PointCloudGeometry(x, y), scoresX); // min over x of ‖x − y‖ − f(x)
        Console.WriteLine($"mean difference {critic.MeanDifference}, proven {critic.Value}, {conjugate.Length} potentials");
        #endregion
        return critic.Value;
    }

    public static double Frechet(PointCloud x, PointCloud y)
    {
        #region frechet
        double fd = Ot.FrechetDistanceSquared(x, y);               // FID when x and y are Inception features
        GaussianMoments p = GaussianMoments.Of(x), q = GaussianMoments.Of(y);
        double same = Ot.FrechetDistanceSquared(p, q);             // from moments that were kept
        double bures = Ot.BuresDistance(p.Covariance, q.Covariance, x.Dimension);
        Console.WriteLine($"{fd} = {same}, of which shape {bures * bures}");
        #endregion
        return fd;
    }

    public static double Kernel(PointCloud x, PointCloud y)
    {
        #region kernel
        Estimate kid = KernelDiscrepancy.KernelInceptionDistance(x, y, subsets: 20, subsetSize: 100);
        Console.WriteLine($"{kid.Value} in [{kid.Low95}, {kid.High95}]");
        double mmd = KernelDiscrepancy.PolynomialMmdSquared(x, y); // unbiased, so it can be below 0
        Console.WriteLine($"{mmd}");
        #endregion
        return mmd;
    }

    public static double Mixtures()
    {
        #region mixtures
        var p = new GaussianMixture([-1, 2], [0.7, 1.1], 1);       // means, standard deviations, dimension
        var q = new GaussianMixture([0.5], [1.5], 1);
        Estimate js = MixtureDivergences.JensenShannon(p, q);      // nats, in [0, ln 2], with a 95 % interval
        Estimate kl = MixtureDivergences.KullbackLeibler(p, q), tv = MixtureDivergences.TotalVariation(p, q);
        Console.WriteLine($"JS {js.Value} in [{js.Low95}, {js.High95}], KL {kl.Value}, TV {tv.Value}");
        #endregion
        return js.Value;
    }

    public static double Centers(PointCloud y)
    {
        #region centers
        ClusteringResult means = Clustering.KMeans(y, 25), medians = Clustering.KMedians(y, 25);
        OtMeansResult equal = OtMeans.Fit(y, 25);                  // centers that all serve the same mass
        double w1 = Ot.Wasserstein(medians.Centers, y, 1, WeightVector.From(medians.Masses));
        Console.WriteLine($"{means.Objective} {medians.Objective} {equal.Cost}, W1 of the medians {w1}");
        #endregion
        return w1;
    }

    // The examples speak; the tests listen to nothing but their values.
    private static class Console
    {
        public static void WriteLine(string line) => ArgumentNullException.ThrowIfNull(line);
    }
}
