using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Reports;
using Earthmover.Sessions.Tables;
using Earthmover.Torch.Kernels;
using Earthmover.Training;
using Earthmover.Training.Runs;
using Earthmover.Training.Views;

namespace Earthmover.Sessions;

/// <summary>Training ended by a failure that the message explains.</summary>
public sealed class TrainingFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>How far a run is.</summary>
/// <param name="Record">What was reported.</param>
/// <param name="Share">Share of the budget that is used, from 0 to 1.</param>
public readonly record struct TrainingProgress(TrainingRecord Record, double Share);

/// <summary>How a run ended.</summary>
/// <param name="Ending">Finished, stopped or sick.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="StateHash">Hash of all its state.</param>
/// <param name="Health">The newest diagnosis; null where nothing was looked at.</param>
public sealed record TrainingOutcome(Ending Ending, Standing Standing, string StateHash, Diagnosis? Health);

/// <summary>
/// A run that trains: new by a plan, or one that goes on. It holds its folder, follows a token that stops it, and leaves a report however
/// it ends.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private readonly Resumption? _resumed;
    private readonly StoredWeights? _beginning;

    private TrainingRun(Session session, RunFolder folder, Resumption? resumed, StoredWeights? beginning) =>
        (Session, Folder, _resumed, _beginning) = (session, folder, resumed, beginning);

    /// <summary>What is played.</summary>
    public Session Session { get; }

    /// <summary>Where it writes.</summary>
    public RunFolder Folder { get; }

    /// <summary>Ends the run when its health is red.</summary>
    public bool StopWhenSick { get; init; }

    /// <summary>A new run.</summary>
    /// <param name="plan">What is asked for.</param>
    /// <param name="folder">Its folder, which is made; null takes the next number under <c>runs</c>.</param>
    /// <param name="context">Where data are looked for.</param>
    /// <param name="stopWhenSick">Ends the run when its health is red.</param>
    /// <exception cref="UserException">Something does not exist or does not fit, or the folder is taken; nothing was written.</exception>
    public static TrainingRun Start(RunPlan plan, string? folder, DataContext context, bool stopWhenSick = false)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Start(plan, plan.Resolve(context), folder, stopWhenSick);
    }

    /// <summary>The same where the data are open already.</summary>
    internal static TrainingRun Start(RunPlan plan, (Recipe Recipe, DataSet Data) resolved, string? folder, bool stopWhenSick = false)
    {
        var (_, session, beginning) = Seated(resolved.Recipe, resolved.Data);
        try
        {
            session.DivideThreads(TimeForRehearsal(plan.Budget));
            var own = folder is null ? RunNumbers.CreateNext("runs", plan.Data, session.Recipe) : RunFolder.Create(folder, session.Recipe);
            return new(session, own, null, beginning) { StopWhenSick = stopWhenSick };
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The recipe of a run that would start; nothing is written.</summary>
    /// <param name="plan">What is asked for.</param>
    /// <param name="context">Where data are looked for.</param>
    /// <exception cref="UserException">It would not start.</exception>
    public static Recipe Rehearse(RunPlan plan, DataContext context)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var (recipe, session, _) = Seated(plan, context);
        session.Dispose();
        return recipe;
    }

    /// <summary>The same where the data are open already.</summary>
    /// <param name="plan">What is asked for.</param>
    /// <param name="data">Its data.</param>
    /// <exception cref="UserException">It would not start.</exception>
    internal static void Rehearse(RunPlan plan, DataSet data) => Seated(plan.Resolve(data), data).Session.Dispose();

    private static (Recipe Recipe, Session Session, StoredWeights? Beginning) Seated(RunPlan plan, DataContext context)
    {
        var (recipe, data) = plan.Resolve(context);
        return Seated(recipe, data);
    }

    private static (Recipe Recipe, Session Session, StoredWeights? Beginning) Seated(Recipe recipe, DataSet data)
    {
        var beginning = recipe.Origin is { } origin ? Beginnings.Again(origin) : null;
        var session = Session.Start(recipe, data);
        try
        {
            _ = beginning?.RequireFit(session.System);
            return (recipe, session, beginning);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>A run that goes on from its newest checkpoint.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="options">What is to be otherwise.</param>
    /// <param name="context">Where data are looked for.</param>
    /// <param name="stopWhenSick">Ends the run when its health is red.</param>
    /// <exception cref="UserException">There is none, another process has it, it is damaged, or its data are not what they
    /// were.</exception>
    public static TrainingRun Resume(string path, ResumeOptions options, DataContext context, bool stopWhenSick = false)
    {
        var folder = RunFolder.Open(path);
        Session? session = null;
        try
        {
            folder.RequirePlain();
            var resumed = Resumption.Of(folder, options);
            var beginning = resumed.Checkpoint is null && resumed.Recipe.Origin is { } origin ? Beginnings.Again(origin) : null;
            session = Session.Start(resumed.Recipe, RunData.Open(resumed.Recipe, context));
            session.DivideThreads(TimeForRehearsal(resumed.Recipe.Budget));
            return new(session, folder, resumed, beginning) { StopWhenSick = stopWhenSick };
        }
        catch
        {
            session?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Trains until the budget is used up or a stop is asked for, saves, and writes the report.</summary>
    /// <param name="progress">Told every report of the run.</param>
    /// <param name="stop">Stops it between two moves.</param>
    /// <exception cref="TrainingFailedException">It failed, or was ended for its health; the message says what is kept.</exception>
    public TrainingOutcome Play(IProgress<TrainingProgress>? progress = null, CancellationToken stop = default) =>
        Play(new ProgressObserver(progress), stop);

    private sealed class ProgressObserver(IProgress<TrainingProgress>? progress) : ITrainingObserver
    {
        public void Reported(TrainingRecord record, double share) => progress?.Report(new(record, share));

        public void Wrote(string path)
        {
        }
    }

    /// <summary>Trains until the budget is used up or a stop is asked for, saves, and writes the report.</summary>
    /// <param name="observer">Follows it.</param>
    /// <param name="stop">Stops it between two moves.</param>
    /// <param name="around">Called with what trains, for those who show it while it lasts; null calls it.</param>
    /// <exception cref="TrainingFailedException">It failed, or was ended for its health; the message says what is kept.</exception>
    public TrainingOutcome Play(ITrainingObserver observer, CancellationToken stop, Func<Func<Ending>, Ending>? around = null)
    {
        using var use = Session.Streams.Use();
        using var trainer = new Trainer(Session.System, Session.Source, Session.Recipe, Session.Options, Session.Streams, Folder,
            ISampleView.Of(Session.Source, Session.Recipe), observer)
        {
            HeldOut = Session.HeldOut,
            Patient = Session.Patient,
            StopWhenSick = StopWhenSick,
        };
        GoOn(trainer, observer);
        try
        {
            Ending Train() => trainer.Run(stop);
            var began = trainer.Standing.Seconds;
            Ending Measured()
            {
                var ending = Train();
                if (ending == Ending.Finished)
                    TableEnd.Measure(Session, Folder, trainer.Standing.Seconds - began, observer);
                return ending;
            }
            var ending = around is null ? Measured() : around(Measured);
            WriteReport(observer);
            if (KernelChoices.Machine?.Problem is { } lost)
                observer.Troubled(lost);
            return new(ending, trainer.Standing, trainer.StateHash, trainer.Health);
        }
        catch (NotFiniteException e)
        {
            WriteReport(observer);
            throw new TrainingFailedException($"{e.Message}; {Kept(trainer)}; a smaller --set learning_rate may help", e);
        }
        catch (Exception e) when (e is not UserException)
        {
            WriteReport(observer);
            throw new TrainingFailedException($"{FailureLine.Of(e)}; {Kept(trainer)}", e);
        }
    }

    private void GoOn(Trainer trainer, ITrainingObserver observer)
    {
        if (_resumed is not null && Folder.Links() is { Count: > 0 } links)
        {
            var names = string.Join(", ", links.Take(5)) + (links.Count > 5 ? ", …" : "");
            observer.Noted($"links in {Folder.Path} are not written to: {names}");
        }
        if (_resumed?.Checkpoint is { } checkpoint)
        {
            trainer.Resume(checkpoint);
            if (checkpoint.IsWithinStep)
                observer.Noted($"step {checkpoint.Standing.Step + 1} had failed when this run was saved: "
                    + "it goes on, but not bit for bit as a run that never failed");
        }
        if (_beginning is { } weights)
        {
            trainer.Begin(weights);
            var fitting = weights.RequireFit(Session.System);
            var fresh = Session.System.Networks.Keys.Except(fitting).ToList();
            var left = fresh.Count == 0 ? "" : $"; {string.Join(", ", fresh)} {(fresh.Count == 1 ? "begins" : "begin")} fresh";
            var step = weights.Origin.Step > 0 ? $" at step {weights.Origin.Step:N0}" : "";
            observer.Noted($"begins from {weights.Origin.From}{step}: {string.Join(", ", fitting)}{left}");
        }
        _resumed?.Begin(Session.Recipe);
        foreach (var note in _resumed?.Notes ?? [])
            observer.Noted(note);
    }

    // What is left of a run that failed: only what is known to be good is called so.
    private string Kept(Trainer trainer) =>
        trainer.Rescued is { } rescued ? $"saved at step {trainer.Standing.Step} in {rescued}"
        : Folder.ListCheckpoints().LastOrDefault(Checkpoint.IsGood) is { } good ? $"the last good checkpoint is {good}"
        : "there was no checkpoint yet";

    // The run is what matters: whatever happens to its report costs a line and no more.
    private void WriteReport(ITrainingObserver observer)
    {
        try
        {
            var report = RunReport.Write(Folder.Path);
            observer.Wrote(report.Report);
            if (report.Lacking is { } lacking)
                observer.Troubled($"{report.Report}: {lacking}");
        }
#pragma warning disable CA1031 // Nothing that goes wrong here may fail a training that is done and saved.
        catch (Exception e)
#pragma warning restore CA1031
        {
            observer.Troubled($"no {RunReport.FileName}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    // A long run may spend more on being fast.
    private static TimeSpan TimeForRehearsal(Budget budget) => TimeSpan.FromSeconds(Math.Clamp(budget.Seconds / 50 ?? 1, 0.2, 10));

    /// <inheritdoc/>
    public void Dispose()
    {
        Session.Dispose();
        Folder.Dispose();
    }
}
