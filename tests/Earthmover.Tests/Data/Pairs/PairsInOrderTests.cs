using Earthmover.Data;
using Earthmover.Media;
using Xunit;

namespace Earthmover.Tests.Data.Pairs;

/// <summary>Two addresses whose samples belong together by their order.</summary>
public sealed class PairsInOrderTests : TemporaryFolder
{
    private DataSet Open(string a, string b) => DataCatalog.Open($"{Path.Combine(Folder, a)}|{Path.Combine(Folder, b)}", Context);

    [Fact]
    public void Rows_of_two_tables_may_have_different_columns()
    {
        Put("a.csv", "x,y\n1,2\n3,4\n5,6\n");
        Put("b.csv", "u\n10\n30\n50\n");
        var data = Open("a.csv", "b.csv?pairs=aligned");
        Assert.Equal((Pairing.Aligned, 3), (data.Pairing, data.Counterpart!.Count));
        Assert.Equal([10, 30, 50], ((PointSet)data.Counterpart).Values);
        Assert.Equal(Pairing.Aligned, Open("a.csv?pairs=aligned", "b.csv").Pairing);
        Assert.Equal(Pairing.Unpaired, Open("a.csv", "b.csv").Pairing);
    }

    [Fact]
    public void Unequal_counts_and_skipped_rows_are_refused()
    {
        Put("a.csv", "x\n1\n2\n3\n");
        Put("b.csv", "u\n10\n30\n");
        Put("c.csv", "u\n10\nNA\n30\n40\n");
        var unequal = Refused(() => Open("a.csv", "b.csv?pairs=aligned"));
        Assert.Contains("there are 3 in", unequal, StringComparison.Ordinal);
        Assert.Contains("and 2 in", unequal, StringComparison.Ordinal);
        var skipping = Refused(() => Open("a.csv", "c.csv?missing=skip&pairs=aligned"));
        Assert.Contains("skips 1, the first being", skipping, StringComparison.Ordinal);
        Put("m.csv", "u,m\n10,1\n30,2\n50,3\n");
        var masses = Refused(() => Open("a.csv", "m.csv?masses=m&pairs=aligned"));
        Assert.Contains("for the first of", masses, StringComparison.Ordinal);
        Assert.NotNull(((PointSet)Open("m.csv?masses=m", "a.csv?pairs=aligned")).Masses);
        Assert.Contains("give pairs= once", Refused(() => Open("a.csv?pairs=aligned", "b.csv?pairs=unpaired")), StringComparison.Ordinal);
        Assert.Contains("give pairs=aligned or pairs=unpaired", Refused(() => Open("a.csv?pairs=none", "b.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_beside_pictures_are_captions()
    {
        Put("set-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4]);
        Put("words.txt", "one\nthree\n");
        var data = Open("set-images-idx3-ubyte", "words.txt?pairs=aligned");
        Assert.Equal(Pairing.Captioned, data.Pairing);
        var captions = (TextSet)data.Counterpart!;
        Assert.Equal("three", captions.Line(captions[1]));
    }

    [Fact]
    public void Two_picture_folders_correspond_by_name_and_not_by_order()
    {
        static byte[] Plain(int value) => ImageFile.EncodePng(new Image(2, 2, 1, [.. Enumerable.Repeat((byte)value, 4)]));
        Put("p/a.png", Plain(1));
        Put("p/b.png", Plain(2));
        Put("q/b.png", Plain(12));
        Put("q/c.png", Plain(13));
        var data = (ImageSet)Open("p", "q?pairs=aligned");
        Assert.Equal((1, 2, 12), (data.Count, data[0][0], ((ImageSet)data.Counterpart!)[0][0]));
    }

    [Fact]
    public void The_way_they_correspond_stays_with_the_address_wherever_it_moves()
    {
        Put("a.csv", "x\n1\n");
        Put("b.csv", "x\n1\n");
        var (a, b) = (Path.Combine(Folder, "a.csv"), Path.Combine(Folder, "b.csv"));
        Assert.Equal($"{a}|{b}?pairs=aligned", DataCatalog.Absolute($"{a}|{b}?pairs=aligned"));
        Assert.Equal("c.csv|d.csv?pairs=aligned", DataCatalog.WithOptionsOf($"{a}|{b}?pairs=aligned", "c.csv|d.csv"));
    }

    [Fact]
    public void Points_that_are_drawn_correspond_only_where_that_is_asked_for()
    {
        static double[] Values(DataSet data) => ((PointSet)data).Values;
        var apart = DataCatalog.Open("gaussian?n=9|gaussian?n=9");
        Assert.NotEqual(Values(apart), Values(apart.Counterpart!));
        var together = DataCatalog.Open("gaussian?n=9|gaussian?n=9&mean=5,0&pairs=aligned");
        var moved = Values(together.Counterpart!).Zip(Values(together), (b, a) => b - a).ToArray();
        for (var i = 0; i < moved.Length; i++)
            Assert.Equal(i % 2 == 0 ? 5 : 0, moved[i], 5);
    }
}
