using System.CommandLine;
using Earthmover.Reports;
using Earthmover.Sessions;
using Earthmover.Training;
using Earthmover.Training.Runs;
using Spectre.Console;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover report</c>: writes the report of a run as one page that opens offline.</summary>
internal static class ReportCommand
{
    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of a run, which may still be training" };
        var file = new Option<string?>("--out") { Description = "Where the page goes; report.html in the run folder when left out" };
        var json = new Option<bool>("--json") { Description = "One JSON document on standard output" };
        var command = new Command("report",
            "Write a run's report: samples over time, charts, health, numbers, recipe, on one page that opens offline")
        {
            run, file, json,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(run)!;
            using (RunFolder.Open(path))
            {
                // There is a run in it, or the user is told.
            }
            var target = OutputPath.OfPage("--out", parsed.GetValue(file));
            var report = RunReport.Write(path, target);
            if (parsed.GetValue(json))
            {
                Output.Json(report);
                return ErrorBoundary.Success;
            }
            foreach (var problem in report.Problems)
                Output.Progress.MarkupLineInterpolated($"{problem}");
            if (report.Lacking is { } lacking)
                Output.Progress.MarkupLineInterpolated($"{lacking}");
            var holds = $"{report.Records:N0} reports, {report.Charts} charts, {report.Samples} moments of samples";
            Output.Result.MarkupLineInterpolated($"wrote {report.Report}: {holds}, {report.Bytes / 1024.0 / 1024:0.0} MB");
            return ErrorBoundary.Success;
        });
        return command;
    }
}
