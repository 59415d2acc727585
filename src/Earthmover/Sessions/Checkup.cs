using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions;

/// <summary>
/// The health of a run at its newest checkpoint: the verdict that its log has of that step, or, where it has none or a second opinion is
/// wanted, measured afresh with larger samples after what the log tells.
/// </summary>
/// <param name="Standing">Where the run stands.</param>
/// <param name="Diagnosis">What was found.</param>
/// <param name="History">Earlier verdicts by step, as the log has them.</param>
public sealed record Checkup(Standing Standing, Diagnosis Diagnosis, IReadOnlyList<(long Step, string Verdict)> History)
{
    /// <summary>Whether it was measured now.</summary>
    public bool IsAfresh { get; init; }

    // As many readings as the slowest rule wants.
    private static int Looks => Rules.All.Max(rule => rule.Sustained);

    private const int Larger = 2;

    /// <summary>
    /// Examines a run. A few steps are played on a copy in memory, since some signals are what a step does; the run's files stay as they
    /// are.
    /// </summary>
    /// <param name="run">Folder of the run.</param>
    /// <param name="context">How data are found.</param>
    /// <param name="afresh">Measure even where the log has a look of this step.</param>
    /// <exception cref="UserException">There is no run or no checkpoint.</exception>
    public static Checkup Of(string run, DataContext context, bool afresh = false)
    {
        using var folder = RunFolder.Open(run);
        var checkpoint = Session.NewestCheckpoint(folder);
        using var session = Session.Start(checkpoint.Recipe, RunData.Open(checkpoint.Recipe, context));
        var logged = folder.ReadHealth().Where(r => r.Reading.Step <= checkpoint.Standing.Step).ToList();
        (long, string)[] history = [.. logged.Select(r => (r.Reading.Step, r.Verdict))];
        if (!afresh && logged.Count > 0 && logged[^1].Reading.Step == checkpoint.Standing.Step)
            return new(checkpoint.Standing, Rules.Judge([.. logged.Select(r => r.Reading)], session.Patient), history);
        if (HealthWatch.Lacking(session.Source) is { } lacking)
            throw new UserException($"{run}: {lacking}");
        using var use = session.Streams.Use();
        checkpoint.RestoreKernels();
        checkpoint.Restore(session.System, []);
        checkpoint.Restore(session.Streams);
        var (standing, recipe) = (checkpoint.Standing, session.Recipe);
        var position = standing.Position;
        using var game = session.System.Begin(standing.Stage, () => session.Source.Deal(position++, session.Device));
        checkpoint.Restore(game);
        // At the end of a schedule steps have no length, and would say nothing of how the players move.
        var progress = recipe.Budget.Progress(standing.Step, standing.Images, standing.Seconds);
        game.Rate = Math.Max(0.1, new RatePlan(session.Options, recipe.Budget, recipe.BudgetSince).At(progress));
        using var watch = new HealthWatch(session.System, session.Source,
            session.HeldOut, session.Patient, recipe.Seed, session.Device, 1, Larger);
        watch.Remember(logged.Select(r => r.Reading));
        Diagnosis? diagnosis = null;
        for (var look = 0; look < Looks; look++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            watch.Before(standing.Step + look);
            diagnosis = watch.After(standing.Step + look, Step(game, standing.StageStep + look));
        }
        session.PutAverages(checkpoint);
        diagnosis = watch.Close(standing.Step + Looks - 1, [], draw => draw());
        return new(standing, diagnosis, history) { IsAfresh = true };
    }

    // A step that cannot be made says nothing of the players, but the look after it still does.
    private static IReadOnlyList<Move> Step(IGame game, long step)
    {
        try
        {
            return game.Play(step);
        }
        catch (NotFiniteException)
        {
            return [];
        }
    }
}
