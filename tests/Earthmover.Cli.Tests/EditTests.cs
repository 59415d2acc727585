using Earthmover.Media;

namespace Earthmover.Cli.Tests;

/// <summary>Strokes on pictures, through a run whose data are gone.</summary>
public sealed class EditTests : CommandLine
{
    private const string Line = """{"strokes": [{"brush": "color", "color": "#f0f0f0", "width": 12, "points": [[20, 30], [60, 30]]}]}""";

    private static new void Refused(string says, params string[] line)
    {
        CommandLine.Refused(says, line);
        Assert.False(File.Exists("o.png"));
    }

    private void Train(int channels)
    {
        for (var i = 0; i < 8; i++)
            PutPicture($"pets/{i}.png", 16, 16, channels, i);
        Done("train", "pets", "--system", "r1-gan", "--run", "r", "--steps", "20", "--threads", "1",
            "--set", "width=4", "latent_size=5", "batch=4");
        Directory.Delete(At("pets"), recursive: true);
        PutPicture("picture.png", 90, 60, 3, 30);
        Put("strokes.json", Line);
    }

    private static string[] Quick => ["--start", "random", "--candidates", "2", "--steps", "10"];

    [Fact]
    public void A_picture_is_changed_where_the_run_sees_it_and_nowhere_else()
    {
        Train(1);
        var said = Done(["edit", "r", "--from", "picture.png", "--strokes", "strokes.json", "--out", "e.png", .. Quick]).Out;
        Assert.StartsWith("picture.png edited: what the strokes ask for was off by ", said, StringComparison.Ordinal);
        Image before = ImageFile.Load(At("picture.png")), after = ImageFile.Load(At("e.png"));
        Assert.Equal((90, 60, 3), (after.Width, after.Height, after.Channels));
        // The run sees the 60 x 60 pixels in the middle.
        for (var x = 0; x < 90; x += 5)
            Assert.Equal(x is < 15 or >= 75, before[x, 30].SequenceEqual(after[x, 30]) && before[x, 7].SequenceEqual(after[x, 7]));
        var json = Done(["edit", "r", "--from", "picture.png", "--strokes", "strokes.json", "--out", "again.png", "--all", "all.png",
            "--json", .. Quick]).Json;
        Assert.Equal(2, json.GetProperty("errors").GetArrayLength());
        Assert.True(json.GetProperty("errors")[0].GetDouble() < json.GetProperty("error_before").GetDouble());
        Assert.Equal(File.ReadAllBytes(At("e.png")), File.ReadAllBytes(At("again.png")));
        Assert.True(ImageFile.Load(At("all.png")).Width > 2 * 90);
    }

    [Fact]
    public void No_picture_is_lost_and_transparency_is_not_dropped_without_a_word()
    {
        Train(3);
        PutPicture("clear.png", 90, 60, 4, 6);
        var before = Everything();
        string[] line = ["edit", "r", "--from", "picture.png", "--strokes", "strokes.json"];
        Refused("--out picture.png would replace picture.png", [.. line, "--out", "picture.png"]);
        Refused("--all ./picture.png would replace picture.png", [.. line, "--out", "e.png", "--all", "./picture.png"]);
        Refused("--out and --all name the same file, e.png", [.. line, "--out", "e.png", "--all", "./e.png"]);
        Assert.Equal(before, Everything());
        string[] rest = ["--strokes", "strokes.json", "--out", "e.png", .. Quick];
        Assert.Contains("clear.png is transparent in places; it is laid over white, and what is written is opaque\n",
            Done(["edit", "r", "--from", "clear.png", .. rest]).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("transparent", Done(["edit", "r", "--from", "picture.png", .. rest]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_guess_is_learned_once_and_kept_in_the_run()
    {
        Train(3);
        string[] line = ["edit", "r", "--from", "picture.png", "--strokes", "strokes.json", "--candidates", "2", "--steps", "10"];
        Done([.. line, "--out", "a.png"]);
        var kept = File.ReadAllBytes(At("r", "predictor.safetensors"));
        Done([.. line, "--out", "b.png"]);
        Assert.Equal(File.ReadAllBytes(At("a.png")), File.ReadAllBytes(At("b.png")));
        Assert.Equal(kept, File.ReadAllBytes(At("r", "predictor.safetensors")));
        // What is damaged is learned again, to the same.
        File.WriteAllBytes(At("r", "predictor.safetensors"), kept[..^9]);
        Done([.. line, "--out", "c.png"]);
        Assert.Equal(kept, File.ReadAllBytes(At("r", "predictor.safetensors")));
        var found = Done("project", "r", "picture.png", "--out", "z.npy", "--json").Json;
        Assert.Equal("predictor", found.GetProperty("start").GetString());
        Assert.Equal("random", Done("project", "r", "picture.png", "--out", "z.npy", "--start", "random", "--steps", "5", "--json").Json
            .GetProperty("start").GetString());
    }

    [Fact]
    public void Colors_may_be_painted_on_a_transparent_picture()
    {
        Train(3);
        var paint = new byte[90 * 60 * 4];
        for (var i = 0; i < 90 * 60; i++)
            if (i % 90 is > 30 and < 60 && i / 90 is > 20 and < 40)
                (paint[4 * i], paint[4 * i + 1], paint[4 * i + 3]) = (255, 40, 255);
        ImageFile.SavePng(At("paint.png"), new Image(90, 60, 4, paint));
        Done(["edit", "r", "--from", "picture.png", "--strokes", "paint.png", "--out", "e.png", .. Quick]);
        ImageFile.SavePng(At("clear.png"), new Image(90, 60, 4, new byte[90 * 60 * 4]));
        ImageFile.SavePng(At("small.png"), new Image(9, 6, 4, [.. Enumerable.Repeat((byte)255, 9 * 6 * 4)]));
        Refused("nothing is painted", ["edit", "r", "--from", "picture.png", "--strokes", "clear.png", "--out", "o.png", .. Quick]);
        Refused("painted on 9x6", ["edit", "r", "--from", "picture.png", "--strokes", "small.png", "--out", "o.png", .. Quick]);
        Refused("no transparent parts", ["edit", "r", "--from", "picture.png", "--strokes", "picture.png", "--out", "o.png", .. Quick]);
    }

    [Fact]
    public void All_brushes_are_taken_and_what_is_wrong_with_a_stroke_is_said_in_a_line()
    {
        Train(1);
        string[] Edit(string strokes)
        {
            Put("s.json", strokes);
            return ["edit", "r", "--from", "picture.png", "--strokes", "s.json", "--out", "o.png", .. Quick];
        }
        Done(Edit("""
            {"strokes": [
                {"brush": "color", "color": "black", "width": 9, "points": [[40, 20]]},
                {"brush": "sketch", "width": 2, "points": [[20, 10], [70, 50], [20, 50]]},
                {"brush": "warp", "width": 14, "points": [[30, 30], [50, 34]]}
            ]}
            """));
        File.Delete(At("o.png"));
        static string One(string stroke) => $$"""{"strokes": [{{stroke}}]}""";
        Refused("s.json is no JSON: line 1", Edit("{"));
        Refused("s.json holds no strokes", Edit("[]"));
        Refused("s.json holds no strokes", Edit(One("")));
        Refused("the brush 'spray'", Edit(One("""{"brush": "spray", "width": 3, "points": [[1, 2]]}""")));
        Refused("needs a width", Edit(One("""{"brush": "sketch", "width": -3, "points": [[1, 2]]}""")));
        Refused("needs points", Edit(One("""{"brush": "sketch", "width": 3, "points": [[1, "2"]]}""")));
        Refused("the color ''", Edit(One("""{"brush": "color", "width": 3, "points": [[1, 2]]}""")));
        Refused("two points", Edit(One("""{"brush": "warp", "width": 3, "points": [[1, 2]]}""")));
        Refused("has 'size'", Edit(One("""{"brush": "sketch", "size": 3, "points": [[1, 2]]}""")));
        Refused("do not lie on what the run sees", Edit(One("""{"brush": "color", "color": "#fff", "width": 3, "points": [[1, 2]]}""")));
    }

    [Fact]
    public void What_cannot_be_edited_is_refused_in_a_line()
    {
        Train(1);
        Refused("--from PICTURE", "edit", "r", "--strokes", "strokes.json", "--out", "o.png");
        Refused("--strokes strokes.json", "edit", "r", "--from", "picture.png", "--out", "o.png");
        Refused("say where", "edit", "r", "--from", "picture.png", "--strokes", "strokes.json");
        Refused("no file missing.png", ["edit", "r", "--from", "missing.png", "--strokes", "strokes.json", "--out", "o.png", .. Quick]);
        string[] line = ["--from", "picture.png", "--strokes", "strokes.json", "--out", "o.png"];
        Refused("not 'encoder'", ["edit", "r", .. line, "--start", "encoder"]);
        Done(["train", "gaussians-8", "--run", "points", "--steps", "1", .. Small]);
        Refused("strokes are painted on pictures", ["edit", "points", .. line]);
        for (var i = 0; i < 8; i++)
            PutPicture($"pairs/A/{i}.png", 16, 16, 1, i);
        for (var i = 0; i < 8; i++)
            PutPicture($"pairs/B/{i}.png", 16, 16, 1, 9 + i);
        Done("train", "pairs", "--run", "p", "--steps", "1", "--threads", "1", "--set", "width=4", "batch=4", "patch_halvings=1");
        Refused("pix2pix is no sampler", ["edit", "p", .. line]);
    }
}
