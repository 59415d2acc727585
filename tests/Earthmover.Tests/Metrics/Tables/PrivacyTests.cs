using Earthmover.Metrics;
using Earthmover.Metrics.Tables;
using Earthmover.Testing;
using static Earthmover.Tests.Metrics.Tables.Rows;

namespace Earthmover.Tests.Metrics.Tables;

/// <summary>What tells, and what gives away: rows that are fresh, copied, jittered and shuffled.</summary>
public sealed class PrivacyTests : LeakTest
{
    private const int Count = 1200;
    private static readonly MeasuredTable s_training = People(Count, 1), s_heldOut = People(Count, 2), s_fresh = People(Count, 3);

    private static FeatureSet Encoded(MeasuredTable table)
    {
        var rows = TableDesign.Fit(s_training, s_heldOut, s_fresh).Of(table);
        var values = rows.Dense<double>();
        return new([.. values.Select(v => (float)v)], rows.Count, rows.Width, "test") { Exact = values };
    }

    private static Dictionary<string, MetricValue> Measured(MeasuredTable generated)
    {
        var (x, y, z) = (Encoded(generated), Encoded(s_training), Encoded(s_heldOut));
        return Privacy.Measure(generated, s_training, s_heldOut, (x, y, z)).Append(Privacy.Membership(x, y, z)).ToDictionary(m => m.Name);
    }

    [Fact]
    public void Fresh_rows_give_nothing_away()
    {
        var fresh = Measured(s_fresh);
        Assert.InRange(fresh["closest-ratio"].Value, 0.9, 1.1);
        Assert.True(fresh["closest-ratio"].PValue > 0.01);
        Assert.InRange(fresh["membership"].Value, 0.46, 0.54);
        Assert.InRange(fresh["copies"].Value, 0, 0.02);
    }

    [Fact]
    public void Copies_give_everything_away()
    {
        var copied = Measured(s_training);
        Assert.Equal(0, copied["closest-ratio"].Value);
        Assert.True(copied["closest-ratio"].PValue < 1e-6);
        Assert.Equal(1, copied["copies"].Value);
        Assert.Equal(0, copied["neighbor-ratio"].Value);
        Assert.True(copied["membership"].Value > 0.95 && copied["membership"].PValue < 1e-6);
    }

    [Fact]
    public void Rows_upon_several_training_rows_have_no_ratio()
    {
        static FeatureSet Line(params float[] places) => new(places, places.Length, 1, "test");
        static MetricValue? Ratio(float[] generated) => Privacy.Measure(s_fresh.Take(generated.Length), s_training, s_heldOut,
            (Line(generated), Line(0, 0, 10, 11), Line(5, 6))).SingleOrDefault(value => value.Name == "neighbor-ratio");
        Assert.Null(Ratio([0, 0, 0]));
        // 12 lies at 1 and 2: the only one that has a ratio.
        Assert.Equal(0.5, Ratio([0, 0, 0, 12])!.Value, 6);
    }

    [Fact]
    public void A_little_noise_hides_copies_from_counting_and_from_nothing_else()
    {
        var random = new SeededRandom(7);
        var jittered = Table([.. s_training.Columns.Select(column => column.Numbers is null ? column
            : column with { Numbers = Array.ConvertAll(column.Numbers, v => v + 0.01 * random.NextGaussian()) })]);
        var close = Measured(jittered);
        Assert.True(close["copies"].Value < 0.01);
        Assert.True(close["closest-ratio"].Value < 0.1 && close["neighbor-ratio"].Value < 0.2);
        Assert.True(close["membership"].Value > 0.9);
    }

    [Fact]
    public void Copies_are_equal_in_every_value_and_missing_ones_are_equal()
    {
        var training = Table(Numbers("x", 1, 2, double.NaN), Codes("c", "a,b", 0, 1, -1));
        Assert.Equal(2, Privacy.Copies(Table(Numbers("x", 1, 2, double.NaN), Codes("c", "a,b", 0, 0, -1)), training));
    }

    [Fact]
    public void A_forest_tells_what_is_wrong_together_and_not_what_is_fresh()
    {
        Assert.InRange(Detection.Measure(s_fresh, s_training).Value, 0.45, 0.55);
        var apart = Detection.Measure(Shuffled(s_training), s_training);
        // The interval knows that forests of the folds share rows.
        Assert.True(apart is { Low95: > 0.6, Value: > 0.65 }, $"{apart}");
        Assert.Throws<ArgumentException>(() => Detection.Measure(s_fresh.Take(9), s_training));
    }

    [Fact]
    public void Rows_are_worth_what_a_classifier_learns_of_them()
    {
        var own = Usefulness.Measure(s_training, s_heldOut, s_training);
        var fresh = Usefulness.Measure(s_fresh, s_heldOut, s_training);
        var apart = Usefulness.Measure(Shuffled(s_training), s_heldOut, s_training);
        for (var k = 0; k < 2; k++)
        {
            Assert.Equal(own[k].Value, fresh[k].Value, 0.03);
            Assert.True(own[k].Value > 0.7 && apart[k].Value < 0.6, $"{own[k]} {apart[k]}");
        }
        var constant = Table([.. s_training.Columns.Select(c => c.Name == "owner" ? c with { Codes = new int[Count] } : c)]);
        Assert.All(Usefulness.Measure(constant, s_heldOut, s_training), value => Assert.Equal(0.5, value.Value));
    }

    [Fact]
    public void The_target_is_found_or_there_is_none()
    {
        Assert.Equal(1, Target.Of(Table(Numbers("x", 1, 2, 3), Codes("c", "a,b,c", 0, 1, 2)))!.Column);
        Assert.Equal(2, Target.Of(Table(Numbers("y", 1, 1, 1), Numbers("x", 1, 2, 3)))!.Median);
        Assert.Null(Target.Of(Table(Numbers("y", 1, 1, 1), Numbers("x", 2, 2, 2))));
    }
}
