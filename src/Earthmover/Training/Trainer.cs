using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Torch;
using Earthmover.Training.Runs;
using Earthmover.Training.Views;

namespace Earthmover.Training;

/// <summary>
/// Plays a system's stages until the budget is used up, and keeps the run folder. It knows players and nothing of any system.
/// </summary>
public sealed partial class Trainer : IDisposable
{
    private readonly GanSystem _system;
    private readonly BatchSource _data;
    private readonly Recipe _recipe;
    private readonly TrainingOptions _options;
    private readonly RandomStreams _streams;
    private readonly RunFolder? _folder;
    private readonly IReadOnlyList<ITrainingObserver> _observers;
    private readonly AveragedGenerators _generators;
    private readonly SampleGrid _grid;
    private readonly Measurements _measurements;
    private readonly RatePlan _plan;
    private Standing _standing = new();
    private readonly RunWriter _writer;
    private long _begun;
    private bool _isWithinStep, _isBegun;
    private string? _recordingProblem;
    private IReadOnlyList<Move> _lastMoves = [], _lastRead = [];
    private StoredCheckpoint? _resume;
    private IGame? _game;
    private HealthWatch? _watch;
    private Diagnosis? _fresh;

    /// <summary>A run about to start.</summary>
    /// <param name="system">The game to play.</param>
    /// <param name="data">Batches.</param>
    /// <param name="recipe">What is played; its budget ends the run.</param>
    /// <param name="options">How the run proceeds.</param>
    /// <param name="streams">Random streams, in use on this thread.</param>
    /// <param name="folder">Where to write; null writes nothing.</param>
    /// <param name="view">Draws sample grids; null draws none.</param>
    /// <param name="observers">Who follows.</param>
    public Trainer(GanSystem system, BatchSource data, Recipe recipe, TrainingOptions options, RandomStreams streams,
        RunFolder? folder = null, ISampleView? view = null, params IReadOnlyList<ITrainingObserver> observers)
    {
        (_system, _data, _recipe, _options, _streams, _folder, _observers) = (system, data, recipe, options, streams, folder, observers);
        _writer = new(folder, options.KeepCheckpoints, SaveTo, observers);
        _plan = new(options, recipe.Budget, recipe.BudgetSince);
        _generators = new(system, options);
        _grid = new(system, data, _generators, view, options.GridSamples, recipe.Seed, streams.Device);
        _measurements = new(system, data, _grid, recipe.Seed, streams.Device);
    }

    /// <summary>Where the run stands.</summary>
    public Standing Standing => _standing;

    /// <summary>Data of the same kind that the run does not train on, for its health; null where there is none.</summary>
    public BatchSource? HeldOut { get; init; }

    /// <summary>What remedies are fitted to; null for remedies in words alone.</summary>
    public Patient? Patient { get; init; }

    /// <summary>Ends the run when its health is red.</summary>
    public bool StopWhenSick { get; init; }

    /// <summary>The newest diagnosis; null before the first look.</summary>
    public Diagnosis? Health { get; private set; }

    /// <summary>Seconds of this process's training that went into looking at its health.</summary>
    public double HealthSeconds => _watch?.Seconds ?? 0;

    /// <summary>The checkpoint that was made after the run had failed; null where there is none.</summary>
    public string? Rescued { get; private set; }

    /// <summary>Hash of all state: equal for two runs that went the same way.</summary>
    public string StateHash => Checkpoint.Hash(_system, _game, _generators.All, _streams);

    /// <summary>Continues from a checkpoint; before <see cref="Run"/>.</summary>
    /// <exception cref="UserException">The checkpoint belongs to another run.</exception>
    public void Resume(StoredCheckpoint checkpoint)
    {
        checkpoint.RequireRecipe(_recipe);
        checkpoint.RequireFit(_system, _generators.All);
        checkpoint.RestoreKernels();
        checkpoint.Restore(_system, _generators.All);
        checkpoint.Restore(_streams);
        _generators.Continue(checkpoint.Standing.Images + (_recipe.Origin?.Images ?? 0));
        (_standing, _resume) = (checkpoint.Standing, checkpoint);
    }

    /// <summary>
    /// Begins from weights instead of fresh ones; before <see cref="Run"/>, which saves them as the run's own first state.
    /// </summary>
    /// <exception cref="UserException">They do not fit.</exception>
    public void Begin(StoredWeights weights)
    {
        weights.Put(_system, _generators.All);
        _isBegun = true;
    }

    /// <summary>
    /// Trains until the budget is used up or a stop is asked for; then saves, as it does where it fails, if that is worth it: see
    /// <see cref="Rescued"/>.
    /// </summary>
    /// <exception cref="NotFiniteException">A term, gradient or weight is not finite; the last checkpoint is from before.</exception>
    /// <exception cref="UserException">The run's folder is not its own.</exception>
    public Ending Run(CancellationToken stop = default)
    {
        _folder?.RequirePlain();
        _begun = _standing.Step;
        try
        {
            return PlayStages(stop);
        }
        catch (Exception e)
        {
            Rescue(e);
            throw;
        }
    }

    // A run that diverged has a better checkpoint than its last moment, unless it has none.
    private void Rescue(Exception failure)
    {
        if (_folder is null || _game is null || _standing.Step == _begun)
            return;
        if (failure is NotFiniteException && _folder.ListCheckpoints().Count > 0)
            return;
        try
        {
            _writer.SaveAtLast(_standing.Step);
            Rescued = _folder.CheckpointPath(_standing.Step);
        }
#pragma warning disable CA1031 // The failure that brought us here is the one to report.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private Ending PlayStages(CancellationToken stop)
    {
        if (_standing.Step == 0)
            _writer.Write(() => _grid.DrawReals(_folder));
        // A run that was stopped before its first checkpoint begins again, and so does its log.
        Note(_folder?.ShortenLog(_standing.Step));
        var clock = new TrainingClock(_standing);
        var shares = Shares();
        var ending = Ending.Finished;
        for (var stage = _standing.Stage; stage < shares.Length && ending == Ending.Finished; stage++)
        {
            _game?.Dispose();
            _game = null;
            // Anew, since a step that was broken off at the end of a stage has taken batches.
            using var loader = new BatchLoader(_data, _standing.Position, _streams.Device);
            var isResumed = _resume is not null && stage == _resume.Standing.Stage;
            if (!isResumed && _system.BeginsAveraged(stage))
                _generators.Settle();
            _game = _system.Begin(stage, loader.Next);
            if (_options.Graphs && _streams.Device.IsCuda)
                _ = _game.Record();
            if (isResumed)
                _resume!.Restore(_game);
            else
                _standing = _standing with { Stage = stage, StageStep = 0 };
            // From here on what it began from may go.
            if (_isBegun && _standing.Step == 0 && stage == 0)
                _writer.SaveAtLast(0);
            ending = Play(stage, shares, loader, clock, stop);
        }
        // The last samples are worth seeing, unless a stop is waited for.
        if (ending == Ending.Finished && _standing.Step > _begun)
        {
            foreach (var observer in _observers)
                observer.Closing();
            var rate = clock.ImagesPerSecond(_standing.Images);
            if (Looks)
                Health = _fresh = Watch.Close(_standing.Step, Closing(), _generators.Use);
            DrawSamples();
            _writer.Write(() => _grid.DrawNeighbors(_folder, _standing.Step));
            _writer.Write(() => _grid.DrawAttention(_folder, _standing.Step));
            Report(_lastMoves, rate);
        }
        _writer.SaveAtLast(_standing.Step);
        return ending;
    }

    // The step that turned out to be the last may not have been read: what its players moved for is known nevertheless.
    private IReadOnlyList<Move> Closing() => _lastMoves.Count > 0 ? _lastMoves : [.. _lastRead.Select(move => move.Unread())];

    private Ending Play(int stage, (double Begin, double End)[] shares, BatchLoader loader, TrainingClock clock, CancellationToken stop)
    {
        while (Progress < shares[stage].End)
        {
            if (stop.IsCancellationRequested)
                return Ending.Stopped;
            _game!.Rate = _plan.At(Progress, shares[stage].Begin, shares[stage].End);
            _game.Progress = RatePlan.Within(Progress, shares[stage].Begin, shares[stage].End);
            // The first step of a run and the last are always reported.
            var report = clock.IsFirst || IsLast || Due(_options.ReportEvery, clock.SinceReport > 2);
            var before = loader.Position;
            // The first step brings code and kernels in, and shows nothing of the run.
            var look = report && Looks && (IsLast || (!clock.IsFirst && Watch.IsDue(clock.Running)));
            if (look)
                Watch.Before(_standing.Step);
            if (PlayStep(report, clock, shares[stage].End, stop) is not { } moves)
                continue;
            var images = (loader.Position - before) * _data.Size;
            _generators.Update(images);
            _standing = _standing with
            {
                Step = _standing.Step + 1,
                StageStep = _standing.StageStep + 1,
                Images = _standing.Images + images,
                Seconds = clock.Elapsed,
                Position = loader.Position,
            };
            _isWithinStep = false;
            if (look)
                Health = _fresh = Watch.After(_standing.Step, moves);
            if (Progress < 1 && AreSamplesDue(clock))
            {
                DrawSamples();
                clock.Drew((Math.Floor(Progress * 20) + 1) / 20);
            }
            // The last report waits for the last samples.
            (_lastMoves, _lastRead) = (moves, moves.Count > 0 ? moves : _lastRead);
            var sick = StopWhenSick && look && Health!.Verdict == Verdict.Red;
            if (report && (Progress < 1 || sick))
                Report(moves, clock.ImagesPerSecond(_standing.Images));
            if (sick)
                return Ending.Sick;
            if (_options.CheckpointEvery > 0 ? _standing.Step % _options.CheckpointEvery == 0 : clock.SinceSave > 60)
            {
                _writer.SaveMeanwhile(_standing.Step);
                clock.Saved();
            }
        }
        return Ending.Finished;
    }

    // Made when it is first needed: landmarks cost a little.
    private HealthWatch Watch => _watch ??= Watched(
        new(_system, _data, HeldOut, Patient ?? Patient.Unknown, _recipe.Seed, _streams.Device, _options.HealthShare));

    // A run that goes on is judged by what it was, too.
    private HealthWatch Watched(HealthWatch watch)
    {
        if (_resume is not null && _folder is not null)
            watch.Remember(_folder.ReadHealth().Select(look => look.Reading).Where(reading => reading.Step <= _resume.Standing.Step));
        return watch;
    }

    private bool Looks => _options.HealthShare > 0 && HealthWatch.Lacking(_data) is null;

    private double Progress => _recipe.Budget.Progress(_standing.Step, _standing.Images, _standing.Seconds);

    private bool Due(long every, bool otherwise) => every > 0 ? (_standing.Step + 1) % every == 0 : otherwise;

    private bool AreSamplesDue(TrainingClock clock) => _options.SampleEvery > 0
        ? _standing.Step % _options.SampleEvery == 0
        : Progress >= clock.NextSamples && clock.SinceSamples > 1;

    // Whether the step to come is known to be the last.
    private bool IsLast => _recipe.Budget.Steps is { } steps && _standing.Step + 1 >= steps;

    // Each stage's part of the run, as shares of the budget.
    private (double Begin, double End)[] Shares()
    {
        var total = _system.StageShares.Sum(s => s.Share);
        var begin = 0.0;
        return [.. _system.StageShares.Select((s, i) => (begin, begin = i == _system.StageShares.Count - 1 ? 1 : begin + s.Share / total))];
    }

    private void Report(IReadOnlyList<Move> moves, double imagesPerSecond)
    {
        NoteRecording();
        // What is fresh was looked at after this very step.
        var measures = _measurements.Take(_standing.Step, moves, _fresh?.Reading);
        var record = new TrainingRecord(_standing.Step, _standing.Images, _standing.Seconds, imagesPerSecond, moves, measures)
        {
            Health = _fresh,
        };
        _fresh = null;
        _writer.Write(() => _folder?.Log(record));
        foreach (var observer in _observers)
            observer.Reported(record, Progress);
    }

    private void DrawSamples()
    {
        _measurements.MeasureSamples();
        string? path = null;
        _writer.Write(() => path = _grid.Draw(_folder, _standing.Step));
        if (path is null)
            return;
        foreach (var observer in _observers)
            observer.Wrote(path);
    }

    private void Note(string? note)
    {
        if (note is null)
            return;
        foreach (var observer in _observers)
            observer.Noted(note);
    }

    // Recording is given up at most once in a stage.
    private void NoteRecording()
    {
        if (_game?.RecordingProblem is not { } problem || problem == _recordingProblem)
            return;
        _recordingProblem = problem;
        Note($"steps are played one operation at a time, since they could not be recorded: {problem}");
    }

    private void SaveTo(string path)
    {
        _game?.Settle(_standing.Step);
        Checkpoint.Save(path, _recipe, _standing, _system, _game, _generators.All, _streams, _isWithinStep);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _game?.Dispose();
        _watch?.Dispose();
        _grid.Dispose();
        _generators.Dispose();
    }
}
