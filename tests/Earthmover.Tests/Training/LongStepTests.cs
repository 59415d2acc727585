using System.Diagnostics;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Sessions;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training;

/// <summary>Steps of very many moves: a stop and the end of the time are met within them.</summary>
public sealed class LongStepTests : Playground
{
    private static readonly string[] s_long =
        [.. Toy.Where(s => !s.StartsWith("critic_steps", StringComparison.Ordinal)), "health_share=0", "average_images=1000"];

    private sealed class Notes : ITrainingObserver
    {
        public List<string> All { get; } = [];

        public void Noted(string line) => All.Add(line);

        public void Reported(TrainingRecord record, double progress)
        {
        }

        public void Wrote(string path)
        {
        }
    }

    [Fact]
    public void Time_ends_a_run_within_a_step()
    {
        var clock = Stopwatch.StartNew();
        var notes = new Notes();
        string[] settings = [.. s_long, "critic_steps=100000"];
        var (standing, _, ending) = Play("gaussians-8", "wgan-gp", new(Seconds: 0.5), settings, "run", watch: notes);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
        Assert.Equal((0, 0, Ending.Finished), (standing.Step, standing.Position, ending));
        Assert.StartsWith("step 1 was broken off after ", Assert.Single(notes.All), StringComparison.Ordinal);
        using var folder = RunFolder.Open(Path.Combine(Folder, "run"));
        Assert.False(Session.NewestCheckpoint(folder).IsWithinStep);
    }

    // Stopped in the midst of the third step, and gone on with: the same bits as never stopped.
    [Fact]
    public void A_run_that_is_stopped_within_a_step_goes_on_to_the_bit()
    {
        string[] settings = [.. s_long, "critic_steps=40"];
        var straight = Play("gaussians-8", "wgan-gp", new(Steps: 4), settings, "straight");
        var notes = new Notes();
        using var stop = new CancellationTokenSource();
        var (recipe, data) = Resolve("gaussians-8", "wgan-gp", new(Steps: 4), settings);
        using (var session = Session.Start(recipe, data))
        using (var folder = RunFolder.Create(Path.Combine(Folder, "run"), recipe))
        using (session.Streams.Use())
        {
            var source = new Stopping(data, at: 100, stop);
            using var trainer = new Trainer(session.System, source, recipe, session.Options, session.Streams, folder, null, notes);
            Assert.Equal(Ending.Stopped, trainer.Run(stop.Token));
            Assert.Equal(2, trainer.Standing.Step);
        }
        Assert.Contains(notes.All, note => note.StartsWith("step 3 was broken off after ", StringComparison.Ordinal));
        var resumed = Play("gaussians-8", "wgan-gp", new(Steps: 4), settings, "run");
        Assert.Equal((straight.Standing.Step, straight.Standing.Position), (resumed.Standing.Step, resumed.Standing.Position));
        Assert.Equal(straight.Hash, resumed.Hash);
    }

    private sealed class Stopping(DataSet data, long at, CancellationTokenSource stop) : BatchSource(data, 32, 1)
    {
        public override TensorOwner Deal(long index, Device? device = null)
        {
            if (index == at)
                stop.Cancel();
            return base.Deal(index, device);
        }
    }
}
