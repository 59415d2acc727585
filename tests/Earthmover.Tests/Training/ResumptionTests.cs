using System.Globalization;
using System.Text.Json.Nodes;
using Earthmover.Data;
using Earthmover.Sessions;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training;

/// <summary>What a run is when it goes on: its recipe, its budget, its folder.</summary>
public sealed class ResumptionTests : Playground
{
    private string Run => Path.Combine(Folder, "run");

    private Resumption Resume(Budget? budget = null, int? threads = null, string? data = null)
    {
        using var folder = RunFolder.Open(Run);
        return Resumption.Of(folder, new(budget, threads, data));
    }

    private void Ten() => Play("gaussians-8", "wgan-gp", new(Steps: 10), Toy, "run");

    [Fact]
    public void A_larger_budget_is_told_with_its_step_sizes()
    {
        Ten();
        var run = Resume(new(Steps: 20));
        Assert.Equal(new Budget(Steps: 20), run.Recipe.Budget);
        Assert.Equal(10, run.Recipe.BudgetSince!.Step);
        Assert.Contains("the budget is now 20 steps instead of 10 steps: step sizes start again at 1 of full",
            Assert.Single(run.Notes), StringComparison.Ordinal);
        Assert.Null(Resume().Recipe.BudgetSince);
    }

    [Theory]
    [InlineData(5, null, null)]
    [InlineData(9, null, null)]
    [InlineData(null, 3, null)]
    [InlineData(null, null, 1e-9)]
    [InlineData(1000, 3, null)]
    public void A_budget_that_is_used_up_already_is_refused_and_shrinks_nothing(int? steps, int? images, double? seconds)
    {
        Ten();
        var before = File.ReadAllText(Path.Combine(Run, "recipe.json"));
        var message = Refused(() => Resume(new(steps, images, seconds)));
        Assert.Contains("is at step 10 already", message, StringComparison.Ordinal);
        Assert.Contains("10 steps", message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Path.Combine(Run, "recipe.json")));
    }

    [Theory]
    [InlineData("width", "99")]
    [InlineData("width", "-3")]
    [InlineData("batch", "7")]
    [InlineData("system", "gan")]
    [InlineData("seed", "99")]
    [InlineData("device", "mars")]
    public void A_recipe_that_was_edited_is_refused_by_its_name(string name, string value)
    {
        Ten();
        var file = Path.Combine(Run, "recipe.json");
        var recipe = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        var place = new[] { recipe["options"]!.AsObject(), recipe["training"]!.AsObject(), recipe }.First(part => part.ContainsKey(name));
        place[name] = name == "seed" ? int.Parse(value, CultureInfo.InvariantCulture) : value;
        File.WriteAllText(file, recipe.ToJsonString());
        var message = Refused(() => Resume(new(Steps: 20)));
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.Contains(value, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_with_more_time_goes_on_bit_for_bit_when_it_is_stopped_again()
    {
        Ten();
        var recipe = Resume(new(Steps: 30)).Recipe;
        Directory.Move(Run, Path.Combine(Folder, "kept"));
        string Played(string name, params long[] stops)
        {
            Copy(Path.Combine(Folder, "kept"), Path.Combine(Folder, name));
            var hash = "";
            foreach (var stop in stops)
                hash = Continue(name, recipe, stop);
            return hash;
        }
        var whole = Played("whole", long.MaxValue);
        Assert.Equal(whole, Played("parts", 15, 22, long.MaxValue));
        // And not as a run that is played by the old schedule, stretched.
        Assert.NotEqual(whole, Continue("plain", recipe with { BudgetSince = null }, long.MaxValue));

        string Continue(string name, Recipe by, long stopAt)
        {
            if (!Directory.Exists(Path.Combine(Folder, name)))
                Copy(Path.Combine(Folder, "kept"), Path.Combine(Folder, name));
            using var stop = new CancellationTokenSource();
            using var folder = RunFolder.Open(Path.Combine(Folder, name));
            using var session = Session.Start(by, RunData.Open(by, Context));
            using var use = session.Streams.Use();
            using var trainer = new Trainer(
                session.System, session.Source, by, session.Options, session.Streams, folder, null, new Watch(record =>
            {
                if (record.Step >= stopAt)
                    stop.Cancel();
            }));
            trainer.Resume(Session.NewestCheckpoint(folder));
            trainer.Run(stop.Token);
            return trainer.StateHash;
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    [Fact]
    public void A_run_that_was_not_saved_starts_again()
    {
        Ten();
        File.Delete(Directory.GetFiles(Path.Combine(Run, "checkpoints")).Single());
        var run = Resume();
        Assert.Null(run.Checkpoint);
        Assert.Contains("starts again from step 0", Assert.Single(run.Notes), StringComparison.Ordinal);
        Directory.Delete(Path.Combine(Run, "checkpoints"));
        Directory.Delete(Path.Combine(Run, "samples"), recursive: true);
        using (var folder = RunFolder.Open(Run))
            Resumption.Of(folder, new()).Begin(run.Recipe);
        Assert.True(Directory.Exists(Path.Combine(Run, "checkpoints")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"data\":")]
    [InlineData("\0\0\0\0")]
    public void A_recipe_that_a_crash_has_emptied_is_found_in_the_checkpoint(string left)
    {
        Ten();
        var recipe = Path.Combine(Run, "recipe.json");
        var before = File.ReadAllText(recipe);
        File.WriteAllText(recipe, left);
        var run = Resume();
        Assert.Contains("takes its place",
            Assert.Single(run.Notes, n => n.Contains("damaged", StringComparison.Ordinal)), StringComparison.Ordinal);
        using (var folder = RunFolder.Open(Run))
            Resumption.Of(folder, new()).Begin(run.Recipe);
        Assert.Equal(before, File.ReadAllText(recipe));
        // Without a checkpoint there is nothing, and the way out is another.
        File.WriteAllText(recipe, left);
        File.Delete(Directory.GetFiles(Path.Combine(Run, "checkpoints")).Single());
        Assert.Contains($"delete {Run}", Refused(() => Resume()), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_threads_are_told_and_the_same_keep_their_division()
    {
        Ten();
        var all = Environment.ProcessorCount;
        Assert.Contains("no longer goes bit for bit",
            Assert.Single(Resume(threads: all + 1).Notes, n => n.Contains("threads", StringComparison.Ordinal)), StringComparison.Ordinal);
        var split = new Torch.ThreadSplit(1, 1);
        using (var folder = RunFolder.Open(Run))
            folder.WriteRecipe(folder.ReadRecipe() with { Threads = 1, ThreadSplit = split });
        Assert.Equal(split, Resume(threads: 1).Recipe.ThreadSplit);
        Assert.DoesNotContain(Resume(threads: 1).Notes, n => n.Contains("threads", StringComparison.Ordinal));
        Assert.Null(Resume(threads: 3).Recipe.ThreadSplit);
    }

    [Fact]
    public void Another_process_that_was_quicker_is_noticed()
    {
        Ten();
        using var folder = RunFolder.Open(Run);
        var run = Resumption.Of(folder, new(new Budget(Steps: 20)));
        File.Copy(folder.CheckpointPath(10), folder.CheckpointPath(15));
        Assert.Contains("another process", Refused(() => run.Begin(run.Recipe)), StringComparison.Ordinal);
    }

    // HERE is the way from the current folder, THERE the path.
    [Theory]
    [InlineData("HERE/p.csv", "THERE/p.csv")]
    [InlineData("HERE/x/../p.csv", "THERE/p.csv")]
    [InlineData("HERE/p.csv?limit=50", "THERE/p.csv?limit=50")]
    [InlineData("HERE/p.csv|HERE/q.csv", "THERE/p.csv|THERE/q.csv")]
    [InlineData("HERE/p.csv?limit=5|HERE/q.csv?limit=6", "THERE/p.csv?limit=5|THERE/q.csv?limit=6")]
    [InlineData("gaussians-8|HERE/p.csv", "gaussians-8|THERE/p.csv")]
    [InlineData("gaussians-8?n=5", "gaussians-8?n=5")]
    [InlineData("HERE/odd?name.csv", "THERE/odd?name.csv")]
    [InlineData("HERE/odd|name.csv", "THERE/odd|name.csv")]
    [InlineData("HERE/nowhere.csv", "HERE/nowhere.csv")]
    public void Paths_are_written_out_on_both_sides(string address, string expected)
    {
        foreach (var name in new[] { "p.csv", "q.csv", "odd?name.csv", "odd|name.csv", "x/y" })
            Put(name, "1,2\n");
        var here = Path.GetRelativePath(Environment.CurrentDirectory, Folder);
        string Of(string text) => text.Replace("THERE", Folder, StringComparison.Ordinal).Replace("HERE", here, StringComparison.Ordinal);
        Assert.Equal(Of(expected), DataCatalog.Absolute(Of(address)));
    }

    [Theory]
    [InlineData("a?size=32", "b", "b?size=32")]
    [InlineData("a?size=32", "b?size=16", "b?size=16")]
    [InlineData("a", "b", "b")]
    [InlineData("a?size=1|b?size=2", "c|d", "c?size=1|d?size=2")]
    [InlineData("a?size=1|b", "c|d?size=3", "c?size=1|d?size=3")]
    [InlineData("a?size=1", "c|d", "c|d")]
    public void Data_that_have_moved_are_read_as_before(string before, string now, string expected) =>
        Assert.Equal(expected, DataCatalog.WithOptionsOf(before, now));
}
