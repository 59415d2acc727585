using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Media;
using Xunit;

namespace Earthmover.Tests.Data.Pairs;

/// <summary>Pictures that hold both of a pair side by side.</summary>
public sealed class HalvedPictureTests : TemporaryFolder
{
    // Left and right of one value each.
    private static byte[] Both(int left, int right, int side = 8, int between = 0)
    {
        var width = (2 * side) + between;
        byte At(int column) => (byte)(column < side ? left : column >= width - side ? right : 77);
        var pixels = Enumerable.Range(0, width * side).Select(i => At(i % width));
        return ImageFile.EncodePng(new Image(width, side, 1, [.. pixels]));
    }

    private DataSet Open(string address) => DataCatalog.Open(Path.Combine(Folder, address), Context);

    private static void Holds(DataSet data, params (int A, int B)[] pairs)
    {
        Assert.Equal(Pairing.Aligned, data.Pairing);
        foreach (var (set, values) in new[] { (data, pairs.Select(p => p.A)), (data.Counterpart!, pairs.Select(p => p.B)) })
        {
            var images = (ImageSet)set;
            Assert.Equal(new ImageShape(1, 8, 8), images.Shape);
            Assert.Equal(values.SelectMany(value => Enumerable.Repeat((byte)value, 64)), images.Pixels);
        }
    }

    [Fact]
    public void The_left_half_is_the_first_domain_or_the_second()
    {
        Put("d/1.png", Both(10, 20));
        Put("d/2.png", Both(30, 40));
        Holds(Open("d?split=ab"), (10, 20), (30, 40));
        Holds(Open("d?split=ba"), (20, 10), (40, 30));
        Assert.Equal(new ImageShape(1, 8, 16), ((ImageSet)Open("d")).Shape);
        Assert.Equal(20, ((ImageSet)Open("d?split=ab&side=b"))[0][0]);
        // From the cache, in which both halves and the whole have places of their own.
        Holds(Open("d?split=ab"), (10, 20), (30, 40));
    }

    [Fact]
    public void The_middle_of_an_odd_width_is_of_neither_and_one_pixel_has_no_halves()
    {
        Put("d/1.png", Both(10, 20, between: 1));
        Put("d/2.png", ImageFile.EncodePng(new Image(1, 8, 1, new byte[8])));
        var data = Open("d?split=ab");
        Holds(data, (10, 20));
        Assert.Contains("no halves", Assert.Single(data.Problems).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_picture_is_no_pair()
    {
        Put("d/1.png", Both(10, 20));
        Put("d/2.png", "nothing");
        Put("d/3.png", Both(30, 40));
        var data = Open("d?split=ab");
        Holds(data, (10, 20), (30, 40));
        Assert.Equal("2.png", Assert.Single(data.Problems).Path);
    }

    [Fact]
    public void Parts_have_halves_too_and_the_test_part_is_held_out()
    {
        Put("d/train/1.png", Both(10, 20));
        Put("d/val/2.png", Both(30, 40));
        Put("d/test/3.png", Both(50, 60));
        Holds(Open("d?split=ab"), (10, 20));
        Holds(Open("d?split=val,ab"), (30, 40));
        Holds(Open("d?split=ba,val"), (40, 30));
        var held = HeldOutData.Of($"{Folder}/d?split=ab", null, BatchSource.Create(Open("d?split=ab"), Pairing.Aligned, 1, 1));
        Assert.Equal(60, ((ImageSet)held!)[0][0]);
        Assert.Contains("or both as in test,ab", Refused(() => Open("d?split=abc")), StringComparison.Ordinal);
        Assert.Contains("or both as in test,ab", Refused(() => Open("d?split=ab,ba")), StringComparison.Ordinal);
    }
}
