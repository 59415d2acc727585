using System.Diagnostics;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Cli.Tests;

/// <summary>The program as a process: stopped by signals, killed while it saves, out of disk.</summary>
public sealed class ProcessTests : CommandLine
{
    private Process Train(string steps, params string[] more) =>
        Start(["train", "gaussians-8", "--run", "r", "--steps", steps, "--json", .. Small, .. more.SelectMany(m => new[] { "--set", m })]);

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

    private string[] Checkpoints =>
        Directory.Exists(At("r", "checkpoints")) ? Directory.GetFiles(At("r", "checkpoints"), "*.safetensors") : [];

    // Started, stopped by a signal, resumed: the same as never stopped.
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_saves_and_the_run_goes_on_bit_for_bit(string signal)
    {
        using var process = Train("400");
        WaitFor(process, () => File.Exists(At("r", "log.jsonl")));
        using (var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {process.Id}"]))
            kill.WaitForExit();
        var stopped = Wait(process);
        Assert.Equal(130, stopped.Code);
        var last = stopped.JsonLines.Last();
        Assert.Equal("stopped", last.GetProperty("ending").GetString());
        Assert.InRange(last.GetProperty("step").GetInt64(), 1, 399);

        using var resumed = Start(["train", "--resume", "--run", "r", "--json"]);
        var hash = Wait(resumed).JsonLines.Last().GetProperty("state_hash").GetString();
        Directory.Move(At("r"), At("stopped"));
        using var whole = Train("400");
        Assert.Equal(hash, Wait(whole).JsonLines.Last().GetProperty("state_hash").GetString());
    }

    private void SurvivesKills(int times)
    {
        var random = new Random(7);
        var furthest = -1L;
        for (var i = 0; i < times; i++)
        {
            using var process = i == 0 ? Train("1000000", "checkpoint_every=1") : Start(["train", "--resume", "--run", "r", "--json"]);
            var before = furthest;
            WaitFor(process, () => Checkpoints.Any(c => long.Parse(Path.GetFileNameWithoutExtension(c)) > before));
            Thread.Sleep(random.Next(60));
            process.Kill();
            process.WaitForExit();
            // What it left is cleared away once it is old.
            foreach (var left in Directory.GetFiles(At("r"), "*.part", SearchOption.AllDirectories))
                File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddMinutes(-1));

            using var folder = RunFolder.Open(At("r"));
            var newest = Checkpoint.Read(folder.ListCheckpoints()[^1]);
            Assert.True(newest.Standing.Step > furthest);
            furthest = newest.Standing.Step;
        }
        Done("train", "--resume", "--run", "r", "--steps", $"{furthest + 1}", "--json");
        Assert.Empty(Directory.EnumerateFiles(At("r"), "*.part", SearchOption.AllDirectories));
        Assert.All(File.ReadLines(At("r", "log.jsonl")), line => System.Text.Json.JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public void Killed_while_it_saves_it_leaves_a_whole_checkpoint() => SurvivesKills(3);

    [Fact]
    [Trait("Category", "Slow")]
    public void Killed_forty_times_it_always_leaves_a_whole_checkpoint() => SurvivesKills(40);

    // A checkpoint of narrow networks is smaller than a sample picture, which then fails first, and ends nothing.
    [Theory]
    [InlineData("width=16")]
    [InlineData("width=128")]
    public void Without_space_it_says_so_in_one_line_and_the_old_checkpoint_is_whole(string width)
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "2", .. Small, "--set", width]);
        var size = new FileInfo(Checkpoints.Single()).Length;
        // A limit on file sizes fails the way a full disk does: in the midst of a write.
        using var process = Start(["train", "--resume", "--run", "r", "--steps", "4"],
            $"export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f {size / 2 / 512};");
        var outcome = Wait(process);
        Assert.Equal(1, outcome.Code);
        var line = Assert.Single(outcome.Error.Split('\n'), l => l.StartsWith("earthmover: ", StringComparison.Ordinal));
        Assert.Contains("cannot save r/checkpoints/000004.safetensors", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(2, Checkpoint.Read(Checkpoints.Single()).Standing.Step);
        Assert.Empty(Directory.EnumerateFiles(At("r"), "*.part", SearchOption.AllDirectories));
    }

    // The log and the events become too large, a checkpoint does not.
    [Fact]
    public void Without_space_for_what_only_tells_of_it_the_run_goes_on_and_is_saved()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "2", .. Small, "--set", "report_every=1", "health_share=0"]);
        var kilobytes = new FileInfo(Checkpoints.Single()).Length / 1024 + 16;
        using var process = Start(["train", "--resume", "--run", "r", "--steps", "600"],
            $"export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f {2 * kilobytes};");
        var outcome = Wait(process);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Single(outcome.Error.Split('\n'), l => l.Contains("cannot write to r", StringComparison.Ordinal));
        Assert.Equal(600, Checkpoint.Read(Checkpoints.Max()!).Standing.Step);
        Assert.All(File.ReadLines(At("r", "log.jsonl")), line => System.Text.Json.JsonDocument.Parse(line).Dispose());
    }

    // From where the runtime just starts to where training just does not.
    [Theory]
    [InlineData(50)]
    [InlineData(58)]
    [InlineData(62)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(66)]
    [InlineData(68)]
    [InlineData(80)]
    public void Without_file_handles_it_ends_in_one_line(int handles)
    {
        using var process = Start(["train", "gaussians-8", "--quick", "--run", "r"], $"ulimit -n {handles};");
        var outcome = Wait(process);
        Assert.Equal(1, outcome.Code);
        var line = Assert.Single(outcome.Error.Split('\n'), l => l.StartsWith("earthmover: ", StringComparison.Ordinal));
        Assert.Contains("ulimit -n", line, StringComparison.Ordinal);
        Assert.DoesNotContain("copy the run", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.True(!Directory.Exists(At("r")) || File.Exists(At("r", "recipe.json")), "an empty run folder was left");
    }

    // Wherever they run out, be it when the result is printed.
    [Fact]
    public void With_few_file_handles_it_works_or_says_why_not()
    {
        for (var handles = 54; handles <= 76; handles++)
        {
            using var process = Start(["distance", "gaussians-8", "swiss-roll", "-n", "20", "--seed", "1"], $"ulimit -n {handles};");
            var (code, said, error) = Wait(process);
            Assert.True(code == 0 ? said.Length > 0 : code == 1 && error.Contains("ulimit -n", StringComparison.Ordinal),
                $"{handles} handles: exit code {code}, '{said}', '{error}'");
        }
    }

    [Fact]
    public void Help_comes_quickly()
    {
        var clock = Stopwatch.StartNew();
        using var process = Start(["--help"]);
        Assert.Equal(0, Wait(process).Code);
        // Generous: tests run on busy machines, and this copy is not compiled ahead of time.
        Assert.True(clock.Elapsed.TotalSeconds < 5, $"{clock.Elapsed.TotalSeconds:0.0} s");
    }
}
