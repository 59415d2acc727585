using System.CommandLine;
using Earthmover.Data;
using Earthmover.Sessions;

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
        var output = new Option<string?>("--out")
        {
            Description = "Folder for one PNG each, of the name of its picture; for points a .csv or .npy; needed",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("translate", "Translate new pictures or points between the two domains of a run")
        {
            run, pictures, to, output, json,
        };
        command.SetAction(parsed =>
        {
            var target = parsed.GetValue(output)
                ?? throw new UserException("say where the translations go: --out FOLDER, or a .csv for points");
            using var trained = TrainedRun.Open(parsed.GetValue(run)!, new());
            var way = Translation.Of(trained, parsed.GetValue(to));
            if (way.To.Shape is not SampleShape.Image)
                OutputPath.OfFile("--out", target);
            else if (OutputPath.KindOf(target).Length > 0 || File.Exists(target))
                throw new UserException($"--out {target} is a file; translated pictures go into a folder, "
                    + "each under the name of its picture");
            else
                OutputPath.OfFolder("--out", target);
            var samples = way.Read(parsed.GetValue(pictures)!);
            foreach (var note in samples.Notes)
                Output.Note(note);
            var files = new TranslatedFiles(trained, way, samples, target);
            var made = PatientProgress.While($"translating {samples.Words}", progress => way.Translate(samples, progress));
            files.Write(made);
            var (from, into) = way.Direction;
            if (parsed.GetValue(json))
                Output.Json(new
                {
                    From = from,
                    To = into,
                    Translated = files.Paths.Select((path, i) => new { Picture = samples.Names[i], Written = path }),
                    samples.Count,
                });
            else
                Output.Line($"{samples.Words} translated from {from} to {into}: {target}");
            return ErrorBoundary.Success;
        });
        return command;
    }

    /// <summary>New samples for a trained run.</summary>
    internal static Argument<string[]> Pictures() => new("picture")
    {
        Description = "Pictures, folders of pictures or patterns such as 'photos/*.jpg', or one .csv or .npy of points",
        Arity = ArgumentArity.OneOrMore,
    };
}
