using System.CommandLine;
using System.Globalization;
using Earthmover.Health;
using Earthmover.Reports;
using Earthmover.Sessions;
using Earthmover.Training;
using Earthmover.Training.Runs;
using Spectre.Console;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover diagnose</c>: how healthy a run is, by which evidence, and what to do.</summary>
internal static class DiagnoseCommand
{
    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var afresh = new Option<bool>("--afresh")
        {
            Description = "Measure again, with samples twice as large, even where the log has a look of this step",
        };
        var command = new Command("diagnose",
            "Examine the health of a run at its newest checkpoint: signals, findings, remedies") { run, afresh, json };
        command.SetAction(parsed =>
        {
            var checkup = Output.While("looking at slopes, distances and samples", () =>
                Checkup.Of(parsed.GetValue(run)!, new(), parsed.GetValue(afresh)));
            if (parsed.GetValue(json))
                Output.Json(Document(checkup));
            else
                Print(checkup);
            return ErrorBoundary.Success;
        });
        return command;
    }

    private static object Document(Checkup checkup) => new
    {
        Verdict = Lamp(checkup.Diagnosis.Verdict).Word,
        Findings = checkup.Diagnosis.Findings.Select(TrainingRecord.FieldsOf),
        checkup.Standing.Step,
        checkup.IsAfresh,
        checkup.Diagnosis.RedUntil,
        Signals = Measured(checkup).Select(m => new { m.Signal.Name, m.Value, m.Signal.Unit, m.Group, m.Signal.Meaning, m.Signal.Healthy }),
        History = checkup.History.Select(h => new { h.Step, h.Verdict }),
    };

    private static IEnumerable<(string Group, Signal Signal, double Value)> Measured(Checkup checkup) =>
        Signals.All.Where(s => checkup.Diagnosis.Reading.Values.ContainsKey(s.Signal.Name))
            .Select(s => (s.Group, s.Signal, checkup.Diagnosis.Reading[s.Signal]));

    private static void Print(Checkup checkup)
    {
        foreach (var group in Measured(checkup).GroupBy(m => m.Group))
        {
            var table = new Table().Border(TableBorder.Simple).AddColumn(group.Key)
                .AddColumn("value", c => c.RightAligned()).AddColumn("healthy").AddColumn("unit");
            foreach (var (_, signal, value) in group)
                table.AddRow(Markup.Escape(signal.Name), Format.Number(value), Markup.Escape(signal.Healthy), Markup.Escape(signal.Unit));
            Output.Result.Write(table);
        }
        if (checkup.History.Count > 0)
            Console.Out.WriteLine($"verdicts so far: {string.Join(", ", Runs(checkup.History))}");
        foreach (var finding in checkup.Diagnosis.Findings)
        {
            var (color, severity) = Lamp(finding.Severity);
            Output.Result.MarkupLineInterpolated($"[{color}]{severity}[/] [bold]{finding.Rule}[/]: {finding.Cause}.");
            var evidence = string.Join(", ", finding.Evidence.Select(e => $"{e.Key} {Format.Number(e.Value)}"));
            Output.Result.MarkupLineInterpolated($"  evidence: {evidence}");
            Output.Result.MarkupLineInterpolated($"  remedy:   {finding.Remedy}");
        }
        var red = checkup.Diagnosis is { Verdict: not Verdict.Red, RedUntil: { } until } ? $", red until step {until:N0}" : "";
        var afresh = checkup.IsAfresh ? checkup.History is [.., var last]
            ? $", measured afresh; the log's last look was {last.Verdict} at step {last.Step:N0}" : ", measured afresh" : "";
        var (light, verdict) = Lamp(checkup.Diagnosis.Verdict);
        Output.Result.MarkupLineInterpolated($"verdict at step {checkup.Standing.Step:N0}: [{light}]{verdict}[/]{red}{afresh}");
    }

    // "AMBER to step 400, GREEN to step 2,000".
    private static IEnumerable<string> Runs(IReadOnlyList<(long Step, string Verdict)> history)
    {
        for (var i = 0; i < history.Count; i++)
            if (i == history.Count - 1 || history[i + 1].Verdict != history[i].Verdict)
                yield return $"{history[i].Verdict} to step {history[i].Step:N0}";
    }

    /// <summary>A verdict as people see it: its color on a terminal, and its word.</summary>
    internal static (string Color, string Word) Lamp(Verdict verdict)
    {
        var color = verdict switch { Verdict.Green => "green", Verdict.Amber => "yellow", _ => "red" };
        return (color, verdict.ToString().ToUpperInvariant());
    }
}
