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
    public void A_column_without_numbers_has_no_distance()
    {
        MeasuredColumn real = Numbers("x", 2, 4, 6, 8), lost = Numbers("x", double.NaN, double.NaN), empty = Numbers("x", double.NaN);
        Assert.Equal((0.0, double.NaN, 0.0, double.NaN), Of(lost, real));
        // Nothing could be reached, and all that is there lies outside of nothing.
        Assert.Equal((0.0, double.NaN, double.NaN, 0.0), Of(real, empty));
        Assert.Equal((1.0, double.NaN, double.NaN, double.NaN), Of(lost, empty));
        static (double, double, double, double) Of(MeasuredColumn generated, MeasuredColumn real) =>
            ColumnFit.Of(generated, real) is var fit ? (fit.Shape, fit.Distance, fit.Coverage, fit.Adherence) : default;
    }

    [Fact]
    public void A_category_without_values_reaches_none_and_has_none_inside()
    {
        MeasuredColumn real = Codes("c", "a,b", 0, 1), lost = Codes("c", "a,b", -1, -1);
        Assert.Equal((0.0, double.NaN), (ColumnFit.Of(lost, real).Coverage, ColumnFit.Of(lost, real).Adherence));
        Assert.Equal((double.NaN, 0.0), (ColumnFit.Of(real, lost).Coverage, ColumnFit.Of(real, lost).Adherence));
    }

    [Fact]
    public void A_quantity_is_the_mean_of_the_columns_that_have_it()
    {
        MeasuredTable real = Table(Numbers("x", 2, 4, 6, 8), Numbers("y", 1, 2, 3, 4)), made = Table(Numbers("x", 4, 6, 8, 10),
            Numbers("y", double.NaN, double.NaN, double.NaN, double.NaN));
        var fit = TableQuality.Of(made, real);
        Assert.Equal(fit.Columns[0].Distance, fit.Distance, 12);
        Assert.Equal(0.75, fit.Adherence, 12);
        Assert.Equal(fit.Columns[0].Coverage / 2, fit.Coverage, 12);
        // Nothing is left of what belonged together, as of a category beside it.
        Assert.Equal(0, fit.PairScore, 12);
        var alone = TableQuality.Of(Table(made.Columns[1]), Table(real.Columns[1]));
        Assert.Equal((double.NaN, double.NaN), (alone.Distance, alone.Adherence));
        var names = TableMetrics.Quality(Table(made.Columns[1]), Table(real.Columns[1]), default).Select(value => value.Name);
        Assert.Equal(["quality", "quality-sdmetrics", "columns", "missing", "coverage"], names);
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
    [InlineData(new[] { double.NaN }, new[] { double.NaN, double.NaN }, 1, double.NaN)]
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
