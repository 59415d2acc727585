using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Metrics;
using Earthmover.Metrics.Tables;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Walks;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions.Comparing;

/// <summary>Samples measured against real data: a run or data, by the metrics that were asked for or those that fit.</summary>
/// <param name="Samples">A run, or data with generated samples.</param>
/// <param name="Against">Real data, or another run.</param>
public sealed record Comparison(string Samples, string Against)
{
    private const int MostByDefault = 10_000, PointsByDefault = 2500, RunsByDefault = 1000, TablesByDefault = 50_000;

    /// <summary>How many samples there are on each side when nobody says it, for help: pictures, points.</summary>
    public static (int Most, int Points) Usual => (MostByDefault, PointsByDefault);

    /// <summary>Real data that was not used for training; null for the test part of <see cref="Against"/>, where it has one.</summary>
    public string? HeldOut { get; init; }

    /// <summary>The metrics; empty for those that fit the data.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>Samples on each side; null for as many as the data allows.</summary>
    public int? Count { get; init; }

    /// <summary>Features of pictures by name; null for those that fit.</summary>
    public string? Features { get; init; }

    /// <summary>Inception's weights, a file; null without.</summary>
    public string? Inception { get; init; }

    /// <summary>Seed of latent vectors and of the choice of samples.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The checkpoint that the samples are of; null before <see cref="Measure"/>, and for data.</summary>
    public StoredCheckpoint? At { get; private set; }

    /// <summary>
    /// Columns and pairs of a table, for a report; null before <see cref="Measure"/>, where quality was not asked for, and elsewhere.
    /// </summary>
    public TablePortrait? Table { get; private set; }

    /// <summary>What a run is compared with when nothing is named: the data that it was trained on.</summary>
    /// <exception cref="UserException">It is no run.</exception>
    public static string TrainedOn(string samples)
    {
        if (!RunSamples.IsRun(samples))
        {
            var namesake = RunMark.IsRun(samples) ? $"; the run in the folder of that name is ./{samples}" : "";
            throw new UserException($"evaluate needs real data to compare {samples} with; name them with --against{namesake}");
        }
        using var folder = RunFolder.Open(samples);
        var data = RunSamples.Aim(folder.ReadRecipe());
        return RunData.IsGone(data)
            ? throw new UserException($"the data of the run, {data}, is no longer there; "
                + "where it lies elsewhere now, name it with --against")
            : data;
    }

    /// <summary>Measures.</summary>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">What is to be compared cannot be.</exception>
    public (IReadOnlyList<MetricResult> Results, IReadOnlyList<string> Notes) Measure(
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        // Of a run twice as many are drawn: half takes the place of fresh real samples, for the floor. A run against itself is not to meet
        // its own copies.
        var own = OwnTable(SampleSets.Context(Seed, progress, cancellation));
        var real = own?.Training
            ?? SampleSets.Open(Against, 2 * (Count ?? RunsByDefault), RunSamples.IsRun(Against) ? Seed + 1 : Seed, progress,
            cancellation: cancellation);
        var others = HeldOut is not null
            ? SampleSets.Open(HeldOut, Count ?? RunsByDefault, RunSamples.IsRun(HeldOut) ? Seed + 2 : Seed, progress,
                cancellation: cancellation)
            : own?.Kept is { } kept ? kept
            : real is TableSet || Metrics.Count == 0 || Metrics.Any(m => m.NeedsHeldOut)
            ? TestSplit(Against, real, SampleSets.Context(Seed, progress, cancellation)) : null;
        using var features = SampleSets.Features(Features, Inception, real, progress, cancellation);
        var most = Math.Min(real is PointSet ? PointsByDefault : MostByDefault, features.UsualCount);
        var n = Count ?? Math.Min(most, real is TableSet
            ? others?.Count ?? Math.Max(2, real.Count / TableParts.FreshShare) : real.Count / 2);
        // What is made of rows is judged by what a classifier learns of as many as there are real ones.
        var drawn = real is TableSet ? Math.Min(real.Count, TablesByDefault) : n;
        var generated = SampleSets.Open(LikeTable(Samples, real), Math.Max(2, Math.Max(n, drawn)), Seed, progress,
            checkpoint => At = checkpoint, cancellation);
        Evaluation.RequireSameShape(generated, real);
        if (Count is null && n < 2)
            throw new UserException($"{real.Name} has too few samples to measure against: {real.Count}; "
                + "at least 4 are needed, 2 to compare with and 2 for the floor");
        if (Count is null)
            n = Math.Min(Math.Min(n, generated.Count), Evaluation.IsItself(generated, real) ? Math.Max(2, real.Count / 3) : n);
        using var evaluation = new Evaluation(generated, real, others, n, Seed, features, SampleSets.Cache);
        List<string> notes = [.. evaluation.Notes];
        if (SampleSets.Blindness(Features, features, real) is { } blindness)
            notes.Add(blindness);
        if (Metrics.Count == 0 || Metrics.Any(metric => metric.Name == "quality"))
            Table = evaluation.Portrait(progress, cancellation);
        if (Metrics.Count > 0)
        {
            foreach (var metric in Metrics.Where(metric => metric.Space != MetricSpace.Ways))
                evaluation.RequireFit(metric);
            return ([.. Metrics.SelectMany(metric => metric.Space == MetricSpace.Ways
                ? [OfWays(metric, real, n, progress, cancellation)]
                : evaluation.Measure(metric, true, progress, cancellation))], notes);
        }
        var usual = MetricCatalog.DefaultsFor(real, evaluation.Classifies, others is not null,
            ((generated as PointSet)?.Masses ?? (real as PointSet)?.Masses) is not null);
        var (results, left) = Possible(usual, metric => evaluation.Measure(metric, true, progress, cancellation));
        return (results, [.. notes, .. left]);
    }

    private MetricResult OfWays(Metric metric, DataSet real, int n, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        if (metric.Misfit(real) is { } reason)
            throw new UserException($"{metric.Name} does not fit {real.Name}: {reason}");
        using var features = SampleSets.Features(Features, Inception, real, progress, cancellation);
        return PathLength.Measure(Samples, metric, features, Math.Min(n, metric.Largest), Seed, progress, cancellation);
    }

    // Of the usual metrics, those that so few or such samples allow; what was asked for by name is measured or refused.
    private static (IReadOnlyList<MetricResult> Results, IReadOnlyList<string> Left) Possible(
        IReadOnlyList<Metric> metrics, Func<Metric, IReadOnlyList<MetricResult>> measure)
    {
        var (results, refusals) = (new List<MetricResult>(), new List<UserException>());
        foreach (var metric in metrics)
        {
            try
            {
                results.AddRange(measure(metric));
            }
            catch (UserException e)
            {
                refusals.Add(e);
            }
        }
        return results.Count > 0 ? (results, [.. refusals.Select(refusal => $"left out: {refusal.Message}")]) : throw refusals[0];
    }

    // The very rows that a run of a table was trained on, and those that it kept apart: toys are drawn by the run's seed.
    private (DataSet Training, DataSet? Kept)? OwnTable(DataContext context)
    {
        if (!RunSamples.IsRun(Samples))
            return null;
        using var folder = RunFolder.Open(Samples);
        var recipe = folder.ReadRecipe();
        if (recipe.Samples?.Kind != SampleSpec.Table || Against != recipe.Data)
            return null;
        var data = RunData.Open(recipe, context);
        var share = OptionBinder.With(new TrainingOptions(), new Dictionary<string, string>(recipe.Training)).HoldOut;
        return HeldOutData.Split(data, share, recipe.Seed);
    }

    // A file of nothing but numbers is points, unless it is to be set beside a table.
    private static string LikeTable(string address, DataSet real)
    {
        if (real is not TableSet || RunSamples.IsRun(address) || ExportedSamples.IsModel(address))
            return address;
        var parsed = DataAddress.Parse(address);
        var isFile = !DataCatalog.IsBuiltIn(address) && parsed["as"] is null
            && Path.GetExtension(parsed.Name).ToLowerInvariant() is ".csv" or ".tsv" or ".gz";
        return isFile ? parsed.With("as", "table").ToString() : address;
    }

    // The other split of the same pictures, where there is one.
    private static DataSet? TestSplit(string address, DataSet real, DataContext context)
    {
        var parsed = DataAddress.Parse(address);
        if (real is TableSet)
            return RunSamples.IsRun(address) ? null : HeldOutData.For(address, real);
        if (real is not ImageSet || RunSamples.IsRun(address) || parsed.Options.Any(o => o.Key == "limit"))
            return null;
        try
        {
            var test = DataCatalog.OpenTestPart(address, context);
            return test is ImageSet images && images.Shape == ((ImageSet)real).Shape ? test : null;
        }
        catch (UserException)
        {
            return null;
        }
    }
}
