using System.CommandLine;
using Earthmover.Cli.Evaluations;
using Earthmover.Games;
using Earthmover.Sessions;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Tables;
using Earthmover.Sessions.Walks;
using Earthmover.Torch;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover sample</c>: draws from the generator of a run.</summary>
internal static class SampleCommand
{
    private const int MostSamples = SampleWish.Most;

    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run" };
        var count = NumberOption.Whole("-n", "Number of samples", 1, 1_000_000, fallback: 64);
        var grid = new Option<string?>("--grid") { Description = "One PNG with all samples; samples.png when nothing else is asked for" };
        var output = new Option<string?>("--out")
        {
            Description = "A new folder for one PNG each, or a file: .png (one picture), .npy (numbers), .csv (points, rows), .txt (text)",
        };
        var only = new Option<string?>("--class") { Description = "Draw one class only: its number or name" };
        var text = new Option<string?>("--text") { Description = "Draw what a text says, such as \"a red bag\"; else captions" };
        var index = NumberOption.Whole<int?>("--index",
            "Begin with this sample of the seed, from 0; alone, draw it and no other", 0, MostSamples - 1);
        var seed = NumberOption.Whole("--seed", "Seed of the latent vectors", fallback: 1L);
        var vectors = new Option<string?>("--latent")
        {
            Description = "Make samples of these latent vectors instead: .npy [N, size], as project writes it",
        };
        var where = new Option<string?>("--where")
        {
            Description = "Of a table only rows with these values, as in income='>50K',sex=Female,age=30..40",
        };
        var complete = new Option<string?>("--complete")
        {
            Description = "A table with some of the columns, whose other columns and empty cells are filled",
        };
        var truncation = NumberOption.Between("--truncation",
            "Of systems with styles: how far from the mean style, 0 (all samples are its) to 1 (as they are)", 0, 1, fallback: 1);
        var mix = NumberOption.Whole<int?>("--mix",
            "Of systems with styles, one picture: rows' styles up to this layer, columns' from it on", 1, 64);
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var chains = new ChainFlags();
        var command = new Command("sample", "Draw samples from the generator of a run") { run,
            count, grid, output, only, text, seed, index, vectors, where, complete, truncation, mix };
        foreach (var option in (Option[])[.. chains.All, json])
            command.Add(option);
        command.SetAction(parsed =>
        {
            bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };
            if (parsed.GetValue(vectors) is not null && new Option[] { count, seed, index }.FirstOrDefault(IsGiven) is { } drawn)
                throw new UserException($"--latent says which samples and how many, so {drawn.Name} does not go with it; "
                    + "leave one of them out");
            var first = parsed.GetValue(index) ?? 0;
            var n = parsed.GetValue(index) is not null
                && parsed.GetResult(count) is null or { Implicit: true } ? 1 : parsed.GetValue(count);
            if (first + n > MostSamples)
                throw new UserException($"sample {first + n - 1:N0} is beyond the {MostSamples:N0} of a seed; use another --seed");
            var target = SampleTarget.Of(parsed.GetValue(grid), parsed.GetValue(output));
            OutputPath.Spare([parsed.GetValue(vectors), parsed.GetValue(complete)], ("--grid", target.Grid), ("--out", target.Output));
            using var trained = TrainedRun.Open(parsed.GetValue(run)!, new());
            OutputPath.SpareData(trained, ("--grid", target.Grid), ("--out", target.Output));
            using var use = trained.Streams.Use();
            var near = parsed.GetValue(truncation)!.Value;
            if (chains.AreGiven(parsed, parsed.GetValue(only)))
            {
                if (new Option[] { vectors, text, where, complete, truncation, mix }.FirstOrDefault(IsGiven) is { } other)
                    throw new UserException($"chains begin at the samples of a seed, so {other.Name} does not go with --steps");
                var climbed = chains.Draw(parsed, trained, new(parsed.GetValue(seed), first, n), parsed.GetValue(only)!);
                Tell(parsed.GetValue(json), trained, climbed, target);
                return ErrorBoundary.Success;
            }
            if (parsed.GetValue(mix) is { } layer)
                return Crossed(trained, parsed.GetValue(seed), n, layer, near, target, parsed.GetValue(json),
                    new Option[] { vectors, text, only, where, complete, index, output }.FirstOrDefault(IsGiven)?.Name);
            if (near != 1)
                _ = trained.Ability<IStylist>();
            if (trained.Spec.Code is not null)
                return parsed.GetValue(complete) is { } partial
                    ? Completed(trained, partial, parsed.GetValue(seed), target, parsed.GetValue(json),
                        new Option[] { count, index, only, text, vectors, grid, where }.FirstOrDefault(IsGiven)?.Name)
                    : Rows(trained, n, first, parsed.GetValue(seed), parsed.GetValue(where), target, parsed.GetValue(json),
                    new Option[] { only, text, vectors, grid }.FirstOrDefault(IsGiven)?.Name);
            if (new Option[] { where, complete }.FirstOrDefault(IsGiven) is { } ofTables)
                throw new UserException($"{ofTables.Name} asks for rows of a table, and {trained.Recipe.Data} is {trained.Spec.Kind}; "
                    + "leave it out");
            var told = trained.Told(parsed.GetValue(only), parsed.GetValue(text));
            var given = parsed.GetValue(vectors) is { } file ? LatentFile.Read(file, trained) : null;
            n = given?.Count ?? n;
            Func<int, int, Tensor> inputs = given is null
                ? SampleWriter.Random(trained, parsed.GetValue(seed)) : (begin, some) => given.Of(begin, some, trained.Device);
            var samples = WholeProgress.While(tell =>
                SampleWriter.Draw(trained, n, inputs, told, first, near,
                    tell.Part((double share) => new WorkProgress($"drawing {n:N0} samples", share))));
            var wish = new SampleWish(parsed.GetValue(seed), first, n, told) { Truncation = near };
            string How(int sample) => wish.HowMade(sample, Path.GetFileName(parsed.GetValue(vectors)));
            var captions = SampleWriter.Captions(trained, n, inputs, told, first);
            var written = SampleWriter.Write(trained, samples, target, How, first, captions: captions);
            var lines = written.Count == 0 ? SampleWriter.Lines(trained, samples) : null;
            if (parsed.GetValue(json))
                Output.Json(new
                {
                    Samples = n,
                    Seed = given is null ? parsed.GetValue(seed) : (long?)null,
                    Index = given is null ? first : (int?)null,
                    Latent = parsed.GetValue(vectors),
                    Truncation = near,
                    Text = told?.Text,
                    Captions = captions,
                    Written = written,
                    Lines = lines,
                });
            else if (lines is null)
                Output.Line($"{n} {(n == 1 ? "sample" : "samples")}: {string.Join(", ", written)}");
            else
                foreach (var line in lines)
                    Console.WriteLine(line);
            return ErrorBoundary.Success;
        });
        return command;
    }

    // As many rows and columns as make about the number that was asked for.
    private static int Crossed(
        TrainedRun run, long seed, int n, int layer, double truncation, SampleTarget target, bool isJson, string? misfit)
    {
        if (misfit is not null)
            throw new UserException($"--mix crosses the styles of a seed in one picture, so {misfit} does not go with it; "
                + "use --grid to say where the picture goes");
        var side = Math.Clamp((int)Math.Sqrt(n), 1, StyleSheet.Most);
        var path = target.Grid ?? "mix.png";
        StyleSheet.Write(run, seed, side, layer, truncation, path);
        if (isJson)
            Output.Json(new { Samples = side * side, Seed = seed, Layer = layer, Truncation = truncation, Written = new[] { path } });
        else
            Output.Line($"styles of {side} rows and {side} columns, crossed from layer {layer}: {path}");
        return ErrorBoundary.Success;
    }

    private static int Rows(
        TrainedRun run, int n, int first, long seed, string? where, SampleTarget target, bool isJson, string? misfit)
    {
        if (misfit is not null)
            throw new UserException($"{misfit} does not go with rows of a table; "
                + "use --where to ask for values, --out FILE.csv to write them");
        if (target.Output is { } path)
            TableSamples.RequireTable(path);
        var filter = where is null ? null : RowFilter.Parse(where, run.Spec.Code!);
        var samples = new TableSamples(run);
        string[]? lines = null;
        if (target.Output is { } file)
            WholeProgress.While(tell =>
            {
                var told = tell.Part((double share) => new WorkProgress($"drawing {n:N0} rows", share));
                samples.Write(file, samples.Rows(seed, first, n, filter, told), first);
                return true;
            });
        else
            lines = [.. samples.Lines("", samples.Rows(seed, first, n, filter), first)];
        var asked = filter is null ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"; {100 * samples.Rate:0.###} % of {samples.Drawn:N0} drawn rows had {filter}");
        if (isJson)
            Output.Json(new
            {
                Samples = n,
                Seed = seed,
                Index = first,
                samples.Drawn,
                samples.Rate,
                Written = target.Output,
                Lines = lines,
            });
        else if (lines is null)
            Output.Line($"{n:N0} {(n == 1 ? "row" : "rows")}: {target.Output}{asked}");
        else
            foreach (var line in lines)
                Console.WriteLine(line);
        return ErrorBoundary.Success;
    }

    private static int Completed(TrainedRun run, string partial, long seed, SampleTarget target, bool isJson, string? misfit)
    {
        if (misfit is not null)
            throw new UserException($"--complete fills the rows of {partial}, so {misfit} does not go with it; leave one of them out");
        if (target.Output is { } path)
            TableSamples.RequireTable(path, isText: true);
        var completion = RowCompletion.Read(partial, run.Spec.Code!);
        var samples = new TableSamples(run);
        var lines = WholeProgress.While<string[]?>(tell =>
        {
            var filled = completion.Lines(samples, seed,
                tell.Part((double share) => new WorkProgress($"filling {completion.Count:N0} rows", share)));
            if (target.Output is not { } file)
                return filled.ToArray();
            OutputPath.WriteLines("the rows", file, filled);
            return null;
        });
        var inexact = completion.Inexact == 0 ? "" : $"; for {completion.Inexact:N0} of them no drawn row had every given value, "
            + "and the one that had most was taken";
        if (isJson)
            Output.Json(new
            {
                Samples = completion.Count,
                Seed = seed,
                completion.Drawn,
                completion.Inexact,
                Written = target.Output,
                Lines = lines,
            });
        else if (lines is null)
            Output.Line($"{completion.Count:N0} rows filled: {target.Output}{inexact}");
        else
            foreach (var line in lines)
                Console.WriteLine(line);
        return ErrorBoundary.Success;
    }

    private static void Tell(bool asJson, TrainedRun run, ChainFlags.Climbed climbed, SampleTarget target)
    {
        var (wish, chained, label, steps, picture, judge) = climbed;
        string[] written = [.. SampleWriter.Write(run, chained.Values, target, sample => wish.HowMade(sample), wish.First),
            .. picture is null ? ReadOnlySpan<string>.Empty : [picture]];
        if (asJson)
            Output.Json(new
            {
                Samples = wish.Count,
                wish.Seed,
                Index = wish.First,
                Class = label,
                Steps = steps,
                Classifier = judge,
                chained.Probabilities,
                chained.Began,
                Written = written,
            });
        else
        {
            Output.Line(ChainFlags.Words(chained, judge));
            Output.Line($"{wish.Count} {(wish.Count == 1 ? "sample" : "samples")}: {string.Join(", ", written)}");
        }
    }
}
