namespace Earthmover.Cli.Tests;

/// <summary>Training that begins from the weights of another run, and what may be said of a run that goes on.</summary>
public sealed class InitTests : CommandLine
{
    private void First() => Done(["train", "gaussians-8", "--system", "wgan-gp", "--run", "first", "--steps", "2", .. Small]);

    private static string[] Next(params string[] how) =>
        ["train", "swiss-roll", "--run", "next", "--steps", "2", "--threads", "1", "--set", "batch=32", .. how];

    [Fact]
    public void It_says_what_it_begins_from_and_writes_it_down()
    {
        First();
        var outcome = Done(Next("--init", "first", "--freeze-critic-layers", "1"));
        Assert.Contains($"note: begins from {At("first")} at step 2: generator, critic", outcome.Error, StringComparison.Ordinal);
        var recipe = System.Text.Json.JsonDocument.Parse(File.ReadAllText(At("next", "recipe.json"))).RootElement;
        Assert.Equal(At("first"), recipe.GetProperty("origin").GetProperty("from").GetString());
        Assert.Equal(2, recipe.GetProperty("origin").GetProperty("step").GetInt64());
        Assert.Equal("1", recipe.GetProperty("training").GetProperty("freeze_critic_layers").GetString());
        Assert.Equal(["000000.safetensors", "000002.safetensors"],
            Directory.GetFiles(At("next", "checkpoints")).Select(Path.GetFileName).Order());
        // The last part of the folder is all that a picture or a page carries of it.
        var picture = Directory.GetFiles(At("next", "samples")).Max()!;
        var texts = Media.ImageFile.ReadPngText(File.ReadAllBytes(picture));
        Assert.DoesNotContain(Folder, texts.Single(text => text.Key == "earthmover").Value, StringComparison.Ordinal);
        var page = File.ReadAllText(At("next", "report.html"));
        Assert.Contains("first", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Folder, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("network 'generator', parameter '0.weight' is [8, 2] here and [16, 2] there", "--init", "first", "--set", "width=8")]
    [InlineData("there is no run or file elsewhere to begin from", "--init", "elsewhere")]
    [InlineData("first.txt: is truncated or not a safetensors file", "--init", "first.txt")]
    [InlineData("is not the folder of a run", "--init", ".")]
    [InlineData("say where, with --init", "--freeze-critic-layers", "1")]
    [InlineData("leaves nothing of the critic to learn", "--init", "first", "--freeze-critic-layers", "9")]
    public void What_cannot_begin_is_refused_in_one_line(string why, params string[] how)
    {
        First();
        Put("first.txt", "no tensors at all");
        var before = Everything();
        var outcome = Run(Next(how));
        Assert.Equal(2, outcome.Code);
        Assert.Contains(why, Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void A_run_that_goes_on_takes_what_may_change_and_refuses_the_rest()
    {
        First();
        var outcome = Done("train", "--resume", "--run", "first", "--steps", "4", "--set", "learning_rate=1e-5", "report_every=1");
        Assert.Matches("note: learning_rate is 1E-05 instead of .+ from step 2 on", outcome.Error);
        Assert.Contains("is part of what the run has become",
            Run("train", "--resume", "--run", "first", "--steps", "6", "--set", "width=5").Error, StringComparison.Ordinal);
        Assert.Contains("--init cannot be given",
            Run("train", "--resume", "--run", "first", "--init", "first").Error, StringComparison.Ordinal);
    }
}
