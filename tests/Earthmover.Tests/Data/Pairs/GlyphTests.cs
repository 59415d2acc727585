using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Media;

namespace Earthmover.Tests.Data.Pairs;

/// <summary>Characters of fonts as pairs, with the fonts of the package fonts-dejavu-core, which the set-up installs.</summary>
public sealed class GlyphTests : TemporaryFolder
{
    private const string Fonts = "fonts=DejaVuSans-Bold,DejaVuSerif";

    private ImageSet Open(string address) => (ImageSet)DataCatalog.Open(address, Context);

    private static int Ink(ImageSet set, int row) => set[row].ToArray().Sum(value => 255 - value);

    [Fact]
    public void A_pair_is_one_character_in_two_fonts_and_its_class_the_second()
    {
        var from = Open($"glyphs?{Fonts}&characters=latin");
        var to = (ImageSet)from.Counterpart!;
        Assert.Equal((Pairing.Aligned, new ImageShape(1, 32, 32), new ImageShape(1, 32, 32)), (from.Pairing, from.Shape, to.Shape));
        Assert.Equal(["DejaVuSans-Bold", "DejaVuSerif"], to.ClassNames!);
        Assert.Equal(from.Labels, to.Labels);
        // 62 letters and digits, of which the font draws all differently; a fifth is held out.
        Assert.Equal(2 * (62 - 12), from.Count);
        var source = from.Labels!.Select((label, row) => (label, row)).ToList();
        // The same source stands beside each font; what is bold has more ink.
        Assert.All(source.Chunk(2), pair => Assert.Equal(from[pair[0].row].ToArray(), from[pair[1].row].ToArray()));
        Assert.True(source.Where(s => s.label == 0).All(s => Ink(to, s.row) > Ink(from, s.row)));
        // Black on white, nothing cut off: the border stays white.
        for (var row = 0; row < to.Count; row++)
            Assert.All(to.ToImage(row).Row(0).ToArray().Concat(to.ToImage(row).Row(31).ToArray()), value => Assert.Equal(255, value));
        Assert.True(Enumerable.Range(0, to.Count).All(row => to[row].ToArray().Min() < 128));
        Assert.Equal(from.Fingerprint, Open($"glyphs?{Fonts}&characters=latin").Fingerprint);
    }

    [Fact]
    public void Held_out_characters_are_whole_ones()
    {
        HashSet<string> Sources(string part)
        {
            var set = Open($"glyphs?{Fonts}&characters=latin&side=a&split={part}");
            return [.. Enumerable.Range(0, set.Count).Select(row => Convert.ToHexString(set[row]))];
        }
        HashSet<string> train = Sources("train"), test = Sources("test");
        Assert.Equal((50, 12), (train.Count, test.Count));
        Assert.Empty(train.Intersect(test));
    }

    [Fact]
    public void Characters_that_look_alike_count_once_and_missing_ones_are_left_out_and_named()
    {
        // A, Α and А have one form; the second line has letters that these fonts lack.
        Put("letters.txt", "ABΑА\n漢字");
        var set = Open($"glyphs?{Fonts}&source=DejaVuSans&characters={Path.Combine(Folder, "letters.txt")}");
        Assert.Equal(2, set.Count);
        Assert.Contains(set.Notes, note => note.Contains("look like others", StringComparison.Ordinal));
        Assert.Contains(set.Notes, note => note.Contains("has no letter for 2 of 6 characters", StringComparison.Ordinal));
    }

    [Fact]
    public void Fonts_are_found_by_file_by_folder_and_by_name_however_it_is_written()
    {
        var file = FontFiles.Open("DejaVuSerif")[0].File;
        Directory.CreateDirectory(Path.Combine(Folder, "mine"));
        File.Copy(file, Path.Combine(Folder, "mine", "some.ttf"));
        ImageSet To(string font) => (ImageSet)Open($"glyphs?fonts={font}&characters=latin").Counterpart!;
        var expected = To("DejaVuSerif");
        foreach (var name in new[] { file, Path.Combine(Folder, "mine"), "dejavu serif", "DEJAVU-SERIF" })
            Assert.Equal((expected.Fingerprint, "DejaVuSerif"), (To(name).Fingerprint, To(name).ClassNames![0]));
        Assert.Equal($"glyphs?fonts={Path.GetFullPath(file)},DejaVuSans", DataCatalog.Absolute($"glyphs?fonts={file},DejaVuSans"));
    }

    [Theory]
    [InlineData("glyphs?fonts=DejaVuSerf", "there is no font 'DejaVuSerf' on this machine (did you mean DejaVuSerif?)")]
    [InlineData("glyphs?characters=latn", "did you mean latin?")]
    [InlineData("glyphs?characters=chinese:1", "chinese:N with 2 to 3755 characters")]
    [InlineData("glyphs?size=4", "a whole number from 8 to 512")]
    [InlineData("glyphs?font=DejaVuSerif", "unknown option 'font' for glyphs")]
    [InlineData("glyphs?split=half", "'half' is not a value for the option 'split'")]
    [InlineData("glyphs?fonts=DejaVuSerif&source=DejaVuSans&characters=chinese:20", "DejaVuSans has none of the 20 characters")]
    public void What_is_not_there_is_refused_in_a_line(string address, string message)
    {
        var refusal = Refused(() => Open(address));
        Assert.Contains(message, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
    }

    [Fact]
    public void A_file_that_is_no_font_is_named()
    {
        Put("broken.ttf", "no font");
        var refusal = Refused(() => Open($"glyphs?fonts={Path.Combine(Folder, "broken.ttf")}"));
        Assert.Contains("there is no font", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_spreads_over_characters_and_fonts()
    {
        var set = (ImageSet)Open($"glyphs?{Fonts}&characters=latin&limit=7").Counterpart!;
        Assert.Equal((7, 7), (set.Count, Open($"glyphs?{Fonts}&characters=latin&limit=7").Count));
        Assert.Equal([0, 1], set.Labels!.Distinct().Order());
    }

    [Fact]
    public void Pairs_are_dealt_with_their_fonts()
    {
        var set = Open($"glyphs?{Fonts}&characters=latin&size=16");
        using var batch = (PairedBatch)BatchSource.Create(set, Pairing.Aligned, 8, seed: 1).Deal(0);
        Assert.Equal([8], batch.Labels!.Shape);
        Assert.All(batch.Labels.ToArray<long>(), label => Assert.InRange(label, 0, 1));
        Assert.Equal(["DejaVuSans-Bold", "DejaVuSerif"],
            SampleSpec.Of(BatchSource.Create(set, Pairing.Aligned, 8, seed: 1), Pairing.Aligned).Classes!);
    }

    // The table of GB 2312 is part of .NET; a font with its characters is not part of the set-up.
    [Fact]
    public void Chinese_characters_are_drawn_where_a_font_has_them()
    {
        if (FontFiles.Open("NotoSansCJKsc-Regular").Count == 0)
        {
            Assert.Contains("install fonts-noto-cjk", Refused(() => Open("glyphs?characters=chinese:20")), StringComparison.Ordinal);
            return;
        }
        var set = Open("glyphs?characters=chinese:20&fonts=NotoSansCJKsc-Bold");
        Assert.Equal((16, "NotoSansCJKsc-Bold"), (set.Count, ((ImageSet)set.Counterpart!).ClassNames![0]));
    }
}
