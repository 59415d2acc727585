using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training.Runs;

/// <summary>Numbers of run folders: each its own, whatever else lies there.</summary>
public sealed class RunNumbersTests : Playground
{
    private string Next(params string[] folders)
    {
        var root = Path.Combine(Folder, "runs");
        foreach (var folder in folders)
            Directory.CreateDirectory(Path.Combine(root, folder));
        return Path.GetFileName(RunNumbers.NextPath(root, "gaussians-8", "wgan"));
    }

    [Theory]
    [InlineData("0001-gaussians-8-wgan")]
    [InlineData("0008-gaussians-8-wgan", "0007-a")]
    [InlineData("10000-gaussians-8-wgan", "9999-a")]
    [InlineData("0001-gaussians-8-wgan", "17-a", "mine", "12345", "-0009-a", "٠٠٠٩-a")]
    [InlineData("2147483648-gaussians-8-wgan", "2147483647-x")]
    [InlineData("100000000000-gaussians-8-wgan", "99999999999-x")]
    [InlineData("9223372036854775808-gaussians-8-wgan", "9223372036854775807-x", "0005-y")]
    public void The_next_number_is_one_more_than_the_largest_however_large(string expected, params string[] folders) =>
        Assert.Equal(expected, Next(folders));

    [Fact]
    public void The_newest_run_has_the_largest_number()
    {
        var root = Path.Combine(Folder, "runs");
        Assert.Null(RunNumbers.Newest(root, RunFolder.RecipeName));
        foreach (var name in new[] { "mine", "0009-a", "9999-a", "99999999999-a", "10000-a" })
        {
            Directory.CreateDirectory(Path.Combine(root, name));
            File.WriteAllText(Path.Combine(root, name, "recipe.json"), "{}");
        }
        Directory.CreateDirectory(Path.Combine(root, "999999999999-no-run"));
        Assert.Equal(Path.Combine(root, "99999999999-a"), RunNumbers.Newest(root, RunFolder.RecipeName));
        File.WriteAllText(Path.Combine(root, "9999-a", "sweep.json"), "{}");
        Assert.Equal(Path.Combine(root, "9999-a"), RunNumbers.Newest(root, "sweep.json"));
    }

    [Fact]
    public void Many_that_begin_at_once_get_a_folder_and_a_number_each()
    {
        var root = Path.Combine(Folder, "runs");
        string[] data = ["gaussians-8", "swiss-roll"]; // of different names, which would not collide by themselves
        var recipe = Resolve("gaussians-8", "wgan-gp", new(Steps: 1), Toy).Recipe;
        using var ready = new Barrier(6);
        var folders = new RunFolder[6];
        Thread[] starts = [.. folders.Select((_, i) => new Thread(() =>
        {
            ready.SignalAndWait();
            folders[i] = RunNumbers.CreateNext(root, data[i % 2], recipe);
        }))];
        Array.ForEach(starts, start => start.Start());
        Array.ForEach(starts, start => start.Join());
        Assert.Equal([1, 2, 3, 4, 5, 6], folders.Select(folder => int.Parse(Path.GetFileName(folder.Path)[..4])).Order());
        Assert.All(folders, folder => Assert.Equal(recipe.ToJson(), folder.ReadRecipe().ToJson()));
        Array.ForEach(folders, folder => folder.Dispose());
    }

    [Fact]
    public void A_folder_with_what_a_start_left_that_was_killed_at_once_is_as_good_as_empty()
    {
        var recipe = Resolve("gaussians-8", "wgan-gp", new(Steps: 1), Toy).Recipe;
        var path = Path.Combine(Folder, "r");
        Directory.CreateDirectory(Path.Combine(path, "samples"));
        Directory.CreateDirectory(Path.Combine(path, "checkpoints"));
        File.WriteAllText(Path.Combine(path, ".lock"), "");
        File.WriteAllText(Path.Combine(path, "running.json"), "{");
        using (RunFolder.Create(path, recipe))
            Assert.Contains($"process {Environment.ProcessId}", Refused(() => RunFolder.Create(path, recipe)), StringComparison.Ordinal);
        Assert.Contains("--resume", Refused(() => RunFolder.Create(path, recipe)), StringComparison.Ordinal);
        File.Delete(Path.Combine(path, "recipe.json"));
        File.WriteAllText(Path.Combine(path, "samples", "mine.txt"), "dear to me");
        Assert.Contains("not empty", Refused(() => RunFolder.Create(path, recipe)), StringComparison.Ordinal);
    }
}
