using Earthmover.Data;
using Earthmover.Media;
using Xunit;

namespace Earthmover.Tests.Data.Pairs;

/// <summary>Folders of pictures with texts.</summary>
public sealed class CaptionTests : TemporaryFolder
{
    private void PutPictures(params string[] names)
    {
        for (var i = 0; i < names.Length; i++)
            Put($"d/{names[i]}", ImageFile.EncodePng(new Image(4, 4, 1, [.. Enumerable.Repeat((byte)i, 16)])));
    }

    private DataSet Open(string options = "") => DataCatalog.Open(Path.Combine(Folder, $"d?captions=yes{options}"), Context);

    private static string[] Lines(DataSet data)
    {
        Assert.Equal(Pairing.Captioned, data.Pairing);
        var captions = (TextSet)data.Counterpart!;
        return [.. Enumerable.Range(0, captions.Count).Select(i => captions.Line(captions[i]))];
    }

    private static string Why(DataSet data, string path) => Assert.Single(data.Problems, problem => problem.Path == path).Why;

    [Fact]
    public void The_first_line_of_the_text_beside_a_picture_describes_it()
    {
        PutPictures("a.png", "b.png", "c.png", "d.png", "e.png");
        Put("d/a.txt", "\n  a red bag \nwith a handle\n");
        Put("d/b.txt", "\n \n");
        Put("d/d.txt", "blue\u00e9");
        Put("d/e.txt", [0xff, 0xfe, 0xfd]);
        Put("d/lone.txt", "text");
        var data = Open();
        Assert.Equal(["a red bag", "blue\u00e9"], Lines(data));
        Assert.Equal([0, 3], [((ImageSet)data)[0][0], ((ImageSet)data)[1][0]]);
        Assert.Equal(9, ((TextSet)data.Counterpart!).Length);
        Assert.Contains("b.txt is empty", Why(data, "b.png"), StringComparison.Ordinal);
        Assert.Contains("there is no c.txt", Why(data, "c.png"), StringComparison.Ordinal);
        Assert.Contains("not a UTF-8 text", Why(data, "e.png"), StringComparison.Ordinal);
        Assert.Contains("no picture of that name", Why(data, "lone.txt"), StringComparison.Ordinal);
        Assert.Equal(4, data.Problems.Count);
        // Without being asked for they are files of another kind.
        var without = DataCatalog.Open(Path.Combine(Folder, "d"), Context);
        Assert.Equal((Pairing.None, 5), (without.Pairing, without.Count));
        Assert.Contains("captions=yes", without.Problems[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_of_objects_name_the_pictures_as_libraries_of_data_sets_write_them()
    {
        PutPictures("x/a.png", "b.png", "c.png", "d.png", "e.png");
        Put("d/metadata.jsonl", """
            {"file_name": "x/a.png", "text": "a red  bag", "width": 4}
            {"file_name": "b.png", "text": ["one", "two"]}
            {"text": "whose?"}
            not json
            {"file_name": "z.png", "text": "nothing"}
            {"file_name": "c.png", "text": ""}
            {"File_Name": "d.png", "Caption": "four"}
            """);
        var data = Open("&labels=none");
        Assert.Equal(["one", "four", "a red bag"], Lines(data));
        Assert.Contains("line 5, but no such picture", Why(data, "z.png"), StringComparison.Ordinal);
        Assert.Contains("line 6 is empty", Why(data, "c.png"), StringComparison.Ordinal);
        Assert.Contains("metadata.jsonl does not name it", Why(data, "e.png"), StringComparison.Ordinal);
        Assert.Equal(["object 3 has no file_name, or no text", "object 4 cannot be read"],
            data.Problems.Where(problem => problem.Path == "metadata.jsonl").Select(problem => problem.Why.Split(';')[0]));
        // A table goes first, and is what is read then.
        Put("d/captions.csv", "b.png,from the table\n");
        Assert.Equal(["from the table"], Lines(Open("&labels=none")));
    }

    [Fact]
    public void Captions_may_be_words_without_the_marks_around_them()
    {
        PutPictures("a.png", "b.png");
        Put("d/a.txt", "A red bag, (big).");
        Put("d/b.txt", "a blue bag");
        var captions = (TextSet)Open("&symbols=words&lower=yes").Counterpart!;
        Assert.True(captions.AreWords);
        Assert.Equal(4, captions.Length);
        Assert.Equal("`", captions.Vocabulary[0]);
        Assert.Equal(["a", "bag", "big", "blue", "red"], captions.Vocabulary.Skip(1).Order(StringComparer.Ordinal));
        Assert.Equal(["a red bag big", "a blue bag"], [captions.Line(captions[0]), captions.Line(captions[1])]);
        Assert.Contains("characters, words", Refused(() => Open("&symbols=letters")), StringComparison.Ordinal);
        var short2 = (TextSet)Open("&symbols=words&length=2").Counterpart!;
        Assert.Equal("A red", short2.Line(short2[0]));
    }

    [Fact]
    public void A_table_names_the_pictures_by_path_or_without_extension()
    {
        PutPictures("x/a.png", "x/b.png", "c.png", "d.png");
        Put("d/captions.csv", "file,caption\nx/a.png,\"one, two\"\nc,three\nz.png,nothing\nd.png,\nc.png,again\n");
        Put("d/c.txt", "not read");
        var data = Open("&labels=none");
        Assert.Equal(["three", "one, two"], Lines(data));
        Assert.Contains("line 4, but no such picture", Why(data, "z.png"), StringComparison.Ordinal);
        Assert.Contains("line 5 is empty", Why(data, "d.png"), StringComparison.Ordinal);
        Assert.Contains("does not name it", Why(data, "x/b.png"), StringComparison.Ordinal);
        Assert.Contains("there is captions.csv", Why(data, "c.txt"), StringComparison.Ordinal);
        Assert.Contains(data.Notes, note => note.Contains("passed over (1)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a.png\tfirst\nb.png\tsecond\n")]
    [InlineData("caption\timage\nfirst\ta.png\nsecond\tb.png\n")]
    [InlineData("number\tfile_name\ttext\n1\ta.png\tfirst\n2\tb.png\tsecond\n")]
    public void Columns_are_known_by_name_or_are_two(string table)
    {
        PutPictures("a.png", "b.png");
        Put("d/captions.tsv", table);
        Assert.Equal(["first", "second"], Lines(Open()));
    }

    [Fact]
    public void Captions_that_cannot_be_are_refused_with_what_to_do()
    {
        PutPictures("a.png", "b.png");
        Assert.Contains("write NAME.txt beside NAME.png, or captions.csv", Refused(() => Open()), StringComparison.Ordinal);
        Put("d/captions.csv", "");
        Assert.Contains("captions.csv has no lines", Refused(() => Open()), StringComparison.Ordinal);
        Put("d/captions.csv", "a.png\nb.png\n");
        Assert.Contains("has one column", Refused(() => Open()), StringComparison.Ordinal);
        Put("d/captions.csv", "a.png,1,x\nb.png,2,y\n");
        Assert.Contains("name them in the first line", Refused(() => Open()), StringComparison.Ordinal);
        Put("d/captions.csv", "file,caption\na.png,`\n");
        Assert.Contains("choose another one with pad=", Refused(() => Open()), StringComparison.Ordinal);
        Put("d/captions.csv", "file,caption\nz.png,x\n");
        Assert.Contains("none of the 2 pictures", Refused(() => Open()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_takes_its_caption_with_it()
    {
        PutPictures("a.png", "b.png", "c.png");
        Put("d/b.png", "broken");
        foreach (var name in new[] { "a", "b", "c" })
            Put($"d/{name}.txt", $"caption {name}");
        var data = Open();
        Assert.Equal(["caption a", "caption c"], Lines(data));
        Assert.Contains("left out with its partner", Assert.Single(data.Counterpart!.Problems).Why, StringComparison.Ordinal);
        Assert.Equal(["caption c"], Lines(HeldOutRows(data)));
        Assert.Equal(["caption a", "caption c"], Lines(Open("&length=9")));
        Assert.Equal(["capti", "capti"], Lines(Open("&length=5")));
        Assert.Equal(["caption a"], Lines(Open("&limit=1")));
        Assert.Equal(2, DataCatalog.Open(Path.Combine(Folder, "d?captions=yes&side=a"), Context).Count);
    }

    private static DataSet HeldOutRows(DataSet data) => Earthmover.Data.Dealing.Subset.OfPairs(data, [1]);
}
