using System.CommandLine;
using Earthmover.Cli.Evaluations;
using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Reports;
using Earthmover.Sessions;
using Earthmover.Training;
using Earthmover.Training.Runs;
using Spectre.Console;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover evaluate</c>: how near generated samples are to real ones, by many measures.</summary>
internal static class EvaluateCommand
{
    private const int MostByDefault = 10_000;
    private const int PointsByDefault = 2500;
    private const int RunsByDefault = 1000;

    internal static Command Create()
    {
        var samples = new Argument<string>("samples") { Description = "A run, or data with generated samples" };
        var against = new Option<string?>("--against") { Description = "Real data, or another run; what the run was trained on by default" };
        var metrics = new Option<string[]>("--metrics") { Description = $"Which: {string.Join(", ", MetricCatalog.All.Select(m => m.Name))}; by default those that fit the data", AllowMultipleArgumentsPerToken = true };
        var count = NumberOption.Whole<int?>("-n", $"Samples on each side; by default as many as the data allows, at most {MostByDefault:N0} ({PointsByDefault:N0} points)", 2, 1_000_000);
        var heldOut = new Option<string?>("--held-out") { Description = "Real data that was not used for training, for memorization; the test split of --against where it has one" };
        var features = new Option<string?>("--features") { Description = "fmnist (default for 28x28 gray), pca (default for other pictures), inception or raw" };
        var inception = new Option<string?>("--inception") { Description = "Inception's weights (safetensors), for FID proper" };
        var seed = NumberOption.Whole("--seed", "Seed of latent vectors and of the choice of samples", fallback: 1L);
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("evaluate", "Measure the quality of a run or of data against real data") { samples, against, metrics, count, heldOut, features, inception, seed, json };
        command.SetAction(parsed =>
        {
            // Names first: a typing error should not cost the drawing of samples.
            var wanted = (parsed.GetValue(metrics) ?? []).SelectMany(m => m.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct().Select(MetricCatalog.Named).ToList();
            if (parsed.GetResult(metrics) is { Implicit: false } && wanted.Count == 0)
                throw new UserException("--metrics names none; leave it out for those that fit the data");
            var address = parsed.GetValue(samples)!;
            var real = parsed.GetValue(against) ?? TrainedOn(address);
            StoredCheckpoint? at = null;
            var (results, notes) = StageProgress.While(progress => Measure(
                address, real, parsed.GetValue(heldOut), wanted, parsed.GetValue(count),
                    parsed.GetValue(features), parsed.GetValue(inception),
                parsed.GetValue(seed), progress, checkpoint => at = checkpoint));
            var document = Output.Document(new
            {
                Samples = address,
                Against = real,
                Seed = parsed.GetValue(seed),
                at?.Standing.Step,
                Checkpoint = at?.StateHash,
                Metrics = results,
                Notes = notes,
            });
            if (parsed.GetValue(json))
                Console.WriteLine(document);
            else
                Show(results, at is null ? address : $"{address} at step {at.Standing.Step:N0}", real);
            if (!parsed.GetValue(json))
                foreach (var note in notes)
                    Console.Error.WriteLine($"note: {note}");
            // A report is about the run's own data; how it compares with another run is only printed.
            if (RunSamples.IsRun(address) && !RunSamples.IsRun(real))
                Keep(address, document);
            return ErrorBoundary.Success;
        });
        return command;
    }

    private static string TrainedOn(string samples)
    {
        if (!RunSamples.IsRun(samples))
        {
            var namesake = RunMark.IsRun(samples) ? $"; the run in the folder of that name is ./{samples}" : "";
            throw new UserException($"evaluate needs real data to compare {samples} with; name them with --against{namesake}");
        }
        using var folder = RunFolder.Open(samples);
        return RunSamples.Aim(folder.ReadRecipe());
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
            Output.Progress.MarkupLineInterpolated($"kept in {Path.Combine(run, "metrics.json")}, and shown by {Path.Combine(run, RunReport.FileName)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"warning: the measurements could not be kept in {run}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static (IReadOnlyList<MetricResult> Results, IReadOnlyList<string> Notes) Measure(string samples,
        string against, string? heldOut, List<Metric> wanted, int? count,
        string? features, string? inception, long seed, Action<string, double> progress, Action<StoredCheckpoint> stands)
    {
        // Of a run twice as many are drawn: half takes the place of fresh real samples, for the floor. A run against itself is not to meet its own copies.
        var real = Samples.Open(against, 2 * (count ?? RunsByDefault), RunSamples.IsRun(against) ? seed + 1 : seed, progress);
        var others = heldOut is not null
            ? Samples.Open(heldOut, count ?? RunsByDefault, RunSamples.IsRun(heldOut) ? seed + 2 : seed, progress)
            : wanted.Count == 0 || wanted.Any(m => m.NeedsHeldOut) ? TestSplit(against, real, seed, progress) : null;
        var n = count ?? Math.Min(real is PointSet ? PointsByDefault : MostByDefault, real.Count / 2);
        var generated = Samples.Open(samples, Math.Max(2, n), seed, progress, stands);
        Evaluation.RequireSameShape(generated, real);
        if (count is null && n < 2)
            throw new UserException($"{real.Name} has too few samples to measure against: {real.Count}; at least 4 are needed, 2 to compare with and 2 for the floor");
        if (count is null)
            n = Math.Min(Math.Min(n, generated.Count), generated.Fingerprint == real.Fingerprint ? real.Count / 3 : n);
        using var evaluation = new Evaluation(generated, real, others, n, seed, Samples.Features(features, inception, real), Samples.Cache, progress);
        if (wanted.Count > 0)
        {
            foreach (var metric in wanted)
                evaluation.RequireFit(metric);
            return ([.. wanted.SelectMany(metric => evaluation.Measure(metric))], evaluation.Notes);
        }
        var usual = MetricCatalog.DefaultsFor(real, evaluation.Classifies, others is not null,
            ((generated as PointSet)?.Masses ?? (real as PointSet)?.Masses) is not null);
        var (results, left) = Possible(evaluation, usual);
        return (results, [.. evaluation.Notes, .. left]);
    }

    // Of the usual metrics, those that so few or such samples allow; what was asked for by name is measured or refused.
    private static (IReadOnlyList<MetricResult> Results, IReadOnlyList<string> Left) Possible(Evaluation evaluation, IReadOnlyList<Metric> metrics)
    {
        var (results, refusals) = (new List<MetricResult>(), new List<UserException>());
        foreach (var metric in metrics)
        {
            try
            {
                results.AddRange(evaluation.Measure(metric));
            }
            catch (UserException e)
            {
                refusals.Add(e);
            }
        }
        return results.Count > 0 ? (results, [.. refusals.Select(refusal => $"left out: {refusal.Message}")]) : throw refusals[0];
    }

    // The other split of the same pictures, where there is one.
    private static DataSet? TestSplit(string address, DataSet real, long seed, Action<string, double> progress)
    {
        var parsed = DataAddress.Parse(address);
        if (real is not ImageSet || RunSamples.IsRun(address) || parsed.Options.Any(o => o.Key == "limit"))
            return null;
        try
        {
            var test = DataCatalog.OpenTestPart(address, Samples.Context(seed, progress));
            return test is ImageSet images && images.Shape == ((ImageSet)real).Shape ? test : null;
        }
        catch (UserException)
        {
            return null;
        }
    }

    private static void Show(IReadOnlyList<MetricResult> results, string samples, string against)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("metric", "value", "95 % interval", "real against real", "n", "better", "p");
        foreach (var column in new[] { 1, 3, 4 })
            table.Columns[column].RightAligned();
        foreach (var r in results)
            table.AddRow(Markup.Escape(r.Name), Format.Number(r.Value), $"{Format.Number(r.Low95)} … {Format.Number(r.High95)}", r.Floor is { } floor ? Format.Number(floor) : "", $"{r.N:N0}",
                r.Better switch { Better.Lower => "lower", Better.Higher => "higher", _ => "as real" }, r.PValue is { } p ? p.ToString(p < 0.01 ? "0.000" : "0.00") : "");
        Output.Result.Write(table);
        Console.WriteLine($"{samples} against {against}; \"real against real\" is the same number for fresh real samples: what perfection reads at this n");
        foreach (var protocol in results.Select(r => r.Protocol).Distinct())
            Console.WriteLine($"protocol {protocol}: {string.Join(", ", results.Where(r => r.Protocol == protocol).Select(r => r.Name))}");
    }
}
