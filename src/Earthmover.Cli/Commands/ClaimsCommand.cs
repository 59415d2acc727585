using System.CommandLine;
using System.Globalization;
using Earthmover.Claims;
using Earthmover.Cli.Evaluations;
using Earthmover.Reports;
using Earthmover.Sessions;
using Spectre.Console;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover claims</c>: the literature's claims as experiments.</summary>
internal static class ClaimsCommand
{
    internal static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document", Recursive = true };
        var command = new Command("claims", "Measure what the literature says: experiments with verdict, numbers and figure") { json };
        var list = new Command("list", "List the claims");
        command.Add(list);
        command.Add(Run(json));
        list.SetAction(parsed => List(parsed.GetValue(json)));
        command.SetAction(parsed => List(parsed.GetValue(json)));
        return command;
    }

    private static Command Run(Option<bool> json)
    {
        var names = new Argument<string[]>("name") { Description = "Names of claims", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every claim" };
        var quick = new Option<bool>("--quick") { Description = "The short versions, about half a minute each; this is the default" };
        var full = new Option<bool>("--full") { Description = "The long versions, minutes each" };
        var seeds = NumberOption.Whole("--seeds", "Runs of each claim, with the seeds 1, 2, …", 1, fallback: 1);
        var folder = new Option<string>("--out")
        {
            Description = "Where pages, figures and numbers go",
            DefaultValueFactory = _ => Path.Combine("runs", "claims"),
        };
        var missing = new Option<bool>("--missing")
        {
            Description = "Only those whose results in --out are not of this commit, length and number of seeds yet: "
                + "goes on with a night that was broken off, with the seeds that a claim then lacked",
        };
        var more = new Option<bool>("--more")
        {
            Description = "Keep the runs that --out has of the same length, of any commit, and make only those of the seeds that they lack",
        };
        var device = new Option<string>("--device")
        {
            Description = "Where networks are trained: cpu, cuda or cuda:k",
            DefaultValueFactory = _ => "cpu",
        };
        var fromRaw = new Option<bool>("--from-raw")
        {
            Description = "Run nothing: judge the runs that --out keeps by the bands of today, and write the pages anew",
        };
        var run = new Command("run", "Run claims and write their pages")
        {
            names, all, quick, full, seeds, device, folder, missing, more, fromRaw,
        };
        run.SetAction((parsed, stop) =>
        {
            var wanted = parsed.GetValue(names) ?? [];
            if (parsed.GetValue(all) == wanted.Length > 0)
                throw new UserException($"say which claims: {Invocation.Of("claims run NAME")}, or --all; "
                    + $"there are {string.Join(", ", ClaimCatalog.All.Select(c => c.Name))}");
            if (parsed.GetValue(quick) && parsed.GetValue(full))
                throw new UserException("--quick and --full exclude each other");
            if (parsed.GetValue(fromRaw) && (parsed.GetValue(more) || parsed.GetValue(missing)))
                throw new UserException("--from-raw runs nothing, so --more and --missing do not go with it");
            var claims = parsed.GetValue(all) ? ClaimCatalog.All : [.. wanted.Select(ClaimCatalog.Named).Distinct()];
            var (isQuick, count, book) = (!parsed.GetValue(full), parsed.GetValue(seeds),
                new ClaimBook(OutputPath.OfFolder("--out", parsed.GetValue(folder))!));
            if (parsed.GetValue(fromRaw))
            {
                var judged = parsed.GetValue(all) ? [.. claims.Where(book.HasRuns)] : claims;
                return Task.FromResult(Rejudge(judged, book, parsed.GetValue(json)));
            }
            var runner = new ClaimRunner(count, isQuick)
            {
                Device = Session.OpenDevice(parsed.GetValue(device)!),
                Kept = (claim, runs) => book.Keep(claim, isQuick, runs),
                Earlier = parsed.GetValue(more) || parsed.GetValue(missing)
                    ? claim => book.Earlier(claim, isQuick, ofAnyCommit: parsed.GetValue(more)) : null,
            };
            if (parsed.GetValue(missing))
                claims = [.. claims.Where(claim => !book.Holds(claim, isQuick, count))];
            return Task.FromResult(Run(claims, runner, book, parsed.GetValue(json), stop));
        });
        return run;
    }

    private static int List(bool json)
    {
        if (json)
        {
            Output.Json(ClaimCatalog.All.Select(c => new { c.Name, c.Title, c.Rows, c.Source, c.Statement, c.Experiment }));
            return ErrorBoundary.Success;
        }
        var table = new Table().Border(TableBorder.None).AddColumns("name", "claim");
        foreach (var claim in ClaimCatalog.All)
            table.AddRow(claim.Name, Markup.Escape(claim.Title));
        Output.Result.Write(table);
        return ErrorBoundary.Success;
    }

    private static int Run(IReadOnlyList<Claim> claims, ClaimRunner runner, ClaimBook book, bool json, CancellationToken stop)
    {
        var told = new List<(ClaimResult, string?)>();
        ClaimProgress.While(progress =>
        {
            foreach (var result in (runner with { Progress = progress }).Run(claims, stop))
                told.Add(Keep(result, book, json));
        });
        return Conclude(told, runner.Device.ToString(), json);
    }

    private static int Rejudge(IReadOnlyList<Claim> claims, ClaimBook book, bool json) =>
        Conclude([.. claims.Select(book.Rejudge).ToList().Select(result => Keep(result, book, json))], null, json);

    private static (ClaimResult Result, string? Figure) Keep(ClaimResult result, ClaimBook book, bool json)
    {
        string? figure = null;
        try
        {
            figure = book.Add(result);
        }
        catch (ReportException e)
        {
            Output.Progress.MarkupLineInterpolated($"{e.Message}");
        }
        if (!json)
            Show(result, Path.Combine(book.Folder, $"{result.Claim.Name}.md"));
        return (result, figure);
    }

    private static int Conclude(IReadOnlyList<(ClaimResult Result, string? Figure)> told, string? device, bool json)
    {
        if (json)
            Output.Json(new
            {
                device,
                claims = told.Select(t => new Dictionary<string, object?>(ClaimBook.FieldsOf(t.Result)) { ["figure"] = t.Figure }),
            });
        return told.Any(t => t.Result.Outcome == Outcome.Fail) ? ErrorBoundary.Failure : ErrorBoundary.Success;
    }

    private static void Show(ClaimResult result, string page)
    {
        var color = result.Outcome switch { Outcome.Pass => "green", Outcome.Differs => "yellow", _ => "red" };
        Output.Result.MarkupLine($"[{color}]{ClaimBook.TextOf(result.Outcome)}[/] [bold]{result.Claim.Name}[/]: "
            + $"{Markup.Escape(result.Claim.Title)} ({result.Seconds:0} s)");
        foreach (var check in result.Checks)
        {
            var spread = check.Values.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" ({check.Low:g4} … {check.High:g4})") : "";
            var what = string.Create(CultureInfo.InvariantCulture,
                $"{check.Median:g5}{spread}, band {check.Band}: {check.Name}{(check.IsControl ? " (control)" : "")}");
            Output.Result.MarkupLine($"  {(check.Holds ? "inside " : "[yellow]outside[/]")} {Markup.Escape(what)}");
        }
        if (result.Outcome != Outcome.Pass)
            Output.Result.MarkupLine($"  {Markup.Escape(result.Remark)}");
        Output.Result.MarkupLine($"  {Markup.Escape(page)}");
    }
}
