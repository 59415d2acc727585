using System.CommandLine;
using Earthmover.Cli.Training;
using Earthmover.Data;
using Earthmover.Sessions;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover train</c>: trains a system on data until a budget is used up, shows how it goes, and saves.</summary>
internal static class TrainCommand
{
    internal static Command Create()
    {
        var data = new Argument<string?>("data")
        {
            Description = $"A built-in name ({Invocation.Of("data list")}) or a path; "
                + "options after '?': fashion-mnist?classes=7,8; two domains: 'A|B', or a folder with trainA and trainB",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var system = new Option<string?>("--system")
        {
            Description = $"What to train ({Invocation.Of("systems")}); chosen by the data when left out",
        };
        var set = new Option<string[]>("--set")
        {
            Description = $"Change an option: --set batch=128 width=32; {Invocation.Of("systems NAME")} lists those of a system; "
                + "with --resume, step sizes and how often is reported and saved",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var init = new Option<string?>("--init")
        {
            Description = "Begin from the weights of a run, whose system and options are then taken where nothing else is said, "
                + "or of a .safetensors file",
        };
        var freeze = NumberOption.Whole<int?>("--freeze-critic-layers",
            "With --init: so many layers of each critic, from the samples on, do not learn", 1, 1000);
        var run = new Option<string?>("--run") { Description = "Folder of the run; runs/NNNN-data-system when left out" };
        var steps = NumberOption.Whole<long?>("--steps", "Stop after so many steps", low: 1);
        var images = NumberOption.Whole<long?>("--images", "Stop after so many real samples", low: 1);
        var time = new Option<string?>("--time")
        {
            Description = "Stop after so much training time: 90s, 5m, 2h; 5m when nothing else is given",
        };
        var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:k", DefaultValueFactory = _ => "cpu" };
        var threads = NumberOption.Whole("--threads", "Threads; 0 uses all cores", 0, Recipe.MostThreads, fallback: 0);
        var seed = NumberOption.Whole("--seed", "Seed of every random stream", fallback: 1L);
        var precision = new Option<string>("--precision")
        {
            Description = "Of matrix products and convolutions: fp32, bf16, or tf32 on CUDA; penalties of slopes stay in fp32",
            DefaultValueFactory = _ => "fp32",
        };
        var resume = new Option<bool>("--resume")
        {
            Description = "Continue the run in --run (or the newest under runs/) from its last checkpoint",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the recipe and stop" };
        var quick = new Option<bool>("--quick") { Description = "Twenty steps, to see that everything works" };
        var sick = new Option<bool>("--stop-when-sick") { Description = "Save and stop, with exit code 1, when the run's health is red" };
        var json = new Option<bool>("--json") { Description = "One JSON line for each report on standard output" };
        var command = new Command("train", "Train a system on data")
        {
            data, system, set, init, freeze, run, steps, images, time, device, threads, seed, precision, resume, dryRun, quick, sick, json,
        };
        command.SetAction(parsed =>
        {
            var context = new DataContext { Progress = DataProgressLine.Shown };
            var budget = new Budget(parsed.GetValue(quick) ? 20 : parsed.GetValue(steps),
                parsed.GetValue(images), Duration(parsed.GetValue(time)));
            var stopWhenSick = parsed.GetValue(sick);
            if (parsed.GetValue(resume))
            {
                foreach (var option in new Option[] { system, init, freeze, device, seed, precision, dryRun })
                    if (parsed.GetResult(option) is { Implicit: false })
                        throw new UserException($"--resume continues a run with its own recipe, so {option.Name} cannot be given; "
                            + "leave it out, or start a new run");
                int? given = parsed.GetResult(threads) is { Implicit: false } ? parsed.GetValue(threads) : null;
                var changes = new ResumeOptions(budget == new Budget() ? null : budget, given, parsed.GetValue(data), parsed.GetValue(set));
                using var resumed = TrainingRun.Resume(parsed.GetValue(run) ?? Newest(), changes, context, stopWhenSick);
                return Train(resumed, parsed.GetValue(json));
            }
            if (budget == new Budget())
                budget = budget with { Seconds = 300 };
            var address = parsed.GetValue(data)
                ?? throw new UserException("train needs data: a built-in name such as fashion-mnist, or a path; "
                    + $"{Invocation.Of("data list")} shows the names");
            // Before the data is read, which may take minutes.
            if (parsed.GetValue(run) is { } wanted)
                RunFolder.RequireFree(OutputPath.OfFolder("--run", wanted)!);
            _ = Recipe.PrecisionOf(parsed.GetValue(precision)!, parsed.GetValue(device)!);
            var plan = new RunPlan(address)
            {
                System = parsed.GetValue(system),
                Settings = parsed.GetValue(freeze) is { } layers
                    ? [.. parsed.GetValue(set)!, $"freeze_critic_layers={layers}"] : parsed.GetValue(set)!,
                Init = parsed.GetValue(init),
                Budget = budget,
                Seed = parsed.GetValue(seed),
                Device = parsed.GetValue(device)!,
                Threads = parsed.GetValue(threads),
                Precision = parsed.GetValue(precision)!,
            };
            if (parsed.GetValue(dryRun))
            {
                // It sits down with the players too: what it accepts, a real one starts.
                Console.WriteLine(TrainingRun.Rehearse(plan, context).ToJson());
                return ErrorBoundary.Success;
            }
            using var started = TrainingRun.Start(plan, parsed.GetValue(run), context, stopWhenSick);
            return Train(started, parsed.GetValue(json));
        });
        return command;
    }

    private static int Train(TrainingRun run, bool json)
    {
        using var signals = new StopSignals();
        using var display = TrainingDisplay.Create(run.Folder, json);
        var outcome = run.Play(display, signals.Token, Shown);
        display.Ended(outcome.Ending, outcome.Standing, outcome.StateHash);
        if (outcome.Ending == Ending.Sick)
        {
            var finding = outcome.Health!.Findings[0];
            throw new TrainingFailedException($"stopped at step {outcome.Standing.Step}, since the run is sick: "
                + $"{finding.Rule}: {finding.Cause}; "
                + $"saved in {run.Folder.Path}; remedy: {finding.Remedy}");
        }
        return outcome.Ending == Ending.Finished ? ErrorBoundary.Success : ErrorBoundary.Interrupted;

        Ending Shown(Func<Ending> train)
        {
            display.Begin(run.Session);
            return display.While(train);
        }
    }

    private static string Newest() => RunNumbers.Newest("runs", RunMark.FileName)
        ?? throw new UserException("there is no run to resume under runs/; name one with --run DIR");

    internal static double? Duration(string? text)
    {
        if (text is null)
            return null;
        var unit = text.Length > 0 ? text[^1] switch { 's' => 1.0, 'm' => 60, 'h' => 3600, _ => 0 } : 0;
        if (unit > 0 && NumberText.TryNumber(text[..^1], out var value) && value > 0 && double.IsFinite(value * unit))
            return value * unit;
        throw new UserException($"--time takes a time such as 90s, 5m or 2h, not '{text}'"
            + $"{(text.Length > 0 ? NumberText.Hint(text[..^1]) : "")}");
    }
}
