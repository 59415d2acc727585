using Earthmover.Media;

namespace Earthmover.Cli.Tests;

/// <summary>Pictures through a run that is told a style: which one, between two, all of them in a sheet, and what is refused.</summary>
public sealed class StyleTests : CommandLine
{
    private void Train()
    {
        Done("train", "glyphs?size=16&characters=latin&fonts=DejaVuSans-Bold,DejaVuSerif", "--system", "zi2zi", "--run", "run",
            "--set", "width=4", "batch=4", "--threads", "1", "--steps", "20");
        PutPicture("new/one.png", 16, 16, 1, 1);
        PutPicture("new/two.png", 20, 20, 3, 2);
    }

    private byte[] Pixels(string folder) => ImageFile.Load(At(folder, "one.png")).Pixels.ToArray();

    [Fact]
    public void A_style_is_named_numbered_or_mixed()
    {
        Train();
        string[] To(string style, string into) => ["translate", "run", "new", "--style", style, "--out", into];
        Assert.Equal("2 pictures translated from a to b in DejaVuSerif: serif\n", Done(To("dejavuserif", "serif")).Out);
        Done(To("1", "number"));
        Done(To("DejaVuSans-Bold", "bold"));
        Done(To("DejaVuSans-Bold:DejaVuSerif:1", "end"));
        var half = Done([.. To("DejaVuSans-Bold:DejaVuSerif:0.5", "half"), "--json"]).Json;
        Assert.Equal("0.5 DejaVuSans-Bold + 0.5 DejaVuSerif", half.GetProperty("style").GetString());
        Assert.Equal(Pixels("serif"), Pixels("number"));
        Assert.Equal(Pixels("serif"), Pixels("end"));
        Assert.NotEqual(Pixels("serif"), Pixels("bold"));
        Assert.NotEqual(Pixels("half"), Pixels("bold"));
        var texts = ImageFile.ReadPngText(File.ReadAllBytes(At("serif", "one.png"))).ToDictionary(text => text.Key, text => text.Value);
        Assert.Equal("one.png, translated from a to b in DejaVuSerif", texts["earthmover:sample"]);
    }

    [Fact]
    public void A_sheet_shows_every_style_or_the_way_from_one_to_another()
    {
        Train();
        Done("translate", "run", "new", "--grid", "all.png");
        Done("translate", "run", "new", "--style", "1", "--grid", "one.png");
        Done("translate", "run", "new", "--style", "0:1", "--grid", "walk.png");
        int Height(string name) => ImageFile.Load(At(name)).Height;
        // The pictures, and two styles, one, or nine steps.
        Assert.True(Height("one.png") < Height("all.png") && Height("all.png") < Height("walk.png"));
        Assert.Equal((Height("walk.png") - Height("one.png")) / 8, Height("all.png") - Height("one.png"));
    }

    [Fact]
    public void What_is_no_style_is_refused_in_a_line_with_the_nearest()
    {
        Train();
        string[] line = ["translate", "run", "new", "--out", "out"];
        Refused("zi2zi is told a style; say which: DejaVuSans-Bold, DejaVuSerif", line);
        Refused("there is no style 'DejaVuSeriv'", [.. line, "--style", "DejaVuSeriv"]);
        Refused("(did you mean DejaVuSerif?)", [.. line, "--style", "DejaVuSeriv"]);
        Refused("there is no style 'x'", [.. line, "--style", "x:1:0.5"]);
        Refused("'2' in the style '0:1:2' is no share", [.. line, "--style", "0:1:2"]);
        Refused("there is no style '0:1'", [.. line, "--style", "0:1"]);
        Assert.False(Directory.Exists(At("out")));
        for (var i = 0; i < 4; i++)
        {
            PutPicture($"pairs/A/{i}.png", 16, 16, 1, i);
            PutPicture($"pairs/B/{i}.png", 16, 16, 1, 20 + i);
        }
        Done("train", "pairs", "--system", "pix2pix", "--run", "plain", "--set", "width=4", "batch=2", "--threads", "1", "--steps", "2");
        Refused("pix2pix is told no style, so leave it out; zi2zi is", "translate", "plain", "new", "--out", "out", "--style", "1");
        // A sheet has no styles to show there, and shows what there is.
        Done("translate", "plain", "new", "--grid", "plain.png");
        // Pairs without classes have none to tell.
        Refused("told classes, and the data has none", "train", "pairs", "--system", "zi2zi", "--set", "batch=2", "--steps", "2");
    }

    [Fact]
    public void An_exported_translator_is_told_the_style_by_its_number()
    {
        Train();
        Done("export", "run", "--to", "onnx", "zi2zi.onnx");
        using var model = Onnx.Generator.Open(At("zi2zi.onnx"));
        Assert.Equal(("a_to_b", 2, "DejaVuSerif"), (model.Card.Part, model.Card.Classes!.Count, model.Card.Classes.Names![1]));
        Done("translate", "run", "new", "--style", "1", "--out", "serif");
        var made = model.Translate(ImageFile.Load(At("new", "one.png")), label: 1).Pixels.ToArray();
        Assert.All(made.Zip(Pixels("serif")), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        Assert.Contains("say which of 2", Assert.Throws<Onnx.ModelException>(() =>
            model.Translate(ImageFile.Load(At("new", "one.png")))).Message, StringComparison.Ordinal);
    }
}
