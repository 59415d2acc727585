namespace Earthmover.Transport.Tests.Divergences;

/// <summary>A divergence has digits of its own, or there is none.</summary>
public sealed class SinkhornDigitsTests
{
    [Theory]
    [InlineData(1e4)]
    [InlineData(1e6)]
    [InlineData(1e9)]
    [InlineData(1e20)]
    [InlineData(1e300)]
    public void A_large_epsilon_gives_half_the_energy_distance(double epsilon)
    {
        var (x, y) = (Cloud(1, 30, 0), Cloud(2, 25, 1));
        var limit = Mean(x, y) - (Mean(x, x) + Mean(y, y)) / 2;
        var divergence = Divergence(x, y, epsilon);
        Assert.True(divergence.Converged, divergence.Reason);
        Assert.InRange(divergence.Error, 0, 1e-3 * divergence.Value);
        Assert.Equal(1, divergence.Value / limit, 1e-3);
    }

    [Theory]
    [InlineData(5e5, 0.0468750897472)]
    [InlineData(2e6, 0.0465612947770)]
    [InlineData(1e7, 0.0342683732908)]
    [InlineData(1e8, 0.0246083995385)]
    [InlineData(1e10, 0.0234492186983)]
    public void Clusters_far_apart_have_the_divergence_of_wider_arithmetic(double epsilon, double expected)
    {
        // The values are from the same iteration in 80 bits; the divergence is far below float32 and open margins here.
        var x = PointCloud.From([0, 1, 2, 3, 1e7, 1e7 + 1, 1e7 + 2, 1e7 + 3], 8, 1);
        var y = PointCloud.From([0.25, 1, 2.5, 3, 1e7, 1e7 + 1.5, 1e7 + 2, 1e7 + 3.25], 8, 1);
        var divergence = Divergence(x, y, epsilon);
        Assert.True(divergence.Converged, divergence.Reason);
        Assert.InRange(Math.Abs(divergence.Value - expected), 0, divergence.Error);
        Assert.InRange(divergence.Error, 0, 1e-3 * expected);
    }

    [Fact]
    public void A_difference_below_the_spacing_of_the_costs_is_not_given()
    {
        var divergence = Divergence(Pairs(1e15, 0), Pairs(1e15, 1), 1e15);
        Assert.False(divergence.Converged);
        Assert.Contains("no digits", divergence.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1e9)]
    public void The_same_points_in_another_order_are_0_apart(double epsilon)
    {
        var x = Cloud(1, 30, 0).ToDoubles();
        var y = Enumerable.Range(0, 30).Reverse().SelectMany(i => x[(2 * i)..(2 * i + 2)]).ToArray();
        var divergence = Divergence(PointCloud.From(x, 30, 2), PointCloud.From(y, 30, 2), epsilon);
        Assert.True(divergence.Converged, divergence.Reason);
        Assert.Equal(0, divergence.Value);
    }

    private static SinkhornDivergence Divergence(PointCloud x, PointCloud y, double epsilon) =>
        SinkhornSolver.Divergence(x, y, null, null, SinkhornSolver.Solve(new TransportProblem(new PointCloudGeometry(x, y)), epsilon));

    private static PointCloud Cloud(int seed, int n, double offset)
    {
        var random = new Random(seed);
        return PointCloud.From([.. Enumerable.Range(0, 2 * n).Select(_ => offset + Samples.Normal(random))], n, 2);
    }

    // Twenty points at 0 and twenty at `far`, each moved by `shift` of alternating sign.
    private static PointCloud Pairs(double far, double shift)
    {
        var random = new Random(3);
        double[] Point(int i) => [Samples.Normal(random) + (i < 20 ? 0 : far) + (i % 2 == 0 ? shift : -shift), Samples.Normal(random)];
        return PointCloud.From([.. Enumerable.Range(0, 40).SelectMany(Point)], 40, 2);
    }

    private static double Mean(PointCloud x, PointCloud y) =>
        Enumerable.Range(0, x.Count)
            .SelectMany(i => Enumerable.Range(0, y.Count).Select(j => double.Hypot(x[i, 0] - y[j, 0], x[i, 1] - y[j, 1]))).Average();
}
