using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Media;
using Xunit;

namespace Earthmover.Tests.Data.Pairs;

/// <summary>Pairs that are made of garments; here of ten that are put in their place, one of each class, drawn by hand.</summary>
public sealed class FashionPairsTests : TemporaryFolder
{
    private const int Side = 4;

    public FashionPairsTests()
    {
        Put("data/fashion-mnist/train-images-idx3-ubyte", Idx([30, Side, Side], [.. Enumerable.Range(0, 30).SelectMany(Picture)]));
        Put("data/fashion-mnist/train-labels-idx1-ubyte", Idx([30], [.. Enumerable.Range(0, 30).Select(i => (byte)(i % 10))]));
        Put("data/fashion-mnist/t10k-images-idx3-ubyte", Idx([1, Side, Side], [.. Picture(31)]));
        Put("data/fashion-mnist/t10k-labels-idx1-ubyte", Idx([1], [8]));
    }

    // Every gray value occurs.
    private static byte[] Picture(int number) => [.. Enumerable.Range(0, Side * Side).Select(i => (byte)((number * 16 + i) * 7 % 256))];

    private static byte[] Idx(int[] dimensions, byte[] data) =>
        [0, 0, 8, (byte)dimensions.Length, .. dimensions.SelectMany(d => new byte[] { 0, 0, 0, (byte)d }), .. data];

    private ImageSet Open(string address) => (ImageSet)DataCatalog.Open(address, Context);

    private string[] Captions(string address)
    {
        var text = (TextSet)Open(address).Counterpart!;
        return [.. Enumerable.Range(0, text.Count).Select(i => text.Line(text[i]))];
    }

    [Fact]
    public void Edges_are_the_largest_of_nine_neighbors_less_the_picture()
    {
        var edges = Open("fashion-edges");
        var garments = (ImageSet)edges.Counterpart!;
        Assert.Equal((Pairing.Aligned, 30), (edges.Pairing, edges.Count));
        Assert.Equal(Open("fashion-mnist").Pixels, garments.Pixels);
        for (var i = 0; i < 30; i++)
            for (var at = 0; at < Side * Side; at++)
            {
                var (x, y, number) = (at % Side, at / Side, i);
                var around = from dy in new[] { -1, 0, 1 }
                             from dx in new[] { -1, 0, 1 }
                             where x + dx is >= 0 and < Side && y + dy is >= 0 and < Side
                             select Picture(number)[(y + dy) * Side + x + dx];
                Assert.Equal(around.Max() - Picture(i)[at], edges[i][at]);
            }
        Assert.Equal(garments.Labels, edges.Labels);
    }

    [Fact]
    public void Small_garments_are_the_means_of_blocks()
    {
        var small = Open("fashion-small");
        Assert.Equal((Pairing.Aligned, new ImageShape(1, 1, 1), 30), (small.Pairing, small.Shape, small.Count));
        Assert.Equal(Open("fashion-mnist").Pixels, ((ImageSet)small.Counterpart!).Pixels);
        for (var i = 0; i < 30; i++)
            Assert.Equal(Picture(i).Average(p => (double)p), small[i][0], 0.5);
        Assert.Equal(((ImageSet)small.Counterpart!).Labels, small.Labels);
        Assert.Contains("multiples of 4", Refused(() => Open("fashion-small?size=6")), StringComparison.Ordinal);
    }

    [Fact]
    public void Stripes_darken_every_other_band_of_rows()
    {
        var plain = Open("fashion-stripes");
        var striped = (ImageSet)plain.Counterpart!;
        Assert.Equal(Open("fashion-mnist").Pixels, plain.Pixels);
        for (var i = 0; i < 30; i++)
            for (var at = 0; at < Side * Side; at++)
                Assert.Equal(at / Side % 2 == 0 ? plain[i][at] : plain[i][at] / 3, striped[i][at]);
        Assert.Equal(plain.Labels, striped.Labels);
        Assert.Contains("did you mean fashion-stripes", Refused(() => Open("fashion-mnist-striped")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_print_lies_between_two_colors_that_can_be_told_apart()
    {
        var prints = Open("fashion-prints");
        var garments = (ImageSet)prints.Counterpart!;
        var gray = Open("fashion-mnist");
        Assert.Equal((new ImageShape(3, Side, Side), prints.Shape), (prints.Shape, garments.Shape));
        Assert.Equal(prints.Pixels, Open("fashion-prints").Pixels);
        for (var i = 0; i < 30; i++)
        {
            for (var channel = 0; channel < 3; channel++)
                Assert.Equal(gray[i], garments[i].Slice(channel * 16, 16));
            // Of each channel, the noise is 12 at most beside the line from the ground to the ink.
            var (low, high) = (Enumerable.Range(0, 16).MinBy(at => gray[i][at]), Enumerable.Range(0, 16).MaxBy(at => gray[i][at]));
            for (var at = 0; at < 48; at++)
            {
                var share = (gray[i][at % 16] - gray[i][low]) / (double)(gray[i][high] - gray[i][low]);
                double from = prints[i][(at / 16 * 16) + low], to = prints[i][(at / 16 * 16) + high];
                Assert.InRange(prints[i][at] - (from + ((to - from) * share)), -26, 26);
            }
        }
        Assert.Equal(gray.Labels, prints.Labels);
    }

    [Fact]
    public void A_tinted_garment_has_the_luma_of_the_gray_one()
    {
        var gray = Open("fashion-colors");
        var tinted = (ImageSet)gray.Counterpart!;
        Assert.Equal((new ImageShape(1, Side, Side), new ImageShape(3, Side, Side)), (gray.Shape, tinted.Shape));
        var hues = new HashSet<(bool, bool, bool)>();
        for (var i = 0; i < 30; i++)
            for (var at = 0; at < Side * Side; at++)
            {
                Rgb color = new(tinted[i][at], tinted[i][at + 16], tinted[i][at + 32]);
                Assert.InRange(color.Luma - gray[i][at], -1, 1);
                var most = Math.Max(color.R, Math.Max(color.G, color.B));
                if (gray[i][at] is > 20 and < 220)
                    hues.Add((color.R == most, color.G == most, color.B == most));
            }
        // Six colors, none of them gray.
        Assert.Equal(6, hues.Count);
        Assert.DoesNotContain((true, true, true), hues);
    }

    [Fact]
    public void A_garment_keeps_its_color_when_classes_are_chosen_and_a_class_has_three()
    {
        var (all, bags) = ((ImageSet)Open("fashion-colors").Counterpart!, (ImageSet)Open("fashion-colors?classes=bag").Counterpart!);
        Assert.Equal(3, bags.Count);
        for (var k = 0; k < 3; k++)
            Assert.Equal(all[8 + (10 * k)].ToArray(), bags[k].ToArray());
        Assert.Equal(3, Captions("fashion-captions?classes=8").Distinct().Count());
        Assert.Equal(Open("fashion-colors").Counterpart!.Fingerprint, Open("fashion-colors").Counterpart!.Fingerprint);
    }

    [Fact]
    public void Captions_say_color_and_kind()
    {
        var lines = Captions("fashion-captions");
        string[] bags = [lines[8], lines[18], lines[28]];
        Assert.Equal(["a red bag", "a turquoise bag", "a yellow bag"], bags.Order(StringComparer.Ordinal));
        const string Colors = "red|yellow|green|turquoise|blue|purple";
        const string Garments = "t-shirt|trousers|pullover|dress|coat|sandal|shirt|sneaker|bag|ankle boot";
        Assert.All(lines, line => Assert.Matches($"^(a )?({Colors}) ({Garments})$", line));
        var (some, all) = ((TextSet)Open("fashion-captions?classes=bag").Counterpart!, (TextSet)Open("fashion-captions").Counterpart!);
        Assert.Equal(all.Length, some.Length);
        // The picture is of the color that its caption names.
        var pictures = Open("fashion-captions");
        var red = Array.FindIndex(lines, line => line.Contains(" red ", StringComparison.Ordinal));
        Assert.True(pictures[red][8] >= pictures[red][8 + 16] && pictures[red][8] >= pictures[red][8 + 32]);
    }

    [Fact]
    public void Options_are_those_of_the_garments_and_test_garments_are_held_out()
    {
        Assert.Equal(new ImageShape(1, 8, 8), Open("fashion-edges?size=8").Shape);
        Assert.Equal((5, 5), (Open("fashion-edges?limit=5").Count, Open("fashion-edges?limit=5").Counterpart!.Count));
        var test = Open("fashion-colors?split=test");
        Assert.Equal(1, test.Count);
        Assert.Null(Open("fashion-edges?side=b").Counterpart);
        Assert.Equal(Pairing.Unpaired, Open("fashion-edges?pairs=unpaired").Pairing);
        Assert.Contains("leave it out", Refused(() => Open("fashion-colors?channels=gray")), StringComparison.Ordinal);
        var unknown = Refused(() => Open("fashion-edges?length=3"));
        Assert.Contains("unknown option 'length' for fashion-edges", unknown, StringComparison.Ordinal);
        Assert.True(DataCatalog.SidesOf("fashion-captions") is not null && DataCatalog.IsBuiltIn("fashion-captions?size=32"));
        Assert.Equal(("fashion-edges?side=a", "fashion-edges?side=b"), DataCatalog.SidesOf("fashion-edges"));
        var listed = DataCatalog.List(Context).Where(d => d.Name.StartsWith("fashion-", StringComparison.Ordinal) && d.Pairing != "none");
        Assert.Equal(["aligned", "aligned", "aligned", "aligned", "aligned", "captioned"], listed.Select(d => d.Pairing));
    }

    [Fact]
    public void Without_the_garments_they_say_what_to_install()
    {
        Directory.Delete(Path.Combine(Folder, "data"), recursive: true);
        Assert.Contains("fashion-mnist is not on this machine", Refused(() => Open("fashion-edges")), StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_of_garments_are_dealt_together()
    {
        var source = BatchSource.Create(Open("fashion-colors"), Pairing.Aligned, 4, seed: 1, flip: true);
        using var batch = (PairedBatch)source.Deal(0);
        Assert.Equal([4, 1, 4, 4], batch.A.Shape);
        Assert.Equal([4, 3, 4, 4], batch.B.Shape);
    }
}
