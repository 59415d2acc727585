using System.CommandLine;
using System.Runtime.InteropServices;
using Earthmover.Cli.Training;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Reports;
using Earthmover.Sessions;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Earthmover.Training;
using Earthmover.Training.Runs;
using Earthmover.Training.Views;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover train</c>: trains a system on data until a budget is used up, shows how it goes, and saves.</summary>
internal static class TrainCommand
{
    internal static Command Create()
    {
        var data = new Argument<string?>("data") { Description = $"A built-in name ({Invocation.Of("data list")}) or a path; options after '?': fashion-mnist?classes=7,8; two domains: 'A|B', or a folder with trainA and trainB", Arity = ArgumentArity.ZeroOrOne };
        var system = new Option<string?>("--system") { Description = $"What to train ({Invocation.Of("systems")}); chosen by the data when left out" };
        var set = new Option<string[]>("--set") { Description = $"Change an option: --set batch=128 width=32; {Invocation.Of("systems NAME")} lists those of a system", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var run = new Option<string?>("--run") { Description = "Folder of the run; runs/NNNN-data-system when left out" };
        var steps = NumberOption.Whole<long?>("--steps", "Stop after so many steps", low: 1);
        var images = NumberOption.Whole<long?>("--images", "Stop after so many real samples", low: 1);
        var time = new Option<string?>("--time") { Description = "Stop after so much training time: 90s, 5m, 2h; 5m when nothing else is given" };
        var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:k", DefaultValueFactory = _ => "cpu" };
        var threads = NumberOption.Whole("--threads", "Threads; 0 uses all cores", 0, Recipe.MostThreads, fallback: 0);
        var seed = NumberOption.Whole("--seed", "Seed of every random stream", fallback: 1L);
        var precision = new Option<string>("--precision") { Description = "Of matrix products and convolutions: fp32, bf16, or tf32 on CUDA; penalties of slopes stay in fp32", DefaultValueFactory = _ => "fp32" };
        var resume = new Option<bool>("--resume") { Description = "Continue the run in --run (or the newest under runs/) from its last checkpoint" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the recipe and stop" };
        var quick = new Option<bool>("--quick") { Description = "Twenty steps, to see that everything works" };
        var sick = new Option<bool>("--stop-when-sick") { Description = "Save and stop, with exit code 1, when the run's health is red" };
        var json = new Option<bool>("--json") { Description = "One JSON line for each report on standard output" };
        var command = new Command("train", "Train a system on data") { data, system, set, run, steps, images, time, device, threads, seed, precision, resume, dryRun, quick, sick, json };
        command.SetAction(parsed =>
        {
            var context = new DataContext { Progress = DataProgressLine.Show };
            var budget = new Budget(parsed.GetValue(quick) ? 20 : parsed.GetValue(steps),
                parsed.GetValue(images), Duration(parsed.GetValue(time)));
            if (parsed.GetValue(resume))
            {
                foreach (var option in new Option[] { system, set, device, seed, precision, dryRun })
                    if (parsed.GetResult(option) is { Implicit: false })
                        throw new UserException($"--resume continues a run with its own recipe, so {option.Name} cannot be given; leave it out, or start a new run");
                return Resume(parsed.GetValue(run) ?? Newest(), parsed.GetValue(data), budget, parsed.GetResult(threads) is { Implicit: false } ? parsed.GetValue(threads) : null, parsed.GetValue(sick), parsed.GetValue(json), context);
            }
            if (budget == new Budget())
                budget = budget with { Seconds = 300 };
            var address = parsed.GetValue(data) ?? throw new UserException($"train needs data: a built-in name such as fashion-mnist, or a path; {Invocation.Of("data list")} shows the names");
            // Before the data is read, which may take minutes.
            if (parsed.GetValue(run) is { } wanted)
                RunFolder.RequireFree(OutputPath.OfFolder("--run", wanted)!);
            _ = Recipe.PrecisionOf(parsed.GetValue(precision)!, parsed.GetValue(device)!);
            var (recipe, opened) = Session.Resolve(address, parsed.GetValue(system), parsed.GetValue(set)!, budget, parsed.GetValue(seed), parsed.GetValue(device)!, parsed.GetValue(threads), parsed.GetValue(precision)!, context);
            // A dry run sits down with the players too: what it accepts, a real one starts.
            using var session = Session.Start(recipe, opened);
            if (parsed.GetValue(dryRun))
            {
                Console.WriteLine(recipe.ToJson());
                return ErrorBoundary.Success;
            }
            session.DivideThreads(TimeForRehearsal(budget));
            using var folder = parsed.GetValue(run) is { } chosen
                ? RunFolder.Create(chosen, session.Recipe)
                : RunNumbers.CreateNext("runs", address, session.Recipe);
            return Train(session, folder, null, parsed.GetValue(sick), parsed.GetValue(json));
        });
        return command;
    }

    private static int Resume(string path, string? moved, Budget budget, int? threads, bool stopWhenSick, bool json, DataContext context)
    {
        using var folder = RunFolder.Open(path);
        folder.RequirePlain();
        if (folder.Links() is { Count: > 0 } links)
        {
            var names = string.Join(", ", links.Take(5)) + (links.Count > 5 ? ", …" : "");
            Console.Error.WriteLine($"links in {path} are not written to: {names}");
        }
        var run = Resumption.Of(folder, new(budget == new Budget() ? null : budget, threads, moved));
        using var session = Session.Start(run.Recipe, Session.OpenData(run.Recipe, context));
        session.DivideThreads(TimeForRehearsal(run.Recipe.Budget));
        return Train(session, folder, run, stopWhenSick, json);
    }

    private static int Train(Session session, RunFolder folder, Resumption? resumed, bool stopWhenSick, bool json)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        using var use = session.Streams.Use();
        using var display = TrainingDisplay.Create(folder, json);
        using var trainer = new Trainer(session.System, session.Source, session.Recipe, session.Options, session.Streams, folder, ISampleView.Of(session.Source, session.Recipe), display) { HeldOut = session.HeldOut, Patient = session.Patient, StopWhenSick = stopWhenSick };
        if (resumed?.Checkpoint is { } checkpoint)
            trainer.Resume(checkpoint);
        if (resumed?.Checkpoint is { IsWithinStep: true } rescued)
        {
            var failed = rescued.Standing.Step + 1;
            Console.Error.WriteLine($"step {failed} had failed when this run was saved: it goes on, but not bit for bit as a run that never failed");
        }
        resumed?.Begin(session.Recipe);
        foreach (var note in resumed?.Notes ?? [])
            display.Noted(note);
        display.Begin(session);
        try
        {
            var ending = display.While(() => trainer.Run(stop.Token));
            WriteReport(folder, display);
            if (KernelChoices.Machine?.Problem is { } lost)
                Console.Error.WriteLine($"warning: {lost}");
            display.Ended(ending, trainer.Standing, trainer.StateHash);
            if (ending == Ending.Sick)
                throw new TrainingFailedException($"stopped at step {trainer.Standing.Step}, since the run is sick: {trainer.Health!.Findings[0].Rule}: {trainer.Health.Findings[0].Cause}; saved in {folder.Path}; remedy: {trainer.Health.Findings[0].Remedy}");
            return ending == Ending.Finished ? ErrorBoundary.Success : ErrorBoundary.Interrupted;
        }
        catch (NotFiniteException e)
        {
            WriteReport(folder, display);
            throw new TrainingFailedException($"{e.Message}; {Kept(trainer, folder)}; a smaller --set learning_rate may help", e);
        }
        catch (Exception e) when (e is not (TrainingFailedException or UserException))
        {
            WriteReport(folder, display);
            throw new TrainingFailedException($"{ErrorBoundary.Line(e)}; {Kept(trainer, folder)}", e);
        }
    }

    // What is left of a run that failed: only what is known to be good is called so.
    private static string Kept(Trainer trainer, RunFolder folder) =>
        trainer.Rescued is { } rescued ? $"saved at step {trainer.Standing.Step} in {rescued}"
        : folder.ListCheckpoints().LastOrDefault(Checkpoint.IsGood) is { } good ? $"the last good checkpoint is {good}"
        : "there was no checkpoint yet";

    // The run is what matters: whatever happens to its report costs a line and no more.
    private static void WriteReport(RunFolder folder, TrainingDisplay display)
    {
        try
        {
            var report = RunReport.Write(folder.Path);
            display.Wrote(report.Report);
            if (report.Lacking is { } lacking)
                Console.Error.WriteLine($"{report.Report}: {lacking}");
        }
#pragma warning disable CA1031 // Nothing that goes wrong here may fail a training that is done and saved.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Console.Error.WriteLine($"warning: no {RunReport.FileName}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    // A long run may spend more on being fast.
    private static TimeSpan TimeForRehearsal(Budget budget) => TimeSpan.FromSeconds(Math.Clamp(budget.Seconds / 50 ?? 1, 0.2, 10));

    private static string Newest() => RunNumbers.Newest("runs")
        ?? throw new UserException("there is no run to resume under runs/; name one with --run DIR");

    internal static double? Duration(string? text)
    {
        if (text is null)
            return null;
        var unit = text.Length > 0 ? text[^1] switch { 's' => 1.0, 'm' => 60, 'h' => 3600, _ => 0 } : 0;
        if (unit > 0 && NumberText.TryNumber(text[..^1], out var value) && value > 0 && double.IsFinite(value * unit))
            return value * unit;
        throw new UserException($"--time takes a time such as 90s, 5m or 2h, not '{text}'{(text.Length > 0 ? NumberText.Hint(text[..^1]) : "")}");
    }
}

/// <summary>Training ended by a failure that the message explains.</summary>
internal sealed class TrainingFailedException(string message, Exception? inner = null) : Exception(message, inner);
