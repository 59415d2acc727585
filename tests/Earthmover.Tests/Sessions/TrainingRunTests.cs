using Earthmover.Data;
using Earthmover.Sessions;
using Earthmover.Tests.Training;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Sessions;

/// <summary>A run by the calls that every face makes: started by a plan, stopped by a token, resumed, and ended by a failure.</summary>
public sealed class TrainingRunTests : Playground
{
    private readonly ThreadSplit _before = Runtime.Threads;

    // A run divides the threads of the process.
    protected override void TearDown()
    {
        Runtime.Threads = _before;
        base.TearDown();
    }

    private string Run => Path.Combine(Folder, "run");

    private static RunPlan Plan(int steps, params string[] settings) =>
        new("gaussians-8") { System = "wgan-gp", Settings = [.. Toy, .. settings], Budget = new(Steps: steps), Threads = 1 };

    private TrainingOutcome Train(RunPlan plan, string folder, ITrainingObserver? watch = null, CancellationToken stop = default)
    {
        using var run = TrainingRun.Start(plan, Path.Combine(Folder, folder), Context);
        return run.Play(watch ?? new Watch(), stop);
    }

    [Fact]
    public void A_plan_is_played_to_its_end_saved_and_reported_on_without_a_word_to_the_terminal()
    {
        var (standard, error) = (Console.Out, Console.Error);
        using StringWriter output = new(), problems = new();
        var written = new List<string>();
        try
        {
            Console.SetOut(output);
            Console.SetError(problems);
            var outcome = Train(Plan(4), "run", new Watch(wrote: written.Add));
            Assert.Equal((Ending.Finished, 4), (outcome.Ending, outcome.Standing.Step));
            Assert.Equal(16, outcome.StateHash.Length);
        }
        finally
        {
            Console.SetOut(standard);
            Console.SetError(error);
        }
        Assert.Equal(("", ""), (output.ToString(), problems.ToString()));
        Assert.True(File.Exists(Path.Combine(Run, "report.html")));
        Assert.Contains(written, path => path.EndsWith("report.html", StringComparison.Ordinal));
        using var folder = RunFolder.Open(Run);
        Assert.Equal(4, Checkpoint.Read(folder.ListCheckpoints()[^1]).Standing.Step);
        Assert.NotNull(folder.ReadRecipe().Samples);
    }

    private sealed class Shares(Action<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told(value);
    }

    [Fact]
    public void Progress_is_told_at_once_and_a_token_ends_it()
    {
        using var stop = new CancellationTokenSource();
        var told = new List<(long Step, double Share)>();
        using var run = TrainingRun.Start(Plan(8), Run, Context);
        var outcome = run.Play(new Shares(now =>
        {
            told.Add((now.Record.Step, now.Share));
            if (now.Record.Step == 4)
                stop.Cancel();
        }), stop.Token);
        Assert.Equal((Ending.Stopped, 4), (outcome.Ending, outcome.Standing.Step));
        Assert.Equal([(1, 1 / 8.0), (2, 2 / 8.0), (3, 3 / 8.0), (4, 4 / 8.0)], told);
    }

    [Fact]
    public void What_a_token_stops_goes_on_to_the_bits_of_a_run_that_was_never_stopped()
    {
        var whole = Train(Plan(6), "whole").StateHash;
        using var stop = new CancellationTokenSource();
        var stopper = new Watch(record =>
        {
            if (record.Step == 2)
                stop.Cancel();
        });
        var stopped = Train(Plan(6), "run", stopper, stop.Token);
        Assert.Equal((Ending.Stopped, 2), (stopped.Ending, stopped.Standing.Step));
        using var run = TrainingRun.Resume(Run, new(), Context);
        var outcome = run.Play(new Watch(), default);
        Assert.Equal((Ending.Finished, 6, whole), (outcome.Ending, outcome.Standing.Step, outcome.StateHash));
    }

    [Fact]
    public void A_token_that_is_cancelled_already_plays_nothing()
    {
        var outcome = Train(Plan(6), "run", stop: new(canceled: true));
        Assert.Equal((Ending.Stopped, 0), (outcome.Ending, outcome.Standing.Step));
    }

    [Fact]
    public void A_plan_that_is_refused_leaves_no_folder()
    {
        var good = Plan(1);
        RunPlan[] plans = [good with { System = "wgan-pg" }, Plan(1, "batch=0"),
            good with { Data = "nowhere.csv" }, good with { Device = "tpu" }];
        foreach (var plan in plans)
            Assert.Throws<UserException>(() => TrainingRun.Start(plan, Run, Context).Dispose());
        Assert.False(Directory.Exists(Run));
    }

    [Fact]
    public void A_folder_that_is_taken_is_refused_and_left_as_it_is()
    {
        Train(Plan(1), "run");
        var before = Directory.GetFiles(Run, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        var refusal = Assert.Throws<UserException>(() => TrainingRun.Start(Plan(2), Run, Context).Dispose());
        Assert.Contains(Run, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(Run, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_used_up_or_is_no_run_does_not_go_on()
    {
        Train(Plan(2), "run");
        Assert.Throws<UserException>(() => TrainingRun.Resume(Run, new(Budget: new(Steps: 1)), Context).Dispose());
        Assert.Throws<UserException>(() => TrainingRun.Resume(Path.Combine(Folder, "nowhere"), new(), Context).Dispose());
        using var longer = TrainingRun.Resume(Run, new(Budget: new(Steps: 3)), Context);
        Assert.Equal(3, longer.Play(new Watch(), default).Standing.Step);
    }

    // Steps without bounds: the critic's scores are not finite within a few of them.
    [Fact]
    public void A_run_that_diverges_says_what_is_kept()
    {
        using var run = TrainingRun.Start(Plan(200, "learning_rate=1000", "constraint=none"), Run, Context);
        var failure = Assert.Throws<TrainingFailedException>(() => run.Play(new Watch(), default)).Message;
        Assert.Contains("not finite", failure, StringComparison.Ordinal);
        Assert.Contains("learning_rate", failure, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure);
    }
}
