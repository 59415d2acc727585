using Earthmover.Media;

namespace Earthmover.Cli.Tests;

/// <summary>A part of one picture in another, with a run and without.</summary>
public sealed class BlendTests : CommandLine
{
    private static new void Refused(string says, params string[] line)
    {
        CommandLine.Refused(says, line);
        Assert.False(File.Exists("o.png"));
    }

    // A slope of brightness, with an offset inside a box.
    private void PutSlope(string name, int width, int height, int channels, int offset = 0, int slope = 1)
    {
        var pixels = new byte[width * height * channels];
        for (var i = 0; i < pixels.Length; i++)
        {
            int x = i / channels % width, y = i / channels / width, c = i % channels;
            pixels[i] = (byte)(60 + slope * (x + y) / 4 + 10 * c + offset);
        }
        ImageFile.SavePng(At(name), new Image(width, height, channels, pixels));
    }

    private void PutMask(string name, int width, int height, Func<int, int, int> value)
    {
        byte[] pixels = [.. from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) select (byte)value(x, y)];
        ImageFile.SavePng(At(name), new Image(width, height, 1, pixels));
    }

    private void PutAll()
    {
        PutSlope("part.png", 90, 70, 3, offset: 50);
        PutSlope("whole.png", 90, 70, 3);
        PutMask("mask.png", 90, 70, (x, y) => x is > 20 and < 60 && y is > 15 and < 50 ? 255 : 0);
    }

    private int Farthest(string made, string other) => ImageFile.Load(At(made)).Pixels.ToArray()
        .Zip(ImageFile.Load(At(other)).Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Max();

    [Fact]
    public void A_brighter_part_of_the_same_picture_disappears_in_it()
    {
        PutAll();
        var said = Done("blend", "part.png", "whole.png", "--mask", "mask.png", "--out", "made.png");
        Assert.StartsWith("21 % of 90x70 pixels blended in ", said.Out, StringComparison.Ordinal);
        Assert.Equal(3, ImageFile.Load(At("made.png")).Channels);
        Assert.InRange(Farthest("made.png", "whole.png"), 0, 1);
        var json = Done("blend", "part.png", "whole.png", "--mask", "mask.png", "--out", "again.png", "--json").Json;
        Assert.Equal("cloned", json.GetProperty("colors").GetString());
        Assert.Equal(39 * 34 / 6300.0, json.GetProperty("mask_share").GetDouble(), 1e-9);
        Assert.Equal([90, 70, 3], new[] { "width", "height", "channels" }.Select(name => json.GetProperty(name).GetInt32()));
        Assert.Equal(File.ReadAllBytes(At("made.png")), File.ReadAllBytes(At("again.png")));
        var texts = ImageFile.ReadPngText(File.ReadAllBytes(At("made.png"))).ToDictionary(text => text.Key, text => text.Value);
        Assert.Equal("a part of part.png in whole.png, blended", texts["earthmover:sample"]);
    }

    [Fact]
    public void No_picture_is_lost_by_its_blend()
    {
        PutAll();
        File.CreateSymbolicLink(At("link.png"), At("whole.png"));
        var before = Everything();
        foreach (var name in (string[])["part.png", "whole.png", "mask.png"])
            Refused($"--out ./{name} would replace {name}, which is read", "blend", "part.png", "whole.png", "--mask", "mask.png",
                "--out", $"./{name}");
        Refused("would replace link.png", "blend", "part.png", "link.png", "--mask", "mask.png", "--out", "whole.png");
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void A_transparent_background_becomes_opaque_with_a_word()
    {
        PutAll();
        PutSlope("clear.png", 90, 70, 4);
        var said = Done("blend", "part.png", "clear.png", "--mask", "mask.png", "--out", "made.png").Error;
        Assert.Equal("clear.png is transparent in places; it is laid over white, and what is written is opaque\n", said);
        Assert.Equal("", Done("blend", "part.png", "whole.png", "--mask", "mask.png", "--out", "made.png").Error);
    }

    [Fact]
    public void A_box_is_a_mask()
    {
        PutAll();
        Done("blend", "part.png", "whole.png", "--mask", "mask.png", "--out", "made.png");
        Done("blend", "part.png", "whole.png", "--box", "21,16,39,34", "--out", "boxed.png");
        Assert.Equal(ImageFile.Load(At("made.png")).Pixels.ToArray(), ImageFile.Load(At("boxed.png")).Pixels.ToArray());
        Refused("both say which part", "blend", "part.png", "whole.png", "--box", "1,1,5,5", "--mask", "mask.png", "--out", "o.png");
        foreach (var box in (string[])["1,1,5", "1,1,0,5", "-1,1,5,5", "60,1,31,5", "1,a,5,5", "1,1,5,2147483647"])
            Refused($"--box {box} is no box in a picture of 90x70", "blend", "part.png", "whole.png", $"--box={box}", "--out", "o.png");
        Refused("takes the whole picture", "blend", "part.png", "whole.png", "--box", "0,0,90,70", "--out", "o.png");
    }

    [Fact]
    public void Gray_pictures_stay_gray_and_a_gray_part_goes_into_colors()
    {
        PutAll();
        PutSlope("gray.png", 90, 70, 1, offset: 30);
        PutSlope("gray-whole.png", 90, 70, 1);
        Done("blend", "gray.png", "gray-whole.png", "--mask", "mask.png", "--out", "gray-made.png");
        Assert.Equal(1, ImageFile.Load(At("gray-made.png")).Channels);
        Assert.InRange(Farthest("gray-made.png", "gray-whole.png"), 0, 1);
        Done("blend", "gray.png", "whole.png", "--mask", "mask.png", "--out", "made.png");
        Assert.InRange(Farthest("made.png", "whole.png"), 0, 2);
    }

    [Fact]
    public void What_is_transparent_is_no_part_whatever_its_hidden_color()
    {
        PutAll();
        byte[] Cut(byte hidden)
        {
            var part = ImageFile.Load(At("part.png"));
            var pixels = new byte[90 * 70 * 4];
            for (var i = 0; i < 90 * 70; i++)
            {
                var isPart = i % 90 is > 20 and < 60 && i / 90 is > 15 and < 50;
                for (var c = 0; c < 3; c++)
                    pixels[4 * i + c] = isPart ? part.Pixels[3 * i + c] : hidden;
                pixels[4 * i + 3] = (byte)(isPart ? 255 : 0);
            }
            ImageFile.SavePng(At("cut.png"), new Image(90, 70, 4, pixels));
            Done("blend", "cut.png", "whole.png", "--out", "made.png");
            return ImageFile.Load(At("made.png")).Pixels.ToArray();
        }
        Assert.Equal(Cut(0), Cut(255));
        Assert.InRange(Farthest("made.png", "whole.png"), 0, 2);
        PutMask("beside.png", 90, 70, (x, _) => x < 10 ? 255 : 0);
        Refused("beside.png is empty", "blend", "cut.png", "whole.png", "--mask", "beside.png", "--out", "o.png");
    }

    [Fact]
    public void What_cannot_be_blended_is_refused_in_a_line()
    {
        PutAll();
        PutMask("black.png", 90, 70, (_, _) => 0);
        PutMask("dim.png", 90, 70, (_, _) => 127);
        PutMask("white.png", 90, 70, (_, _) => 255);
        PutMask("small.png", 89, 70, (_, _) => 255);
        Put("broken.png", "no picture");
        Refused("small.png is 89x70 and whole.png is 90x70", "blend", "part.png", "whole.png", "--mask", "small.png", "--out", "o.png");
        Refused("small.png is 89x70 and whole.png is 90x70", "blend", "small.png", "whole.png", "--mask", "mask.png", "--out", "o.png");
        Refused("the mask black.png is empty", "blend", "part.png", "whole.png", "--mask", "black.png", "--out", "o.png");
        Refused("the mask dim.png is empty", "blend", "part.png", "whole.png", "--mask", "dim.png", "--out", "o.png");
        Refused("takes the whole picture", "blend", "part.png", "whole.png", "--mask", "white.png", "--out", "o.png");
        Refused("--mask MASK.png", "blend", "part.png", "whole.png", "--out", "o.png");
        Refused("say where", "blend", "part.png", "whole.png", "--mask", "mask.png");
        Refused("writes a PNG", "blend", "part.png", "whole.png", "--mask", "mask.png", "--out", "o.jpg");
        Refused("broken.png cannot be read", "blend", "broken.png", "whole.png", "--mask", "mask.png", "--out", "o.png");
        Refused("no file missing.png", "blend", "part.png", "missing.png", "--mask", "mask.png", "--out", "o.png");
        string[] line = ["blend", "part.png", "whole.png", "--mask", "mask.png", "--out", "o.png"];
        Refused("--beta takes a number of at least 0.01", [.. line, "--beta", "0"]);
        Refused("leave no finite picture", [.. line, "--sigma", "1e20"]);
    }

    [Fact]
    public void A_run_proposes_colors_and_others_are_named_where_it_cannot()
    {
        PutAll();
        for (var i = 0; i < 8; i++)
            PutPicture($"pets/{i}.png", 16, 16, 3, i);
        Done("train", "pets", "--system", "gp-gan", "--run", "r", "--steps", "30", "--threads", "1",
            "--set", "width=4", "code_size=16", "batch=4");
        Directory.Delete(At("pets"), recursive: true);
        var json = Done("blend", "part.png", "whole.png", "--mask", "mask.png", "--out", "made.png", "--run", "r", "--json").Json;
        Assert.Equal("run", json.GetProperty("colors").GetString());
        // The part's own colors rise more steeply than those of a run that knows noise alone.
        PutSlope("steep.png", 90, 70, 3, slope: 4);
        string[] steep = ["blend", "steep.png", "whole.png", "--mask", "mask.png"];
        Done([.. steep, "--out", "own.png"]);
        Done([.. steep, "--out", "proposed.png", "--run", "r"]);
        Assert.InRange(Farthest("own.png", "proposed.png"), 4, 100);
        Done("blend", "part.png", "whole.png", "--mask", "mask.png", "--out", "again.png", "--run", "r");
        Assert.Equal(File.ReadAllBytes(At("made.png")), File.ReadAllBytes(At("again.png")));
        Done("translate", "r", "part.png", "--out", "translated");
        Assert.Equal((16, 16), (ImageFile.Load(At("translated", "part.png")).Width, ImageFile.Load(At("translated", "part.png")).Height));
        Done(["train", "gaussians-8", "--run", "points", "--steps", "1", .. Small]);
        string[] line = ["blend", "part.png", "whole.png", "--mask", "mask.png", "--out", "o.png"];
        Refused("is no blender; gp-gan is one", [.. line, "--run", "points"]);
        for (var i = 0; i < 8; i++)
            PutPicture($"gray/{i}.png", 16, 16, 1, i);
        Done("train", "gray", "--system", "gp-gan", "--run", "g", "--steps", "2", "--threads", "1",
            "--set", "width=4", "code_size=16", "batch=4");
        Refused("makes gray pictures", "blend", "part.png", "whole.png", "--mask", "mask.png", "--out", "o.png", "--run", "g");
    }
}
