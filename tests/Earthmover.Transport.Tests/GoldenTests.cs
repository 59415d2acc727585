using Xunit;

namespace Earthmover.Transport.Tests;

/// <summary>Numbers of POT 0.8.2, SciPy 1.10.1 and NumPy 1.24.2, printed by golden/make.py.</summary>
public sealed class GoldenTests
{
    private static PointCloud Cloud(int n, int d, double a, double b, double scale = 1, double shift = 0)
    {
        var values = new double[n * d];
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < d; k++)
                values[i * d + k] = shift + scale * (Math.Sin(a * i + b * k + 0.1 * i * k) + 0.3 * Math.Cos(0.7 * i * a));
        }
        return PointCloud.From(values, n, d);
    }

    private static PointCloud X(int n, int d) => Cloud(n, d, 1.3, 2.1);

    private static PointCloud Y(int n, int d) => Cloud(n, d, 0.9, 1.7);

    private static double[] Masses(int n, int s)
    {
        double[] masses = [.. Enumerable.Range(0, n).Select(k => 1.0 + k * s % 7)];
        return Array.ConvertAll(masses, m => m / masses.Sum());
    }

    [Theory]
    [InlineData(50, 3, GroundCost.Euclidean, 0.39232704764769943)]
    [InlineData(400, 2, GroundCost.SquaredEuclidean, 0.009929147317296758)]
    [InlineData(400, 20, GroundCost.Euclidean, 1.4541899620617103)]
    [InlineData(400, 3, GroundCost.Cityblock, 0.2743049732484549)]
    public void Assignments_match_scipy(int n, int d, GroundCost cost, double expected) =>
        Assert.Equal(expected, ExactTransport.Solve(X(n, d), Y(n, d), cost).EnsureCertified().Cost, 1e-12);

    [Fact]
    public void Weighted_and_rectangular_problems_match_pot()
    {
        Assert.Equal(0.5372546332483175,
            Ot.Emd2(X(40, 3), Y(30, 3), WeightVector.From(Masses(40, 3)), WeightVector.From(Masses(30, 5))), 1e-12);
        Assert.Equal(0.5508499288026967, Ot.Emd2(X(40, 3), Y(30, 3)), 1e-12);
    }

    [Fact]
    public void The_line_matches_scipy_and_pot()
    {
        var u = X(200, 1).ToDoubles();
        var v = Y(150, 1).ToDoubles();
        Assert.Equal(0.11609933912520473, Ot.Wasserstein1D(u, v, 1, Masses(200, 3), Masses(150, 5)), 1e-12);
        Assert.Equal(0.001748339266014265, Ot.Emd2_1D(u, v, 2), 1e-12);
    }

    [Fact]
    public void Sinkhorn_matches_pot_and_brackets_the_exact_cost()
    {
        var problem = new TransportProblem(new PointCloudGeometry(X(40, 3), Y(30, 3)));
        var result = Ot.Sinkhorn(problem, 0.1);
        Assert.True(result.Converged);
        Assert.Equal(0.590839380028342, result.PlanCost, 1e-5);
        Assert.Equal(0.8106856544215744, result.DualValue, 1e-5);
        var exact = ExactTransport.Solve(problem).EnsureCertified().Cost;
        Assert.InRange(exact, result.LowerBound, result.PlanCost);
    }

    [Fact]
    public void Frechet_matches_sqrtm()
    {
        var (x, y) = (X(60, 5), Cloud(70, 5, 0.9, 1.7, 1.5, 0.5));
        Assert.Equal(1.977014922226505, Ot.FrechetDistanceSquared(x, y), 1e-9);
        Assert.Equal(1.977014922226505, Ot.FrechetDistanceSquared(GaussianMoments.Of(x), GaussianMoments.Of(y)), 1e-9);
        Assert.Equal(1.7834849585766879, KernelDiscrepancy.PolynomialMmdSquared(x, y), 1e-9);
    }

    [Fact]
    public void Mixture_divergences_match_quadrature_within_their_intervals()
    {
        var p = new GaussianMixture([-1, 2], [0.7, 1.1], 1);
        var q = new GaussianMixture([0.5], [1.5], 1);
        foreach (var (estimate, exact) in new[]
        {
            (MixtureDivergences.KullbackLeibler(p, q, 100_000), 0.1548662493024962),
            (MixtureDivergences.JensenShannon(p, q, 100_000), 0.039511710334472816),
            (MixtureDivergences.TotalVariation(p, q, 100_000), 0.24371024611189812),
        })
        {
            // Twice the 95 % interval: a fixed seed must not sit on the edge.
            var half = estimate.High95 - estimate.Low95;
            Assert.InRange(exact, estimate.Value - half, estimate.Value + half);
            Assert.InRange(half, 0, 0.02);
        }
    }
}
