using System.CommandLine;
using System.Globalization;
using Earthmover.Sessions;
using Earthmover.Sessions.Pictures;
using Earthmover.Sessions.Walks;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover complete</c>: fills what is missing of a picture.</summary>
internal static class CompleteCommand
{
    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run" };
        var picture = new Argument<string>("picture") { Description = "The picture, of the run's size or of the same proportions" };
        var mask = new Option<string?>("--mask") { Description = "A picture of its size, bright where it is missing; needed" };
        var output = new Option<string?>("--out") { Description = "A PNG for the result; needed" };
        var only = new Option<string?>("--class") { Description = "What the picture is to show, by number or name: of runs with codes" };
        var classifier = new Option<string?>("--classifier")
        {
            Description = "What says what it shows: a run that tells classes; the run's own classifier where none is named",
        };
        var steps = NumberOption.Whole("--steps", "Steps of the chain or the search", 1, 1_000_000, fallback: 200);
        var seed = NumberOption.Whole("--seed", "Seed of where it begins", fallback: 1L);
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("complete", "Fill what is missing of a picture with what the generator would go on with")
        {
            run, picture, mask, output, only, classifier, steps, seed, json,
        };
        command.SetAction(parsed =>
        {
            var target = OutputPath.OfPng("--out", parsed.GetValue(output))
                ?? throw new UserException("say where the result goes: --out completed.png");
            var hole = parsed.GetValue(mask) ?? throw new UserException("say what is missing: --mask MASK.png, bright there");
            OutputPath.Spare([parsed.GetValue(picture), hole], ("--out", target));
            if (parsed.GetValue(classifier) is not null && parsed.GetValue(only) is null)
                throw new UserException("--classifier says what the picture shows; say what that is to be with --class");
            using var trained = TrainedRun.Open(parsed.GetValue(run)!, new());
            OutputPath.SpareData(trained, ("--out", target));
            var completion = RunCompletion.Read(trained, parsed.GetValue(picture)!, hole);
            if (completion.Note is { } note)
                Output.Note(note);
            if (parsed.GetValue(only) is not null)
                completion.RequireCodes();
            using var other = parsed.GetValue(classifier) is { } name ? TrainedRun.Open(name, new()) : null;
            using var network = parsed.GetValue(only) is null ? null : ConditionNetwork.Of(trained, other);
            (ConditionNetwork, int)? condition = network is null ? null : (network, network.ClassOf(parsed.GetValue(only)!));
            var (start, count, file) = (parsed.GetValue(seed), parsed.GetValue(steps), Path.GetFileName(parsed.GetValue(picture)!));
            var made = PatientProgress.While($"completing {file}", progress => completion.Complete(start, count, condition, progress));
            completion.Write(target, made, $"{file} completed, seed {start}");
            if (parsed.GetValue(json))
                Output.Json(new
                {
                    Method = made.IsChained ? "chain" : "search",
                    Steps = count,
                    Seed = start,
                    Class = parsed.GetValue(only),
                    made.Probability,
                    Missing = made.Share,
                    ErrorAtKnown = made.Error,
                    Unit = "pixel values, 0 to 255",
                    Written = target,
                });
            else
                Output.Line(string.Create(CultureInfo.InvariantCulture,
                    $"{100 * made.Share:0.#} % found by a {(made.IsChained ? "chain" : "search")}, which is off by {made.Error:0.#} of 255 "
                    + $"at the known pixels: {target}"));
            return ErrorBoundary.Success;
        });
        return command;
    }
}
