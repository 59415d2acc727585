using Earthmover.Metrics.Tables;
using static Earthmover.Tests.Metrics.Tables.Rows;

namespace Earthmover.Tests.Metrics.Tables;

/// <summary>Columns and pairs against numbers worked out by hand.</summary>
public sealed class FitTests
{
    [Fact]
    public void Numbers_by_hand()
    {
        // F of 1, 2, 3, 4 and of 2, 4, 6, 8: farthest apart from 4 on, 1 − ½. W₁ is |1−2| + |2−4| + |3−6| + |4−8| over 4;
        // the deviation of the real ones √(20/3).
        var fit = ColumnFit.Of(Numbers("x", 1, 2, 3, 4, double.NaN), Numbers("x", 2, 4, 6, 8));
        Assert.Equal(0.5, fit.Shape, 12);
        Assert.Equal(2.5 / Math.Sqrt(20.0 / 3), fit.Distance, 12);
        Assert.Equal((0.2, 0.0), (fit.MissingGenerated, fit.MissingReal));
        // From 2 to 4 of 2 to 8; three of four inside.
        Assert.Equal(1 - 4.0 / 6, fit.Coverage, 12);
        Assert.Equal(0.75, fit.Adherence, 12);
    }

    [Fact]
    public void Categories_by_hand()
    {
        // Real a a b c, generated a b ? new.
        var fit = ColumnFit.Of(Codes("c", "a,b,c,new", 0, 1, -1, 3), Codes("c", "a,b,c", 0, 0, 1, 2));
        Assert.Equal(1 - (0.25 + 0 + 0.25 + 0.25 + 0.25) / 2, fit.Shape, 12);
        Assert.Equal(2.0 / 3, fit.Coverage, 12);
        Assert.Equal(2.0 / 3, fit.Adherence, 12);
        Assert.True(double.IsNaN(fit.Distance));
    }

    [Fact]
    public void A_column_that_is_lost_is_farther_than_one_that_is_kept()
    {
        var real = Numbers("x", 2, 4, 6, 8);
        var lost = ColumnFit.Of(Numbers("x", double.NaN, double.NaN), real);
        // As one number at the real mean: (3 + 1 + 1 + 3) / 4, in deviations.
        Assert.Equal(2 / Math.Sqrt(20.0 / 3), lost.Distance, 12);
        Assert.Equal((0.0, 0.0, 0.0), (lost.Shape, lost.Coverage, lost.Adherence));
    }

    [Fact]
    public void Bins_of_one_value_have_a_width()
    {
        var edges = Bins.Of(Numbers("x", 0.5, 0.5, double.NaN)).Edges;
        Assert.True(edges[^1] > edges[0]);
        Assert.Equal(1, Bins.Of(Numbers("x", 0.5, 0.5)).Shares(Numbers("x", 0.5, 0.5)).Sum(), 12);
    }

    [Theory]
    [InlineData(new double[] { 3, 3 }, new double[] { 3, 3, 3 }, 1, 0)]
    [InlineData(new double[] { 4 }, new double[] { 3, 3, 3 }, 0, double.NaN)]
    [InlineData(new[] { double.NaN }, new double[] { 3 }, 0, double.NaN)]
    [InlineData(new[] { double.NaN }, new[] { double.NaN, double.NaN }, 1, 0)]
    public void Columns_that_do_not_vary(double[] generated, double[] real, double shape, double distance)
    {
        var fit = ColumnFit.Of(Numbers("x", generated), Numbers("x", real));
        Assert.Equal((shape, distance), (fit.Shape, fit.Distance));
    }

    [Fact]
    public void Two_numbers_by_hand()
    {
        double[] x = [1, 2, 3, double.NaN], up = [2, 4, 6, 1], down = [6, 4, 2, 1], bent = [1, 0, 1, 5];
        Assert.Equal(1, PairFit.Correlation(x, up), 12);
        Assert.Equal(0, PairFit.Correlation(x, bent), 12);
        MeasuredTable real = Table(Numbers("x", x), Numbers("y", up)), mirrored = Table(Numbers("x", x), Numbers("y", down));
        Assert.Equal(0, TableQuality.Of(mirrored, real).PairScore, 12);
        // What does not vary has no correlation left: 1 − |1 − 0|/2.
        Assert.Equal(0.5, TableQuality.Of(Table(Numbers("x", 1, 1), Numbers("y", 2, 3)), real).PairScore, 12);
        Assert.True(TableQuality.Of(mirrored, real).Pairs[0].IsStrong);
    }

    [Fact]
    public void Times_in_seconds_keep_their_correlation()
    {
        double[] x = [1.7e9, 1.7e9 + 1, 1.7e9 + 2, 1.7e9 + 3], y = [4, 3, 2, 1];
        Assert.Equal(-1, PairFit.Correlation(x, y), 9);
    }

    [Fact]
    public void Categories_beside_numbers_by_hand()
    {
        // Cells of width 1 from 0 to 10: real (a, [0,1)) (a, [5,6)) (b, from 10 on), generated (a, [0,1)) (b, [5,6)) (b, above).
        var real = Table(Codes("c", "a,b", 0, 0, 1), Numbers("x", 0, 5, 10));
        var made = Table(Codes("c", "a,b", 0, 1, 1), Numbers("x", 0.99, 5.5, 12));
        var pair = TableQuality.Of(made, real).Pairs[0];
        Assert.Equal(1 - (0 + 1 / 3.0 + 1 / 3.0 + 0) / 2, pair.Score, 12);
        // χ² of a table of 2 × 3 that tells a from b wholly is n.
        Assert.Equal(1, pair.Strength, 12);
        Assert.True(pair.IsStrong);
    }

    [Fact]
    public void Quality_is_the_mean_of_the_means()
    {
        var (real, other) = (People(4000, 1), People(4000, 2));
        var same = TableQuality.Of(real, real);
        Assert.Equal((1.0, 1.0, 1.0), (same.Quality, same.ColumnScore, same.PairScore));
        var fresh = TableQuality.Of(other, real);
        Assert.Equal((fresh.ColumnScore + fresh.PairScore) / 2, fresh.Quality, 12);
        Assert.InRange(fresh.Quality, 0.97, 0.995);
        // Right alone and wrong together costs pairs only, and strong ones most.
        var apart = TableQuality.Of(Shuffled(real), real);
        Assert.Equal(1, apart.ColumnScore, 12);
        Assert.True(apart.PairScore < fresh.PairScore - 0.02, $"{apart.PairScore} {fresh.PairScore}");
        Assert.True(apart.StrongPairScore < apart.PairScore);
    }
}
