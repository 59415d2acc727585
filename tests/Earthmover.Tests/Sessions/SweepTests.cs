using System.Text.Json;
using Earthmover.Data;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Sweeps;
using Earthmover.Tests.Training;
using Earthmover.Torch.Files;

namespace Earthmover.Tests.Sessions;

/// <summary>What sweeps owe each other, and runs of one sweep that train at once.</summary>
public sealed class SweepTests : Playground
{
    private sealed class Told(Action act) : IProgress<DataProgress>
    {
        public void Report(DataProgress value) => act();
    }

    private static readonly SweepPlan s_points = new("gaussians-8", [new("width", ["4", "8"])])
    {
        System = "wgan-gp",
        Settings = ["batch=4", "health_share=0", "grid_samples=4"],
        Budget = new(Steps: 2),
        Seeds = 1,
        Threads = 1,
        Count = 20,
    };

    private string Place => Path.Combine(Folder, "s");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sweep_that_began_while_another_was_checked_keeps_its_folder(bool isAtWork)
    {
        Sweep? quicker = null;
        void Begin()
        {
            quicker ??= Sweep.Start(s_points, Place, Context);
            if (!isAtWork)
                quicker.Dispose();
        }
        var pictures = s_points with { Data = PutFolders("a"), System = "r1-gan" };
        var refusal = Refused(() => Sweep.Start(pictures, Place, Context with { Progress = new Told(Begin) }).Dispose());
        Assert.Contains(isAtWork ? "another process is at work on the sweep" : "holds a sweep already", refusal, StringComparison.Ordinal);
        Assert.Equal("gaussians-8", SweepPlan.Open(Place).Data);
        quicker!.Dispose();
    }

    [Fact]
    public void A_folder_with_the_lock_of_a_start_that_was_killed_at_once_is_as_good_as_empty()
    {
        Put("s/.lock", "");
        Sweep.Start(s_points, Place, Context).Dispose();
        Assert.Contains("holds a sweep already", Refused(() => Sweep.Start(s_points, Place, Context).Dispose()), StringComparison.Ordinal);
        Put("other/.lock", "");
        Put("other/mine.txt", "mine");
        Assert.Contains("holds something already",
            Refused(() => Sweep.Start(s_points, Path.Combine(Folder, "other"), Context).Dispose()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--precision", "bf16")]
    [InlineData("penalties", null, "penalties=rough")]
    [InlineData("kernels", null, "kernels=plain")]
    public void What_belongs_to_the_whole_process_is_not_changed_by_several_jobs(string what, string? precision, params string[] settings)
    {
        Directory.CreateDirectory(Place);
        (s_points with { Precision = precision ?? "fp32", Settings = settings }).Write(Place);
        Sweep.Resume(Place, Context).Dispose();
        var refusal = Refused(() => Sweep.Resume(Place, Context, jobs: 2).Dispose());
        Assert.Contains("2 runs at once", refusal, StringComparison.Ordinal);
        Assert.Contains($"leave out {what} or --jobs", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Jobs_are_refused_to_runs_that_have_chosen_kernels_against_each_other()
    {
        using (var sweep = Sweep.Start(s_points, Place, Context))
            Assert.NotNull(sweep.Run());
        Choose("plain", "tiles-2");
        using (var sweep = Sweep.Resume(Place, Context, jobs: 2))
            Assert.Contains("leave out --jobs", Refused(() => sweep.Run()), StringComparison.Ordinal);
        using (var sweep = Sweep.Resume(Place, Context))
            Assert.NotNull(sweep.Run());
        Choose("plain", "plain");
        using (var sweep = Sweep.Resume(Place, Context, jobs: 2))
            Assert.NotNull(sweep.Run());
    }

    // As if each of the two runs had been stopped before it was measured, and had met a convolution.
    private void Choose(params string[] ways)
    {
        foreach (var (folder, way) in Directory.GetDirectories(Place).Order(StringComparer.Ordinal).Zip(ways))
        {
            File.Delete(Path.Combine(folder, "score.json"));
            var file = Directory.GetFiles(Path.Combine(folder, "checkpoints")).Single();
            var (tensors, metadata) = Safetensors.Read(file);
            var kernels = new Dictionary<string, string> { ["Forward 1x1x9x9 1x3x3 s1x1 p0x0 xx t1"] = way };
            Safetensors.Write(file, tensors, new Dictionary<string, string>(metadata) { ["kernels"] = JsonSerializer.Serialize(kernels) });
        }
    }
}
