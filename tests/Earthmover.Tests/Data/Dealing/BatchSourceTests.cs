using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Points;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Data.Dealing;

public sealed class BatchSourceTests : LeakTest
{
    private static PointSet Points(int count) =>
        new("points", 1, [.. Enumerable.Range(0, count).Select(i => (float)i)]) { Source = new Nothing() };

    private sealed class Nothing : IPointSource
    {
        public int Dimension => 1;

        public void Sample(SeededRandom random, Span<float> points) => throw new NotSupportedException();
    }

    private static int[] Rows(BatchSource source, long index)
    {
        using var batch = source.At(index);
        return [.. batch.X.ToArray<float>().Select(v => (int)v)];
    }

    [Fact]
    public void Held_out_samples_are_a_part_that_the_seed_chooses()
    {
        var data = new PointSet("ten", 1, [.. Enumerable.Range(0, 10).Select(i => (float)i)]);
        var (training, kept) = HeldOutData.Split(data, 0.3, 5);
        Assert.Equal((7, 3), (training.Count, kept!.Count));
        double[] Values(DataSet set) => ((PointSet)set).Values;
        Assert.Equal(data.Values, Values(training).Concat(Values(kept)).Order());
        Assert.Equal(Values(kept), Values(HeldOutData.Split(data, 0.3, 5).Kept!));
        Assert.NotEqual(Values(kept), Values(HeldOutData.Split(data, 0.3, 6).Kept!));
        Assert.Equal((data, null), HeldOutData.Split(data, 0, 5));
        Assert.Contains("leaves 10 to train on and keeps 0",
            Assert.Throws<UserException>(() => HeldOutData.Split(data, 0.01, 5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_epoch_shows_every_sample_once_in_a_new_order()
    {
        var source = new BatchSource(Points(12), 5, seed: 4);
        var shown = Enumerable.Range(0, 12).SelectMany(i => Rows(source, i)).Chunk(12).ToArray();
        Assert.All(shown, epoch => Assert.Equal(Enumerable.Range(0, 12), epoch.Order()));
        Assert.Equal(5, shown.Select(epoch => string.Join(',', epoch)).Distinct().Count());
    }

    [Fact]
    public void A_batch_depends_on_the_seed_and_its_number_alone()
    {
        var source = new BatchSource(Points(12), 5, seed: 4);
        var forwards = Enumerable.Range(0, 9).Select(i => Rows(source, i)).ToArray();
        var again = new BatchSource(Points(12), 5, seed: 4);
        for (var i = 8; i >= 0; i--)
            Assert.Equal(forwards[i], Rows(again, i));
        Assert.NotEqual(forwards[0], Rows(new BatchSource(Points(12), 5, seed: 5), 0));
    }

    [Fact]
    public void Threads_that_read_different_epochs_do_not_disturb_each_other()
    {
        var source = new BatchSource(Points(8), 8, seed: 4);
        var expected = Enumerable.Range(0, 2).Select(i => Rows(new BatchSource(Points(8), 8, seed: 4), i)).ToArray();
        Parallel.For(0, 4, thread =>
        {
            for (var turn = 0; turn < 2000; turn++)
                Assert.Equal(expected[thread % 2], Rows(source, thread % 2));
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(13)]
    public void A_batch_that_cannot_be_is_refused(int size) =>
        Assert.Contains("batch",
            Assert.Throws<UserException>(() => new BatchSource(Points(12), size, 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_mirrored_picture_is_the_picture_mirrored()
    {
        var set = new ImageSet("p", new(1, 2, 3), [0, 51, 102, 153, 204, 255]);
        var source = new BatchSource(set, 1, seed: 1, flip: true);
        var seen = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            using var batch = source.At(i);
            seen.Add(string.Join(' ', batch.X.ToArray<float>().Select(v => (int)Math.Round((v + 1) * 127.5))));
        }
        Assert.Equal(["0 51 102 153 204 255", "102 51 0 255 204 153"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Points_of_a_file_are_scaled_and_scaled_back()
    {
        var set = new PointSet("p", 2, [0, 10, 4, 10, 0, 1010, 4, 1010]);
        var source = new BatchSource(set, 4, seed: 1);
        Assert.Equal([2.0, 510], source.Scaling.Mean);
        Assert.Equal([2.0, 500], source.Scaling.Scale);
        using var batch = source.Of([0, 3]);
        var values = batch.X.ToArray<float>();
        Assert.Equal([-1f, -1f, 1f, 1f], values);
        Assert.Equal([0, 10, 4, 1010], source.Scaling.Undo(values));
    }

    [Fact]
    public void One_factor_for_all_columns_can_be_asked_for()
    {
        var scaling = PointScaling.Of(new PointSet("p", 2, [0, 10, 4, 10, 0, 14, 4, 14]), PointScaling.Joint);
        Assert.Equal([2.0, 2], scaling.Scale);
        var apart = PointScaling.Of(new PointSet("p", 2, [0, 0, 6, 8]), PointScaling.Joint);
        Assert.Equal(Math.Sqrt(12.5), apart.Scale[0], 12);
        Assert.Equal(apart.Scale[0], apart.Scale[1]);
    }

    [Fact]
    public void Large_offsets_keep_their_digits_on_the_way_through_float32()
    {
        double[] times = [.. Enumerable.Range(0, 100).Select(i => 1.7e9 + 60 * i)];
        var scaling = PointScaling.Of(new PointSet("times", 1, times));
        var scaled = new float[100];
        for (var i = 0; i < 100; i++)
            scaling.Apply(times.AsSpan(i, 1), scaled.AsSpan(i, 1));
        Assert.All(scaling.Undo(scaled).Zip(times), pair => Assert.Equal(pair.Second, pair.First, 3e-3));
    }

    [Fact]
    public void A_constant_column_comes_back_exactly()
    {
        var scaling = PointScaling.Of(new PointSet("p", 2, [0.1, 1, 0.1, 2, 0.1, 4]));
        var scaled = new float[2];
        scaling.Apply([0.1, 1], scaled);
        Assert.Equal(0, scaled[0]);
        Assert.Equal(0.1, scaling.Undo([0.3f, 0])[0]);
    }

    [Fact]
    public void A_column_of_rare_values_is_not_blown_up()
    {
        double[] values = [.. Enumerable.Range(0, 10_000).Select(i => i == 5 ? 255.0 : 0)];
        var scaled = new float[1];
        PointScaling.Of(new PointSet("pixel", 1, values)).Apply([255], scaled);
        Assert.Equal(10, scaled[0], 0.01);
    }

    [Fact]
    public void Masses_count_in_the_center_and_spread()
    {
        var scaling = PointScaling.Of(new PointSet("p", 1, [0, 4], masses: [3, 1]));
        Assert.Equal(1, scaling.Mean[0], 12);
        Assert.Equal(Math.Sqrt(3), scaling.Scale[0], 12);
        var tiny = Spread.Of(new PointSet("p", 1, [0, 4], masses: [3e-50, 1e-50]), 0);
        Assert.Equal(1, tiny.Mean, 12);
        var large = Spread.Of(new PointSet("p", 1, [1e300, -1e300]), 0);
        Assert.Equal((0, 1e300), (large.Mean, large.Deviation));
    }

    [Fact]
    public void Points_with_masses_are_drawn_by_them()
    {
        var set = new PointSet("p", 1, [0, 1, 2, 3], masses: [0, 3e-50, 1e-50, 0]);
        var source = new BatchSource(set, 4, seed: 2, scaling: new([], []));
        var shown = Enumerable.Range(0, 500).SelectMany(i => Rows(source, i)).ToArray();
        Assert.Equal([1, 2], shown.Distinct().Order());
        Assert.InRange(shown.Count(row => row == 1), 1400, 1600);
        Assert.Equal(Rows(source, 7), Rows(new BatchSource(set, 4, seed: 2, scaling: new([], [])), 7));
        Assert.NotEqual(string.Join(' ', Enumerable.Range(0, 20).SelectMany(i => Rows(source, i))),
            string.Join(' ', Enumerable.Range(20, 20).SelectMany(i => Rows(source, i))));
        using var random = RandomGenerator.Named("rows", 3);
        var drawn = source.DrawRows(2000, random);
        Assert.InRange(drawn.Count(row => row == 1), 1400, 1600);
        Assert.DoesNotContain(drawn, row => row is 0 or 3);
        var massless = new PointSet("p", 1, [0, 1], masses: [0, 0]);
        Assert.Contains("masses of 0",
            Assert.Throws<UserException>(() => new BatchSource(massless, 1, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_points_keeps_masses_and_names()
    {
        var set = new PointSet("p", 1, [0, 1, 2], masses: [5, 6, 7]) { ColumnNames = ["x"] };
        var part = Assert.IsType<PointSet>(Subset.Of(set, [2, 0]));
        Assert.Equal([7.0, 5], part.Masses!);
        Assert.Equal(["x"], part.ColumnNames!);
    }
}
