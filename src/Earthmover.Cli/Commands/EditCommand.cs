using System.CommandLine;
using System.Globalization;
using Earthmover.Data.Pictures;
using Earthmover.Editing;
using Earthmover.Sessions;
using Earthmover.Sessions.Pictures;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover edit</c>: strokes on a picture, and the picture with what they ask for.</summary>
internal static class EditCommand
{
    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run, of a system that draws pictures" };
        var from = new Option<string?>("--from") { Description = "The picture; needed" };
        var strokes = new Option<string?>("--strokes")
        {
            Description = "A .json of strokes (brushes color, sketch and warp), or a transparent PNG of the picture's size "
                + "with colors painted on it; needed",
        };
        var output = new Option<string?>("--out") { Description = "A PNG for the result, of the picture's size; needed" };
        var all = new Option<string?>("--all")
        {
            Description = "A PNG with every candidate: what the run makes, above the picture with it",
        };
        var defaults = new EditOptions();
        var candidates = NumberOption.Whole("--candidates", "Latent vectors that are moved; the best is kept", 1, 64, defaults.Candidates);
        var steps = NumberOption.Whole("--steps", "Steps of moving", 1, 100_000, defaults.Steps);
        var smoothness = NumberOption.Number("--smoothness", "How much the edit is held to the picture", 0, defaults.Smoothness);
        var start = ProjectCommand.Start();
        var seed = NumberOption.Whole("--seed", "Seed of where candidates begin", fallback: 1L);
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("edit", "Change a picture by strokes: what they ask for spreads over all that belongs to it")
        {
            run, from, strokes, output, all, candidates, steps, smoothness, start, seed, json,
        };
        command.SetAction(parsed =>
        {
            var picture = parsed.GetValue(from) ?? throw new UserException("say which picture: --from PICTURE");
            var target = OutputPath.OfPng("--out", parsed.GetValue(output))
                ?? throw new UserException("say where the result goes: --out edited.png");
            var sheet = OutputPath.OfPng("--all", parsed.GetValue(all));
            var paint = parsed.GetValue(strokes)
                ?? throw new UserException("say what is asked for: --strokes strokes.json, or a transparent PNG");
            OutputPath.Spare([picture, paint], ("--out", target), ("--all", sheet));
            var asked = Strokes.Read(paint);
            using var trained = TrainedRun.Open(parsed.GetValue(run)!, new());
            OutputPath.SpareData(trained, ("--out", target), ("--all", sheet));
            var original = EditedPictures.Open(trained, picture, asked);
            using var predictor = ProjectCommand.Predictor(parsed, start, trained, run);
            var options = defaults with
            {
                Candidates = parsed.GetValue(candidates),
                Steps = parsed.GetValue(steps),
                Smoothness = parsed.GetValue(smoothness)!.Value,
            };
            var edit = new RunEdit(trained, predictor);
            if (WholePicture.NoteOf(picture, original, edit.Background) is { } note)
                Output.Note(note);
            var made = PatientProgress.While("editing",
                progress => edit.Edit(original, asked, parsed.GetValue(seed), new(), options, sheet is not null, progress));
            EditedPictures.Write(target, sheet, trained, made, picture);
            string[] written = sheet is null ? [target] : [target, sheet];
            if (parsed.GetValue(json))
                Output.Json(new
                {
                    Written = written,
                    made.Result.Width,
                    made.Result.Height,
                    ProjectionRmse = made.Rmse,
                    ErrorBefore = made.ErrorBefore,
                    Errors = made.Errors,
                });
            else
                Output.Line(string.Create(CultureInfo.InvariantCulture,
                    $"{picture} edited: what the strokes ask for was off by {Percent(made.ErrorBefore)} of the range and is by "
                    + $"{Percent(made.Errors[0])} in what the run makes: {string.Join(", ", written)}"));
            return ErrorBoundary.Success;
        });
        return command;
    }

    // The root of a mean square.
    private static string Percent(double square) => string.Create(CultureInfo.InvariantCulture, $"{100 * Math.Sqrt(square):0.#} %");
}
