using System.Diagnostics;
using System.Text.Json;

namespace Earthmover.Cli.Tests;

/// <summary>Runs that go on: one process at a time, from anywhere, after any end, with more time.</summary>
public sealed class GoingOnTests : CommandLine
{
    private Process Train(string steps, params string[] settings) =>
        Start(["train", "gaussians-8", "--run", "r", "--steps", steps, "--json", .. Small,
            .. settings.SelectMany(setting => new[] { "--set", setting })]);

    private static void WaitFor(Process process, Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(!process.HasExited && clock.Elapsed.TotalSeconds < 60,
                process.HasExited ? process.StandardError.ReadToEnd() : "it takes too long");
            Thread.Sleep(5);
        }
    }

    private static void Kill(Process process)
    {
        process.Kill();
        process.WaitForExit();
    }

    private string Refused(params string[] args)
    {
        var before = Everything();
        var outcome = Run(args);
        Assert.Equal(2, outcome.Code);
        Assert.Equal(before, Everything());
        return Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
    }

    private static string Hash(Outcome outcome) => outcome.JsonLines.Last().GetProperty("state_hash").GetString()!;

    private string Field(string run, string name) =>
        JsonDocument.Parse(File.ReadAllText(At(run, "recipe.json"))).RootElement.GetProperty(name).ToString();

    [Fact]
    public void While_a_run_trains_no_other_process_writes_into_it_and_all_may_read()
    {
        using var first = Train("1000000", "report_every=5", "checkpoint_every=20", "keep_checkpoints=1");
        WaitFor(first,
            () => Directory.Exists(At("r", "checkpoints")) && Directory.GetFiles(At("r", "checkpoints"), "*.safetensors").Length > 0);
        string[][] attempts = [["train", "--resume", "--run", "r"], ["train", "gaussians-8", "--run", "r", "--quick"]];
        foreach (var args in attempts)
        {
            var outcome = Run(args);
            Assert.Equal(2, outcome.Code);
            // Not by SIGINT, which a shell has its background jobs ignore.
            Assert.Matches($"^earthmover: r is in use by process {first.Id} on .+, since 20[0-9: -]+ UTC; "
                + $"wait for it, or stop it: kill -TERM {first.Id} lets it save first$",
                Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')));
        }
        Done("sample", "r", "-n", "4", "--out", "a.npy");
        Done("evaluate", "r", "-n", "20", "--metrics", "w1", "--json");
        Done("report", "r");
        Done("diagnose", "r", "--json");
        using (var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {first.Id}"]))
            kill.WaitForExit();
        var ended = Wait(first);
        Assert.Equal(130, ended.Code);
        Assert.False(File.Exists(At("r", "running.json")));
        var steps = File.ReadLines(At("r", "log.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt64()).ToList();
        Assert.Equal(steps.Distinct().Order(), steps);
        Done("train", "--resume", "--run", "r", "--steps", $"{ended.JsonLines.Last().GetProperty("step").GetInt64() + 1}", "--json");
    }

    [Fact]
    public void Of_two_that_go_on_with_a_run_at_once_one_does()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "2", .. Small]);
        Process[] both = [.. Enumerable.Range(0, 2).Select(_ => Start(["train", "--resume", "--run", "r", "--steps", "400", "--json"]))];
        var outcomes = both.Select(Wait).ToList();
        Array.ForEach(both, process => process.Dispose());
        // Where the first was done before the second looked, the second finds nothing left to do.
        Assert.All(outcomes, outcome => Assert.True(outcome.Code is 0 or 2, outcome.Error));
        Assert.Contains(outcomes, outcome => outcome.Code == 0);
        var steps = File.ReadLines(At("r", "log.jsonl")).Select(line =>
            JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt64()).ToList();
        Assert.Equal(steps.Distinct().Order(), steps);
    }

    [Fact]
    public void A_run_that_was_killed_is_taken_over_with_a_word()
    {
        int id;
        using (var killed = Train("1000000", "checkpoint_every=1"))
        {
            WaitFor(killed,
                () => Directory.Exists(At("r", "checkpoints")) && Directory.GetFiles(At("r", "checkpoints"), "*.safetensors").Length > 0);
            id = killed.Id;
            Kill(killed);
        }
        Assert.True(File.Exists(At("r", "running.json")));
        var last = Directory.GetFiles(At("r", "checkpoints"), "*.safetensors")
            .Max(file => long.Parse(Path.GetFileNameWithoutExtension(file)));
        var outcome = Done("train", "--resume", "--run", "r", "--steps", $"{last + 2}", "--json");
        Assert.Matches($"note: r was left by process {id} on .+, since .+ UTC, which no longer holds it", outcome.Error);
        Assert.False(File.Exists(At("r", "running.json")));
        Assert.DoesNotContain("was left by",
            Done("train", "--resume", "--run", "r", "--steps", $"{last + 3}", "--json").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Three_that_begin_at_once_have_a_folder_each()
    {
        Process[] all = [.. Enumerable.Range(0, 3).Select(_ => Start(["train", "gaussians-8", "--quick", "--json", .. Small]))];
        var outcomes = all.Select(Wait).ToList();
        Array.ForEach(all, process => process.Dispose());
        Assert.All(outcomes, outcome => Assert.True(outcome.Code == 0, outcome.Error));
        Assert.Equal(["0001", "0002", "0003"], Directory.GetDirectories(At("runs")).Select(d => Path.GetFileName(d)[..4]).Order());
        Assert.All(Directory.GetDirectories(At("runs")),
            run => Assert.True(File.Exists(Path.Combine(run, "checkpoints", "000020.safetensors"))));
    }

    [Fact]
    public void Killed_before_its_first_checkpoint_a_run_starts_again_and_goes_the_same_way()
    {
        using (var killed = Train("1000000", "report_every=1"))
        {
            WaitFor(killed, () => File.Exists(At("r", "log.jsonl")));
            Kill(killed);
        }
        Assert.Contains("--resume, which starts it again",
            Refused("train", "gaussians-8", "--run", "r", "--quick"), StringComparison.Ordinal);
        var again = Done("train", "--resume", "--run", "r", "--steps", "30", "--json");
        Assert.Contains("note: r has no checkpoint yet, so it starts again from step 0 by its recipe",
            again.Error, StringComparison.Ordinal);
        Assert.Equal(1, again.JsonLines.First(l => l.TryGetProperty("step", out _)).GetProperty("step").GetInt64());
        var fresh = Done(["train", "gaussians-8", "--run", "fresh", "--steps", "30", "--json", .. Small, "--set", "report_every=1"]);
        Assert.Equal(Hash(fresh), Hash(again));
        Assert.Equal(File.ReadLines(At("fresh", "log.jsonl")).Count(), File.ReadLines(At("r", "log.jsonl")).Count());
    }

    [Fact]
    public void There_is_a_way_out_of_every_half_made_folder()
    {
        Directory.CreateDirectory(At("empty"));
        Assert.Contains("train DATA --run empty", Refused("train", "--resume", "--run", "empty"), StringComparison.Ordinal);
        Done(["train", "gaussians-8", "--run", "empty", "--steps", "1", .. Small]);
        Put("log-only/log.jsonl", "{}\n");
        Assert.DoesNotContain("--resume", Refused("train", "gaussians-8", "--run", "log-only", "--quick"), StringComparison.Ordinal);
        Assert.DoesNotContain("train DATA", Refused("train", "--resume", "--run", "log-only"), StringComparison.Ordinal);
        Directory.CreateDirectory(At("recipe-only"));
        File.Copy(At("empty", "recipe.json"), At("recipe-only", "recipe.json"));
        Done("train", "--resume", "--run", "recipe-only", "--json");
        Assert.True(File.Exists(At("recipe-only", "checkpoints", "000001.safetensors")));
    }

    [Fact]
    public void Data_that_were_moved_are_found_from_anywhere_and_read_as_before()
    {
        static string Points(int seed) => string.Join('\n', Enumerable.Range(0, 64).Select(i => $"{i},{i * i % 7 + seed}"));
        Put("old/a.csv", Points(0));
        Put("old/b.csv", Points(1));
        Directory.CreateDirectory(At("elsewhere"));
        Done(["train", "old/a.csv", "--run", "r", "--steps", "2", .. Small]);
        Done(["train", "old/a.csv|old/b.csv", "--run", "pair", "--steps", "1", "--threads", "1", "--set", "batch=16"]);
        Directory.Move(At("old"), At("new"));
        Done("train", "new/a.csv", "--resume", "--run", "r", "--steps", "3", "--json");
        Done("train", "new/a.csv|new/b.csv", "--resume", "--run", "pair", "--steps", "2", "--json");
        Environment.CurrentDirectory = At("elsewhere");
        Done("train", "--resume", "--run", "../r", "--steps", "4", "--json");
        Done("train", "--resume", "--run", "../pair", "--steps", "3", "--json");
        Environment.CurrentDirectory = Folder;
        Assert.Equal(At("new", "a.csv"), Field("r", "data"));
        Assert.Equal($"{At("new", "a.csv")}|{At("new", "b.csv")}", Field("pair", "data"));
    }

    [Fact]
    public void A_run_with_more_steps_says_what_becomes_of_its_step_sizes_and_moves_again()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "40", .. Small, "--set", "decay=linear"]);
        var line = Refused("train", "--resume", "--run", "r", "--steps", "10");
        Assert.Contains("at step 40 already", line, StringComparison.Ordinal);
        Assert.Contains("\"steps\": 40", File.ReadAllText(At("r", "recipe.json")), StringComparison.Ordinal);
        Assert.Contains("note: r has used its budget of 40 steps",
            Done("train", "--resume", "--run", "r", "--json").Error, StringComparison.Ordinal);
        var more = Done("train", "--resume", "--run", "r", "--steps", "60", "--threads", "2", "--json");
        Assert.Contains("note: the budget is now 60 steps instead of 40 steps: "
            + "step sizes start again at 1 of full and fall in a straight line to 0 at its end", more.Error, StringComparison.Ordinal);
        Assert.Contains("note: with 2 instead of 1 threads the run no longer goes bit for bit", more.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_line_of_the_log_is_dropped_alone_and_named()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "12", .. Small, "--set", "report_every=1"]);
        var lines = File.ReadAllLines(At("r", "log.jsonl"));
        lines[4] = lines[4][..40];
        File.WriteAllLines(At("r", "log.jsonl"), lines);
        var outcome = Done("train", "--resume", "--run", "r", "--steps", "14", "--json");
        Assert.Contains("log.jsonl: line 5 is no record and is left out; 11 records stay", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(13, File.ReadLines(At("r", "log.jsonl")).Count());
    }

    [Fact]
    public void A_measurement_of_one_metric_leaves_the_others()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "2", .. Small]);
        JsonElement Document() => JsonDocument.Parse(File.ReadAllText(At("r", "metrics.json"))).RootElement;
        JsonElement[] Kept() => [.. Document().GetProperty("metrics").EnumerateArray()];
        string Names() => string.Join(' ', Kept().Select(m => $"{m.GetProperty("name")}@{m.GetProperty("step")}x{m.GetProperty("n")}"));
        Done("evaluate", "r", "-n", "20", "--metrics", "w1,mmd");
        var hash = Kept()[0].GetProperty("checkpoint").GetString();
        Done("evaluate", "r", "-n", "20", "--metrics", "sliced");
        Assert.Equal("sliced@2x20 w1@2x20 mmd@2x20", Names());
        Done("evaluate", "r", "-n", "30", "--metrics", "w1");
        Assert.Equal("w1@2x30 sliced@2x20 mmd@2x20", Names());
        Assert.All(Kept(), m => Assert.Equal(hash, m.GetProperty("checkpoint").GetString()));

        // The run goes on: what is from before says so, in the file and in the report.
        Done("train", "--resume", "--run", "r", "--steps", "5");
        Done("evaluate", "r", "-n", "20", "--metrics", "mmd");
        Assert.Equal("mmd@5x20 w1@2x30 sliced@2x20", Names());
        Assert.NotEqual(hash, Kept()[0].GetProperty("checkpoint").GetString());
        var page = File.ReadAllText(At("r", "report.html"));
        Assert.Contains("Measured at different steps, each at the one beside it; the run is at step 5", page, StringComparison.Ordinal);
        Assert.Contains("<th>step</th>", page, StringComparison.Ordinal);
        Done("evaluate", "r", "-n", "20", "--metrics", "w1,sliced");
        Assert.Contains("Measured at step 5.", File.ReadAllText(At("r", "report.html")), StringComparison.Ordinal);

        // Another run of as many steps in the same folder: its measurements are its own.
        Directory.Move(At("r", "metrics.json"), At("metrics.json"));
        Directory.Delete(At("r"), recursive: true);
        Done(["train", "gaussians-8", "--run", "r", "--steps", "5", "--seed", "9", .. Small]);
        File.Move(At("metrics.json"), At("r", "metrics.json"));
        Done("evaluate", "r", "-n", "20", "--metrics", "sliced");
        Assert.Equal("sliced@5x20", Names());
        File.WriteAllText(At("r", "metrics.json"), "{\"metrics\":[{\"value\":1},null,7]}");
        Done("evaluate", "r", "-n", "20", "--metrics", "w1");
        Assert.Equal("w1@5x20", Names());
    }

    [Fact]
    public void Measurements_tell_the_step_that_they_were_taken_at()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "2", .. Small]);
        string[] measure = ["evaluate", "r", "-n", "20", "--metrics", "w1"];
        Assert.Contains("r at step 2 against", Done(measure).Out, StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse(File.ReadAllText(At("r", "metrics.json"))).RootElement.GetProperty("step").GetInt64());
        Assert.Contains("Measured at step 2.", File.ReadAllText(At("r", "report.html")), StringComparison.Ordinal);
        Done("train", "--resume", "--run", "r", "--steps", "5");
        var report = Done("report", "r");
        Assert.Contains("Measured at step 2; the run is at step 5", report.Error, StringComparison.Ordinal);
        Assert.Contains("Measured at step 2; the run is at step 5", File.ReadAllText(At("r", "report.html")), StringComparison.Ordinal);
        Assert.Equal(5, Done([.. measure, "--json"]).Json.GetProperty("step").GetInt64());
        Assert.DoesNotContain("the run is at step", Done("report", "r").Error, StringComparison.Ordinal);
    }
}
