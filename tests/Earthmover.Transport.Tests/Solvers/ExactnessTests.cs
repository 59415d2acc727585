using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Earthmover.Transport.Tests.Solvers;

/// <summary>The solvers against one another and against the laws that every optimum obeys.</summary>
public sealed class ExactnessTests
{
    public static TheoryData<string, int> Layouts => new()
    {
        { "gauss", 2 }, { "gauss", 40 }, { "modes", 2 }, { "modes", 40 }, { "tight", 2 }, { "one mode", 2 }, { "copies", 2 },
        { "equal", 3 }, { "line", 2 }, { "grid", 2 }, { "small", 5 }, { "large", 5 }, { "far", 5 }, { "permuted", 5 },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void All_solvers_find_the_same_certified_optimum(string layout, int d)
    {
        const int n = 330;
        var (x, y) = Make(layout, n, d);
        var problem = new TransportProblem(new PointCloudGeometry(Samples.Cloud(x, d), Samples.Cloud(y, d, "y")));
        var reference = new JonkerVolgenantSolver().Solve(problem);
        Assert.True(reference.Certified, $"jonker-volgenant: {reference}");
        var scale = Enumerable.Range(0, n).Max(i => problem.Geometry.Cost(i, i));
        foreach (var result in new[]
        {
            new ListAuctionSolver().Solve(problem),
            new NetworkSimplexSolver().Solve(problem),
            ExactTransport.Solve(problem),
            ExactTransport.Solve(problem, new TransportOptions { MemoryBudgetBytes = 1 }),
            new ListAuctionSolver().Solve(problem, null, reference.Potentials),
        })
        {
            Assert.True(result.Certified, result.ToString());
            Assert.Equal(reference.Cost, result.Cost, 1e-9 * reference.Cost + 1e-11 * scale);
            AssertMargins(problem, result.Plan);
        }
    }

    [Theory]
    [InlineData(60, 45, 3, false)]
    [InlineData(45, 60, 3, true)]
    [InlineData(1, 30, 2, true)]
    [InlineData(30, 1, 2, true)]
    [InlineData(200, 150, 30, true)]
    [InlineData(150, 150, 1, true)]
    public void Weighted_and_rectangular_problems_are_certified(int n, int m, int d, bool weighted)
    {
        var geometry = new PointCloudGeometry(Samples.Cloud(Samples.Gaussian(1, n, d), d), Samples.Cloud(Samples.Gaussian(2, m, d), d));
        var problem = weighted
            ? new TransportProblem(geometry, Normalized(Samples.Weights(3, n)), Normalized(Samples.Weights(4, m)))
            : new TransportProblem(geometry);
        var result = ExactTransport.Solve(problem);
        Assert.True(result.Certified, result.ToString());
        AssertMargins(problem, result.Plan);
        Assert.True(result.Plan.Count <= n + m - 1);
        if (d == 1)
            Assert.Equal(new UnivariateSolver().Solve(problem).EnsureCertified().Cost, result.Cost, 1e-11);
    }

    [Fact]
    public void Weights_equal_to_copies_give_the_same_cost()
    {
        var x = Samples.Gaussian(5, 12, 2);
        var y = Samples.Gaussian(6, 24, 2);
        float[] twice = [.. x, .. x];
        var merged = ExactTransport.Solve(Samples.Cloud(x, 2), Samples.Cloud(y, 2)).EnsureCertified();
        var copied = ExactTransport.Solve(Samples.Cloud(twice, 2), Samples.Cloud(y, 2)).EnsureCertified();
        Assert.Equal(merged.Cost, copied.Cost, 1e-12);
    }

    [Fact]
    public void Points_without_mass_change_nothing_and_get_feasible_potentials()
    {
        var geometry = new PointCloudGeometry(Samples.Cloud(Samples.Gaussian(1, 20, 2), 2), Samples.Cloud(Samples.Gaussian(2, 25, 2), 2));
        var a = Samples.Weights(3, 20);
        var b = Samples.Weights(4, 25);
        a[3] = a[7] = b[0] = b[24] = 0;
        var problem = new TransportProblem(geometry, Normalized(a), Normalized(b));
        var result = new NetworkSimplexSolver().Solve(problem);
        Assert.True(result.Certified, result.ToString());
        for (var i = 0; i < 20; i++)
        {
            for (var j = 0; j < 25; j++)
                Assert.True(result.Potentials.F[i] + result.Potentials.G[j] <= geometry.Cost(i, j) + 1e-12);
        }
    }

    [Fact]
    public void Potentials_are_feasible_and_prove_the_dual_value()
    {
        const int n = 340;
        var geometry = new PointCloudGeometry(Samples.Cloud(Samples.Modes(1, n, 8, 0.05), 8), Samples.Cloud(Samples.Gaussian(2, n, 8), 8));
        var result = ExactTransport.Solve(new TransportProblem(geometry));
        Assert.Equal("list-auction", result.Stats.Solver);
        Assert.True(result.Certified, result.ToString());
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                Assert.True(result.Potentials.F[i] + result.Potentials.G[j] <= geometry.Cost(i, j) + 1e-11);
        }
        Assert.Equal(result.DualCost, result.Potentials.F.Average() + result.Potentials.G.Average(), 1e-11);
    }

    [Fact]
    public void Translation_moves_every_unit_by_its_length()
    {
        foreach (var n in new[] { 7, 100, 350 })
        {
            var x = Samples.Gaussian(n, n, 3);
            var y = new float[x.Length];
            for (var k = 0; k < x.Length; k++)
                y[k] = x[k] + 2;
            var result = ExactTransport.Wasserstein1(x, y, n, n, 3).EnsureCertified();
            Assert.Equal(2 * Math.Sqrt(3), result.Cost, 1e-6);
        }
    }

    [Fact]
    public void Symmetry_triangle_and_permutation_hold_for_random_clouds()
    {
        var property = Prop.ForAll(
            Gen.Choose(1, 25)
                .SelectMany(n => Gen.Choose(1, 6).SelectMany(d => Gen.Choose(0, 1 << 20).Select(seed => (n, d, seed)))).ToArbitrary(),
            c =>
            {
                var (n, d, seed) = c;
                var x = Samples.Cloud(Samples.Gaussian(seed, n, d), d);
                var y = Samples.Cloud(Samples.Gaussian(seed + 1, n, d, 2), d);
                var z = Samples.Cloud(Samples.Gaussian(seed + 2, n, d, 1, 1), d);
                var xy = Ot.Wasserstein(x, y);
                var shuffled = x.Select(Enumerable.Range(0, n).Reverse().ToArray());
                return Math.Abs(xy - Ot.Wasserstein(y, x)) < 1e-12
                    && xy <= Ot.Wasserstein(x, z) + Ot.Wasserstein(z, y) + 1e-12
                    && Math.Abs(xy - Ot.Wasserstein(shuffled, y)) < 1e-12
                    && Ot.Wasserstein(x, x) == 0
                    && xy <= Ot.Wasserstein(x, y, 2) + 1e-12;
            });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), property);
    }

    [Fact]
    public void An_exhausted_work_limit_is_reported_not_hidden()
    {
        var x = Samples.Cloud(Samples.Gaussian(1, 400, 2), 2);
        var y = Samples.Cloud(Samples.Gaussian(2, 400, 2), 2);
        foreach (ITransportSolver solver in new ITransportSolver[] { new ListAuctionSolver(), new NetworkSimplexSolver() })
        {
            var result = solver.Solve(new TransportProblem(new PointCloudGeometry(x, y)), new TransportOptions { MaxWork = 1000 });
            Assert.Equal(TransportStatus.IterationLimit, result.Status);
            Assert.False(result.Certified);
            Assert.True(result.DualCost <= result.Cost);
            Assert.Throws<UncertifiedTransportException>(() => result.EnsureCertified());
        }
    }

    [Fact]
    public void Cancellation_ends_a_solve()
    {
        var problem = new TransportProblem(new PointCloudGeometry(
            Samples.Cloud(Samples.Gaussian(1, 600, 2), 2), Samples.Cloud(Samples.Gaussian(2, 600, 2), 2)));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => ExactTransport.Solve(problem, cancellation: source.Token));
    }

    [Fact]
    public void Batch_transport_equals_the_one_call_form_step_after_step()
    {
        var batch = new BatchTransport(32, 6);
        for (var step = 0; step < 5; step++)
        {
            var x = Samples.Gaussian(step, 32, 6);
            var y = Samples.Gaussian(step + 50, 32, 6);
            var result = batch.Step(x, y);
            Assert.True(result.Certified);
            Assert.Equal(ExactTransport.Wasserstein1(x, y, 32, 32, 6).Cost, result.Cost, 1e-13);
        }
    }

    private static WeightVector Normalized(double[] masses) => WeightVector.From(Array.ConvertAll(masses, m => m / masses.Sum()));

    private static void AssertMargins(TransportProblem problem, TransportPlan plan)
    {
        var a = new double[plan.Rows];
        var b = new double[plan.Cols];
        for (var k = 0; k < plan.Count; k++)
        {
            Assert.True(plan.Mass[k] > 0);
            a[plan.Source[k]] += plan.Mass[k];
            b[plan.Target[k]] += plan.Mass[k];
        }
        for (var i = 0; i < a.Length; i++)
            Assert.Equal(problem.A[i], a[i], 1e-10);
        for (var j = 0; j < b.Length; j++)
            Assert.Equal(problem.B[j], b[j], 1e-10);
    }

    private static (float[] X, float[] Y) Make(string layout, int n, int d)
    {
        var blob = Samples.Gaussian(1, n, d);
        return layout switch
        {
            "gauss" => (blob, Samples.Gaussian(2, n, d)),
            "modes" => (Samples.Modes(1, n, d, 0.05), Samples.Modes(2, n, d, 0.05)),
            "tight" => (Samples.Modes(1, n, d, 1e-4), Samples.Modes(2, n, d, 1e-4)),
            "one mode" => (Samples.Modes(1, n, d, 1e-3, 1), Samples.Modes(2, n, d, 0.05)),
            "copies" => (Samples.Modes(1, n, d, 0), Samples.Modes(2, n, d, 0)),
            "equal" => (new float[n * d], Enumerable.Repeat(1f, n * d).ToArray()),
            "line" => (Enumerable.Range(0, n * d).Select(k => (float)(k / d)).ToArray(),
                Enumerable.Range(0, n * d).Select(k => 0.5f * (k / d) + 3).ToArray()),
            "grid" => (Enumerable.Range(0, n * d).Select(k => (float)(k * 7 % 5)).ToArray(),
                Enumerable.Range(0, n * d).Select(k => (float)(k * 11 % 6)).ToArray()),
            "small" => (Samples.Gaussian(1, n, d, 1e-6), Samples.Gaussian(2, n, d, 1e-6)),
            "large" => (Samples.Gaussian(1, n, d, 1e6), Samples.Gaussian(2, n, d, 1e6)),
            "far" => (Samples.Gaussian(1, n, d, 1, 1e4), Samples.Gaussian(2, n, d, 1, 1e4)),
            _ => (blob, Enumerable.Range(0, n * d).Select(k => blob[(n - 1 - k / d) * d + k % d]).ToArray()),
        };
    }
}
