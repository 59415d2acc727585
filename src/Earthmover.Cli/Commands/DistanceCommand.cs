using System.CommandLine;
using Earthmover.Cli.Evaluations;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Points;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Sessions.Sampling;
using Spectre.Console;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover distance</c>: how far two sets of samples are apart, with the proof.</summary>
internal static class DistanceCommand
{
    // Beyond it, an exact solve takes minutes and gigabytes.
    private const int MostByDefault = 5000;
    private const int MostOtherwise = 50_000;

    internal static Command Create()
    {
        var first = new Argument<string>("a") { Description = "Data, a run or an exported generator (.onnx)" };
        var second = new Argument<string>("b") { Description = "Data, a run or an exported generator (.onnx)" };
        var metric = new Option<string>("--metric")
        {
            Description = "w1 or w2 (exact, certified), sinkhorn, sliced, fd, mmd",
            DefaultValueFactory = _ => "w1",
        };
        var count = NumberOption.Whole<int?>("-n",
            $"Samples of each, chosen at random; by default all, but at most {MostByDefault:N0} where all pairs count", 1);
        var features = new Option<string>("--features")
        {
            Description = "raw (pixels in [0, 1], coordinates), fmnist, resnet18, pca (of b) or inception",
            DefaultValueFactory = _ => "raw",
        };
        var inception = new Option<string?>("--inception") { Description = "Inception's weights (safetensors)" };
        var epsilon = NumberOption.Number("--epsilon",
            "Sinkhorn's regularization, in units of distance; a twentieth of the median distance", above: 0);
        var seed = NumberOption.Whole("--seed", "Seed of the choice of samples", fallback: 1L);
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("distance", "Measure the distance between two data sets or runs, exactly and with its proof")
        {
            first, second, metric, count, features, inception, epsilon, seed, json,
        };
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(metric)!;
            if (!SampleDistance.Names.Contains(name))
                throw new UserException($"there is no distance named '{name}'; there are {string.Join(", ", SampleDistance.Names)}");
            var result = StageProgress.While(progress => Measure(name,
                parsed.GetValue(first)!, parsed.GetValue(second)!, parsed.GetValue(count),
                parsed.GetValue(inception) is not null ? "inception" : parsed.GetValue(features)!,
                parsed.GetValue(inception), parsed.GetValue(epsilon), parsed.GetValue(seed), progress));
            if (parsed.GetValue(json))
                Output.Json(result);
            else
                Show(result, parsed.GetValue(first)!, parsed.GetValue(second)!);
            // One rule for all distances: what is known is printed, and what is not proven or did not end is told by the exit code and in
            // words.
            if (result.Advice is { } advice)
                throw new UnprovenException(advice);
            return ErrorBoundary.Success;
        });
        return command;
    }

    private static DistanceResult Measure(string metric, string first, string second, int? count,
        string features, string? inception, double? epsilon, long seed, IProgress<WorkProgress> progress)
    {
        var most = SampleDistance.IsExhaustive(metric) ? MostByDefault : MostOtherwise;
        // Toys are drawn with different seeds, so that a law has its sampling distance from itself. A run yields as many samples as are
        // asked for.
        var isEndless = RunSamples.IsRun(second) || ExportedSamples.IsModel(second);
        DataSet b = SampleSets.Open(second, count ?? (isEndless ? Math.Min(most, 1000) : most), seed + 1, progress);
        DataSet a = SampleSets.Open(first, count ?? Math.Min(most, b.Count), seed, progress);
        foreach (var data in new[] { a, b })
        {
            if (data is TableSet)
                throw new UserException($"{data.Name} is a table, whose columns have no common unit; use {Invocation.Of("evaluate")}, "
                    + "or ?as=points with ?columns= for its numbers");
            if (data is TextSet)
                throw new UserException($"{data.Name} is text, which has no distances; use {Invocation.Of("evaluate")} with --metrics js");
            if (count > data.Count)
                throw new UserException($"-n {count} is more than the {data.Count} samples of {data.Name}; use -n {data.Count} or less");
        }
        var notes = new List<string>();
        b = PointColumns.Match(b, a, notes);
        notes.InsertRange(0, PointColumns.NotesOf(a, b));
        Evaluation.RequireSameShape(a, b);
        // As many of each as there are: the sizes need not agree.
        var n = count ?? most;
        int ofA = Taken(a, b, count, n), ofB = Taken(b, a, count, n);
        foreach (var (data, taken) in new[] { (a, ofA), (b, ofB) }.Where(one => one.Item1.Count > one.Item2 && count is null))
            notes.Add($"{taken:N0} of the {data.Count:N0} samples of {data.Name} are used, chosen at random; -n takes others");
        (a, b) = (Some(a, ofA, seed), Some(b, ofB, seed + 1));
        using var extractor = SampleSets.Features(features, inception, b, progress);
        FeatureSet Of(DataSet data) => SampleSets.Cache.Extract(extractor, data,
            progress.Part((int done) => new WorkProgress($"features of {data.Name}", (double)done / data.Count)));
        FeatureSet x = Of(a), y = Of(b);
        return SampleDistance.Measure(metric, x, y, epsilon, progress) with { Notes = notes };
    }

    // Chosen alike, a few points may miss all that has mass: the proof would be about another law. So masses take all points, while there
    // are no more pairs than elsewhere.
    private static int Taken(DataSet data, DataSet other, int? count, int n)
    {
        if (data.Count <= n || !HasMasses(data))
            return Math.Min(data.Count, n);
        if (count is null && (long)data.Count * (HasMasses(other) ? other.Count : Math.Min(other.Count, n)) <= (long)n * n)
            return data.Count;
        var all = $"{data.Name} has masses, so all of its {data.Count:N0} points count";
        throw new UserException(count is not null ? $"{all}: leave -n out, or use ?limit=N for fewer"
            : $"{all}, which are too many pairs with {other.Name}; "
                + $"{(other.Count >= data.Count ? $"-n {data.Count} takes them all the same, and " : "")}?limit=N takes fewer");
    }

    private static bool HasMasses(DataSet data) => data is PointSet { Masses: not null };

    private static DataSet Some(DataSet data, int n, long seed) =>
        n >= data.Count ? data : Subset.Of(data, Subset.Order(data.Count, seed).AsSpan(0, n));

    private static void Show(DistanceResult r, string a, string b)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        void Row(string name, string value) => table.AddRow(name, Markup.Escape(value));
        var doubt = r.Advice is null || r.Converged is true ? "" : r.Converged is false ? " (not converged)" : " (not proven)";
        var spread = r.StandardError is { } error ? $" ± {error:g3} (standard error over directions)" : "";
        // Where digits are lost the value alone would say more than is known.
        var rounding = r.Certified is not true && r.ValueError > 1e-3 * Math.Abs(r.Value)
            ? $", rounding ± {r.ValueError:g2}" : "";
        Row(r.Metric, $"{r.Value:g9}{doubt}{spread}{rounding}");
        if (r.Dual is { } dual && r.Certified is true)
            Row("proof", $"dual {dual:g9}, gap {r.Gap:g3}, certified");
        else if (r.Dual is { } bound)
            Row("lower bound", $"dual {bound:g9}, gap {r.Gap:g3}");
        if (r.Divergence is { } divergence)
            Row("divergence", $"{divergence:g9} (0 for equal sets)");
        else if (r.Converged is true)
            Row("divergence", "not known");
        Row("samples", $"{r.N:N0} of {a}, {r.M:N0} of {b}, {r.D:N0} numbers each");
        Row("measured in", r.Protocol);
        Row("method", $"{r.Method}; {r.SolveSeconds:0.00} s{(r.CostSeconds > 0 ? $" and {r.CostSeconds:0.00} s for the costs" : "")}");
        Output.Result.Write(table);
        foreach (var note in r.Notes)
            Output.Note($"note: {note}");
    }
}
