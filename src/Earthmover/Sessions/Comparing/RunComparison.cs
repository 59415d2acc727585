using Earthmover.Data;
using Earthmover.Reports.Runs;
using Earthmover.Sessions.Sampling;

namespace Earthmover.Sessions.Comparing;

/// <summary>An option that is not the same in all runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Its value in each run; empty where it has none.</param>
public sealed record OptionDifference(string Name, IReadOnlyList<string> Values);

/// <summary>What was measured of several runs.</summary>
/// <param name="Against">The real data.</param>
/// <param name="Scores">The scores of each run, the same quantities in the same order; null of one that draws no samples.</param>
/// <param name="Unit">What pairs are: <c>draws</c> of samples of runs as they are, or training <c>seeds</c>.</param>
/// <param name="Disciplines">Those who are compared in each quantity: runs, or recipes over their seeds.</param>
/// <param name="Duels">All against all.</param>
public sealed record MeasuredRuns(string Against, IReadOnlyList<IReadOnlyList<RunScore>?> Scores, string Unit,
    IReadOnlyList<Discipline> Disciplines, IReadOnlyList<Duel> Duels);

/// <summary>Several runs side by side: what differs, how they went, what they make of the same latent vectors, and who is better.</summary>
public sealed class RunComparison : IDisposable
{
    private readonly List<string> _notes = [];

    private RunComparison(IReadOnlyList<ComparedRun> runs) => Runs = runs;

    /// <summary>The runs.</summary>
    public IReadOnlyList<ComparedRun> Runs { get; }

    /// <summary>What is lacking, one line each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Opens runs of one kind of samples.</summary>
    /// <param name="paths">Their folders, at least two.</param>
    /// <param name="context">Where data are looked for.</param>
    /// <exception cref="UserException">One is no run, or they make samples of different kinds or shapes.</exception>
    public static RunComparison Open(IReadOnlyList<string> paths, DataContext context)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string[] folders = [.. paths.DistinctBy(path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))];
        if (folders.Length < 2)
            throw new UserException("compare takes two runs or more, each by its folder");
        var runs = new List<ComparedRun>();
        try
        {
            foreach (var path in folders)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                runs.Add(ComparedRun.Open(path, context));
            }
            RequireOneKind(runs);
        }
        catch
        {
            runs.ForEach(run => run.Dispose());
            throw;
        }
        // Folders of one name in different places go by the whole of what was given.
        foreach (var namesakes in runs.GroupBy(run => run.Name).Where(group => group.Count() > 1).ToList())
            foreach (var run in namesakes)
                run.Name = run.Path;
        var comparison = new RunComparison(runs);
        comparison._notes.AddRange(runs.Where(run => run.Lacking is not null).Select(run => $"no samples of {run.Name}: {run.Lacking}"));
        return comparison;
    }

    private static void RequireOneKind(List<ComparedRun> runs)
    {
        // Rows of a table are as wide for networks as a system codes them.
        static string Shape(ComparedRun run) => $"{run.Recipe.Samples!.Kind} of "
            + (run.Recipe.Samples.Code is { } code ? string.Join(", ", code.Fields.Select(field => field.Name))
                : string.Join('x', run.Recipe.Samples.Axes));
        var known = runs.Where(run => run.Recipe.Samples is not null).ToList();
        if (known.FirstOrDefault(run => Shape(run) != Shape(known[0])) is { } other)
            throw new UserException($"{known[0].Path} makes {Shape(known[0])}, and {other.Path} makes {Shape(other)}; "
                + "compare runs that make the same kind of samples");
    }

    /// <summary>The options that differ.</summary>
    public IReadOnlyList<OptionDifference> Differences()
    {
        var options = Runs.Select(run => run.Options()).ToList();
        return [.. options.SelectMany(one => one.Keys).Distinct()
            .Select(name => new OptionDifference(name, [.. options.Select(one => one.GetValueOrDefault(name, ""))]))
            .Where(difference => difference.Values.Distinct().Count() > 1)];
    }

    /// <summary>
    /// Measures all runs that draw samples. Where several are repetitions of each other with other seeds, recipes are compared over the
    /// seeds that they share; else runs as they are, over draws of samples.
    /// </summary>
    /// <param name="against">Real data; null for what the runs were trained on.</param>
    /// <param name="scoring">Measures against data.</param>
    /// <param name="progress">Told what is done and the share of the whole.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Null where nothing can be measured; a note says why.</returns>
    /// <exception cref="UserException">A metric does not fit, or data that were named are not to be had.</exception>
    public MeasuredRuns? Measure(string? against, Func<string, bool, RunScoring> scoring,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scoring);
        if (AimOf(against) is not { } address)
            return null;
        var repeats = Runs.GroupBy(run => run.Kind()).Any(group => group.DistinctBy(run => run.Recipe.Seed).Count() > 1);
        var measure = scoring(address, repeats);
        var scores = new List<IReadOnlyList<RunScore>?>();
        foreach (var run in Runs)
        {
            var isFirst = scores.All(score => score is null);
            scores.Add(run.Trained is null ? null : measure.Of(run.Trained, run.Name, isFirst,
                progress.Part((WorkProgress at) => at with { Share = (scores.Count + at.Share) / Runs.Count }), cancellation));
        }
        if (scores.FirstOrDefault(score => score is not null) is not { } names)
            return null;
        // The floor is that of the data, measured once.
        scores = [.. scores.Select(score => score?.Select((s, i) => s with { Floor = s.Floor ?? names[i].Floor }).ToList())];
        List<Discipline> disciplines = [.. names.Select((quantity, i) =>
            new Discipline(quantity.Name, quantity.Better, repeats ? Repetitions(scores, i) : Singles(scores, i)))];
        return new(address, scores, repeats ? "seeds" : "draws", disciplines, Contest.Of(disciplines));
    }

    // What all were trained on, if it is one and can be had.
    private string? AimOf(string? against)
    {
        if (against is not null)
            return against;
        // Laws are drawn with the seed of the run: their name says that they are the same.
        var kinds = Runs.Select(run => DataCatalog.IsBuiltIn(run.Recipe.Data) ? run.Recipe.Data : run.Recipe.DataFingerprint).Distinct();
        if (kinds.Count() > 1)
        {
            _notes.Add("no metrics: the runs learned from different data, and distances to different data are not compared; "
                + "say with --against what they are to be measured by");
            return null;
        }
        try
        {
            // As the metrics will.
            _ = RunData.Open(Runs[0].Recipe, new());
            return RunSamples.Aim(Runs[0].Recipe);
        }
        catch (UserException)
        {
            _notes.Add($"no metrics: all of them need real data, and {DataLabel.Of(Runs[0].Recipe.Data)} is not to be had here "
                + "as it was when the runs were trained; name some with --against");
            return null;
        }
    }

    private IReadOnlyList<Contender> Singles(List<IReadOnlyList<RunScore>?> scores, int quantity) =>
        [.. Runs.Zip(scores).Where(pair => pair.Second is not null).Select(pair => new Contender(pair.First.Name,
            pair.Second![quantity].Values.Select((value, draw) => (draw, value))
                .ToDictionary(d => (long)d.draw, d => (d.value, pair.Second[quantity].LossOf(d.value)))))];

    private IReadOnlyList<Contender> Repetitions(List<IReadOnlyList<RunScore>?> scores, int quantity)
    {
        var differences = Differences();
        return [.. Runs.Select((run, i) => (Run: run, Index: i, Score: scores[i]?[quantity])).Where(one => one.Score is not null)
            .GroupBy(one => one.Run.Kind())
            .Select(group => new Contender(LabelOf(group.First().Run, group.First().Index, differences),
                group.DistinctBy(one => one.Run.Recipe.Seed)
                    .ToDictionary(one => one.Run.Recipe.Seed, one => (one.Score!.Value, one.Score.Loss))))];
    }

    private static string LabelOf(ComparedRun run, int index, IReadOnlyList<OptionDifference> differences)
    {
        var own = differences.Where(difference => difference.Name != "seed").Select(d => $"{d.Name}={d.Values[index]}").ToList();
        return own.Count == 0 ? $"{run.Recipe.System}, all seeds" : string.Join(", ", own);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var run in Runs)
            run.Dispose();
    }
}
