using Earthmover.Data;
using Earthmover.Sessions;
using Earthmover.Tests.Training;

namespace Earthmover.Tests.Sessions;

/// <summary>What sweeps owe each other.</summary>
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
}
