using Xunit;

namespace Earthmover.Transport.Tests.Divergences;

public sealed class DivergenceTests
{
    [Fact]
    public void Sliced_equals_w_on_the_line_and_bounds_it_from_below_in_space()
    {
        var (u, v) = (Samples.Cloud(Samples.Gaussian(1, 50, 1), 1), Samples.Cloud(Samples.Gaussian(2, 40, 1, 2), 1));
        var expected = Math.Sqrt(ExactTransport.Solve(u, v, GroundCost.SquaredEuclidean).EnsureCertified().Cost);
        Assert.Equal(expected, Ot.SlicedWasserstein(u, v, 2, 5).Value, 1e-5);

        var (x, y) = (Samples.Cloud(Samples.Gaussian(1, 200, 4), 4), Samples.Cloud(Samples.Gaussian(2, 200, 4, 1, 1), 4));
        var sliced = Ot.SlicedWasserstein(x, y, 2, 200);
        var max = Ot.MaxSlicedWasserstein(x, y);
        var w2 = Ot.Wasserstein(x, y, 2);
        Assert.InRange(sliced.Value, 0.8, max.Value);
        Assert.InRange(max.Value, 1.9, w2 + 1e-9);
        Assert.InRange(sliced.StandardError, 1e-4, 0.2);
        Assert.Equal(0, Ot.SlicedWasserstein(x, x, 2, 10).Value);
    }

    [Fact]
    public void Orthogonal_directions_have_the_mean_of_independent_ones()
    {
        var (x, y) = (Samples.Cloud(Samples.Gaussian(1, 100, 3), 3), Samples.Cloud(Samples.Gaussian(2, 100, 3, 2), 3));
        var orthogonal = Ot.SlicedWasserstein(x, y, 2, 3000, 1, true);
        var independent = Ot.SlicedWasserstein(x, y, 2, 3000, 2, false);
        Assert.InRange(orthogonal.Value - independent.Value, -5 * independent.StandardError, 5 * independent.StandardError);
    }

    [Fact]
    public void Sinkhorn_divergence_is_zero_for_equal_clouds_positive_else_and_symmetric()
    {
        var (x, y) = (Samples.Cloud(Samples.Gaussian(1, 60, 2), 2), Samples.Cloud(Samples.Gaussian(2, 60, 2, 1, 2), 2));
        Assert.Equal(0, Ot.SinkhornDivergence(x, x, 0.2), 1e-12);
        var xy = Ot.SinkhornDivergence(x, y, 0.2);
        Assert.Equal(xy, Ot.SinkhornDivergence(y, x, 0.2), 1e-4);
        Assert.InRange(xy, 0.5 * Ot.Wasserstein(x, y), 1.1 * Ot.Wasserstein(x, y));
    }

    [Fact]
    public void Sinkhorn_with_small_epsilon_closes_on_the_exact_cost_from_both_sides()
    {
        var problem = new TransportProblem(
            new PointCloudGeometry(Samples.Cloud(Samples.Gaussian(1, 50, 2), 2), Samples.Cloud(Samples.Gaussian(2, 40, 2), 2)),
            WeightVector.Uniform(50),
            WeightVector.Uniform(40));
        var exact = ExactTransport.Solve(problem).EnsureCertified().Cost;
        var loose = Ot.Sinkhorn(problem, 0.3);
        var sharp = Ot.Sinkhorn(problem, 0.01);
        foreach (var result in new[] { loose, sharp })
            Assert.InRange(exact, result.LowerBound - 1e-9, result.PlanCost + 1e-6);
        Assert.True(sharp.PlanCost - sharp.LowerBound < loose.PlanCost - loose.LowerBound);
        Assert.InRange(sharp.PlanCost - exact, -1e-6, 0.02);
    }

    [Fact]
    public void Sinkhorn_out_of_iterations_says_so()
    {
        var (x, y) = (Samples.Cloud(Samples.Gaussian(1, 60, 2), 2), Samples.Cloud(Samples.Gaussian(2, 60, 2, 1, 2), 2));
        var options = new SinkhornOptions { MaxIterations = 2, Scaling = false };
        Assert.False(Ot.Sinkhorn(new TransportProblem(new PointCloudGeometry(x, y)), 0.005, options).Converged);
        Assert.Throws<InvalidOperationException>(() => Ot.SinkhornDivergence(x, y, 0.005, GroundCost.Euclidean, options));
    }

    [Fact]
    public void Sinkhorns_upper_bound_is_the_cost_of_a_plan_with_the_margins()
    {
        const int n = 41, m = 23;
        const double epsilon = 0.3;
        var problem = new TransportProblem(
            new PointCloudGeometry(Samples.Cloud(Samples.Gaussian(1, n, 3), 3), Samples.Cloud(Samples.Gaussian(2, m, 3, 1, 1), 3)),
            WeightVector.From([0, .. Samples.Weights(1, n - 1)]),
            WeightVector.Law([.. Samples.Weights(2, m - 1), 0]),
            checkTotals: false);
        // Far from the end, so that much is missing in the columns.
        var result = Ot.Sinkhorn(problem, epsilon, new SinkhornOptions { MaxIterations = 1, Scaling = false });
        Assert.InRange(result.MarginalError, 0.01, 1);
        var (f, g) = (result.Potentials.F, result.Potentials.G);
        var plan = new double[n, m];
        var (rows, columns) = (problem.A.ToArray(), problem.B.ToArray());
        for (var j = 0; j < m - 1; j++)
        {
            double Mass(int i) => problem.A[i] > 0 ? Math.Exp((f[i] + g[j] - problem.Geometry.Cost(i, j)) / epsilon) : 0;
            var sum = Enumerable.Range(0, n).Sum(Mass);
            for (var i = 0; i < n; i++)
            {
                plan[i, j] = Mass(i) * Math.Min(1, problem.B[j] / sum);
                rows[i] -= plan[i, j];
                columns[j] -= plan[i, j];
            }
        }
        var missing = rows.Sum();
        double cost = 0;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < m; j++)
                cost += (plan[i, j] + rows[i] * columns[j] / missing) * problem.Geometry.Cost(i, j);
        }
        Assert.Equal(cost, result.PlanCost, 1e-5);
    }

    [Fact]
    public void The_optimal_potential_is_a_perfect_critic_and_others_prove_less()
    {
        var (x, y) = (Samples.Cloud(Samples.Gaussian(1, 80, 3), 3), Samples.Cloud(Samples.Gaussian(2, 80, 3, 1, 1), 3));
        var exact = ExactTransport.Solve(x, y).EnsureCertified();
        var scoresY = exact.Potentials.G.Select(g => -g).ToArray();
        var perfect = Ot.SemiDual(x, y, exact.Potentials.F, scoresY);
        Assert.Equal(exact.Cost, perfect.Value, 1e-9);
        Assert.Equal(exact.Cost, perfect.MeanDifference, 1e-9);
        var zero = Ot.SemiDual(x, y, new double[80], new double[80]);
        Assert.True(zero.Value < exact.Cost);
        var wild = Ot.SemiDual(x, y, exact.Potentials.F.Select(f => 10 * f).ToArray(), scoresY);
        Assert.True(wild.Value < exact.Cost);
    }

    [Fact]
    public void Frechet_is_exact_for_fewer_points_than_dimensions_and_for_collapse()
    {
        var (x, y) = (Samples.Cloud(Samples.Gaussian(1, 12, 40), 40), Samples.Cloud(Samples.Gaussian(2, 15, 40, 2), 40));
        var direct = Ot.FrechetDistanceSquared(x, y);
        Assert.Equal(direct, Ot.FrechetDistanceSquared(GaussianMoments.Of(x), GaussianMoments.Of(y)), 1e-5);
        Assert.Equal(0, Ot.FrechetDistanceSquared(x, x), 1e-9);
        var point = PointCloud.From(new float[20 * 40], 20, 40);
        var moments = GaussianMoments.Of(x);
        var trace = Enumerable.Range(0, 40).Sum(k => moments.Covariance[k * 41]);
        Assert.Equal(moments.Mean.Sum(v => v * v) + trace, Ot.FrechetDistanceSquared(x, point), 1e-9);
    }

    [Fact]
    public void Bures_of_diagonal_matrices_is_the_distance_of_deviations()
    {
        Assert.Equal(Math.Sqrt(1 + 4), Ot.BuresDistance([1, 0, 0, 9], [4, 0, 0, 25], 2), 1e-12);
        Assert.Equal(0, Ot.BuresDistance([2, 1, 1, 2], [2, 1, 1, 2], 2), 1e-7);
    }

    [Fact]
    public void Mmd_is_unbiased_on_a_hand_computed_case_and_swaps()
    {
        // k(a, b) = (ab + 1)³ on the line: kxx = 1 (0·1), kyy = 27 (1·2), kxy = 1, 1, 8, 27 → mean 37/4.
        var (x, y) = (PointCloud.From([0f, 1f], 2, 1), PointCloud.From([1f, 2f], 2, 1));
        Assert.Equal(1 + 27 - 2 * (1 + 1 + 8 + 27) / 4.0, KernelDiscrepancy.PolynomialMmdSquared(x, y), 1e-12);
        Assert.Equal(KernelDiscrepancy.PolynomialMmdSquared(x, y), KernelDiscrepancy.PolynomialMmdSquared(y, x), 1e-12);
        var (u, v) = (Samples.Cloud(Samples.Gaussian(1, 300, 3), 3), Samples.Cloud(Samples.Gaussian(2, 300, 3), 3));
        Assert.InRange(KernelDiscrepancy.GaussianMmdSquared(u, v, 1), -0.01, 0.01);
        var kid = KernelDiscrepancy.KernelInceptionDistance(u, Samples.Cloud(Samples.Gaussian(3, 300, 3, 1, 1), 3), 10, 100);
        Assert.True(kid.Low95 > 0.1);
    }

    [Fact]
    public void Mixture_divergences_vanish_for_equal_and_saturate_for_disjoint_mixtures()
    {
        var p = new GaussianMixture([0, 0, 5, 5], [1, 1], 2);
        var far = new GaussianMixture([1000, 1000], [1], 2);
        Assert.Equal(0, MixtureDivergences.JensenShannon(p, p).Value, 1e-12);
        Assert.Equal(0, MixtureDivergences.TotalVariation(p, p).Value, 1e-12);
        Assert.Equal(Math.Log(2), MixtureDivergences.JensenShannon(p, far).Value, 1e-9);
        Assert.Equal(1, MixtureDivergences.TotalVariation(p, far).Value, 1e-9);
        Assert.True(MixtureDivergences.KullbackLeibler(p, far).Value > 1e5);
    }

    [Fact]
    public void K_means_finds_well_separated_modes_and_k_medians_resists_an_outlier()
    {
        var x = Samples.Cloud(Samples.Modes(1, 500, 2, 0.01, 5), 2);
        var best = Enumerable.Range(0, 8).Min(seed => Clustering.KMeans(x, 5, (ulong)seed).Objective);
        Assert.InRange(best, 0, 500 * 2 * 0.01 * 0.01 * 1.2);
        var line = PointCloud.From([0f, 0f, 1f, 1f, 1f, 2f, 2f, 1000f], 8, 1);
        Assert.Equal(1, Clustering.KMedians(line, 1).Centers[0, 0], 0.01);
        // The start is one of the corners, and the median is not.
        var square = PointCloud.From([0f, 0f, 1f, 0f, 0f, 1f, 1f, 1f], 4, 2);
        Assert.Equal(4 * Math.Sqrt(0.5), Clustering.KMedians(square, 1).Objective, 1e-6);
        Assert.Equal(125.875, Clustering.KMeans(line, 1).Centers[0, 0], 1e-3);
        Assert.Equal(1, Clustering.KMeans(x, 3).Masses.Sum(), 1e-12);
    }

    [Fact]
    public void Ot_means_balances_masses_and_lowers_the_cost()
    {
        var x = Samples.Cloud(Samples.Gaussian(1, 120, 2), 2);
        var one = OtMeans.Fit(x, 6, 0, 1);
        var result = OtMeans.Fit(x, 6);
        Assert.True(result.Converged);
        Assert.True(result.Cost < one.Cost);
        Assert.Equal(result.Cost, ExactTransport.Solve(x, result.Centers, GroundCost.SquaredEuclidean).EnsureCertified().Cost, 1e-9);
    }

    [Fact]
    public void The_null_distance_falls_with_n()
    {
        var x = Samples.Cloud(Samples.Gaussian(1, 800, 2), 2);
        var small = Ot.NullDistance(x, 30, 3);
        var large = Ot.NullDistance(x, 300, 3);
        Assert.True(small.Mean > large.Mean);
        Assert.InRange(large.Mean, 0.1, 0.4);
        Assert.Equal(3, large.Values.Length);
    }
}
