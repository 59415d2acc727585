using System.CommandLine;
using Earthmover.Data;
using Earthmover.Sessions;
using Earthmover.Sessions.Pictures;
using Earthmover.Sessions.Walks;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover translate</c>: takes new pictures or points from one domain of a run to the other.</summary>
internal static class TranslateCommand
{
    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run, of a system that translates" };
        var pictures = Pictures();
        var to = new Option<string?>("--to")
        {
            Description = "The domain to translate to: b is the second of the run's data, and the default; a is the first",
        };
        var style = new Option<string?>("--style")
        {
            Description = "The style of a run that is told one, by its name or number; FIRST:SECOND:SHARE mixes two, "
                + "the share from 0 to 1; FIRST:SECOND goes from one to the other in a --grid",
        };
        var output = new Option<string?>("--out")
        {
            Description = "Folder for one PNG each, of the name of its picture; for points a .csv or .npy",
        };
        var grid = new Option<string?>("--grid")
        {
            Description = "One PNG of all pictures and their translations; of a run that is told a style, "
                + "into every style or the one given",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("translate", "Translate new pictures or points between the two domains of a run")
        {
            run, pictures, to, style, output, grid, json,
        };
        command.SetAction(parsed =>
        {
            var (target, sheet) = (parsed.GetValue(output), OutputPath.OfPng("--grid", parsed.GetValue(grid)));
            if (target is null && sheet is null)
                throw new UserException("say where the translations go: --out FOLDER, or a .csv for points; --grid F.png for one picture");
            using var trained = TrainedRun.Open(parsed.GetValue(run)!, new());
            OutputPath.SpareData(trained, ("--out", target), ("--grid", sheet));
            var way = Translation.Of(trained, parsed.GetValue(to));
            var wanted = parsed.GetValue(style);
            var styles = sheet is null ? [] : Style.ForSheet(trained, wanted);
            if (target is not null)
            {
                way = way.In(wanted);
                Check(way, target);
            }
            var samples = way.Read(parsed.GetValue(pictures)!);
            if (sheet is not null && samples.Data is not ImageSet)
                throw new UserException("points make no sheet; leave --grid out");
            samples.Spare(("--grid", sheet));
            var files = target is null ? null : new TranslatedFiles(trained, way, samples, target);
            foreach (var note in samples.Notes)
                Output.Note(note);
            files?.Write(PatientProgress.While($"translating {samples.Words}", progress => way.Translate(samples, progress)));
            if (sheet is not null)
            {
                var drawn = PatientProgress.While($"translating {samples.Words}",
                    progress => TranslationSheet.Draw(way, samples, styles, progress));
                TranslationSheet.Write(trained, drawn, sheet);
            }
            Tell();
            return ErrorBoundary.Success;

            void Tell()
            {
                var (from, into) = way.Direction;
                if (parsed.GetValue(json))
                    Output.Json(new
                    {
                        From = from,
                        To = into,
                        Style = way.Style?.Words,
                        Translated = (files?.Paths ?? []).Select((path, i) => new { Picture = samples.Names[i], Written = path }),
                        Grid = sheet,
                        samples.Count,
                    });
                else
                    Output.Line($"{samples.Words} translated from {from} to {into}{(way.Style is { } told ? $" in {told.Words}" : "")}: "
                        + string.Join(", ", new[] { target, sheet }.OfType<string>()));
            }
        });
        return command;
    }

    private static void Check(Translation way, string target)
    {
        if (way.To.Shape is not SampleShape.Image)
            OutputPath.OfFile("--out", target);
        else if (OutputPath.KindOf(target).Length > 0 || File.Exists(target))
            throw new UserException($"--out {target} {(File.Exists(target) ? "is a file" : "is the name of a file")}; "
                + "translated pictures go into a folder, each under the name of its picture: name a folder");
        else
            OutputPath.OfFolder("--out", target);
    }

    /// <summary>New samples for a trained run.</summary>
    internal static Argument<string[]> Pictures() => new("picture")
    {
        Description = "Pictures, folders of pictures or patterns such as 'photos/*.jpg', or one .csv or .npy of points",
        Arity = ArgumentArity.OneOrMore,
    };
}
