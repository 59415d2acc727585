using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Training.Views;

namespace Earthmover.Tests.Training.Views;

/// <summary>What <c>data show</c> draws.</summary>
public sealed class DataViewTests
{
    private static ImageSet Pictures(string name, ImageShape shape, params int[] values) =>
        new(name, shape, [.. values.SelectMany(value => Enumerable.Repeat((byte)value, shape.Size))]);

    [Fact]
    public void A_pair_stands_side_by_side_at_one_height()
    {
        var a = Pictures("a", new(1, 16, 16), 200, 100);
        a.PairWith(Pictures("b", new(3, 64, 64), 250, 150), Pairing.Aligned);
        var drawn = DataView.Draw(a, 2)!;
        // Two pairs of 64 + 2 + 64 by 64, one below the other, with 6 around each.
        Assert.Equal((142, 146), (drawn.Width, drawn.Height));
        Assert.Equal([200, 250], [drawn[6 + 5, 6 + 60][0], drawn[6 + 70, 6 + 5][2]]);
        Assert.Equal([100, 150], [drawn[6 + 5, 76 + 60][1], drawn[6 + 70, 76 + 5][0]]);
    }

    [Fact]
    public void Unpaired_domains_are_two_halves_and_one_domain_is_a_grid()
    {
        var a = Pictures("a", new(1, 64, 64), 200, 100);
        Assert.Equal(200, DataView.Draw(a, 1)![10, 10][0]);
        a.PairWith(Pictures("b", new(1, 64, 64), 50, 60, 70), Pairing.Unpaired);
        var drawn = DataView.Draw(a, 2)!;
        Assert.Equal((68 + 12 + 68, 68), (drawn.Width, drawn.Height));
        Assert.Equal([200, 50], [drawn[10, 10][0], drawn[68 + 12 + 10, 10][0]]);
    }

    [Fact]
    public void Samples_that_take_turns_are_all_shown()
    {
        // Three styles by turns, 30 of each picture's part: every thirtieth is of the first.
        var data = Pictures("a", new(1, 1, 1), [.. Enumerable.Range(0, 1920).Select(i => 80 * (i % 3))]);
        var drawn = DataView.Draw(data, 64)!;
        var shown = Enumerable.Range(0, drawn.Pixels.Length).Select(i => drawn.Pixels[i]).ToList();
        Assert.All(new byte[] { 0, 80, 160 }, value => Assert.True(shown.Count(pixel => pixel == value) > 10));
    }

    [Fact]
    public void A_caption_stands_below_its_picture_and_long_ones_take_more_lines()
    {
        static Image Drawn(string caption)
        {
            var pictures = Pictures("a", new(1, 8, 8), 128);
            string[] symbols = ["`", .. caption.Distinct().Select(c => $"{c}")];
            int[] codes = [.. caption.Select(c => Array.IndexOf(symbols, $"{c}"))];
            pictures.PairWith(new TextSet("t", caption.Length, codes, symbols), Pairing.Captioned);
            return DataView.Draw(pictures, 1)!;
        }

        var (one, more) = (Drawn("a red bag"), Drawn("a very long caption of a bag that does not fit into a single line at all"));
        Assert.Equal((120, 128), (one.Width, one[4 + 50, 4 + 50][0]));
        Assert.True(Ink(one) > 20);
        Assert.True(more.Height > one.Height && more.Width == one.Width);
        Assert.True(Drawn(new string('x', 500)).Height == one.Height);

        static int Ink(Image image)
        {
            var below = 118 * image.Width;
            return Enumerable.Range(below, (image.Height * image.Width) - below).Count(i => image.Pixels[i * 3] > 150);
        }
    }

    [Fact]
    public void Text_is_no_picture_and_pairs_of_texts_stand_in_one_line()
    {
        var a = new TextSet("a", 2, [1, 2, 2, 0], ["`", "x", "y"]);
        Assert.Null(DataView.Draw(a, 5));
        Assert.Equal(["xy", "y"], DataView.Lines(a, 5));
        a.PairWith(new TextSet("b", 1, [1, 2], ["`", "u", "v"]), Pairing.Aligned);
        Assert.Equal(["xy\tu", "y\tv"], DataView.Lines(a, 5));
    }
}
