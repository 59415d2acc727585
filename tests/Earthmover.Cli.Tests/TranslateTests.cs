using Earthmover.Media;

namespace Earthmover.Cli.Tests;

/// <summary>New pictures and points through a run that translates, where the run's own data are gone.</summary>
public sealed class TranslateTests : CommandLine
{
    private static readonly string[] s_tiny = ["--set", "width=4", "batch=4", "--threads", "1", "--steps", "20"];

    private static byte[] Pixels(string path) => ImageFile.Load(path).Pixels.ToArray();

    // Trains, takes the data away and moves the run.
    private void Train(string data, params string[] how)
    {
        Done(["train", data, "--run", "here/run", .. s_tiny, .. how]);
        foreach (var path in data.Split('|').Where(Path.Exists))
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        Directory.Move(At("here"), At("there"));
    }

    private void PutNew()
    {
        PutPicture("new/wide.png", 40, 20, 3, 1);
        PutPicture("new/small.png", 9, 9, 1, 2);
        PutPicture("new/same.png", 16, 16, 1, 3);
    }

    private void TrainPairs()
    {
        for (var i = 0; i < 8; i++)
        {
            PutPicture($"pairs/A/{i}.png", 16, 16, 1, i);
            PutPicture($"pairs/B/{i}.png", 16, 16, 3, 20 + i);
        }
        Train("pairs", "--system", "pix2pix");
        PutNew();
    }

    [Fact]
    public void A_picture_is_translated_alike_alone_and_among_others()
    {
        TrainPairs();
        Put("new/run/recipe.json", "{}");
        PutPicture("new/run/samples/1.png", 16, 16, 1, 9);
        var all = Done("translate", "there/run", "new", "--out", "all");
        Assert.Equal("3 pictures translated from a to b: all\n", all.Out);
        Assert.Contains("of new is left out: run", all.Error, StringComparison.Ordinal);
        var alone = Done("translate", "there/run", "new/wide.png", "--out", "alone", "--json").Json;
        Assert.Equal(Path.Combine("alone", "wide.png"), alone.GetProperty("translated")[0].GetProperty("written").GetString());
        Done("translate", "there/run", "new/same.png", "new/w*.png", "--out", "some");
        var picture = ImageFile.Load(At("all", "wide.png"));
        Assert.Equal((16, 16, 3), (picture.Width, picture.Height, picture.Channels));
        Assert.NotEqual(Pixels(At("all", "wide.png")), Pixels(At("all", "same.png")));
        Assert.Equal(File.ReadAllBytes(At("all", "wide.png")), File.ReadAllBytes(At("alone", "wide.png")));
        Assert.Equal(File.ReadAllBytes(At("all", "wide.png")), File.ReadAllBytes(At("some", "wide.png")));
        var texts = ImageFile.ReadPngText(File.ReadAllBytes(At("all", "wide.png"))).ToDictionary(text => text.Key, text => text.Value);
        Assert.Equal("wide.png, translated from a to b", texts["earthmover:sample"]);
        Assert.Contains("pix2pix", texts["earthmover"], StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_one_name_are_numbered_and_nothing_is_written_over()
    {
        TrainPairs();
        PutPicture("other/same.png", 16, 16, 1, 4);
        Done("translate", "there/run", "new/same.png", "other/same.png", "new/./../new/same.png", "--out", "out");
        var written = Directory.GetFiles(At("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(["same-2.png", "same-3.png", "same.png"], written);
        Assert.Equal(Pixels(At("out", "same.png")), Pixels(At("out", "same-3.png")));
        var before = Everything();
        Refused($"{Path.Combine("out", "same.png")} is there already", "translate", "there/run", "new", "--out", "out");
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void What_cannot_be_translated_is_refused_in_a_line()
    {
        TrainPairs();
        Put("broken.png", "no picture");
        Put("file", "");
        var before = Everything();
        Refused("'c'", "translate", "there/run", "new", "--to", "c", "--out", "o");
        Refused("translates to b, not to 'a'", "translate", "there/run", "new", "--to", "a", "--out", "o");
        Refused("no file missing.png", "translate", "there/run", "new", "missing.png", "--out", "o");
        Refused("no file fits new/*.jpg", "translate", "there/run", "new/*.jpg", "--out", "o");
        Refused("broken.png cannot be read", "translate", "there/run", "new", "broken.png", "--out", "o");
        Refused("file is a file", "translate", "there/run", "new", "--out", "file");
        Refused("o/new.png is the name of a file; translated pictures go into a folder",
            "translate", "there/run", "new", "--out", "o/new.png");
        Refused("--out - names no file or folder", "translate", "there/run", "new", "--out", "-");
        Refused("--grid - names no file or folder", "translate", "there/run", "new", "--grid", "-");
        Refused("there is no folder nosuchrun", "translate", "nosuchrun", "new", "--out", "o");
        Refused("no file can be made at /proc/o/same.png", "translate", "there/run", "new/same.png", "--out", "/proc/o");
        Refused("no pictures in there/run/checkpoints", "translate", "there/run", "there/run/checkpoints", "--out", "o");
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void A_sheet_never_takes_the_place_of_a_picture_that_it_is_made_of()
    {
        TrainPairs();
        File.CreateSymbolicLink(At("link.png"), At("new", "same.png"));
        Directory.CreateSymbolicLink(At("by"), At("new"));
        var before = Everything();
        Refused("--grid new/same.png would replace new/same.png", "translate", "there/run", "new/same.png", "--grid", "new/same.png");
        Refused("--grid ./new/wide.png would replace new/wide.png", "translate", "there/run", "new", "--grid", "./new/wide.png");
        Refused("--grid link.png would replace new/same.png", "translate", "there/run", "new/s*.png", "--grid", "link.png");
        Refused("--grid new/same.png would replace link.png", "translate", "there/run", "link.png", "--grid", "new/same.png");
        Refused("--grid by/same.png would replace new/same.png", "translate", "there/run", "new", "--out", "o", "--grid", "by/same.png");
        Assert.Equal(before, Everything());
        PutPicture("other.png", 16, 16, 1, 4);
        Done("translate", "there/run", "new", "--grid", "other.png");
        Assert.NotEqual(16, ImageFile.Load(At("other.png")).Width);
    }

    [Fact]
    public void What_was_done_to_sizes_is_said_and_what_is_no_picture_is_named()
    {
        TrainPairs();
        string Told(params string[] pictures) => Done(["translate", "there/run", .. pictures, "--grid", "g.png", "--json"]).Error;
        Assert.Contains("1 picture of another size is brought to 16x16 (fit=crop cuts away 50 % of it; "
            + "nothing is cut of pictures of these proportions)\n", Told("new/wide.png"), StringComparison.Ordinal);
        Assert.Contains("2 pictures of other sizes are brought to 16x16 (fit=crop cuts away 25 % of them on average",
            Told("new"), StringComparison.Ordinal);
        Assert.Contains("1 picture of another size is brought to 16x16 (fit=crop)\n", Told("new/small.png"), StringComparison.Ordinal);
        Assert.DoesNotContain("brought to", Told("new/same.png"), StringComparison.Ordinal);
        foreach (var name in (string[])["a.txt", "b.tif", "c.json", "d.pdf", "Thumbs.db"])
            Put($"new/{name}", "x");
        Assert.Contains("of new is left out what is no picture: a.txt, b.tif, c.json and 1 more; ", Told("new"), StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_that_cannot_be_read_are_named_together()
    {
        TrainPairs();
        Put("new/b0.png", "no picture");
        Refused("the picture new/b0.png cannot be read: ", "translate", "there/run", "new/b0.png", "--out", "o");
        Refused("; remove it, or see earthmover data check new", "translate", "there/run", "new", "--out", "o");
        for (var i = 1; i < 5; i++)
            Put($"new/b{i}.png", "no picture");
        Refused("5 of 8 pictures cannot be read: new/b0.png (", "translate", "there/run", "new", "--out", "o");
        Refused(") and 2 more; remove them, or see earthmover data check new", "translate", "there/run", "new", "--out", "o");
    }

    [Fact]
    public void A_run_that_draws_samples_names_the_systems_that_translate()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "1", .. Small]);
        PutNew();
        Refused("is no translator", "translate", "r", "new", "--out", "o");
        Refused("cyclegan", "translate", "r", "new", "--out", "o");
        Refused("pix2pix", "translate", "r", "new", "--out", "o");
    }

    [Fact]
    public void Both_ways_of_a_cycle_are_there()
    {
        for (var i = 0; i < 8; i++)
        {
            PutPicture($"a/{i}.png", 16, 16, 3, i);
            PutPicture($"b/{i}.png", 16, 16, 3, 20 + i);
        }
        Train("a|b", "--system", "cyclegan", "--set", "blocks=1");
        PutNew();
        Done("translate", "there/run", "new/wide.png", "--out", "b1");
        Done("translate", "there/run", "new/wide.png", "--to", "b", "--out", "b2");
        Done("translate", "there/run", "new/wide.png", "--to", "a", "--out", "a");
        Assert.Equal(Pixels(At("b1", "wide.png")), Pixels(At("b2", "wide.png")));
        Assert.NotEqual(Pixels(At("b1", "wide.png")), Pixels(At("a", "wide.png")));
    }

    [Fact]
    public void Pictures_are_fitted_as_those_of_the_run_were()
    {
        for (var i = 0; i < 8; i++)
        {
            PutPicture($"a/{i}.png", 16, 16, 1, i);
            PutPicture($"b/{i}.png", 16, 16, 1, 20 + i);
        }
        var trained = Done(["train", "a?fit=pad&background=white|b", "--run", "r", "--system", "cyclegan", .. s_tiny, "--set", "blocks=1"]);
        Assert.Contains("translate r PICTURES --grid grid.png", trained.Error, StringComparison.Ordinal);
        PutPicture("new/wide.png", 32, 16, 1, 1);
        // The same picture with its margins, so that nothing is left to fit.
        var wide = ImageFile.Load(At("new", "wide.png"));
        byte[] square = [.. Enumerable.Repeat((byte)255, 32 * 8), .. wide.Pixels.ToArray(), .. Enumerable.Repeat((byte)255, 32 * 8)];
        ImageFile.SavePng(At("new", "square.png"), new Image(32, 32, 1, square));
        Done("translate", "r", "new", "--out", "b");
        double[] Shown(string name) => [.. Pixels(At("b", name)).Select(pixel => (double)pixel)];
        var off = Shown("wide.png").Zip(Shown("square.png"), (x, y) => Math.Abs(x - y)).Average();
        Assert.True(off < 6, $"{off} of 255 apart"); // the margin is not resized with the picture
        Done("translate", "r", "new", "--to", "a", "--out", "a");
        Assert.NotEqual(Pixels(At("a", "wide.png")), Pixels(At("a", "square.png")));
    }

    [Fact]
    public void Points_are_translated_in_their_units_with_names_of_their_columns()
    {
        File.WriteAllLines(At("a.csv"), ["when,height", .. Rows(i => $"{1_700_000_000 + 60 * i},0.0{10 + i * 7 % 40}")]);
        File.WriteAllLines(At("b.csv"), ["mass,size", .. Rows(i => $"{5000 + i},{i * 3 % 40}")]);
        static IEnumerable<string> Rows(Func<int, string> row) => Enumerable.Range(0, 40).Select(row);
        Train("a.csv|b.csv", "--system", "cyclegan");
        File.WriteAllLines(At("some.csv"), ["height,when", "0.02,1700000600", "0.03,1700001200"]);
        File.WriteAllLines(At("one.csv"), ["when,height", "1700001200,0.03"]);
        Done("translate", "there/run", "some.csv", "--out", "b.csv");
        Done("translate", "there/run", "one.csv", "--out", "one-b.csv");
        Done("translate", "there/run", "b.csv", "--to", "a", "--out", "back.csv");
        string[] made = File.ReadAllLines(At("b.csv")), back = File.ReadAllLines(At("back.csv"));
        Assert.Equal(("mass,size", 3), (made[0], made.Length));
        Assert.All(made.Skip(1), line => Assert.StartsWith("50", line, StringComparison.Ordinal));
        Assert.Equal(made[2], File.ReadAllLines(At("one-b.csv"))[1]);
        Assert.Equal("when,height", back[0]);
        Assert.All(back.Skip(1), line => Assert.StartsWith("17000", line, StringComparison.Ordinal));
        Refused("points.csv", "translate", "there/run", "some.csv", "--out", "o");
        Refused("is a picture", "translate", "there/run", "x.png", "--out", "o.csv");
    }
}
