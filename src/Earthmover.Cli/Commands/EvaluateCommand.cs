using System.CommandLine;
using Earthmover.Cli.Evaluations;
using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Reports;
using Earthmover.Sessions.Comparing;
using Earthmover.Sessions.Sampling;
using Earthmover.Training;
using Earthmover.Training.Runs;
using Spectre.Console;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover evaluate</c>: how near generated samples are to real ones, by many measures.</summary>
internal static class EvaluateCommand
{
    /// <summary>The features that pictures are compared in, for help.</summary>
    internal const string FeatureNames = "fmnist (default for 28x28 gray), resnet18 (default for color from 32x32 on; 60 MB, fetched when "
        + "first needed), pca (default for other pictures), inception or raw";

    internal static Command Create()
    {
        var samples = new Argument<string>("samples")
        {
            Description = "A run, an exported generator (.onnx), or data with generated samples",
        };
        var against = new Option<string?>("--against")
        {
            Description = "Real data, or another run; what the run was trained on by default",
        };
        var metrics = new Option<string[]>("--metrics")
        {
            Description = $"Which: {string.Join(", ", MetricCatalog.All.Select(m => m.Name))}; by default those that fit the data",
            AllowMultipleArgumentsPerToken = true,
        };
        var count = NumberOption.Whole<int?>("-n",
            $"Samples on each side; by default as many as the data allows, at most {Comparison.Usual.Most:N0} "
                + $"({Comparison.Usual.Points:N0} points)",
            2, 1_000_000);
        var heldOut = new Option<string?>("--held-out")
        {
            Description = "Real data that was not used for training, for memorization; the test split of --against where it has one",
        };
        var features = new Option<string?>("--features") { Description = FeatureNames };
        var inception = new Option<string?>("--inception") { Description = "Inception's weights (safetensors), for FID proper" };
        var seed = NumberOption.Whole("--seed", "Seed of latent vectors and of the choice of samples", fallback: 1L);
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("evaluate", "Measure the quality of a run or of data against real data")
        {
            samples, against, metrics, count, heldOut, features, inception, seed, json,
        };
        command.SetAction(parsed =>
        {
            // Names first: a typing error should not cost the drawing of samples.
            var wanted = (parsed.GetValue(metrics) ?? [])
                .SelectMany(m => m.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Distinct().Select(MetricCatalog.Named).ToList();
            if (parsed.GetResult(metrics) is { Implicit: false } && wanted.Count == 0)
                throw new UserException("--metrics names none; leave it out for those that fit the data");
            var address = parsed.GetValue(samples)!;
            var real = parsed.GetValue(against) ?? Comparison.TrainedOn(address);
            var comparison = new Comparison(address, real)
            {
                HeldOut = parsed.GetValue(heldOut),
                Metrics = wanted,
                Count = parsed.GetValue(count),
                Features = parsed.GetValue(features),
                Inception = parsed.GetValue(inception),
                Seed = parsed.GetValue(seed),
            };
            var (results, notes) = StageProgress.While(progress => comparison.Measure(progress));
            var at = comparison.At;
            var document = MeasuredDocument.Of(comparison, results, notes);
            if (parsed.GetValue(json))
                Console.WriteLine(document);
            else
                Show(results, at is null ? address : $"{address} at step {at.Standing.Step:N0}", real);
            if (!parsed.GetValue(json))
                foreach (var note in notes)
                    Output.Note($"note: {note}");
            // A report is about the run's own data; how it compares with another run is only printed.
            if (RunSamples.IsRun(address) && !RunSamples.IsRun(real))
                Keep(address, document);
            return ErrorBoundary.Success;
        });
        return command;
    }

    // A run's report shows the newest measurement of each metric.
    // They are printed already: a folder that cannot be written costs a line and no more.
    private static void Keep(string run, string document)
    {
        try
        {
            using var folder = RunFolder.Open(run);
            folder.WriteMetrics(KeptMetrics.Join(folder.ReadMetrics(), document));
            RunReport.Write(run);
            var (numbers, page) = (Path.Combine(run, "metrics.json"), Path.Combine(run, RunReport.FileName));
            Output.Progress.MarkupLineInterpolated($"kept in {numbers}, and shown by {page}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Output.Note($"warning: the measurements could not be kept in {run}: {e.Message}");
        }
    }

    private static void Show(IReadOnlyList<MetricResult> results, string samples, string against)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("metric", "value", "95 % interval", "real against real", "n", "better", "p");
        foreach (var column in new[] { 1, 3, 4 })
            table.Columns[column].RightAligned();
        foreach (var r in results)
            table.AddRow(
                Markup.Escape(r.Name),
                Format.Number(r.Value),
                $"{Format.Number(r.Low95)} … {Format.Number(r.High95)}",
                r.Floor is { } floor ? Format.Number(floor) : "",
                $"{r.N:N0}",
                r.Better switch { Better.Lower => "lower", Better.Higher => "higher", _ => "as real" },
                r.PValue is { } p ? p.ToString(p < 0.01 ? "0.000" : "0.00") : "");
        Output.Result.Write(table);
        Output.Line($"{samples} against {against}; \"real against real\" is the same number for fresh real samples: "
            + "what perfection reads at this n");
        foreach (var protocol in results.Select(r => r.Protocol).Distinct())
            Console.WriteLine($"protocol {protocol}: {string.Join(", ", results.Where(r => r.Protocol == protocol).Select(r => r.Name))}");
    }
}
