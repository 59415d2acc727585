using Earthmover.Media;

namespace Earthmover.Cli.Tests;

/// <summary>What is missing of pictures, filled by runs with codes and by runs without.</summary>
public sealed class CompleteTests : CommandLine
{
    private void Train(string system, params string[] settings)
    {
        for (var i = 0; i < 8; i++)
        {
            PutPicture($"pets/cat/{i}.png", 16, 16, 1, i);
            PutPicture($"pets/dog/{i}.png", 16, 16, 1, 10 + i);
        }
        Done(["train", "pets", "--system", system, "--run", "run", "--threads", "1", "--steps", "4",
            "--set", "width=4", "batch=8", .. settings]);
        Directory.Delete(At("pets"), recursive: true);
        PutPicture("new.png", 16, 16, 1, 30);
        PutMask("hole.png", 16, 16, (x, y) => x is >= 4 and < 12 && y is >= 4 and < 8);
    }

    private void PutMask(string name, int width, int height, Func<int, int, bool> isFree) => ImageFile.SavePng(At(name),
        new Image(width, height, 1,
            [.. Enumerable.Range(0, width * height).Select(i => isFree(i % width, i / width) ? (byte)255 : (byte)0)]));

    [Theory]
    [InlineData("ppgn", "chain", "code_size=6")]
    [InlineData("cgan", "search", "latent_size=5")]
    [InlineData("bigan", "search", "latent_size=5")]
    public void Known_pixels_stay_to_the_bit_and_the_others_are_found(string system, string method, string setting)
    {
        Train(system, setting);
        var json = Done("complete", "run", "new.png", "--mask", "hole.png", "--out", "out.png", "--steps", "4", "--json").Json;
        Assert.Equal(method, json.GetProperty("method").GetString());
        Assert.Equal(32 / 256.0, json.GetProperty("missing").GetDouble(), 1e-6);
        Assert.InRange(json.GetProperty("error_at_known").GetDouble(), 1, 255);
        Image before = ImageFile.Load(At("new.png")), after = ImageFile.Load(At("out.png"));
        Assert.Equal((16, 16, 1), (after.Width, after.Height, after.Channels));
        var changed = 0;
        for (var y = 0; y < 16; y++)
            for (var x = 0; x < 16; x++)
                if (x is >= 4 and < 12 && y is >= 4 and < 8)
                    changed += after[x, y][0] == before[x, y][0] ? 0 : 1;
                else
                    Assert.Equal(before[x, y][0], after[x, y][0]);
        Assert.InRange(changed, 16, 32);
        Done("complete", "run", "new.png", "--mask", "hole.png", "--out", "again.png", "--steps", "4");
        Assert.Equal(after.Pixels, ImageFile.Load(At("again.png")).Pixels);
    }

    [Fact]
    public void A_larger_picture_keeps_its_size_and_its_known_pixels()
    {
        Train("ppgn", "code_size=6");
        PutPicture("large.png", 48, 48, 1, 31);
        PutMask("large-hole.png", 48, 48, (x, y) => x < 20 && y > 30);
        Done("complete", "run", "large.png", "--mask", "large-hole.png", "--out", "out.png", "--steps", "2", "--class", "dog");
        Image before = ImageFile.Load(At("large.png")), after = ImageFile.Load(At("out.png"));
        Assert.Equal((48, 48), (after.Width, after.Height));
        for (var i = 0; i < 48 * 48; i++)
            if (i % 48 >= 20 || i / 48 <= 30)
                Assert.Equal(before.Pixels[i], after.Pixels[i]);
    }

    [Fact]
    public void No_picture_is_lost_and_transparency_is_not_dropped_without_a_word()
    {
        Train("cgan", "latent_size=5");
        PutPicture("clear.png", 16, 16, 2, 6);
        var before = Everything();
        foreach (var name in (string[])["new.png", "hole.png"])
            Refused($"--out {name} would replace {name}, which is read", "complete", "run", "new.png", "--mask", "hole.png", "--out", name);
        Assert.Equal(before, Everything());
        const string note = "clear.png is transparent in places; it is laid over white, and what is written is opaque";
        string[] rest = ["--mask", "hole.png", "--out", "o.png", "--steps", "2"];
        Assert.Contains(note, Done(["complete", "run", "clear.png", .. rest]).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("transparent", Done(["complete", "run", "new.png", .. rest]).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_is_refused_in_one_line()
    {
        Train("cgan", "latent_size=5");
        Refused("--mask MASK.png", "complete", "run", "new.png", "--out", "o.png");
        Refused("--out completed.png", "complete", "run", "new.png", "--mask", "hole.png");
        PutMask("none.png", 16, 16, (_, _) => false);
        Refused("the mask none.png is empty", "complete", "run", "new.png", "--mask", "none.png", "--out", "o.png");
        PutMask("all.png", 16, 16, (_, _) => true);
        Refused("takes the whole picture", "complete", "run", "new.png", "--mask", "all.png", "--out", "o.png");
        PutMask("small.png", 8, 8, (_, _) => true);
        Refused("small.png is 8x8 and new.png is 16x16", "complete", "run", "new.png", "--mask", "small.png", "--out", "o.png");
        PutPicture("wide.png", 20, 16, 1, 5);
        PutMask("wide-hole.png", 20, 16, (x, _) => x > 9);
        Refused("cut it to these proportions", "complete", "run", "wide.png", "--mask", "wide-hole.png", "--out", "o.png");
        PutPicture("color.png", 16, 16, 3, 5);
        Refused("makes gray pictures", "complete", "run", "color.png", "--mask", "hole.png", "--out", "o.png");
        Refused("cgan is no coder; ppgn", "complete", "run", "new.png", "--mask", "hole.png", "--out", "o.png", "--class", "cat");
        Refused("with --class", "complete", "run", "new.png", "--mask", "hole.png", "--out", "o.png", "--classifier", "run");
        Refused("there is no", "complete", "run", "gone.png", "--mask", "hole.png", "--out", "o.png");
    }
}
