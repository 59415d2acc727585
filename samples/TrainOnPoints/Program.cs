// Trains WGAN-GP on points: built-in ones, or those of a file.  TrainOnPoints [DATA [RUN]]
using Earthmover.Data;
using Earthmover.Sessions;

var data = args.ElementAtOrDefault(0) ?? "gaussians-8";
var folder = args.ElementAtOrDefault(1) ?? "points-run";

// Ctrl-C ends it between two moves; what was learned is saved, and the run can go on.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) => (pressed.Cancel, _) = (true, stop.CancelAsync());

var plan = new RunPlan(data)
{
    System = "wgan-gp",
    Settings = ["width=64", "report_every=100"],
    Budget = new(Steps: 400),
    Seed = 5,
};
using var run = TrainingRun.Start(plan, folder, new DataContext());
var outcome = run.Play(new Lines(), stop.Token);
Console.WriteLine($"{outcome.Ending} at step {outcome.Standing.Step}, state {outcome.StateHash}, health {outcome.Health?.Sentence}");
Console.WriteLine($"samples, report and checkpoints: {run.Folder.Path}");

// The truth beside the estimate: the exact distance, and what two sets of real points would show.
internal sealed class Lines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress now)
    {
        var measures = now.Record.Measures;
        Console.WriteLine($"{now.Share,5:P0}  step {now.Record.Step,4}  W estimate {measures["w_estimate"]:0.000}"
            + $"  exact {measures["w_exact"]:0.000}  floor {measures["w_floor"]:0.000}");
    }
}
