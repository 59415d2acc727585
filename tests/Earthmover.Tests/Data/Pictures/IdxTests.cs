using System.IO.Compression;
using Earthmover.Data;
using Earthmover.Data.Formats;
using Earthmover.Data.Pictures;
using Xunit;

namespace Earthmover.Tests.Data.Pictures;

public sealed class IdxTests : TemporaryFolder
{
    private static byte[] Idx(byte type, int[] dimensions, byte[] data) =>
        [0, 0, type, (byte)dimensions.Length,
            .. dimensions.SelectMany(d => new[] { (byte)(d >> 24), (byte)(d >> 16), (byte)(d >> 8), (byte)d }), .. data];

    private static byte[] Zip(byte[] data)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest)) gzip.Write(data);
        return target.ToArray();
    }

    private static byte[] Pixels(int count) => [.. Enumerable.Range(0, count * 4).Select(i => (byte)i)];

    private string PutSet(string folder)
    {
        Put($"{folder}/train-images-idx3-ubyte.gz", Zip(Idx(8, [6, 2, 2], Pixels(6))));
        Put($"{folder}/train-labels-idx1-ubyte", Idx(8, [6], [0, 1, 2, 0, 1, 2]));
        Put($"{folder}/t10k-images-idx3-ubyte", Idx(8, [1, 2, 2], [9, 9, 9, 9]));
        Put($"{folder}/t10k-labels-idx1-ubyte", Idx(8, [1], [1]));
        return Path.Combine(Folder, folder);
    }

    [Fact]
    public void A_folder_of_plain_and_gzipped_files_opens_with_labels_and_splits()
    {
        var folder = PutSet("digits");
        var train = Assert.IsType<ImageSet>(DataCatalog.Open(folder, Context));
        Assert.Equal((6, new ImageShape(1, 2, 2)), (train.Count, train.Shape));
        Assert.Equal(Pixels(6), train.Pixels);
        Assert.Equal([0, 1, 2, 0, 1, 2], train.Labels!);
        Assert.Equal([2, 2, 2], train.CountClasses());
        var test = Assert.IsType<ImageSet>(DataCatalog.Open($"{folder}?split=test", Context));
        Assert.Equal([9, 9, 9, 9], test.Pixels);
    }

    [Fact]
    public void Unpacked_pictures_are_kept_until_a_file_changes()
    {
        var folder = PutSet("digits");
        Assert.Equal(6, DataCatalog.Open(folder, Context).Count);
        var cache = Assert.Single(Directory.GetFiles(Context.CacheFolder));
        var again = Assert.IsType<ImageSet>(DataCatalog.Open(folder, Context));
        Assert.Equal(Pixels(6), again.Pixels);
        Assert.Equal([0, 1, 2, 0, 1, 2], again.Labels!);

        // What is read is the cache: with other pixels in it they appear, with a broken one they do not.
        var bytes = File.ReadAllBytes(cache);
        bytes[^40] ^= 1;
        File.WriteAllBytes(cache, bytes);
        Assert.Equal(Pixels(6), Assert.IsType<ImageSet>(DataCatalog.Open(folder, Context)).Pixels);

        Put("digits/train-images-idx3-ubyte.gz", Zip(Idx(8, [6, 2, 2], [.. Pixels(6).Reverse()])));
        Assert.Equal([.. Pixels(6).Reverse()], Assert.IsType<ImageSet>(DataCatalog.Open(folder, Context)).Pixels);
    }

    [Fact]
    public void A_single_file_takes_the_labels_beside_it_along()
    {
        var folder = PutSet("digits");
        var set = Assert.IsType<ImageSet>(DataCatalog.Open(Path.Combine(folder, "t10k-images-idx3-ubyte"), Context));
        Assert.Equal([1], set.Labels!);
    }

    [Fact]
    public void Classes_are_chosen_by_number_and_renumbered_in_the_given_order()
    {
        var folder = PutSet("digits");
        var set = Assert.IsType<ImageSet>(DataCatalog.Open($"{folder}?classes=2,0", Context));
        Assert.Contains("'+2' is not a value for the option 'classes'", Refused(() => DataCatalog.Open($"{folder}?classes=+2", Context)),
            StringComparison.Ordinal);
        Assert.Equal([1, 0, 1, 0], set.Labels!);
        Assert.Equal(["2", "0"], set.ClassNames!);
        Assert.Equal(Pixels(6)[8..12], set[1].ToArray());
    }

    [Fact]
    public void A_limit_is_spread_evenly_and_a_size_resizes()
    {
        var set = Assert.IsType<ImageSet>(DataCatalog.Open($"{PutSet("digits")}?limit=3&size=4&fit=pad&channels=rgb", Context));
        Assert.Equal((3, new ImageShape(3, 4, 4)), (set.Count, set.Shape));
        Assert.Equal([0, 2, 1], set.Labels!);
        // Padding keeps the pixels and surrounds them with black.
        Assert.Equal([0, 0, 0, 0, 0, 8, 9, 0, 0, 10, 11, 0, 0, 0, 0, 0], set[1][..16].ToArray());
        Assert.Equal(set[1][..16].ToArray(), set[1][32..].ToArray());
    }

    [Fact]
    public void Broken_files_are_refused_in_one_line_that_names_them()
    {
        var whole = Idx(8, [6, 2, 2], Pixels(6));
        Assert.Contains("cut off", Refused(() => IdxFile.Read(Put("cut", whole[..^1]))), StringComparison.Ordinal);
        Assert.Contains("cut off inside its header", Refused(() => IdxFile.Read(Put("header", whole[..9]))), StringComparison.Ordinal);
        Assert.Contains("damaged", Refused(() => IdxFile.Read(Put("long", [.. whole, 1]))), StringComparison.Ordinal);
        Assert.Contains("magic", Refused(() => IdxFile.Read(Put("magic", [1, .. whole[1..]]))), StringComparison.Ordinal);
        Assert.Contains("impossible size",
            Refused(() => IdxFile.Read(Put("huge", Idx(8, [int.MaxValue, int.MaxValue, 9], [])))), StringComparison.Ordinal);
        Assert.Contains("impossible size", Refused(() => IdxFile.Read(Put("negative", Idx(8, [-1, 2, 2], [])))), StringComparison.Ordinal);
        var zipped = Zip(whole);
        // A cut gzip may end in an error of the stream or in too few bytes; both must be the user's error.
        Assert.Contains("cut.gz", Refused(() => IdxFile.Read(Put("cut.gz", zipped[..(zipped.Length / 2)]))), StringComparison.Ordinal);
        zipped[12] ^= 0xff;
        Assert.Contains("bad.gz", Refused(() => IdxFile.Read(Put("bad.gz", zipped))), StringComparison.Ordinal);
        Assert.Contains("no file", Refused(() => IdxFile.Read(Path.Combine(Folder, "nothing"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_of_another_file_are_refused()
    {
        Put("x/train-images-idx3-ubyte", Idx(8, [6, 2, 2], Pixels(6)));
        Put("x/train-labels-idx1-ubyte", Idx(8, [5], new byte[5]));
        Assert.Contains("5 labels for 6 pictures",
            Refused(() => DataCatalog.Open(Path.Combine(Folder, "x"), Context)), StringComparison.Ordinal);
        Put("y/train-images-idx3-ubyte", Idx(8, [0, 2, 2], []));
        Assert.Contains("no pictures", Refused(() => DataCatalog.Open(Path.Combine(Folder, "y"), Context)), StringComparison.Ordinal);
        Put("z/train-images-idx3-ubyte", Idx(8, [4], new byte[4]));
        Assert.Contains("not pictures", Refused(() => DataCatalog.Open(Path.Combine(Folder, "z"), Context)), StringComparison.Ordinal);
    }

    [Fact]
    public void Fashion_mnist_is_found_in_the_data_folder_then_in_the_package_else_says_what_to_do()
    {
        Assert.Contains("dataset-fashion-mnist", Refused(() => DataCatalog.Open("fashion-mnist", Context)), StringComparison.Ordinal);
        PutSet("packages/fashion-mnist");
        var set = Assert.IsType<ImageSet>(DataCatalog.Open("fashion-mnist?classes=Pullover", Context));
        Assert.Equal((2, "Pullover"), (set.Count, set.ClassNames!.Single()));
        Put("data/fashion-mnist/train-images-idx3-ubyte", Idx(8, [1, 2, 2], [1, 2, 3, 4]));
        Assert.Equal(1, DataCatalog.Open("fashion-mnist", Context).Count);
        Assert.Contains(DataCatalog.List(Context), entry => entry is { Name: "fashion-mnist", Available: true });
        Assert.Contains(DataCatalog.List(Context), entry => entry is { Name: "cifar-10", Available: false });
    }

    [Fact]
    public void The_real_fashion_mnist_opens_where_it_is_installed()
    {
        // The package is optional for the tests; without it there is nothing to look at.
        if (!IdxImages.IsFolder("/usr/share/datasets/fashion-mnist")) return;
        var set = Assert.IsType<ImageSet>(DataCatalog.Open("fashion-mnist?split=test"));
        Assert.Equal((10_000, new ImageShape(1, 28, 28)), (set.Count, set.Shape));
        Assert.All(set.CountClasses(), count => Assert.Equal(1000, count));
        Assert.Equal("Ankle boot", set.ClassNames![set.Labels![0]]);
    }
}
