using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Media;
using Xunit;

namespace Earthmover.Tests.Data.Pictures;

/// <summary>Which part of a folder is the data, and which classes it has.</summary>
public sealed class FolderLayoutTests : TemporaryFolder
{
    private int _made;

    private void Pictures(string folder, int count = 2)
    {
        for (var i = 0; i < count; i++)
        {
            var pixels = new byte[16];
            new Random(++_made).NextBytes(pixels);
            Put($"{folder}/{_made:000}.png", ImageFile.EncodePng(new Image(4, 4, 1, pixels)));
        }
    }

    private ImageSet Open(string address) => Assert.IsType<ImageSet>(DataCatalog.Open(Path.Combine(Folder, address), Context));

    private static void Says(ImageSet set, string words) =>
        Assert.Contains(set.Notes, note => note.Contains(words, StringComparison.Ordinal));

    [Fact]
    public void A_stray_picture_beside_class_folders_is_named_and_the_classes_stay()
    {
        Pictures("d/cats", 3);
        Pictures("d/dogs", 3);
        Pictures("d", 1);
        Directory.CreateDirectory(Path.Combine(Folder, "d", "emus"));
        var set = Open("d");
        Assert.Equal(["cats", "dogs"], set.ClassNames!);
        Assert.Equal(6, set.Count);
        Assert.Equal(["007.png", "emus/"], set.Problems.Select(problem => problem.Path));
        Says(set, "2 classes from sub-folders; 1 pictures beside them are not read");
        var all = Open("d?labels=none");
        Assert.Equal((7, null), (all.Count, all.ClassNames));
    }

    [Fact]
    public void Where_most_pictures_lie_beside_the_folders_there_are_no_classes_and_it_is_said()
    {
        Pictures("d", 9);
        Pictures("d/old");
        Says(Open("d"), "no classes: pictures lie beside the only sub-folder, old/");
        Pictures("d/rejected");
        var set = Open("d");
        Assert.Equal((13, null), (set.Count, set.ClassNames));
        Says(set, "no classes: more pictures lie beside the 2 sub-folders");
        Pictures("flat");
        Says(Open("flat"), "no classes: there are no sub-folders");
    }

    [Fact]
    public void A_folder_around_the_folder_is_looked_through()
    {
        Pictures("w/archive/photos/a");
        Pictures("w/archive/photos/b");
        Put("w/archive/readme.txt", "about");
        Put("w/__MACOSX/archive/x.png", "junk");
        var set = Open("w");
        Assert.Equal(["a", "b"], set.ClassNames!);
        Says(set, "the pictures are those of archive/photos/");
        Pictures("w2/set/train/a");
        Pictures("w2/set/train/b");
        Pictures("w2/set/test/a", 1);
        Assert.Equal((4, 1), (Open("w2").Count, Open("w2?split=test").Count));
        Assert.Contains("no split 'valid'; it has set/test, set/train", Refused(() => Open("w2?split=valid")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Training", "Testing", "test")]
    [InlineData("TRAIN", "validation", "valid")]
    [InlineData("train", "val", "val")]
    public void Parts_of_the_data_are_no_classes_however_they_are_written(string training, string other, string split)
    {
        Pictures($"d/{training}/glioma", 3);
        Pictures($"d/{training}/pituitary", 3);
        Pictures($"d/{other}/glioma", 1);
        Pictures("d", 1);
        var set = Open("d");
        Assert.Equal(["glioma", "pituitary"], set.ClassNames!);
        Assert.Equal(6, set.Count);
        Says(set, $"the pictures are those of {training}/; {other}/ stays apart");
        Assert.Equal("./", Assert.Single(set.Problems).Path);
        Assert.Equal(1, Open($"d?split={split}").Count);
    }

    [Fact]
    public void A_class_may_be_called_train()
    {
        Pictures("d/bus");
        Pictures("d/car");
        Pictures("d/train");
        var set = Open("d");
        Assert.Equal(["bus", "car", "train"], set.ClassNames!);
        Says(set, "train/ counts as a class");
        Assert.Equal(2, Open("d?split=train").Count);
    }

    [Fact]
    public void Parts_without_one_for_training_are_not_guessed_at()
    {
        Pictures("d/test");
        Pictures("one/test/a");
        Pictures("one/test/b");
        Pictures("d/val");
        Assert.Contains("choose one with ?split=test", Refused(() => Open("d")), StringComparison.Ordinal);
        Assert.Equal(["a", "b"], Open("one").ClassNames!);
        Directory.CreateDirectory(Path.Combine(Folder, "one", "train"));
        Assert.Contains("no pictures", Refused(() => Open("one")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_part_that_is_held_out_has_the_classes_of_the_part_that_is_trained_on()
    {
        Pictures("d/train/a");
        Pictures("d/train/b");
        Pictures("d/train/c");
        Pictures("d/test/c", 1);
        Pictures("d/test/z", 1);
        var training = Open("d");
        var kept = Assert.IsType<ImageSet>(HeldOutData.For(Path.Combine(Folder, "d"), training));
        Assert.Equal(training.ClassNames, kept.ClassNames);
        Assert.Equal([2], kept.Labels!);
    }

    [Fact]
    public void Pictures_that_cannot_be_decoded_are_in_no_count()
    {
        Put("d/a.png", ImageFile.EncodePng(new Image(20, 10, 3, new byte[600])));
        Put("d/b.png", ImageFile.EncodePng(new Image(20, 10, 3, new byte[600])));
        Put("d/c.png", ImageFile.EncodePng(new Image(20, 10, 3, [.. Enumerable.Range(0, 600).Select(i => (byte)(i * i))]))[..^40]);
        var set = Open("d?size=8");
        Assert.Equal(2, set.Count);
        Says(set, "2 pictures of other sizes are brought to 8x8");
    }

    [Fact]
    public void What_is_cut_away_is_said_with_what_would_keep_it()
    {
        for (var i = 0; i < 3; i++) Put($"wide/{i}.png", ImageFile.EncodePng(new Image(355, 32, 1, new byte[355 * 32])));
        Says(Open("wide"), "(fit=crop cuts away 91 % of them on average; size=352x32 keeps nearly all, fit=pad or fit=resize keeps all)");
        Put("tall/a.png", ImageFile.EncodePng(new Image(30, 300, 1, new byte[9000])));
        Says(Open("tall"), "size=16x160 keeps nearly all");
        Put("tall/b.png", ImageFile.EncodePng(new Image(300, 30, 1, new byte[9000])));
        Assert.DoesNotContain(Open("tall").Notes, note => note.Contains("nearly", StringComparison.Ordinal));
        Says(Open("tall"), "fit=crop cuts away 90 %");
    }

    [Fact]
    public void Of_16_bits_those_that_are_used_can_be_chosen()
    {
        // 2 x 2 gray, 16 bits: 0, 1024, 2048, 4095; the second row is stored as differences from the first.
        byte[] rows = [0, 0, 0, 4, 0, 2, 8, 0, 11, 255];
        Put("deep/a.png", Png16(rows));
        var set = Open("deep");
        Assert.Equal([0, 4, 8, 16], set.Pixels);
        Says(set, "1 pictures of 16 bits use 12 of them and come out dark (their brightest value is 16 of 255); bits=12 makes 4095 white");
        var bright = Open("deep?bits=12");
        Assert.Equal([0, 64, 128, 255], bright.Pixels);
        Says(bright, "read as 12 bits");
        Assert.Contains("bits", Refused(() => Open("deep?bits=7")), StringComparison.Ordinal);
        Put("full/a.png", Png16([0, 0, 0, 255, 255, 0, 128, 0, 1, 1]));
        Says(Open("full"), "1 pictures of 16 bits are scaled to 8");
    }

    private static byte[] Png16(byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zip = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(rows);
        return
        [
            0x89, .. "PNG"u8, 13, 10, 26, 10,
            .. Chunk("IHDR"u8, [0, 0, 0, 2, 0, 0, 0, 2, 16, 0, 0, 0, 0]), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, []),
        ];

        static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
        {
            byte[] covered = [.. type, .. content];
            var crc = uint.MaxValue;
            foreach (var value in covered)
            {
                crc ^= value;
                for (var k = 0; k < 8; k++) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
            }

            return [0, 0, 0, (byte)content.Length, .. covered, (byte)(~crc >> 24), (byte)(~crc >> 16), (byte)(~crc >> 8), (byte)~crc];
        }
    }
}
