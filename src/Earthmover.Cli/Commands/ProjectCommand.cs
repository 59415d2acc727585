using System.CommandLine;
using System.Globalization;
using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Sessions;
using Earthmover.Sessions.Pictures;
using Earthmover.Sessions.Sampling;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover project</c>: finds the latent vectors of pictures or points.</summary>
internal static class ProjectCommand
{
    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run" };
        var pictures = TranslateCommand.Pictures();
        var output = new Option<string?>("--out")
        {
            Description = "A .npy for the latent vectors, which sample --latent takes; needed",
        };
        var grid = new Option<string?>("--grid") { Description = "A PNG with each picture beside its reconstruction" };
        var encoder = new Option<string?>("--encoder")
        {
            Description = "yes or no: ask the run's encoder, or search; the encoder where there is one",
        };
        var start = Start();
        var steps = NumberOption.Whole("--steps", "Steps of a search", 1, 1_000_000, fallback: 300);
        var seed = NumberOption.Whole("--seed", "Seed of where a search begins", fallback: 1L);
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("project", "Find the latent vectors of pictures or points: what the generator would make most like them")
        {
            run, pictures, output, grid, encoder, start, steps, seed, json,
        };
        command.SetAction(parsed =>
        {
            var target = OutputPath.OfFile("--out", parsed.GetValue(output))
                ?? throw new UserException("say where the latent vectors go: --out Z.npy");
            var picture = OutputPath.OfPng("--grid", parsed.GetValue(grid));
            if (OutputPath.KindOf(target) != ".npy")
                throw new UserException($"--out writes latent vectors as .npy, and {target} is not named so; "
                    + $"use {Path.ChangeExtension(target, ".npy")}");
            using var trained = TrainedRun.Open(parsed.GetValue(run)!, new());
            OutputPath.SpareData(trained, ("--out", target), ("--grid", picture));
            var isEncoded = IsEncoded(parsed.GetValue(encoder));
            var projection = new RunProjection(trained, isEncoded);
            var samples = projection.Read(parsed.GetValue(pictures)!);
            samples.Spare(("--out", target), ("--grid", picture));
            foreach (var note in samples.Notes)
                Output.Note(note);
            if (picture is not null && samples.Data is not ImageSet)
                throw new UserException("points make no grid of pictures; leave --grid out");
            // Learned once it is known that there is something to project.
            using var predictor = projection.IsEncoded ? null : Predictor(parsed, start, trained, run);
            projection = new(trained, isEncoded, predictor);
            var (from, options) = (parsed.GetValue(seed), new ProjectionOptions { Steps = parsed.GetValue(steps) });
            var found = PatientProgress.While($"projecting {samples.Words}",
                progress => projection.Project(samples, from, options, progress));
            LatentFile.Write(target, found.Latents, found.Size);
            if (picture is not null)
                ReconstructionGrid.Write(picture, trained, samples, found);
            string[] written = picture is null ? [target] : [target, picture];
            if (parsed.GetValue(json))
                Output.Json(Report(trained, samples, found, predictor is not null, from, options, written));
            else
                Say(trained, samples, found, written);
            return ErrorBoundary.Success;
        });
        return command;
    }

    /// <summary>Where a search for a latent vector begins.</summary>
    internal static Option<string> Start() => new("--start")
    {
        Description = "predictor or random: where a search begins, at what a network guesses that is learned from the run's own samples "
            + "and kept in its folder, or at vectors drawn with --seed",
        DefaultValueFactory = _ => "predictor",
    };

    /// <summary>What guesses; null where a search begins at vectors of the law.</summary>
    internal static RunPredictor? Predictor(ParseResult parsed, Option<string> start, TrainedRun trained, Argument<string> run) =>
        parsed.GetValue(start) switch
        {
            "random" => null,
            "predictor" => PatientProgress.While("learning to guess latent vectors, once for this run",
                progress => RunPredictor.Of(trained, parsed.GetValue(run), new(), progress)),
            var word => throw new UserException($"--start takes predictor or random, not '{word}'"),
        };

    private static bool? IsEncoded(string? word) => word switch
    {
        null => null,
        "yes" => true,
        "no" => false,
        _ => throw new UserException($"--encoder takes yes or no, not '{word}'"),
    };

    private static string? ClassOf(TrainedRun run, ProjectedSamples found, int i) =>
        found.Classes is { } classes ? run.NameOf(classes[i]) : null;

    private static object Report(TrainedRun run, NewSamples samples,
        ProjectedSamples found, bool isPredicted, long seed, ProjectionOptions options, string[] written)
    {
        var rows = Enumerable.Range(0, samples.Count).Select(i => new
        {
            Sample = NameOf(samples, i),
            Class = ClassOf(run, found, i),
            Rmse = found.Errors[i],
            MeanSampleRmse = found.MeanErrors[i],
        });
        return new
        {
            Method = found.IsEncoded ? "encoder" : "search",
            Start = found.IsEncoded ? null : isPredicted ? "predictor" : "random",
            Steps = found.IsEncoded ? (int?)null : options.Steps,
            Seed = found.IsEncoded ? (long?)null : seed,
            found.Size,
            Written = written,
            Unit = samples.Data is ImageSet ? "pixel values, 0 to 255" : "units of the points",
            Projected = rows,
        };
    }

    private static string NameOf(NewSamples samples, int i) => samples.Data is ImageSet ? samples.Names[i] : $"{samples.Names[0]} row {i}";

    // Of points only what all of them have: they may be many.
    private static void Say(TrainedRun run, NewSamples samples, ProjectedSamples found, string[] written)
    {
        static string Text(double error) => error.ToString("0.###", CultureInfo.InvariantCulture);
        if (samples.Data is ImageSet)
            for (var i = 0; i < samples.Count; i++)
                Output.Line($"{samples.Names[i]}: off by {Text(found.Errors[i])} of 255, the mean sample by {Text(found.MeanErrors[i])}"
                    + (ClassOf(run, found, i) is { } name ? $"; class {name}" : ""));
        else
            Output.Line($"off by {Text(found.Errors.Average())} on average, the mean sample by {Text(found.MeanErrors.Average())} "
                + "(root mean square of the coordinates)");
        var how = found.IsEncoded ? "by the encoder" : "by a search";
        Output.Line($"{samples.Words} projected {how} to {found.Size} numbers each: {string.Join(", ", written)}");
    }
}
