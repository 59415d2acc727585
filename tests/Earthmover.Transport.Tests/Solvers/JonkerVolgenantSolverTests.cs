using Xunit;

namespace Earthmover.Transport.Tests.Solvers;

public sealed class JonkerVolgenantSolverTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public void Small_problems_equal_brute_force(int n)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var geometry = new PointCloudGeometry(
                Samples.Cloud(Samples.Gaussian(seed, n, 3), 3),
                Samples.Cloud(Samples.Gaussian(seed + 1000, n, 3), 3));
            var result = new JonkerVolgenantSolver().Solve(new TransportProblem(geometry));
            Assert.True(result.Certified);
            Assert.Equal(Samples.BruteForce(geometry), result.Cost, 1e-12);
            Assert.Equal(n, result.Assignment!.Distinct().Count());
        }
    }

    [Fact]
    public void Ties_and_equal_costs_end()
    {
        var random = new Random(3);
        foreach (var levels in new[] { 1, 2, 5 })
        {
            var costs = new double[60 * 60];
            for (var k = 0; k < costs.Length; k++)
                costs[k] = random.Next(levels);
            var result = new JonkerVolgenantSolver().Solve(new TransportProblem(new MatrixGeometry(costs, 60, 60)));
            Assert.True(result.Certified, result.ToString());
        }
    }

    [Fact]
    public void Forbidden_pairs_are_avoided_or_reported()
    {
        var inf = double.PositiveInfinity;
        var possible = new MatrixGeometry(new[] { inf, 5.0, 1.0, inf }, 2, 2);
        var result = new JonkerVolgenantSolver().Solve(new TransportProblem(possible));
        Assert.True(result.Certified);
        Assert.Equal(3.0, result.Cost, 1e-12);

        var impossible = new MatrixGeometry(new[] { inf, 5.0, inf, 1.0 }, 2, 2);
        result = new JonkerVolgenantSolver().Solve(new TransportProblem(impossible));
        Assert.Equal(TransportStatus.Infeasible, result.Status);
        Assert.False(result.Certified);
        Assert.True(double.IsPositiveInfinity(result.Cost));
    }

    [Fact]
    public void Every_vector_width_finds_the_same_optimum()
    {
        var geometry = new PointCloudGeometry(Samples.Cloud(Samples.Gaussian(1, 45, 4), 4), Samples.Cloud(Samples.Gaussian(2, 45, 4), 4));
        var costs = new double[45 * 45];
        geometry.FillExactRows(0, 45, costs);
        double Total(Action<JonkerVolgenant> solve)
        {
            var core = new JonkerVolgenant();
            core.Solve([0.0], 1);
            core = new JonkerVolgenant();
            core.Solve(new double[45 * 45], 45);
            solve(core);
            return core.RowToColumn.Select((j, i) => costs[i * 45 + j]).Sum();
        }
        var wide = Total(c => c.Solve<System.Runtime.Intrinsics.Vector512<double>, Simd512<double>>(costs, 45, default));
        var middle = Total(c => c.Solve<System.Runtime.Intrinsics.Vector256<double>, Simd256<double>>(costs, 45, default));
        var narrow = Total(c => c.Solve<System.Runtime.Intrinsics.Vector128<double>, Simd128<double>>(costs, 45, default));
        Assert.Equal(wide, middle, 1e-12);
        Assert.Equal(wide, narrow, 1e-12);
    }

    [Fact]
    public void Refuses_what_is_not_an_assignment()
    {
        var geometry = new PointCloudGeometry(Samples.Cloud(Samples.Gaussian(1, 3, 1), 1), Samples.Cloud(Samples.Gaussian(1, 4, 1), 1));
        Assert.Throws<ArgumentException>(() => new JonkerVolgenantSolver().Solve(new TransportProblem(geometry)));
    }
}
