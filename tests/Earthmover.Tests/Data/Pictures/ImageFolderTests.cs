using Earthmover.Data;
using Earthmover.Data.Pictures;
using Earthmover.Media;
using Xunit;

namespace Earthmover.Tests.Data.Pictures;

public sealed class ImageFolderTests : TemporaryFolder
{
    private static byte[] Png(int width, int height, int channels, int seed = 0, int plain = -1)
    {
        var random = new Random(seed);
        var pixels = new byte[width * height * channels];
        random.NextBytes(pixels);
        if (plain >= 0) Array.Fill(pixels, (byte)plain);
        return ImageFile.EncodePng(new Image(width, height, channels, pixels));
    }

    private ImageSet Open(string address) => Assert.IsType<ImageSet>(DataCatalog.Open(address, Context));

    private string PutMixture()
    {
        Put("mix/a.png", Png(20, 30, 3, 1));
        Put("mix/b.PNG", Png(40, 20, 1, 2));
        Put("mix/c.png", Png(16, 16, 4, 3));
        Put("mix/sub/d.png", Png(100, 10, 3, 4));
        Put("mix/broken.png", Png(20, 20, 3)[..200]);
        Put("mix/wrong.jpg", "not a picture");
        Put("mix/empty.webp", []);
        Put("mix/notes.txt", "hello");
        Put("mix/old.gif", "GIF89a");
        Put("mix/.hidden.png", "x");
        Put("mix/Thumbs.db", "x");
        Put("mix/__MACOSX/a.png", "x");
        return Path.Combine(Folder, "mix");
    }

    [Fact]
    public void Junk_is_named_once_and_skipped_and_the_rest_is_brought_to_one_shape()
    {
        var set = Open(PutMixture());
        Assert.Equal(4, set.Count);
        // Short sides 10, 16, 20, 20: the median (upper) is 20, the power of two below it is 16.
        Assert.Equal(new ImageShape(3, 16, 16), set.Shape);
        Assert.Null(set.Labels);
        Assert.Equal(["broken.png", "empty.webp", "notes.txt", "old.gif", "wrong.jpg"], set.Problems.Select(p => p.Path));
        Assert.Contains(set.Notes, note => note.Contains("1 gray", StringComparison.Ordinal));
        Assert.Contains(set.Notes, note => note.Contains("alpha", StringComparison.Ordinal));
        Assert.Contains(set.Notes, note => note.Contains("16x16 was chosen", StringComparison.Ordinal));
    }

    [Fact]
    public void Pixels_are_those_of_the_file_when_nothing_has_to_change()
    {
        Put("same/b.png", Png(7, 5, 3, 1));
        Put("same/a.png", Png(7, 5, 3, 2));
        var set = Open(Path.Combine(Folder, "same"));
        Assert.Equal(new ImageShape(3, 5, 7), set.Shape);
        Assert.Equal(ImageFile.Decode(Png(7, 5, 3, 2)).Pixels.ToArray(), set.ToImage(0).Pixels.ToArray());
        Assert.Equal(ImageFile.Decode(Png(7, 5, 3, 1)).Pixels.ToArray(), set.ToImage(1).Pixels.ToArray());
    }

    [Fact]
    public void Options_decide_size_channels_and_background()
    {
        Put("alpha/a.png", ImageFile.EncodePng(new Image(2, 2, 4, new byte[16])));
        var folder = Path.Combine(Folder, "alpha");
        Assert.All(Open(folder).Pixels, v => Assert.Equal(255, v));
        Assert.All(Open($"{folder}?background=black").Pixels, v => Assert.Equal(0, v));
        var padded = Open($"{folder}?size=6x4&channels=gray&fit=pad");
        Assert.Equal(new ImageShape(1, 4, 6), padded.Shape);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0], padded.Pixels[..12]);
    }

    [Fact]
    public void Sub_folders_are_classes_and_can_be_chosen()
    {
        for (var i = 0; i < 6; i++) Put($"classes/{"cab"[i / 2]}/{i}.png", Png(4, 4, 1, i));
        var folder = Path.Combine(Folder, "classes");
        var set = Open(folder);
        Assert.Equal(["a", "b", "c"], set.ClassNames!);
        Assert.Equal([0, 0, 1, 1, 2, 2], set.Labels!);
        var chosen = Open($"{folder}?classes=c,a&limit=2");
        Assert.Equal(["c", "a"], chosen.ClassNames!);
        Assert.Equal([1, 0], chosen.Labels!);
        Assert.Contains("numbers from 0 to 2 or names: a, b, c", Refused(() => Open($"{folder}?classes=d")), StringComparison.Ordinal);
        Assert.Contains("every class once", Refused(() => Open($"{folder}?classes=0,a")), StringComparison.Ordinal);
    }

    [Fact]
    public void Train_and_test_are_splits_and_not_classes()
    {
        Put("split/train/x/1.png", Png(4, 4, 1, 1));
        Put("split/train/y/2.png", Png(4, 4, 1, 2));
        Put("split/test/x/3.png", Png(4, 4, 1, 3));
        var folder = Path.Combine(Folder, "split");
        Assert.Equal(["x", "y"], Open(folder).ClassNames!);
        Assert.Equal(1, Open($"{folder}?split=test").Count);
        Assert.Contains("no split 'valid'", Refused(() => Open($"{folder}?split=valid")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_json_gives_the_labels()
    {
        for (var i = 0; i < 3; i++) Put($"json/0000{i % 2}/img{i}.png", Png(4, 4, 1, i));
        var folder = Path.Combine(Folder, "json");
        Put("json/dataset.json", """{"labels": [["00000/img0.png", 2], ["00001/img1.png", 0], ["00000/gone.png", 1]]}""");
        // Class 1 has no picture: nothing could be learned of it, and the others keep their names.
        var all = Open(folder);
        Assert.Equal([1, null, 0], Enumerable.Range(0, 3).Select(all.LabelOf));
        var set = Open($"{folder}?labels=known");
        Assert.Equal([1, 0], set.Labels!);
        Assert.Equal(["0", "2"], set.ClassNames!);
        Assert.Equal(1, DataReport.Create(folder, Context).Imbalance);
        Assert.Contains(set.Notes, note => note.Contains("1 classes have no pictures and are left out: 1", StringComparison.Ordinal));
        Assert.Equal(["00000/gone.png", "00000/img2.png"], set.Problems.Select(p => p.Path));
        Put("json/dataset.json", """{"labels": null}""");
        Assert.Null(Open(folder).Labels);
        Put("json/dataset.json", """{"labels": [["00000/img0.png", [1, 2]]]}""");
        Assert.Contains("class number", Refused(() => Open(folder)), StringComparison.Ordinal);
        Put("json/dataset.json", """{"labels": """);
        Assert.Contains("dataset.json", Refused(() => Open(folder)), StringComparison.Ordinal);
        Put("json/dataset.json", """{"labels": [["other.png", 1]]}""");
        Assert.Contains("names none", Refused(() => Open(folder)), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_left_is_an_error_that_names_the_first_reason()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "empty"));
        Assert.Contains("no pictures", Refused(() => Open(Path.Combine(Folder, "empty"))), StringComparison.Ordinal);
        Put("bad/a.png", "junk");
        Assert.Contains("a.png", Refused(() => Open(Path.Combine(Folder, "bad"))), StringComparison.Ordinal);
        Assert.Contains("width x height", Refused(() => Open($"{PutMixture()}?size=0")), StringComparison.Ordinal);
        Assert.Contains("one of crop, resize, pad", Refused(() => Open($"{PutMixture()}?fit=squash")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_cache_answers_until_a_file_changes_and_a_damaged_cache_is_made_anew()
    {
        var folder = PutMixture();
        var decoded = new List<string>();
        var context = Context with { Progress = new Telling<DataProgress>(p => { lock (decoded) decoded.Add(p.Stage); }) };
        ImageSet Again() => (ImageSet)DataCatalog.Open(folder, context);

        var first = Again();
        Assert.Contains("decoding", decoded);
        decoded.Clear();
        var second = Again();
        Assert.Empty(decoded);
        Assert.Equal((first.Fingerprint, first.Shape), (second.Fingerprint, second.Shape));
        Assert.Equal(first.Problems, second.Problems);
        Assert.Equal(first.Notes, second.Notes);

        var file = Assert.Single(Directory.GetFiles(Context.CacheFolder));
        var bytes = File.ReadAllBytes(file);
        foreach (var at in new[] { 0, 9, 40, bytes.Length / 2, bytes.Length - 1 })
        {
            var broken = (byte[])bytes.Clone();
            broken[at] ^= 0x10;
            File.WriteAllBytes(file, broken);
            Assert.Equal(first.Fingerprint, Again().Fingerprint);
            Assert.Contains("decoding", decoded);
            decoded.Clear();
            File.WriteAllBytes(file, bytes[..at]);
            Assert.Equal(first.Fingerprint, Again().Fingerprint);
            Assert.Contains("decoding", decoded);
            decoded.Clear();
            Assert.Equal(bytes, File.ReadAllBytes(file));
        }

        Put("mix/e.png", Png(20, 20, 3, 9));
        Assert.Equal(5, Again().Count);
        Assert.Contains("decoding", decoded);
    }

    // Copies that keep times, archives and synchronization put other pictures in the place of old ones, of the same size and time.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_cache_never_answers_for_files_of_the_same_size_and_time(bool replaced)
    {
        static byte[] Stored(int seed) =>
            ImageFile.EncodePng(new Image(4, 4, 1, [.. Enumerable.Range(0, 16).Select(i => (byte)((i * 7) + seed))]), level: 0);
        var file = Put("same/a.png", Stored(0));
        var (length, time) = (new FileInfo(file).Length, File.GetLastWriteTimeUtc(file));
        for (var seed = 1; seed < 12; seed++)
        {
            Open(Path.Combine(Folder, "same"));
            var written = replaced ? Put("other/a.png", Stored(seed)) : Put("same/a.png", Stored(seed));
            File.SetLastWriteTimeUtc(written, time);
            if (replaced) File.Move(written, file, overwrite: true);
            Assert.Equal((length, time), (new FileInfo(file).Length, File.GetLastWriteTimeUtc(file)));
            Assert.Equal(seed, Open(Path.Combine(Folder, "same")).Pixels[0]);
        }
    }

    [Fact]
    public void Without_a_cache_folder_nothing_is_kept()
    {
        var set = (ImageSet)DataCatalog.Open(PutMixture(), Context with { CacheFolder = "" });
        Assert.Equal(4, set.Count);
        Assert.Equal(["mix"], Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_cache_that_cannot_be_written_only_costs_time()
    {
        var blocked = Put("file", "x");
        var set = (ImageSet)DataCatalog.Open(PutMixture(), Context with { CacheFolder = Path.Combine(blocked, "inside") });
        Assert.Equal(4, set.Count);
    }

    [Fact]
    public void The_report_says_what_is_wrong_what_is_there_and_what_will_be_done()
    {
        var folder = PutMixture();
        Put("mix/equal.png", Png(20, 30, 3, 1));
        Put("mix/exif6.png", Png(8, 8, 1, 6));
        var report = DataReport.Create($"{folder}?size=16", Context);
        Assert.Equal(("images", 6, 5), (report.Kind, report.Count, report.Problems.Count));
        Assert.Equal(new NamedCount("20x30", 2), report.Sizes[0]);
        Assert.Equal([("RGB", 3), ("gray", 2), ("RGBA", 1)], report.Channels.Select(c => (c.Name, c.Count)));
        Assert.Equal(1, report.Alpha);
        Assert.Equal(["a.png", "equal.png"], Assert.Single(report.ExactDuplicates));
        var text = string.Join('\n', report.ToLines());
        Assert.Contains("5 skipped", text, StringComparison.Ordinal);
        Assert.Contains("broken.png: PNG", text, StringComparison.Ordinal);
        Assert.Contains("20x30 (2)", text, StringComparison.Ordinal);
        Assert.Contains("a.png = equal.png", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Near_duplicates_are_found_and_different_pictures_are_not()
    {
        var random = new Random(3);
        static double Across(int x, int shift) => 60 * Math.Sin((x * 0.3) + shift);
        static double Down(int y, int shift) => 60 * Math.Cos((y * 0.25) + (2 * shift));
        static byte Gray(int i, int shift) => (byte)(128 + Across(i % 32, shift) + Down(i / 32, shift));
        byte[] Smooth(int shift) => [.. Enumerable.Range(0, 32 * 32).Select(i => Gray(i, shift))];
        var original = Smooth(0);
        byte[] noisy = [.. original.Select(v => (byte)Math.Clamp(v + random.Next(-2, 3), 0, 255))];
        var set = new ImageSet("x", new ImageShape(1, 32, 32), [.. original, .. Smooth(1), .. noisy, .. Smooth(2), .. original]);
        var found = Duplicates.Find(set);
        Assert.Equal([0, 4], Assert.Single(found.Exact));
        Assert.Equal([(0, 2)], found.Near);
        Assert.False(found.Truncated);
    }

    // Both are squares in the same place, which is all that steps of gray say.
    [Fact]
    public void Pictures_of_other_colors_or_contrast_are_no_duplicates()
    {
        static byte[] Square(byte[] around, byte[] inside, int noise = 0) =>
            [.. Enumerable.Range(0, 32 * 32).SelectMany(i => (i % 32 is > 10 and < 20) && (i / 32 is > 10 and < 20) ? inside : around)
                .Select((v, i) => (byte)Math.Clamp(v + i * 7 % 5 * noise - 2 * noise, 0, 255))];
        byte[] lilac = [200, 160, 220], green = [40, 160, 60], orange = [255, 140, 172], brown = [160, 80, 80];
        byte[] white = [250, 250, 250], gray = [128, 128, 128], black = [20, 20, 20];
        byte[][] pictures =
        [
            Square(lilac, green), Square(orange, brown), Square(lilac, green, noise: 1), Square(white, gray), Square(white, black),
        ];
        var found = Duplicates.Find(new ImageSet("x", new ImageShape(3, 32, 32), [.. pictures.SelectMany(p => p)]));
        Assert.Equal([(0, 2)], found.Near);
    }
}
