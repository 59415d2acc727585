using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Data.Dealing;

/// <summary>Batches of pairs: row k of one domain belongs to row k of the other, whatever the order and the mirror.</summary>
public sealed class AlignedSourceTests : LeakTest
{
    // Picture i is 2i beside 2i + 1, and its partner in color twice as wide.
    private static ImageSet Pairs(int count)
    {
        var a = new ImageSet("a", new(1, 1, 2), [.. Enumerable.Range(0, 2 * count).Select(v => (byte)v)],
            [.. Enumerable.Range(0, count).Select(i => i % 2)], ["even", "odd"]);
        a.PairWith(new ImageSet("b", new(3, 1, 4), [.. Enumerable.Range(0, count).SelectMany(PartnerOf)]), Pairing.Aligned);
        return a;
    }

    private static byte[] PartnerOf(int i) =>
        [.. Enumerable.Range(0, 3).SelectMany(_ => new[] { 2 * i, 2 * i, (2 * i) + 1, (2 * i) + 1 }.Select(v => (byte)v))];

    private static int[] Bytes(Tensor x) => [.. x.ToArray<float>().Select(v => (int)Math.Round((v + 1) * 127.5))];

    [Fact]
    public void Rows_stay_together_over_epochs_and_under_the_mirror()
    {
        var data = Pairs(12);
        var source = BatchSource.Create(data, Pairing.Aligned, 5, seed: 3, flip: true);
        var mirrored = 0;
        for (var k = 0; k < 20; k++)
        {
            using var batch = Assert.IsType<PairedBatch>(source.Deal(k));
            using var first = source.At(k);
            Assert.Equal([5, 1, 1, 2], batch.A.Shape);
            Assert.Equal([5, 3, 1, 4], batch.B.Shape);
            var (a, b, labels) = (Bytes(batch.A), Bytes(batch.B), first.Labels!.ToArray<long>());
            for (var row = 0; row < 5; row++)
            {
                int left = a[2 * row], right = a[(2 * row) + 1];
                Assert.Equal(Enumerable.Range(0, 3).SelectMany(_ => new[] { left, left, right, right }), b[(12 * row)..(12 * (row + 1))]);
                Assert.Equal(Math.Min(left, right) / 2 % 2, labels[row]);
                mirrored += left > right ? 1 : 0;
            }
        }
        Assert.InRange(mirrored, 30, 70);
        Assert.Same(data.Counterpart, source.Target.Data);
    }

    [Fact]
    public void The_first_domain_is_dealt_as_it_is_alone()
    {
        var (pairs, alone) = (BatchSource.Create(Pairs(12), Pairing.Aligned, 5, seed: 3, flip: true),
            BatchSource.Create(Pairs(12), Pairing.None, 5, seed: 3, flip: true));
        using var batch = (PairedBatch)pairs.Deal(7);
        using var single = Assert.IsType<Batch>(alone.Deal(7));
        Assert.Equal(Bytes(single.X), Bytes(batch.A));
        // And so is the second, mirrored as its partners are.
        using var partners = pairs.Target.At(7);
        Assert.Equal(Bytes(partners.X), Bytes(batch.B));
    }

    [Fact]
    public void Captions_are_one_hot_and_never_mirrored()
    {
        var data = new ImageSet("p", new(1, 1, 2), [0, 255, 10, 255]);
        data.PairWith(new TextSet("t", 3, [1, 2, 0, 2, 1, 1], ["`", "x", "y"]), Pairing.Captioned);
        var source = BatchSource.Create(data, Pairing.Captioned, 2, seed: 1, flip: true);
        var seen = new HashSet<string>();
        for (var k = 0; k < 20; k++)
        {
            using var batch = (PairedBatch)source.Deal(k);
            Assert.Equal([2, 3, 3], batch.B.Shape);
            var (a, b) = (Bytes(batch.A), batch.B.ToArray<float>());
            for (var row = 0; row < 2; row++)
            {
                float[] expected = a.AsSpan(2 * row, 2).Contains(0) ? [0, 0, 1, 1, 0, 0, 0, 1, 0] : [0, 0, 0, 0, 1, 1, 1, 0, 0];
                Assert.Equal(expected, b[(9 * row)..(9 * (row + 1))]);
                seen.Add($"{a[2 * row]} {a[(2 * row) + 1]}");
            }
        }
        Assert.Equal(4, seen.Count);
        Assert.Same(data, source.Target.Data);
    }

    [Fact]
    public void Pairs_may_be_played_unpaired_but_not_the_other_way()
    {
        using (var batch = Assert.IsType<UnpairedBatch>(BatchSource.Create(Pairs(4), Pairing.Unpaired, 2, 1).Deal(0)))
            Assert.Equal(2, batch.A.Size(0));
        var data = new ImageSet("a", new(1, 1, 1), [1, 2]);
        Assert.Throws<ArgumentException>(() => BatchSource.Create(data, Pairing.Aligned, 1, 1));
        data.PairWith(new ImageSet("b", new(1, 1, 1), [1, 2, 3]), Pairing.Unpaired);
        Assert.Throws<ArgumentException>(() => BatchSource.Create(data, Pairing.Aligned, 1, 1));
        Assert.Throws<ArgumentException>(() => data.PairWith(data.Counterpart!, Pairing.Aligned));
        Assert.Throws<ArgumentException>(() => data.PairWith(data.Counterpart!, Pairing.Captioned));
    }
}
