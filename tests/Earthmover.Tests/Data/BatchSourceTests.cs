using Earthmover.Data;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Data;

public sealed class BatchSourceTests : LeakTest
{
    private static PointSet Points(int count) => new("points", 1, [.. Enumerable.Range(0, count).Select(i => (float)i)]) { Source = new Nothing() };

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
        float[] Values(DataSet set) => ((PointSet)set).Values;
        Assert.Equal(data.Values, Values(training).Concat(Values(kept)).Order());
        Assert.Equal(Values(kept), Values(HeldOutData.Split(data, 0.3, 5).Kept!));
        Assert.NotEqual(Values(kept), Values(HeldOutData.Split(data, 0.3, 6).Kept!));
        Assert.Equal((data, null), HeldOutData.Split(data, 0, 5));
        Assert.Contains("leaves 10 to train on and keeps 0", Assert.Throws<UserException>(() => HeldOutData.Split(data, 0.01, 5)).Message, StringComparison.Ordinal);
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
        Assert.Contains("batch", Assert.Throws<UserException>(() => new BatchSource(Points(12), size, 1)).Message, StringComparison.Ordinal);

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
        var set = new PointSet("p", 2, [0, 10, 4, 10, 0, 14, 4, 14]);
        var source = new BatchSource(set, 4, seed: 1);
        Assert.Equal([2f, 12f], source.Scaling.Mean);
        Assert.Equal(2f, source.Scaling.Scale);
        using var batch = source.Of([0, 3]);
        var values = batch.X.ToArray<float>();
        Assert.Equal([-1f, -1f, 1f, 1f], values);
        source.Scaling.Undo(values);
        Assert.Equal([0f, 10f, 4f, 14f], values);
    }
}
