using System.Text.Json;
using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Metrics.Tables;
using Earthmover.Testing;

namespace Earthmover.Tests.Metrics;

/// <summary>Metrics of feature vectors against small cases that were counted by hand, and with their arguments exchanged.</summary>
public sealed class MetricTests : LeakTest
{
    internal static FeatureSet Set(int dimension, params float[] values) => new(values, values.Length / dimension, dimension, "test");

    internal static FeatureSet Normal(int n, int d, double deviation, double mean, int seed)
    {
        var random = new SeededRandom(seed);
        return new([.. Enumerable.Range(0, n * d).Select(_ => (float)(mean + deviation * random.NextGaussian()))], n, d, "test");
    }

    private static FeatureSet Logits(params float[][] rows) =>
        Set(1, [.. rows.Select((_, i) => (float)i)]) with { Logits = [.. rows.SelectMany(r => r)] };

    [Fact]
    public void Frechet_distance_is_that_of_scipys_square_root()
    {
        static FeatureSet Cloud(int n, int d, int s, double shift) => new(
            [
                .. Enumerable.Range(0, n * d).Select(at => (i: at / d, k: at % d)).Select(p =>
                    (float)((31 * p.i * p.i + 17 * p.i * p.k + 7 * p.k * p.k + s) % 997 / 997.0 * (1 + (double)p.k / d) + shift)),
            ],
            n, d, "test");
        var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "frechet.json")));
        foreach (var c in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            int n = c.GetProperty("n").GetInt32(), m = c.GetProperty("m").GetInt32(), d = c.GetProperty("d").GetInt32();
            FeatureSet x = Cloud(n, d, 0, 0), y = Cloud(m, d, 350, c.GetProperty("shift").GetDouble());
            var expected = c.GetProperty("value").GetDouble();
            Assert.Equal(expected, FrechetDistance.Between(x, y), 1e-9 * (1 + expected));
            var reading = FrechetDistance.Measure(y, x);
            Assert.Equal(expected, reading.Value, 1e-9 * (1 + expected));
            Assert.InRange(expected, reading.Low95, reading.High95);
        }
    }

    [Fact]
    public void Frechet_distance_of_fewer_samples_than_dimensions_is_that_of_the_whole_space()
    {
        FeatureSet x = Normal(9, 3, 1, 0, 1), y = Normal(12, 3, 2, 1, 2);
        // Zero coordinates change nothing but the route.
        FeatureSet Padded(FeatureSet s) =>
            new([.. Enumerable.Range(0, s.Count).SelectMany(i => s[i].ToArray().Concat(new float[17]))], s.Count, 20, "test");
        Assert.Equal(FrechetDistance.Between(x, y), FrechetDistance.Between(Padded(x), Padded(y)), 1e-9);
        Assert.Equal(FrechetDistance.Measure(x, y).Low95, FrechetDistance.Measure(Padded(x), Padded(y)).Low95, 1e-7);
    }

    [Fact]
    public void A_common_shift_far_from_the_origin_changes_nothing_or_is_refused()
    {
        FeatureSet x = Normal(200, 2, 1, 0, 1), y = Normal(200, 2, 1, 0.3, 2);
        // Map coordinates and times, in float64 as points are.
        FeatureSet Far(FeatureSet s)
        {
            double[] exact = [.. s.ToDoubles().Select((v, i) => v + (i % 2 == 0 ? 5572094 : 1.7e9))];
            return s with { Exact = exact, Values = Array.ConvertAll(exact, v => (float)v) };
        }
        double[] All(FeatureSet a, FeatureSet b) =>
            [.. Manifolds.PrecisionRecall(a,
                b).Concat(Manifolds.DensityCoverage(a, b)).Append(NearestNeighborTests.TwoSample(a, b)).Select(r => r.Value)];
        Assert.Equal(All(x, y), All(Far(x), Far(y)));
        Assert.Equal(TransportDistances.Exact(x, y).Value, TransportDistances.Exact(Far(x), Far(y)).Value, 1e-6);
        Assert.Equal(TransportDistances.Sliced(x, y).Value, TransportDistances.Sliced(Far(x), Far(y)).Value, 1e-5);
        Assert.Equal(FrechetDistance.Between(x, y), FrechetDistance.Between(Far(x), Far(y)), 1e-6);
        Assert.Contains("use mmd or fd",
            Assert.Throws<ArgumentException>(() => KernelInceptionDistance.Measure(Far(x), Far(y))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Masses_are_those_of_repeated_samples()
    {
        FeatureSet x = Set(1, 0, 1, 5), y = Set(1, 2, 3), repeated = Set(1, 0, 0, 0, 1, 5);
        Assert.Equal(TransportDistances.Exact(repeated, y).Value,
            TransportDistances.Exact(x with { Masses = [3e-50, 1e-50, 1e-50] }, y).Value, 12);
        var equal = TransportDistances.Exact(x with { Masses = [7, 7, 7] }, y);
        Assert.Equal(TransportDistances.Exact(x, y).High95, equal.High95, 9);
    }

    [Fact]
    public void Frechet_interval_covers_the_spread_of_fresh_samples()
    {
        var readings = Enumerable.Range(0, 20)
            .Select(s => FrechetDistance.Measure(Normal(400, 4, 1, 0.5, 100 + s), Normal(400, 4, 1, 0, 500 + s))).ToArray();
        var mean = readings.Average(r => r.Value);
        Assert.InRange(readings.Count(r => r.Low95 <= mean && mean <= r.High95), 16, 20);
        Assert.Equal(1, mean, 0.1);
    }

    [Fact]
    public void Kernel_distance_is_the_hand_computed_one()
    {
        // d = 1, k(x, y) = (xy + 1)³; x = {0, 1}, y = {2, 3}: k(0,1) = 1, k(2,3) = 343, cross: 1, 1, 27, 64.
        var value = 1 + 343 - 2 * (1 + 1 + 27 + 64) / 4.0;
        FeatureSet x = Set(1, 0, 1), y = Set(1, 2, 3);
        Assert.Equal(value, KernelInceptionDistance.Measure(x, y).Value, 9);
        Assert.Equal(value, KernelInceptionDistance.Measure(y, x).Value, 9);
        FeatureSet u = Normal(300, 8, 1, 0, 1), v = Normal(300, 8, 1, 0.3, 2);
        Assert.Equal(Earthmover.Transport.KernelDiscrepancy.PolynomialMmdSquared(u.ToCloud(), v.ToCloud()),
            KernelInceptionDistance.Measure(u, v).Value, 1e-9);
    }

    [Fact]
    public void Kernel_distance_of_equal_laws_is_zero_within_its_interval()
    {
        var readings = Enumerable.Range(0, 30)
            .Select(s => KernelInceptionDistance.Measure(Normal(200, 6, 1, 0, s), Normal(200, 6, 1, 0, 900 + s))).ToArray();
        Assert.InRange(readings.Count(r => r.Low95 <= 0 && 0 <= r.High95), 27, 30);
        var apart = KernelInceptionDistance.Measure(Normal(200, 6, 1, 0, 1), Normal(200, 6, 1, 1, 2));
        Assert.True(apart.Low95 > 0);
    }

    [Fact]
    public void Inception_score_is_one_without_and_K_with_certain_balanced_classes()
    {
        float[] a = [50, 0, 0], b = [0, 50, 0], c = [0, 0, 50], unsure = [1, 1, 1];
        Assert.Equal(3,
            ClassScores.InceptionScore(Logits([.. Enumerable.Range(0, 30).Select(i => (float[][])[a, b, c]).SelectMany(r => r)])).Value, 9);
        Assert.Equal(1, ClassScores.InceptionScore(Logits([.. Enumerable.Repeat(unsure, 30)])).Value, 9);
        Assert.Equal(1, ClassScores.InceptionScore(Logits([.. Enumerable.Repeat(a, 30)])).Value, 9);
        // p = (¾, ¼) and (¼, ¾): exp(ln 2 − H(¾)).
        float[] left = [MathF.Log(3), 0], right = [0, MathF.Log(3)];
        var h = -(0.75 * Math.Log(0.75) + 0.25 * Math.Log(0.25));
        Assert.Equal(Math.Exp(Math.Log(2) - h),
            ClassScores.InceptionScore(Logits([.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? left : right)])).Value, 1e-6);
    }

    [Fact]
    public void Class_histograms_are_compared_in_the_right_direction()
    {
        // (3 + ½, 0 + ½)/4 against (1 + ½, 2 + ½)/4.
        Assert.Equal(0.875 * Math.Log(0.875 / 0.375) + 0.125 * Math.Log(0.125 / 0.625), ClassScores.Divergence([3, 0], [1, 2]), 12);
        Assert.NotEqual(ClassScores.Divergence([3, 0], [1, 2]), ClassScores.Divergence([1, 2], [3, 0]), 3);
        FeatureSet generated = Logits([9, 0], [9, 0], [9, 0]), real = Logits([9, 0], [0, 9], [0, 9]);
        var reading = ClassScores.HistogramDivergence(generated, real);
        Assert.Equal(ClassScores.Divergence([3, 0], [1, 2]), reading.Value, 12);
        Assert.InRange(reading.Value, reading.Low95, reading.High95);
    }

    [Fact]
    public void Balls_are_counted_by_hand_and_closed()
    {
        // Real 0, 1, 3 on a line, k = 1: radii 1, 1, 2. Generated 2, 5, 9: radii 3, 3, 4.
        FeatureSet real = Set(1, 0, 1, 3), generated = Set(1, 2, 5, 9);
        var pr = Manifolds.PrecisionRecall(generated, real, k: 1);
        Assert.Equal(2 / 3.0, pr[0].Value, 12); // 2 lies at distance 1 of 1 and of 3; 5 on the edge of 3's ball; 9 outside
        Assert.Equal(1, pr[1].Value, 12); // 0, 1 and 3 lie within 3 of 2
        var swapped = Manifolds.PrecisionRecall(real, generated, k: 1);
        Assert.Equal(pr[0].Value, swapped[1].Value);
        Assert.Equal(pr[1].Value, swapped[0].Value);
        // Open balls: 2 is in that of 3 alone (1's edge), 5 and 9 in none.
        var dc = Manifolds.DensityCoverage(generated, real, k: 1);
        Assert.Equal(1 / 3.0, dc[0].Value, 12);
        Assert.Equal(1 / 3.0, dc[1].Value, 12);
    }

    [Fact]
    public void A_tight_cluster_is_precise_and_recalls_little()
    {
        FeatureSet real = Normal(1000, 2, 1, 0, 1), generated = Normal(1000, 2, 0.1, 0, 2);
        var pr = Manifolds.PrecisionRecall(generated, real);
        Assert.True(pr[0].Value > 0.8, $"precision {pr[0].Value}");
        Assert.True(pr[1].Value < 0.3, $"recall {pr[1].Value}");
        var dc = Manifolds.DensityCoverage(generated, real);
        Assert.True(dc[0].Value > 1 && dc[1].Value < 0.3, $"density {dc[0].Value}, coverage {dc[1].Value}");
        Assert.Equal(["precision", "recall", "density", "coverage"], [.. pr.Select(r => r.Name), .. dc.Select(r => r.Name)]);
    }

    [Fact]
    public void Copies_and_duplicates_do_not_leave_their_own_balls()
    {
        var x = Normal(50, 30, 0.01, 100, 3);
        Assert.All(Manifolds.PrecisionRecall(x, x), r => Assert.Equal(1, r.Value));
        var collapsed = Set(2, [.. Enumerable.Repeat(new[] { 100.1f, -7.3f }, 20).SelectMany(p => p)]);
        Assert.All(Manifolds.PrecisionRecall(collapsed, collapsed), r => Assert.Equal(1, r.Value));
        Assert.Empty(Manifolds.DensityCoverage(collapsed, collapsed)); // open balls of radius 0
    }

    // Products of such coordinates have lost the digits in which neighbors differ.
    [Theory]
    [InlineData(1, 1e8)]
    [InlineData(40, 1e7)]
    [InlineData(40, 3e6)]
    public void Samples_far_away_leave_the_balls_of_others_as_they_are(int every, double offset)
    {
        FeatureSet Spread(FeatureSet samples, int from) => samples with
        {
            Exact = [.. samples.ToDoubles().Select((v, i) => i % 2 == 0 && (i / 2 + from) % 80 < every ? v + offset : v)],
        };
        FeatureSet x = Spread(Normal(80, 2, 1, 0, 1), 1), y = Spread(Normal(160, 2, 1, 0, 2), 0);
        MetricValue[] all = [.. Manifolds.PrecisionRecall(x, y), .. Manifolds.DensityCoverage(x, y)];
        static double[] Radii(FeatureSet of, int k) => [.. Enumerable.Range(0, of.Count).Select(i =>
            Enumerable.Range(0, of.Count).Select(j => of.SquaredDistance(i, of, j)).Order().ElementAt(k))];
        double[] ofX = Radii(x, 3), ofY = Radii(y, 3), wide = Radii(y, 5);
        var (rows, others) = (Enumerable.Range(0, x.Count).ToArray(), Enumerable.Range(0, y.Count).ToArray());
        Assert.Equal(rows.Average(i => others.Any(j => x.SquaredDistance(i, y, j) <= ofY[j]) ? 1.0 : 0), all[0].Value, 12);
        Assert.Equal(others.Average(j => rows.Any(i => x.SquaredDistance(i, y, j) <= ofX[i]) ? 1.0 : 0), all[1].Value, 12);
        Assert.Equal(rows.Average(i => others.Count(j => x.SquaredDistance(i, y, j) < wide[j]) / 5.0), all[2].Value, 12);
        Assert.Equal(others.Average(j => rows.Any(i => x.SquaredDistance(i, y, j) < wide[j]) ? 1.0 : 0), all[3].Value, 12);
        // Of all 240, each told by its nearest.
        double Kin(int row) => Enumerable.Range(0, 240).Where(j => j != row).MinBy(j => Of(row, j)) < 80 == row < 80 ? 1 : 0;
        double Of(int i, int j) => At(i).Set.SquaredDistance(At(i).Row, At(j).Set, At(j).Row);
        (FeatureSet Set, int Row) At(int row) => row < 80 ? (x, row) : (y, row - 80);
        Assert.Equal(Enumerable.Range(0, 240).Average(Kin), NearestNeighborTests.TwoSample(x, y).Value, 12);
    }

    private static FeatureSet Whole(int n, int values, int seed)
    {
        var random = new SeededRandom(seed);
        return Set(1, [.. Enumerable.Range(0, n).Select(_ => (float)random.NextInt(values))]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    public void Equal_samples_of_both_kinds_are_equally_near(int values)
    {
        var fresh = NearestNeighborTests.Memorization(Whole(200, values, 1), Whole(200, values, 2), Whole(200, values, 3));
        Assert.InRange(fresh.Value, 0.4, 0.6);
        Assert.InRange(0.5, fresh.Low95, fresh.High95);
        Assert.True(fresh.PValue > 0.05, $"p {fresh.PValue}");
        // What training rows alone have is still found.
        var training = Whole(200, values, 2);
        var copied = NearestNeighborTests.Memorization(Set(1, [.. Enumerable.Repeat(100f, 50)]),
            Set(1, [.. training.Values[..^1], 100]), Whole(200, values, 3));
        Assert.Equal(1, copied.Value, 12);
        Assert.True(copied.Low95 < 0.5, "copies of one sample are one observation");
    }

    [Fact]
    public void Kinds_that_share_their_values_are_told_apart_by_how_many_have_them()
    {
        // 180 zeros and 20 ones against 20 and 180: (180·179 + 20·19 + 20·19 + 180·179) of 199 others each.
        FeatureSet Of(int zeros) => Set(1, [.. Enumerable.Repeat(0f, zeros), .. Enumerable.Repeat(1f, 200 - zeros)]);
        var told = NearestNeighborTests.TwoSample(Of(180), Of(20));
        Assert.Equal(2 * (180 * 179 + 20 * 19) / 199.0 / 400, told.Value, 12);
        Assert.True(told.PValue < 0.01, $"p {told.PValue}");
        var alike = NearestNeighborTests.TwoSample(Whole(200, 3, 1), Whole(200, 3, 2));
        Assert.InRange(alike.Value, 0.45, 0.55);
        Assert.True(alike.PValue > 0.05, $"p {alike.PValue}");
        // 0 has one of either kind beside it, 1 has 0, and the others have none of theirs.
        Assert.Equal(1.5 / 4, NearestNeighborTests.TwoSample(Set(1, 0, 1), Set(1, -1, 100)).Value, 12);
    }

    [Fact]
    public void What_varies_in_nothing_still_has_an_interval()
    {
        Assert.Equal(double.PositiveInfinity, KernelInceptionDistance.Measure(Normal(2, 2, 1, 0, 1), Normal(20, 2, 1, 0, 2)).High95);
        Assert.InRange(Roc.Measure("auc", [3, 4, 5, 6], [0, 1, 2]).Low95, 0.2, 0.8);
        var none = NearestNeighborTests.Memorization(Normal(30, 2, 1, 9, 1), Normal(30, 2, 1, 0, 2), Normal(30, 2, 1, 9, 3));
        Assert.Equal(0, none.Value, 12);
        Assert.True(none.High95 > 0.05);
        Assert.Equal(0, FrechetDistance.Measure(Normal(30, 2, 1, 0, 1), Normal(30, 2, 1, 0, 2)).Low95);
    }

    [Fact]
    public void Neighbors_of_blocks_are_those_of_a_loop()
    {
        FeatureSet x = Normal(70, 5, 1, 0, 1), y = Normal(90, 5, 1, 0, 2);
        var (nearest, distances) = (Neighbors.AllNearest(x, y), Neighbors.NearestTwo(x, y));
        for (var i = 0; i < x.Count; i++)
        {
            double To(int j) => Math.Sqrt(Enumerable.Range(0, 5).Sum(k => Math.Pow((double)x[i][k] - y[j][k], 2)));
            var expected = Enumerable.Range(0, y.Count).Select(j => (D: To(j), J: j)).Order().ToList();
            Assert.Equal(expected[0].J, Assert.Single(nearest[i]));
            Assert.Equal((expected[0].D, expected[1].D), distances[i]);
        }
        Assert.Equal(0, Neighbors.NearestTwo(x, x).Max(two => two.First));
        Assert.All(Neighbors.AllNearest(x, x).Index(), of => Assert.Equal([of.Index], of.Item));
        Assert.All(Neighbors.AllNearest(x, x, same: true).Index(), of => Assert.DoesNotContain(of.Index, of.Item));
    }

    [Fact]
    public void The_median_distance_is_that_of_pairs_in_whatever_unit()
    {
        static FeatureSet Line(params double[] values) =>
            Normal(values.Length, 1, 1, 0, 1) with { Values = Array.ConvertAll(values, v => (float)v), Exact = values };
        Assert.Equal(3.5, TransportDistances.MedianDistance(Line(0, 1, 3, 7)));
        Assert.Equal(2, TransportDistances.MedianDistance(Line(0, 0, 0, 0, 0, 0, 2)));
        Assert.Equal(1, TransportDistances.MedianDistance(Line(4, 4, 4)));
        // Most are equal: those that differ say how far apart is far.
        double[] rare = [.. Enumerable.Range(0, 2000).Select(i => i % 500 == 0 ? 1.0 + i : 0)];
        var usual = TransportDistances.MedianDistance(Line(rare));
        foreach (var unit in new[] { 1e-6, 1, 1e6 })
            Assert.Equal(unit * usual, TransportDistances.MedianDistance(Line([.. rare.Select(v => v * unit)])), unit * usual * 1e-9);
    }

    [Fact]
    public void Exact_distance_of_a_shift_is_its_length()
    {
        var x = Normal(200, 3, 1, 0, 1);
        var y = x with { Values = [.. x.Values.Select((v, i) => v + (i % 3 == 0 ? 3 : i % 3 == 1 ? 4 : 0))] };
        Assert.Equal(5, TransportDistances.Exact(x, y).Value, 1e-5);
        Assert.Equal(5, TransportDistances.Exact(y, x, p: 2).Value, 1e-5);
        var sliced = TransportDistances.Sliced(x, y);
        Assert.InRange(sliced.Value, 2.2, 2.8); // E|⟨θ, v⟩| = ‖v‖/2 in three dimensions
        Assert.Equal(sliced.Value, TransportDistances.Sliced(y, x).Value, 1e-6);
    }

    [Fact]
    public void Exact_interval_covers_the_spread_of_fresh_samples()
    {
        var readings = Enumerable.Range(0, 30)
            .Select(s => TransportDistances.Exact(Normal(100, 2, 1, 0, s), Normal(100, 2, 1, 1, 700 + s))).ToArray();
        var mean = readings.Average(r => r.Value);
        Assert.InRange(readings.Count(r => r.Low95 <= mean && mean <= r.High95), 25, 30);
    }

    [Fact]
    public void Two_sample_test_tells_different_laws_apart_and_equal_ones_not()
    {
        var apart = NearestNeighborTests.TwoSample(Set(1, 0, 1, 2, 3), Set(1, 100, 101, 102, 103));
        Assert.Equal(1, apart.Value);
        // Every sample beside one of the other kind.
        Assert.Equal(0, NearestNeighborTests.TwoSample(Set(1, 0, 10, 20), Set(1, 1, 11, 21)).Value);
        var equal = NearestNeighborTests.TwoSample(Normal(400, 3, 1, 0, 1), Normal(400, 3, 1, 0, 2));
        Assert.InRange(equal.Value, 0.44, 0.56);
        Assert.True(equal.PValue > 0.05);
        Assert.True(NearestNeighborTests.TwoSample(Normal(400, 3, 1, 0, 1), Normal(400, 3, 1, 1, 2)).PValue <= 0.002);
    }

    [Fact]
    public void Copies_of_the_training_set_are_found_and_bad_samples_are_not_accused()
    {
        FeatureSet training = Normal(300, 4, 1, 0, 1), heldOut = Normal(300, 4, 1, 0, 2);
        var copies = training with { Values = [.. training.Values.Select((v, i) => v + 0.01f * (i % 3 - 1))] };
        var caught = NearestNeighborTests.Memorization(copies, training, heldOut);
        Assert.True(caught.Value > 0.95 && caught.PValue <= 0.001, $"{caught}");
        Assert.True(NearestNeighborTests.Memorization(copies, heldOut, training).PValue > 0.99);
        // p-values of innocent generators of the right law, of blur and of noise are uniform, not small.
        foreach (var (deviation, mean) in new[] { (1.0, 0.0), (0.1, 0.0), (2.0, 1.0) })
        {
            double? PValue(int s) => NearestNeighborTests.Memorization(
                Normal(200, 4, deviation, mean, 50 + s), Normal(200, 4, 1, 0, 300 + s), Normal(200, 4, 1, 0, 600 + s)).PValue;
            Assert.InRange(Enumerable.Range(0, 20).Count(s => PValue(s) < 0.1), 0, 6);
        }
    }

    [Fact]
    public void Values_of_different_protocols_refuse_to_be_compared()
    {
        var a = new MetricResult("fd-fmnist", 3, 2, 4, "jackknife", 0.1, 1000, "p", Better.Lower);
        Assert.Equal(1, a.Minus(a with { Value = 2 }));
        Assert.False(a.IsBetterThan(a with { Value = 2 }));
        Assert.True((a with { Better = Better.Higher }).IsBetterThan(a with { Value = 2 }));
        Assert.Throws<ProtocolMismatchException>(() => a.Minus(a with { Protocol = "q" }));
        Assert.Throws<ProtocolMismatchException>(() => a.Minus(a with { N = 999 }));
        Assert.Throws<ProtocolMismatchException>(() => a.IsBetterThan(a with { Name = "fid" }));
        Assert.Throws<ProtocolMismatchException>(() => FrechetDistance.Measure(Set(1, 1, 2, 3),
            Set(1, 1, 2, 3) with { Protocol = "other" }));
        Assert.Throws<ProtocolMismatchException>(() => Manifolds.PrecisionRecall(Set(1, 1, 2, 3, 4, 5),
            Set(1, 1, 2, 3, 4, 5) with { Protocol = "other" }));
    }
}
