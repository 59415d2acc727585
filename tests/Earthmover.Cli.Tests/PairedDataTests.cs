using Earthmover.Media;

namespace Earthmover.Cli.Tests;

/// <summary>Data of two domains on the command line.</summary>
public sealed class PairedDataTests : CommandLine
{
    private static void Save(string path, int side, int channels, int value)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageFile.SavePng(path, new Image(side, side, channels, [.. Enumerable.Repeat((byte)value, side * side * channels)]));
    }

    // Gray 8 x 8 beside RGB 16 x 16, as pairs and as captioned pictures.
    private void PutPairs(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Save(At($"maps/A/{i}.png"), 8, 1, 10 * i);
            Save(At($"maps/B/{i}.png"), 16, 3, 10 * i);
            Save(At($"words/{i}.png"), 8, 3, 10 * i);
            File.WriteAllText(At($"words/{i}.txt"), $"number {i}\n");
        }
    }

    [Fact]
    public void Pairs_are_checked_drawn_and_listed()
    {
        PutPairs(6);
        var check = Done("data", "check", "maps", "--json").Json;
        Assert.Equal("aligned", check.GetProperty("pairing").GetString());
        Assert.Equal("8x8 gray", check.GetProperty("shape").GetString());
        Assert.Equal("16x16 RGB", check.GetProperty("second").GetProperty("shape").GetString());
        var captions = Done("data", "check", "words?captions=yes").Out;
        Assert.Contains("the captions of the pictures (6 pairs)", captions, StringComparison.Ordinal);
        foreach (var data in new[] { "maps", "words?captions=yes", "maps/A|maps/B?pairs=unpaired" })
        {
            Done("data", "show", data, "--out", "out.png");
            Assert.True(ImageFile.Load(At("out.png")).Width > 100);
            File.Delete(At("out.png"));
        }
        var list = Done("data", "list", "--json").Json;
        var captioned = list.EnumerateArray().Where(d => d.GetProperty("pairing").GetString() == "captioned");
        Assert.Equal("fashion-captions", Assert.Single(captioned).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("train maps --system cyclegan --steps 1 --set batch=2", "8x8 gray and 16x16 RGB")]
    [InlineData("distance maps maps/A", "maps/A and maps/B; give one of them")]
    [InlineData("evaluate maps/A --against words?captions=yes", "words?captions=yes&side=a and words?captions=yes&side=b")]
    [InlineData("data check maps?pairs=maybe", "aligned, unpaired, none")]
    public void What_takes_one_domain_or_two_alike_says_so(string line, string says)
    {
        PutPairs(3);
        var outcome = Run(line.Split(' '));
        Assert.Equal(2, outcome.Code);
        Assert.Contains(says, Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    // Two domains that are not paired; the first has classes, and both hold a file that is none.
    private void PutUnpaired()
    {
        for (var i = 0; i < 4; i++)
        {
            Save(At($"two/trainA/{(i < 2 ? "cat" : "dog")}/{i}.png"), 16, 3, 10 * i);
            Save(At($"two/trainB/{i}.png"), 16, 3, 20 * i);
        }
        Put("two/trainA/cat/corrupt.png", "none");
        Put("two/trainB/corrupt.png", "none");
    }

    [Theory]
    [InlineData("two", "say so: 'two?pairs=aligned'; or take another system, such as cyclegan")]
    [InlineData("two?size=16", "say so: 'two?size=16&pairs=aligned';")]
    [InlineData("two/trainA?size=8|two/trainB?size=8&pairs=unpaired",
        "say so: 'two/trainA?size=8|two/trainB?size=8&pairs=aligned';")]
    [InlineData("two/trainB", "pairs are 'FIRST|SECOND?pairs=aligned', a folder with A and B of equal names")]
    public void Who_wants_pairs_is_told_how_to_say_so(string data, string says)
    {
        PutUnpaired();
        Refused(says, "train", data, "--system", "pix2pix");
        Assert.DoesNotContain("r1-gan", Run("train", data, "--system", "pix2pix").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_told_of_one_of_two_domains_names_it()
    {
        PutUnpaired();
        var told = Done("train", "two", "--system", "cyclegan", "--steps", "1", "--run", "r", "--threads", "1",
            "--set", "batch=2", "width=4", "blocks=1").Error.Split('\n');
        Assert.Contains("two/trainA: 2 classes from sub-folders", told);
        Assert.Contains("two/trainB: no classes: there are no sub-folders and no dataset.json", told);
        Assert.Single(told, line => line.StartsWith("two/trainA: skipped cat/corrupt.png: ", StringComparison.Ordinal));
        Assert.Single(told, line => line.StartsWith("two/trainB: skipped corrupt.png: ", StringComparison.Ordinal));
        var common = Done("train", "two/trainB|two/trainB", "--system", "cyclegan", "--steps", "1", "--run", "s", "--threads", "1",
            "--set", "batch=2", "width=4", "blocks=1").Error.Split('\n');
        Assert.Single(common, line => line == "no classes: there are no sub-folders and no dataset.json");
    }

    [Fact]
    public void Pairs_of_one_shape_may_be_translated_as_if_they_were_none_and_critics_of_patches_are_looked_at()
    {
        PutPairs(20);
        Done(["train", "maps?size=16&channels=gray", "--system", "cyclegan", "--steps", "1", "--run", "r", "--threads", "1",
            "--set", "batch=4", "width=4", "blocks=1"]);
        Assert.Contains("critic_gap", File.ReadAllText(At("r/log.jsonl")), StringComparison.Ordinal);
        Assert.Contains("\"health\"", File.ReadAllText(At("r/log.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_of_one_domain_trains_on_the_first_of_a_pair()
    {
        PutPairs(6);
        Done(["train", "maps", "--system", "gan", "--steps", "1", "--run", "r", .. Small, "--set", "batch=4", "width=4"]);
        Assert.Contains("maps", File.ReadAllText(At("r/recipe.json")), StringComparison.Ordinal);
    }
}
