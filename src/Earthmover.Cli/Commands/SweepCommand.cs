using System.CommandLine;
using Earthmover.Cli.Evaluations;
using Earthmover.Cli.Training;
using Earthmover.Data;
using Earthmover.Files;
using Earthmover.Sessions;
using Earthmover.Sessions.Comparing;
using Earthmover.Sessions.Sweeps;
using Earthmover.Training;

namespace Earthmover.Cli.Commands;

/// <summary>
/// <c>earthmover sweep</c>: trains every choice of some options with several seeds, and says which is better beyond the noise.
/// </summary>
internal static class SweepCommand
{
    internal static Command Create()
    {
        var data = new Argument<string?>("data")
        {
            Description = $"A built-in name ({Invocation.Of("data list")}) or a path, as for train",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var vary = new Option<string[]>("--vary")
        {
            Description = "An option and its values: --vary learning_rate=1e-3,3e-3; given several times, every combination is trained; "
                + "system=wgan-gp,hinge varies the system",
            DefaultValueFactory = _ => [],
        };
        var seeds = NumberOption.Whole("--seeds", "Seeds that each recipe is trained with", 1, 1000, fallback: 3);
        var seed = NumberOption.Whole("--seed", "The first of them", fallback: 1L);
        var system = new Option<string?>("--system") { Description = "What to train; chosen by the data when left out" };
        var set = new Option<string[]>("--set")
        {
            Description = "Options that all runs have: --set batch=128",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var init = new Option<string?>("--init") { Description = "Begin every run from the weights of a run, or of a .safetensors file" };
        var steps = NumberOption.Whole<long?>("--steps", "Stop each run after so many steps", low: 1);
        var images = NumberOption.Whole<long?>("--images", "Stop each run after so many real samples", low: 1);
        var time = new Option<string?>("--time")
        {
            Description = "Stop each run after so much training time: 90s, 5m, 2h; 5m when nothing else is given",
        };
        var metric = new Option<string?>("--metric")
        {
            Description = $"What decides, by its first number: {string.Join(", ", RunScoring.Known.Select(m => m.Name))}; "
                + "by default fd for pictures, w1 for points, quality for tables, js for text",
        };
        var (points, others) = RunScoring.Usual;
        var count = NumberOption.Whole<int?>("-n",
            $"Samples on each side; by default {points:N0} points, {others:N0} others", 2, 1_000_000);
        var jobs = NumberOption.Whole("--jobs", "Runs at once, each on one thread where there are several", 1, 256, fallback: 1);
        var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:k", DefaultValueFactory = _ => "cpu" };
        var threads = NumberOption.Whole<int?>("--threads",
            "Threads of each run; by default all cores, and 1 with several jobs", 0, Recipe.MostThreads);
        var precision = new Option<string>("--precision")
        {
            Description = "fp32, bf16, or tf32 on CUDA",
            DefaultValueFactory = _ => "fp32",
        };
        var output = new Option<string?>("--out") { Description = "Folder of the sweep; sweeps/NNNN-data-system when left out" };
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on with the sweep in --out (or the newest under sweeps/), by its own plan",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("sweep", "Train every choice of some options with several seeds, and compare them")
        {
            data, vary, seeds, seed, system, set, init, steps, images, time, metric, count, jobs, device, threads, precision, output,
            resume, json,
        };
        command.SetAction(parsed =>
        {
            var context = new DataContext { Progress = DataProgressLine.Shown };
            Sweep Resumed()
            {
                Option[] planned = [vary, seeds, seed, system, set, init, steps, images, time, metric, count, device, threads, precision];
                if (parsed.GetValue(data) is not null)
                    throw new UserException("--resume goes on with a sweep by its own plan, data included; leave the data out");
                if (planned.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
                    throw new UserException($"--resume goes on with a sweep by its own plan, so {given.Name} cannot be given; "
                        + "leave it out, or start another sweep");
                return Sweep.Resume(parsed.GetValue(output), context, parsed.GetValue(jobs));
            }
            Sweep Started()
            {
                var varied = SweepPlan.Read(parsed.GetValue(vary)!);
                var address = parsed.GetValue(data)
                    ?? throw new UserException("sweep needs data: a built-in name such as gaussians-8, or a path; "
                        + $"{Invocation.Of("data list")} shows the names");
                var budget = new Budget(parsed.GetValue(steps), parsed.GetValue(images), TrainCommand.Duration(parsed.GetValue(time)));
                _ = Recipe.PrecisionOf(parsed.GetValue(precision)!, parsed.GetValue(device)!);
                var plan = new SweepPlan(address, varied)
                {
                    System = parsed.GetValue(system),
                    Init = parsed.GetValue(init),
                    Settings = parsed.GetValue(set)!,
                    Budget = budget == new Budget() ? new(Seconds: 300) : budget,
                    Seeds = parsed.GetValue(seeds),
                    Seed = parsed.GetValue(seed),
                    Device = parsed.GetValue(device)!,
                    Threads = parsed.GetValue(threads) ?? (parsed.GetValue(jobs) > 1 ? 1 : 0),
                    Precision = parsed.GetValue(precision)!,
                    Metric = parsed.GetValue(metric),
                    Count = parsed.GetValue(count),
                };
                return Sweep.Start(plan, parsed.GetValue(output), context, parsed.GetValue(jobs));
            }
            using var sweep = parsed.GetValue(resume) ? Resumed() : Started();
            using var signals = new StopSignals();
            var runs = sweep.Plan.Recipes().Count * sweep.Plan.Seeds;
            Output.Note($"{sweep.Path}: {sweep.Plan.Recipes().Count} recipes, {sweep.Plan.Seeds} seeds, "
                + $"{runs} runs of {sweep.Plan.Budget}");
            var result = SweepDisplay.While(tell => sweep.Run(tell, signals.Token));
            if (result is null)
            {
                Output.Note($"stopped; continue: {Invocation.Of($"sweep --resume --out {sweep.Path}")}");
                return ErrorBoundary.Interrupted;
            }
            var (written, lacking) = SweepPage.Write(result);
            var document = Output.Document(DocumentOf(result));
            var results = Path.Combine(sweep.Path, "results.json");
            AtomicFile.WriteText(results, document + "\n");
            if (parsed.GetValue(json))
                Console.WriteLine(document);
            else
                Show(result, [.. written, results]);
            if (lacking is not null)
                Output.Note($"note: {lacking}");
            return ErrorBoundary.Success;
        });
        return command;
    }

    private static object DocumentOf(SweepResult result) => new
    {
        Sweep = result.Path,
        result.Plan.Data,
        result.Plan.System,
        result.Plan.Vary,
        Seeds = result.Plan.AllSeeds(),
        Budget = result.Plan.Budget.ToString(),
        result.Metric,
        result.Better,
        result.Protocol,
        N = result.Count,
        Recipes = result.Recipes.Zip(result.Contenders).Select(pair => new
        {
            pair.First.Name,
            Options = pair.First.Options.ToDictionary(),
            Value = pair.Second.Scores.Count > 0 ? pair.Second.Value : (double?)null,
            Low95 = pair.Second.Scores.Count > 1 ? pair.Second.Interval.Low : (double?)null,
            High95 = pair.Second.Scores.Count > 1 ? pair.Second.Interval.High : (double?)null,
            Runs = result.Scores.Where(score => score.Recipe == pair.First.Number).Select(score => new
            {
                score.Seed,
                Path = Path.Combine(result.Path, result.Plan.FolderOf(pair.First, score.Seed)),
                score.Step,
                score.StateHash,
                score.Failure,
                Values = score.Scores.Select(one => new { one.Name, one.Value }),
            }),
        }),
        Tests = CompareCommand.Tests(result.Duels),
        Method = Contest.Method,
        Best = result.Best?.Name,
        Winner = result.Winner?.Name,
        Verdict = result.Verdict(),
        Command = result.Command(),
    };

    private static void Show(SweepResult result, IReadOnlyList<string> written)
    {
        Tables.Write(SweepPage.Table(result));
        foreach (var score in result.Scores.Where(score => score.Failure is not null))
            Output.Note($"{result.Recipes[score.Recipe - 1].Name}, seed {score.Seed}: {score.Failure}");
        Output.Line(result.Verdict());
        Output.Line($"decided by {Contest.Method}; pairs are seeds; {result.Count:N0} samples against {result.Plan.Data}");
        if (result.Command() is { } again)
            Output.Line($"the best again: {again}");
        Output.Line($"wrote {string.Join(", ", written)}");
    }
}
