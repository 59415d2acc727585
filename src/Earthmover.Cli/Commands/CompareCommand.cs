using System.CommandLine;
using Earthmover.Cli.Evaluations;
using Earthmover.Metrics;
using Earthmover.Reports;
using Earthmover.Sessions;
using Earthmover.Sessions.Comparing;
using Spectre.Console;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover compare</c>: runs side by side, and which is better beyond the noise.</summary>
internal static class CompareCommand
{
    internal static Command Create()
    {
        var runs = new Argument<string[]>("runs") { Description = "Folders of two runs or more", Arity = ArgumentArity.ZeroOrMore };
        var metrics = new Option<string[]>("--metrics")
        {
            Description = $"Which: {string.Join(", ", RunScoring.Known.Select(m => m.Name))}, or none; "
                + "by default those that fit the data and take little time",
            AllowMultipleArgumentsPerToken = true,
        };
        var against = new Option<string?>("--against") { Description = "Real data; by default what the runs were trained on" };
        var (points, others) = RunScoring.Usual;
        var count = NumberOption.Whole<int?>("-n",
            $"Samples on each side of a draw; by default {points:N0} points, {others:N0} others", 2, 1_000_000);
        var draws = NumberOption.Whole<int?>("--draws",
            "Draws of samples that each metric is measured on; by default 5, and 1 where runs of several seeds are compared", 1, 1000);
        var features = new Option<string?>("--features") { Description = EvaluateCommand.FeatureNames };
        var inception = new Option<string?>("--inception") { Description = "Inception's weights (safetensors), for FID proper" };
        var seed = NumberOption.Whole("--seed", "Seed of latent vectors and of the choice of samples", fallback: 1L);
        var html = new Option<string?>("--html")
        {
            Description = "Write a page with samples of the same latent vectors and curves on one axis",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("compare", "Compare runs: options that differ, metrics with intervals, paired tests, samples, curves")
        {
            runs, metrics, against, count, draws, features, inception, seed, html, json,
        };
        command.SetAction(parsed =>
        {
            var asked = parsed.GetValue(metrics) ?? [];
            var nothing = asked is ["none"];
            // Names first: a typing error should not cost the drawing of samples.
            var wanted = nothing ? [] : RunScoring.Named(asked);
            if (asked.Length > 0 && !nothing && wanted.Count == 0)
                throw new UserException("--metrics names none; leave it out for those that fit the data, or say none");
            var page = OutputPath.OfPage("--html", parsed.GetValue(html));
            using var comparison = RunComparison.Open(parsed.GetValue(runs)!, new());
            RunScoring Scoring(string address, bool repeats) => new(address)
            {
                Metrics = wanted,
                Count = parsed.GetValue(count),
                Draws = parsed.GetValue(draws) ?? (repeats ? 1 : 5),
                Features = parsed.GetValue(features),
                Inception = parsed.GetValue(inception),
                Seed = parsed.GetValue(seed),
            };
            // Measuring is what takes long; the page draws a few samples.
            const double measuring = 0.9;
            var (measured, missing) = WholeProgress.While(tell =>
            {
                var found = nothing ? null
                    : comparison.Measure(parsed.GetValue(against), Scoring,
                        tell.Part((WorkProgress at) => at with { Share = measuring * at.Share }));
                var lacks = page is null ? null : ComparisonPage.Write(page, comparison, found, parsed.GetValue(seed),
                    tell.Part((WorkProgress at) => at with { Share = measuring + (1 - measuring) * at.Share }));
                return (found, lacks);
            });
            if (parsed.GetValue(json))
                Output.Json(DocumentOf(comparison, measured, page));
            else
                Show(comparison, measured);
            foreach (var note in comparison.Notes.Append(missing).OfType<string>())
                Output.Note($"note: {note}");
            if (page is not null && !parsed.GetValue(json))
                Output.Line($"wrote {page}");
            return ErrorBoundary.Success;
        });
        return command;
    }

    private static object DocumentOf(RunComparison comparison, MeasuredRuns? measured, string? page) => new
    {
        Runs = comparison.Runs.Select(run => new
        {
            run.Name,
            run.Path,
            run.Recipe.System,
            run.Recipe.Data,
            run.Recipe.Seed,
            run.Record.Step,
            Checkpoint = run.Trained?.Checkpoint.StateHash,
            Health = run.Record.Health?.Verdict,
        }),
        Options = comparison.Differences(),
        measured?.Against,
        Metrics = (measured?.Scores.FirstOrDefault(score => score is not null) ?? []).Select((quantity, i) => new
        {
            quantity.Name,
            quantity.Better,
            quantity.Protocol,
            quantity.N,
            quantity.Floor,
            Runs = comparison.Runs.Zip(measured!.Scores).Where(pair => pair.Second is not null)
                .Select(pair => new { pair.First.Name, pair.Second![i].Value, Draws = pair.Second[i].Values }),
            Contenders = measured.Disciplines[i].Contenders.Select(one => new
            {
                one.Name,
                one.Value,
                Low95 = Finite(one.Interval.Low),
                High95 = Finite(one.Interval.High),
            }),
        }),
        Tests = Tests(measured?.Duels ?? []),
        Method = Contest.Method,
        Pairs = measured?.Unit,
        Page = page,
        comparison.Notes,
    };

    internal static double? Finite(double value) => double.IsFinite(value) ? value : null;

    internal static IEnumerable<object> Tests(IReadOnlyList<Duel> duels) => duels.Select(duel => new
    {
        duel.Metric,
        duel.First,
        duel.Second,
        Pairs = duel.Test?.Pairs ?? 0,
        Difference = duel.Difference?.Mean,
        duel.Difference?.Low95,
        duel.Difference?.High95,
        duel.Test?.P,
        PAdjusted = duel.Adjusted,
        duel.Winner,
    });

    private static void Show(RunComparison comparison, MeasuredRuns? measured)
    {
        var names = comparison.Runs.Select(run => run.Name).ToList();
        var numbers = comparison.Runs.Select(run => run.Numbers()).ToList();
        var rows = numbers[0].Select((number, i) => (IReadOnlyList<string>)[number.Name, .. numbers.Select(one => one[i].Value ?? "")]);
        var options = comparison.Differences().Select(d => (IReadOnlyList<string>)[d.Name, .. d.Values]).ToList();
        Tables.Write(new(["", .. names], [.. rows.Where(row => row.Skip(1).Any(cell => cell.Length > 0))]));
        if (options.Count > 0)
            Tables.Write(new(["option", .. names], options));
        else
            Output.Line("no option differs");
        if (measured is null)
            return;
        var first = measured.Scores.First(score => score is not null)!;
        Tables.Write(ScoreTable.Of(measured, first));
        Output.Line(measured.Unit == "draws"
            ? $"mean and 95 % interval over {first[0].Values.Count} draws of {first[0].N:N0} samples of the runs as they are, "
                + $"against {measured.Against}"
            : $"mean and 95 % interval over training seeds, {first[0].N:N0} samples, against {measured.Against}");
        Tables.Write(ScoreTable.Of(measured.Duels));
        Output.Line($"{Contest.Method}; pairs are {measured.Unit}; of \"as real\" metrics the distance from the floor is compared");
    }
}
