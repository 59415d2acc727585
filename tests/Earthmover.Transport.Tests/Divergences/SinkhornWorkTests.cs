using Xunit;

namespace Earthmover.Transport.Tests.Divergences;

/// <summary>What a divergence costs, counted in bytes, iterations and kinds of arithmetic instead of seconds.</summary>
public sealed class SinkhornWorkTests
{
    // Wide points: one copy of them outweighs every cost matrix.
    private const int Wide = 4000;
    private const int Points = 100;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Wide_points_are_copied_a_few_times_and_not_at_each_comparison(int seed)
    {
        PointCloud x = Normal(1, Points, Wide), y = Normal(seed, Points, Wide);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var divergence = Divergence(x, y);
        var copies = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / (sizeof(double) * Points * Wide);
        Assert.True(divergence.Converged, divergence.Reason);
        Assert.InRange(copies, 0, 30);
    }

    [Theory]
    [InlineData(784, 3)]
    [InlineData(2, 120)]
    public void A_cloud_with_itself_takes_few_iterations(int dimension, int most)
    {
        var x = Normal(1, 300, dimension);
        var result = SinkhornSolver.Solve(new TransportProblem(new PointCloudGeometry(x, x)), Epsilon(dimension));
        Assert.True(result.Converged);
        Assert.InRange(result.Iterations, 0, most);
    }

    [Theory]
    [InlineData(784, 1, "sinkhorn in float64, sinkhorn in float64")]
    [InlineData(2, 1, "sinkhorn in float64, sinkhorn in float64")]
    [InlineData(2, 1e9, "sinkhorn in float64, sinkhorn in float64, sinkhorn to the last digits")]
    public void Wider_arithmetic_is_for_what_needs_it(int dimension, double times, string expected)
    {
        var stages = new List<string>();
        PointCloud x = Normal(1, 100, dimension), y = Normal(2, 100, dimension);
        var options = new SinkhornOptions { Progress = new Stages(stages) };
        var between = SinkhornSolver.Solve(new TransportProblem(new PointCloudGeometry(x, y)), times * Epsilon(dimension), options);
        Assert.Empty(stages);
        Assert.True(SinkhornSolver.Divergence(x, y, null, null, between, options: options).Converged);
        Assert.Equal(expected, string.Join(", ", stages));
    }

    private sealed class Stages(List<string> all) : IProgress<TransportProgress>
    {
        public void Report(TransportProgress value)
        {
            Assert.InRange(value.Share, 0, 1);
            all.Add(value.Stage);
        }
    }

    private static SinkhornDivergence Divergence(PointCloud x, PointCloud y)
    {
        var between = SinkhornSolver.Solve(new TransportProblem(new PointCloudGeometry(x, y)), Epsilon(x.Dimension));
        return SinkhornSolver.Divergence(x, y, null, null, between);
    }

    // A twentieth of the distance between two normal points.
    private static double Epsilon(int dimension) => Math.Sqrt(2 * dimension) / 20;

    private static PointCloud Normal(int seed, int n, int d) => Samples.Cloud(Samples.Gaussian(seed, n, d), d);
}
