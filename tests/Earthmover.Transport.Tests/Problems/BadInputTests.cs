using Xunit;

namespace Earthmover.Transport.Tests.Problems;

/// <summary>Garbage is refused with a message that names what and where; it never becomes a number.</summary>
public sealed class BadInputTests
{
    private static readonly float[] _good = Samples.Gaussian(1, 4, 3);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_coordinate_that_is_not_finite_is_named(float bad)
    {
        var y = (float[])_good.Clone();
        y[7] = bad;
        var error = Assert.Throws<ArgumentException>(() => ExactTransport.Wasserstein1(_good, y, 4, 4, 3));
        Assert.Contains("'y'", error.Message, StringComparison.Ordinal);
        Assert.Contains("row 2, column 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cloud_over_an_array_is_checked_like_a_copy()
    {
        Assert.Contains("row 1, column 0",
            Assert.Throws<ArgumentException>(() => PointCloud.Over([1, 2, float.NaN, 4], 2, 2, "y")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PointCloud.Over([1, 2, 3], 2, 2));
        PointCloud copied = PointCloud.From(_good, 4, 3), over = PointCloud.Over(_good, 4, 3);
        Assert.Equal(copied.ToDoubles(), over.ToDoubles());
    }

    [Fact]
    public void Empty_clouds_wrong_lengths_and_different_dimensions_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ExactTransport.Wasserstein1([], _good, 0, 4, 3));
        Assert.Throws<ArgumentException>(() => ExactTransport.Wasserstein1(_good, _good, 4, 3, 3));
        Assert.Throws<ArgumentException>(() => PointCloud.From(_good, 12, 0));
        var error = Assert.Throws<ArgumentException>(() =>
            new PointCloudGeometry(PointCloud.From(_good, 4, 3), PointCloud.From(_good, 6, 2, "y")));
        Assert.Contains("3 coordinates", error.Message, StringComparison.Ordinal);
        Assert.Contains("2;", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_bad_mass_is_named(double bad)
    {
        var error = Assert.Throws<ArgumentException>(() => WeightVector.From([0.5, bad, 0.5], "a"));
        Assert.Contains("'a'[1]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Masses_that_vanish_or_disagree_are_refused_with_both_sums()
    {
        Assert.Throws<ArgumentException>(() => WeightVector.From([0.0, 0.0]));
        Assert.Throws<ArgumentException>(() => WeightVector.From([]));
        var geometry = new PointCloudGeometry(PointCloud.From(_good, 4, 3), PointCloud.From(_good, 4, 3));
        var error = Assert.Throws<ArgumentException>(() => new TransportProblem(
            geometry, WeightVector.From([1.0, 2, 3, 4]), WeightVector.From([1.0, 2, 3, 5])));
        Assert.Contains("10", error.Message, StringComparison.Ordinal);
        Assert.Contains("11", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TransportProblem(geometry, WeightVector.Uniform(5)));
    }

    [Fact]
    public void A_total_that_is_not_one_is_normalized_and_reported()
    {
        var weights = WeightVector.From([1.0, 3.0]);
        Assert.Equal(4, weights.Total);
        Assert.Equal(0.75, weights[1]);
    }

    [Fact]
    public void A_matrix_with_nan_or_minus_infinity_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new MatrixGeometry(new[] { 1, 2, double.NaN, 4 }, 2, 2));
        Assert.Contains("[1, 0]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new MatrixGeometry(new[] { 1, double.NegativeInfinity, 3, 4 }, 2, 2));
        Assert.Throws<ArgumentException>(() => new MatrixGeometry(new double[3], 2, 2));
    }

    [Fact]
    public void Forbidden_pairs_without_a_plan_are_infeasible_not_zero()
    {
        var inf = double.PositiveInfinity;
        var geometry = new MatrixGeometry(new[] { inf, 1, inf, 2, inf, 3 }, 3, 2);
        var result = ExactTransport.Solve(new TransportProblem(geometry));
        Assert.Equal(TransportStatus.Infeasible, result.Status);
        Assert.True(double.IsPositiveInfinity(result.Cost));
        Assert.False(result.Certified);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var x = PointCloud.From(_good, 4, 3);
        var problem = new TransportProblem(new PointCloudGeometry(x, x));
        Assert.Throws<ArgumentException>(() => ExactTransport.Solve(problem, new TransportOptions { MaxWork = 0 }));
        Assert.Throws<ArgumentException>(() => ExactTransport.Solve(problem, new TransportOptions { RelativeTolerance = double.NaN }));
        Assert.Throws<ArgumentException>(() => Ot.Wasserstein(x, x, 3));
        Assert.Throws<ArgumentException>(() => Ot.Wasserstein1D([1.0], [2.0], 0.5));
        Assert.Throws<ArgumentException>(() => Ot.Wasserstein1D([1.0, double.NaN], [2.0]));
        Assert.Throws<ArgumentException>(() => Ot.Sinkhorn(problem, 0));
        Assert.Throws<ArgumentException>(() => Ot.Sinkhorn(problem, double.NaN));
        Assert.Throws<ArgumentException>(() => Ot.SlicedWasserstein(x, x, projections: 0));
        Assert.Throws<ArgumentException>(() => Ot.NullDistance(x, 3));
        Assert.Throws<ArgumentException>(() => Clustering.KMeans(x, 5));
        Assert.Throws<ArgumentException>(() => Ot.CTransform(problem.Geometry, [1.0, 2.0]));
        Assert.Throws<ArgumentException>(() => Ot.BuresDistance([1, double.NaN, 0, 1], [1, 0, 0, 1], 2));
    }

    [Fact]
    public void Jonker_volgenant_states_the_bytes_it_lacks()
    {
        var x = PointCloud.From(_good, 4, 3);
        var error = Assert.Throws<InvalidOperationException>(() => new JonkerVolgenantSolver().Solve(
            new TransportProblem(new PointCloudGeometry(x, x)), new TransportOptions { MemoryBudgetBytes = 100 }));
        Assert.Contains("128 bytes", error.Message, StringComparison.Ordinal);
    }
}
