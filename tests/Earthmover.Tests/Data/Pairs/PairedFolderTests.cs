using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Media;
using Xunit;

namespace Earthmover.Tests.Data.Pairs;

/// <summary>Folders whose pictures belong together by their names.</summary>
public sealed class PairedFolderTests : TemporaryFolder
{
    private static byte[] Plain(int side, int channels, int value) =>
        ImageFile.EncodePng(new Image(side, side, channels, [.. Enumerable.Repeat((byte)value, side * side * channels)]));

    // The partner of a gray picture is four times as wide, in color, and 100 brighter.
    private void PutPairs(string a, string b, params int[] numbers)
    {
        foreach (var number in numbers)
        {
            Put($"{a}/{number}.png", Plain(4, 1, number));
            Put($"{b}/{number}.png", Plain(16, 3, number + 100));
        }
    }

    private DataSet Open(string address) => DataCatalog.Open(Path.Combine(Folder, address), Context);

    private static int[] First(DataSet data) => [.. Enumerable.Range(0, data.Count).Select(i => (int)((ImageSet)data)[i][0])];

    private static void ArePairs(DataSet data, params int[] numbers)
    {
        Assert.Equal(Pairing.Aligned, data.Pairing);
        Assert.Equal(numbers, First(data));
        Assert.Equal(numbers.Select(n => n + 100), First(data.Counterpart!));
        Assert.Equal((new ImageShape(1, 4, 4), new ImageShape(3, 16, 16)), (((ImageSet)data).Shape, ((ImageSet)data.Counterpart!).Shape));
    }

    [Fact]
    public void Pictures_of_one_name_belong_together_whatever_their_kind_of_file()
    {
        PutPairs("d/A", "d/B", 1, 2, 3);
        // In the order of names with their extensions these two would change places: "a.k.png" < "a.png", "a.k.png" > "a.bmp".
        foreach (var (name, value) in new[] { ("a", 7), ("a.k", 8) })
            Put($"d/A/{name}.png", Plain(4, 1, value));
        Put("d/B/a.jpg", Plain(16, 3, 107));
        Put("d/B/a.k.png", Plain(16, 3, 108));
        var data = Open("d");
        ArePairs(data, 1, 2, 3, 8, 7);
        Assert.Contains(data.Notes, note => note.Contains("pairs=none reads them as two classes", StringComparison.Ordinal));
        Assert.Equal(["A", "B"], ((ImageSet)Open("d?pairs=none&size=8&channels=gray")).ClassNames!);
        Assert.Equal(Pairing.Unpaired, Open("d?pairs=unpaired").Pairing);
    }

    [Fact]
    public void What_has_no_partner_or_a_broken_one_is_named_and_left_out()
    {
        PutPairs("d/A", "d/B", 1, 2, 3, 4, 5);
        File.Delete(Path.Combine(Folder, "d/B/2.png"));
        File.Delete(Path.Combine(Folder, "d/A/3.png"));
        Put("d/A/4.png", "not a picture");
        var data = Open("d");
        ArePairs(data, 1, 5);
        Skips(data, "2.png", "no partner of its name in");
        Skips(data, "4.png", "not a PNG");
        Skips(data.Counterpart!, "3.png", "no partner");
        Skips(data.Counterpart!, "4.png", "left out with its partner");
        Assert.Equal(["1.png", "5.png"], data.Files!);
        // From the cache as from the files.
        ArePairs(Open("d"), 1, 5);
        var report = DataReport.Create(Path.Combine(Folder, "d"), Context);
        Assert.Equal(("aligned", 2, 2), (report.Pairing, report.Count, report.Second!.Count));
        Assert.Equal([2, 2], [report.Sizes[0].Count, report.Second.Sizes[0].Count]);
        Assert.Contains(report.ToLines(), line => line.Contains("belongs to sample k of the first (2 pairs)", StringComparison.Ordinal));

        static void Skips(DataSet data, string path, string why) =>
            Assert.Contains(why, Assert.Single(data.Problems, problem => problem.Path == path).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_takes_the_same_pictures_of_both()
    {
        PutPairs("d/A", "d/B", [.. Enumerable.Range(10, 30)]);
        foreach (var n in new[] { 11, 12, 13 })
            File.Delete(Path.Combine(Folder, $"d/B/{n}.png"));
        File.Delete(Path.Combine(Folder, "d/A/38.png"));
        ArePairs(Open("d?limit=4"), 10, 19, 26, 32);
    }

    [Fact]
    public void Two_classes_called_A_and_B_stay_classes()
    {
        PutPairs("d/A", "d/B", 1);
        foreach (var n in new[] { 2, 3, 4 })
        {
            Put($"d/A/x{n}.png", Plain(4, 1, n));
            Put($"d/B/y{n}.png", Plain(4, 1, n));
        }
        var data = Assert.IsType<ImageSet>(Open("d"));
        Assert.Equal((Pairing.None, 8), (data.Pairing, data.Count));
        ArePairs(Open("d?pairs=aligned"), 1);
        Put("d/C/1.png", Plain(4, 1, 9));
        foreach (var n in new[] { 2, 3, 4 })
            File.Move(Path.Combine(Folder, $"d/B/y{n}.png"), Path.Combine(Folder, $"d/B/x{n}.png"));
        Assert.Equal(["A", "B", "C"], ((ImageSet)Open("d?channels=gray&size=4")).ClassNames!);
    }

    [Fact]
    public void Parts_and_folders_around_are_looked_through_and_test_pairs_are_held_out()
    {
        PutPairs("d/maps/train/A", "d/maps/train/B", 1, 2);
        PutPairs("d/maps/val/A", "d/maps/val/B", 3);
        PutPairs("d/maps/test/A", "d/maps/test/B", 5, 6);
        ArePairs(Open("d"), 1, 2);
        ArePairs(Open("d?split=val"), 3);
        ArePairs(Open("d?split=test"), 5, 6);
        PutPairs("e/A/train", "e/B/train", 1, 2);
        PutPairs("e/A/test", "e/B/test", 4);
        ArePairs(Open("e"), 1, 2);
        ArePairs(Open("e?split=test"), 4);
        var source = BatchSource.Create(Open("d"), Pairing.Aligned, 2, 1);
        var held = HeldOutData.Of(Path.Combine(Folder, "d"), null, source);
        Assert.Equal([105, 106], First(held!));
    }

    [Fact]
    public void Unpaired_folders_may_be_paired_and_their_test_part_is_the_one_of_the_second_domain()
    {
        PutPairs("d/trainA", "d/trainB", 1, 2);
        PutPairs("d/testA", "d/testB", 3);
        Assert.Equal(Pairing.Unpaired, Open("d").Pairing);
        ArePairs(Open("d?pairs=aligned"), 1, 2);
        var address = Path.Combine(Folder, "d");
        Assert.Equal([103], First(HeldOutData.Of(address, null, BatchSource.Create(Open("d"), Pairing.Unpaired, 1, 1))!));
        Assert.Equal([3], First(HeldOutData.Of(address, null, BatchSource.Create(Open("d"), Pairing.None, 1, 1))!));
        // Of two addresses neither takes the place of the other's test part.
        var bar = $"{address}/trainA|{address}/trainB";
        Assert.Null(HeldOutData.Of(bar, null, BatchSource.Create(DataCatalog.Open(bar, Context), Pairing.Unpaired, 1, 1)));
    }

    [Fact]
    public void Links_to_folders_around_are_not_followed_and_links_to_pictures_are_pictures()
    {
        PutPairs("p/one", "p/two", 1, 2, 3);
        foreach (var (side, folder) in new[] { ("A", "one"), ("B", "two") })
        {
            Directory.CreateDirectory(Path.Combine(Folder, "d", side));
            foreach (var n in new[] { 1, 2, 3 })
                File.CreateSymbolicLink(Path.Combine(Folder, "d", side, $"{n}.png"), Path.Combine(Folder, "p", folder, $"{n}.png"));
            Directory.CreateSymbolicLink(Path.Combine(Folder, "d", side, "loop"), Path.Combine(Folder, "d"));
        }
        ArePairs(Open("d"), 1, 2, 3);
    }

    [Fact]
    public void Folders_of_runs_are_no_pairs()
    {
        PutPairs("r/samples", "s/samples", 1);
        Put("r/recipe.json", "{}");
        Put("s/recipe.json", "{}");
        Directory.CreateDirectory(Path.Combine(Folder, "r/checkpoints"));
        Directory.CreateDirectory(Path.Combine(Folder, "s/checkpoints"));
        var refusal = Refused(() => DataCatalog.Open($"{Folder}/r|{Folder}/s?pairs=aligned", Context));
        Assert.Contains("run", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void One_side_can_be_named_alone()
    {
        PutPairs("d/A", "d/B", 1, 2);
        Assert.Equal([101, 102], First(Open("d?side=b")));
        Assert.Null(Open("d?side=a").Counterpart);
        Assert.Contains("give one of a, b", Refused(() => Open("d?side=c")), StringComparison.Ordinal);
        var both = Path.Combine(Folder, "d");
        Assert.Equal(($"{both}/A", $"{both}/B"), DataCatalog.SidesOf(both));
        Assert.Contains($"names two domains, {both}/A and {both}/B", Refused(() => DataCatalog.RequireOne(both)), StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_that_are_asked_for_and_cannot_be_are_refused_with_what_to_do()
    {
        Put("d/A/x.png", Plain(4, 1, 1));
        Put("d/B/y.png", Plain(4, 1, 1));
        Put("one/x.png", Plain(4, 1, 1));
        Says("the first are x.png and y.png; give the two pictures of a pair one name", "d?pairs=aligned");
        Says("it needs trainA/ and trainB/, or A/ and B/", "one?pairs=aligned");
        Says("give one of aligned, unpaired, none", "d?pairs=yes");
        PutPairs("e/A", "e/B", 1);
        Put("e/B/1.png", "broken");
        Says("none of the pictures in", "e");
        PutPairs("f/A", "f/B", 1, 2);
        Put("f/A/1.png", "broken");
        Put("f/B/2.png", "broken");
        Says("no pair is left", "f");

        void Says(string what, string address) => Assert.Contains(what, Refused(() => Open(address)), StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_stay_together_when_some_are_held_out()
    {
        PutPairs("d/A", "d/B", [.. Enumerable.Range(1, 10)]);
        var (training, kept) = HeldOutData.Split(Open("d"), 0.3, 5);
        Assert.Equal((7, 3), (training.Count, kept!.Count));
        ArePairs(training, First(training));
        ArePairs(kept, First(kept));
        Assert.Equal(Enumerable.Range(1, 10), First(training).Concat(First(kept)).Order());
    }
}
