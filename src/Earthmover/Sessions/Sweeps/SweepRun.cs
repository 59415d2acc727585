using System.Text.Encodings.Web;
using System.Text.Json;
using Earthmover.Data;
using Earthmover.Files;
using Earthmover.Games;
using Earthmover.Metrics;
using Earthmover.Sessions.Comparing;
using Earthmover.Sessions.Sampling;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions.Sweeps;

/// <summary>How a run of a sweep ended: what was measured of it, or that it diverged.</summary>
/// <param name="Recipe">Number of its recipe.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Step">Steps that it played.</param>
/// <param name="StateHash">Hash of all its state.</param>
/// <param name="Seconds">Training time.</param>
/// <param name="Failure">How it failed, one line; null for a run that ended well.</param>
/// <param name="Scores">What was measured; empty where it failed.</param>
public sealed record SweepScore(int Recipe, long Seed, long Step, string? StateHash, double Seconds, string? Failure,
    IReadOnlyList<RunScore> Scores);

/// <summary>One run of a sweep: trained from wherever it stands, then measured, once.</summary>
/// <param name="Plan">The sweep.</param>
/// <param name="Recipe">Its recipe.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Path">Its folder.</param>
internal sealed record SweepRun(SweepPlan Plan, SweepRecipe Recipe, long Seed, string Path)
{
    private const string ScoreFile = "score.json";

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>For people.</summary>
    public string Name => $"{Recipe.Name}, seed {Seed}";

    /// <summary>What was measured of it in an earlier session; null where it is still to be done.</summary>
    public SweepScore? Known()
    {
        var file = System.IO.Path.Combine(Path, ScoreFile);
        try
        {
            var known = File.Exists(file) ? JsonSerializer.Deserialize<SweepScore>(PlainFile.ReadText(file), s_json) : null;
            // Whole, and of this run: of what measured nothing nothing is known.
            return known is { Scores: not null } && known.Recipe == Recipe.Number && known.Seed == Seed
                && (known.Failure is not null || known.Scores.Count > 0) ? known : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A folder without a recipe was not begun, whatever else a killed process left in it.
    private bool IsBegun => File.Exists(System.IO.Path.Combine(Path, RunFolder.RecipeName));

    /// <summary>Takes the kernels that it had chosen, for all runs of this process; none where it was not saved yet.</summary>
    /// <param name="taken">What was taken before, and of which run.</param>
    /// <exception cref="UserException">Another run has chosen otherwise, and a process has one choice.</exception>
    public void TakeKernels(Dictionary<string, (string Way, string Path)> taken)
    {
        if (!IsBegun)
            return;
        using var folder = RunFolder.Open(Path);
        if (folder.ListCheckpoints().Count == 0)
            return;
        var checkpoint = Session.NewestCheckpoint(folder);
        foreach (var (task, way) in checkpoint.Kernels)
            if (!taken.TryAdd(task, (way, Path)) && taken[task].Way != way)
                throw new UserException($"{taken[task].Path} and {Path} have chosen different kernels, and runs at once have the same; "
                    + "leave out --jobs, and each goes on with its own");
        checkpoint.RestoreKernels();
    }

    /// <summary>Trains until the budget is used up, and measures.</summary>
    /// <param name="context">Where data are looked for.</param>
    /// <param name="progress">Told the share of the run that is done.</param>
    /// <param name="stop">Stops it between two moves, saved.</param>
    /// <returns>Null where it was stopped.</returns>
    public SweepScore? Play(DataContext context, Action<double> progress, CancellationToken stop)
    {
        SweepScore score;
        try
        {
            using var run = IsBegun ? TrainingRun.Resume(Path, new(), context)
                : TrainingRun.Start(Plan.RunOf(Recipe, Seed), Path, context);
            var outcome = run.Play(new Follower(progress), stop);
            if (outcome.Ending != Ending.Finished)
                return null;
            score = new(Recipe.Number, Seed, outcome.Standing.Step, outcome.StateHash, outcome.Standing.Seconds, null, []);
        }
        catch (TrainingFailedException e) when (e.InnerException is NotFiniteException)
        {
            // It will diverge again: that is what there is to know of it.
            score = new(Recipe.Number, Seed, 0, null, 0, e.InnerException.Message, []);
        }
        if (score.Failure is null)
        {
            if (Measured(context, stop) is not { } scores)
                return null;
            score = score with { Scores = scores };
        }
        AtomicFile.WriteText(System.IO.Path.Combine(Path, ScoreFile), JsonSerializer.Serialize(score, s_json) + "\n", lasting: true);
        return score;
    }

    // Null where it was stopped.
    private IReadOnlyList<RunScore>? Measured(DataContext context, CancellationToken stop)
    {
        try
        {
            return Measure(context, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private IReadOnlyList<RunScore> Measure(DataContext context, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        using var trained = TrainedRun.Open(Path, context);
        var scoring = new RunScoring(RunSamples.Aim(trained.Recipe))
        {
            Metrics = RunScoring.Named([Plan.Metric!]),
            Count = Plan.Count,
            Draws = 1,
        };
        return scoring.Of(trained, Name, withFloor: false, cancellation: stop);
    }

    private sealed class Follower(Action<double> progress) : ITrainingObserver
    {
        public void Reported(TrainingRecord record, double share) => progress(share);

        public void Wrote(string path)
        {
        }
    }
}
