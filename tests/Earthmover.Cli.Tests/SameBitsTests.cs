using System.Diagnostics;

namespace Earthmover.Cli.Tests;

/// <summary>One seed, several fresh processes: the same bits, whichever kernels the clock found fastest in the first of them.</summary>
public sealed class SameBitsTests : CommandLine
{
    private const string Pictures = "pictures", Lines = "lines.txt?length=8";

    public SameBitsTests()
    {
        for (var i = 0; i < 40; i++)
            PutPicture($"{Pictures}/{i}.png", 16, 16, 3, i);
        Put("lines.txt", string.Join('\n', Enumerable.Range(0, 40).Select(i => "abcdefgh"[(i % 7)..] + i)));
    }

    private string HashOf(Process process) => Wait(process) is { Code: 0 } outcome
        ? outcome.JsonLines.Last().GetProperty("state_hash").GetString()!
        : throw new InvalidOperationException(process.StandardError.ReadToEnd());

    private Process Fresh(string data, string run, int threads, string environment = "", string more = "kernels=measured") =>
        Start(
            ["train", data, "--run", run, "--steps", "12", "--seed", "3", "--threads", $"{threads}",
                "--json", "--set", "width=16", "batch=16", more],
            $"export EARTHMOVER_CACHE='{Folder}/cache' {environment};");

    [Theory]
    [InlineData("gaussians-8", 2)]
    [InlineData(Pictures, 1)]
    [InlineData(Pictures, 2)]
    [InlineData(Lines, 2)]
    public void Fresh_runs_agree(string data, int threads)
    {
        var hashes = new HashSet<string>();
        for (var run = 0; run < 3; run++)
        {
            using var process = Fresh(data, $"{run}", threads);
            hashes.Add(HashOf(process));
        }
        Assert.Single(hashes);
    }

    [Fact]
    public void Runs_that_start_at_once_agree()
    {
        using Process one = Fresh(Pictures, "one", 1), other = Fresh(Pictures, "other", 1);
        Assert.Equal(HashOf(one), HashOf(other));
    }

    [Fact]
    public void A_killed_run_goes_on_as_a_fresh_one_does()
    {
        var cache = $"export EARTHMOVER_CACHE='{Folder}/cache';";
        string[] Train(string run) =>
            ["train", Pictures, "--run", run, "--steps", "150", "--seed", "3", "--threads", "1",
                "--json", "--set", "width=16", "batch=16", "checkpoint_every=5"];
        using var killed = Start(Train("killed"), cache);
        while (!File.Exists(At("killed", "checkpoints", "000010.safetensors")) && !killed.HasExited)
            Thread.Sleep(5);
        killed.Kill();
        killed.WaitForExit();
        Assert.False(File.Exists(At("killed", "checkpoints", "000150.safetensors")));
        using var resumed = Start(["train", "--resume", "--run", "killed", "--json"], cache);
        var hash = HashOf(resumed);
        using var straight = Start(Train("straight"), cache);
        Assert.Equal(HashOf(straight), hash);
    }

    // Another kind of processor, as far as the libraries can be told so.
    [Fact]
    public void Plain_kernels_do_not_depend_on_the_processor()
    {
        using var here = Fresh(Pictures, "here", 1, more: "kernels=plain");
        var hash = HashOf(here);
        string[] others = ["OPENBLAS_CORETYPE=Nehalem OPENBLAS_L2_SIZE=2048", "ATEN_CPU_CAPABILITY=default", "DNNL_MAX_CPU_ISA=SSE41"];
        foreach (var environment in others)
        {
            using var there = Fresh(Pictures, environment[..12], 1, environment, "kernels=plain");
            Assert.Equal(hash, HashOf(there));
        }
    }

    [Fact]
    public void What_decides_the_last_bits_is_written_down_and_a_change_is_said()
    {
        using var begun = Fresh(Pictures, "r", 1);
        HashOf(begun);
        Assert.Contains("\"processor\"", File.ReadAllText(At("r", "recipe.json")), StringComparison.Ordinal);
        using var elsewhere = Start(["train", "--resume", "--run", "r", "--steps", "13"],
            $"export EARTHMOVER_CACHE='{Folder}/cache' ATEN_CPU_CAPABILITY=default;");
        var outcome = Wait(elsewhere);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("ATEN_CPU_CAPABILITY", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("no longer to the bit", outcome.Error, StringComparison.Ordinal);
    }
}
