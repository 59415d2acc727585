namespace Earthmover.Cli.Tests;

/// <summary>Pictures of a text, by a run whose data are gone.</summary>
public sealed class ToldTextTests : CommandLine
{
    private void Train(string symbols = "characters")
    {
        string[] colors = ["red", "green", "blue"];
        for (var i = 0; i < 9; i++)
        {
            PutPicture($"bags/{i}.png", 16, 16, 3, i);
            File.WriteAllText(At($"bags/{i}.txt"), $"a {colors[i % 3]} bag");
        }
        Done("train", $"bags?captions=yes&symbols={symbols}", "--run", "run", "--set", "width=4", "batch=4", "latent_size=5",
            "grid_samples=16", "sample_every=1", "--threads", "1", "--steps", "2");
        Directory.Delete(At("bags"), recursive: true);
    }

    [Theory]
    [InlineData("characters")]
    [InlineData("words")]
    public void A_text_decides_what_is_drawn_and_a_latent_vector_where_nobody_says_one(string symbols)
    {
        Train(symbols);
        Assert.True(File.Exists(At("run/samples/000002.png")));
        byte[] Drawn(string file, params string[] more)
        {
            Done(["sample", "run", "--index", "3", "--out", file, .. more]);
            return File.ReadAllBytes(At(file));
        }
        Assert.NotEqual(Drawn("red.png", "--text", "a red bag"), Drawn("blue.png", "--text", "a blue bag"));
        var all = Done("sample", "run", "-n", "12", "--grid", "all.png", "--json").Json;
        string[] captions = [.. all.GetProperty("captions").EnumerateArray().Select(caption => caption.GetString()!)];
        Assert.Equal(12, captions.Length);
        Assert.All(captions, caption => Assert.Contains(caption, new[] { "a red bag", "a green bag", "a blue bag" }));
        // The sample of a seed is that of its own caption: the pixels, since a file says how it was made.
        Done("sample", "run", "--index", "3", "--out", "same.npy");
        Done("sample", "run", "--index", "3", "--out", "own.npy", "--text", captions[3]);
        Assert.Equal(File.ReadAllBytes(At("same.npy")), File.ReadAllBytes(At("own.npy")));
        var told = Done("sample", "run", "-n", "2", "--grid", "told.png", "--text", "A Red bag", "--json").Json;
        Assert.Equal("A Red bag", told.GetProperty("text").GetString());
        Done("interpolate", "run", "--rows", "1", "--frames", "3", "--out", "walk.png", "--text", "a green bag");
    }

    [Fact]
    public void What_no_caption_says_is_refused_in_one_line_that_names_it()
    {
        Train();
        Refused("'car'", "sample", "run", "--text", "a red car");
        Refused("empty", "sample", "run", "--text", " ");
        Refused("not both", "sample", "run", "--text", "a red bag", "--class", "1");
        Refused("does not learn classes", "sample", "run", "--class", "1");
        Done("train", "gaussians-8", "--run", "points", "--set", "width=8", "batch=8", "--threads", "1", "--steps", "1");
        Refused("gan-cls, stackgan", "sample", "points", "--text", "a red bag");
        PutPicture("plain/1.png", 16, 16, 3, 1);
        Refused("?captions=yes", "train", "plain", "--system", "gan-cls");
    }
}
