using System.Collections.Concurrent;
using System.Diagnostics;
using Earthmover.Data;
using Earthmover.Files;
using Earthmover.Games;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions.Sweeps;

/// <summary>How far a sweep is.</summary>
/// <param name="Run">The run that has moved: recipe and seed.</param>
/// <param name="Share">Share of that run that is done; 1 when it has been measured.</param>
/// <param name="Done">Runs that are done.</param>
/// <param name="Total">All runs.</param>
/// <param name="Left">Estimated seconds to the end of all; null before anything can be said.</param>
/// <param name="Score">What was measured of the run, where it is done.</param>
public sealed record SweepProgress(string Run, double Share, int Done, int Total, double? Left, SweepScore? Score);

/// <summary>
/// Many runs below one folder: each stands in a folder of its own as soon as it begins, and nothing else says how far the sweep is, so that
/// one that was killed goes on where its runs are.
/// </summary>
public sealed class Sweep : IDisposable
{
    private const string Root = "sweeps", LockName = ".lock";

    // Training options that a process has one value of.
    private static readonly string[] s_shared = ["kernels", "penalties"];

    private readonly FileLock _lock;
    private readonly DataContext _context;
    private readonly int _jobs;

    private Sweep(SweepPlan plan, string path, FileLock held, DataContext context, int jobs) =>
        (Plan, Path, _lock, _context, _jobs) = (plan, path, held, context, jobs);

    /// <summary>What is played.</summary>
    public SweepPlan Plan { get; }

    /// <summary>Its folder.</summary>
    public string Path { get; }

    /// <summary>A new sweep. Everything that can be known to go wrong is refused before its folder is made.</summary>
    /// <param name="plan">What is asked for.</param>
    /// <param name="path">Its folder; null takes the next number under <c>sweeps</c>.</param>
    /// <param name="context">Where data are looked for.</param>
    /// <param name="jobs">Runs at once; more than one only with one thread each.</param>
    /// <exception cref="UserException">Something does not exist or does not fit, or the folder is taken.</exception>
    public static Sweep Start(SweepPlan plan, string? path, DataContext context, int jobs = 1)
    {
        ArgumentNullException.ThrowIfNull(plan);
        RequireRoom(plan, jobs);
        if (path is not null)
            RequireFree(path);
        plan = plan.Checked(context);
        using var turn = path is null ? RunNumbers.Turn(Root) : null;
        return Begin(plan, path ?? RunNumbers.NextPath(Root, plan.Data, plan.System ?? ""), context, jobs);
    }

    private static Sweep Begin(SweepPlan plan, string path, DataContext context, int jobs)
    {
        Directory.CreateDirectory(path);
        var held = Hold(path);
        try
        {
            // While this one was checked another may have begun.
            RequireFree(path);
            plan.Write(path);
            return new(plan, path, held, context, jobs);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static void RequireFree(string path)
    {
        if (File.Exists(System.IO.Path.Combine(path, SweepPlan.FileName)))
            throw new UserException($"{path} holds a sweep already; continue it with "
                + $"{Invocation.Of($"sweep --resume --out {Invocation.Quoted(path)}")}, or choose another for --out");
        // A lock alone is of a sweep that is about to begin, or that was killed at once.
        var hasLockAlone = Directory.Exists(path)
            && Directory.EnumerateFileSystemEntries(path).All(entry => System.IO.Path.GetFileName(entry) == LockName);
        OutputPath.OfFolder("--out", path, isEmpty: !hasLockAlone);
    }

    /// <summary>A sweep that goes on.</summary>
    /// <param name="path">Its folder; null takes the newest under <c>sweeps</c>.</param>
    /// <param name="context">Where data are looked for.</param>
    /// <param name="jobs">Runs at once; more than one only with one thread each.</param>
    /// <exception cref="UserException">There is none, or another process has it.</exception>
    public static Sweep Resume(string? path, DataContext context, int jobs = 1)
    {
        path ??= RunNumbers.Newest(Root, SweepPlan.FileName)
            ?? throw new UserException($"there is no sweep to resume under {Root}/; name one with --out DIR");
        var plan = SweepPlan.Open(path);
        RequireRoom(plan, jobs);
        return new(plan, path, Hold(path), context, jobs);
    }

    private static void RequireRoom(SweepPlan plan, int jobs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(jobs, 1);
        if (jobs > 1 && plan.Threads != 1)
            throw new UserException($"{jobs} runs at once share the processor: a sweep of several jobs is started with --threads 1");
        if (jobs > 1 && UnusualInCommon(plan) is { } name)
            throw new UserException($"{name} holds for the whole process, so {jobs} runs at once would change it for each other; "
                + $"leave out {name} or --jobs");
    }

    // What a process has one of, where it is not as usual in every run.
    private static string? UnusualInCommon(SweepPlan plan)
    {
        if (plan.Precision != "fp32")
            return "--precision";
        var (usual, set) = (OptionBinder.ToText(new TrainingOptions()), OptionBinder.Split(plan.Settings));
        return s_shared.FirstOrDefault(name =>
            plan.Vary.Any(one => one.Name == name) || (set.TryGetValue(name, out var value) && value != usual[name]));
    }

    private static FileLock Hold(string path) => FileLock.TryTake(System.IO.Path.Combine(path, LockName))
        ?? throw new UserException($"another process is at work on the sweep {path}; wait for it, or stop it");

    /// <summary>Trains and measures what is still to be done.</summary>
    /// <param name="progress">Told of every run that moves, from any thread, one at a time.</param>
    /// <param name="stop">Stops all between two moves, saved, or between two blocks of what is measured.</param>
    /// <returns>What is known of all runs; null where it was stopped.</returns>
    /// <exception cref="TrainingFailedException">Runs failed by what is no result of theirs, such as a full disk.</exception>
    /// <exception cref="UserException">Data are missing or have changed, or a run is in use.</exception>
    public SweepResult? Run(IProgress<SweepProgress>? progress = null, CancellationToken stop = default)
    {
        var recipes = Plan.Recipes();
        // All recipes with the first seed, then with the next: a sweep that is stopped early has something to say of each.
        List<SweepRun> runs = [.. Plan.AllSeeds().SelectMany(seed => recipes.Select(recipe =>
            new SweepRun(Plan, recipe, seed, System.IO.Path.Combine(Path, Plan.FolderOf(recipe, seed)))))];
        var board = new Board(runs.Count, progress);
        var waiting = new ConcurrentQueue<SweepRun>();
        foreach (var run in runs)
            if (run.Known() is { } known)
                board.Knew(run, known);
            else
                waiting.Enqueue(run);
        // Before any of them trains: kernels that change on the way would change a run's bits.
        var kernels = new Dictionary<string, (string Way, string Path)>();
        foreach (var run in _jobs > 1 ? waiting : [])
            run.TakeKernels(kernels);
        var failures = new ConcurrentQueue<Exception>();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var threads = Enumerable.Range(0, Math.Min(_jobs, waiting.Count))
            .Select(i => new Thread(() => Serve(waiting, board, failures, ended)) { IsBackground = true, Name = $"sweep {i}" }).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (failures.TryPeek(out var failure))
            throw failure is UserException ? failure : new TrainingFailedException(
                $"{failures.Count} of {runs.Count} runs failed; the first: {failure.Message}; "
                    + $"what is done is kept, {Invocation.Of($"sweep --resume --out {Path}")} goes on", failure);
        return stop.IsCancellationRequested && board.Scores.Count < runs.Count ? null : new(Plan, Path, board.Scores);
    }

    private void Serve(ConcurrentQueue<SweepRun> waiting, Board board, ConcurrentQueue<Exception> failures, CancellationTokenSource ended)
    {
        while (!ended.IsCancellationRequested && waiting.TryDequeue(out var run))
        {
            try
            {
                board.Moved(run, 0);
                if (run.Play(_context, share => board.Moved(run, share), ended.Token) is { } score)
                    board.Finished(run, score);
            }
#pragma warning disable CA1031 // Told by whoever waits for all runs; the others go on.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failures.Enqueue(e);
                // What is wrong with the data or the folder is wrong for all of them.
                if (e is UserException)
                    ended.Cancel();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    // What is done and how long the rest will take, by what was done here.
    private sealed class Board(int total, IProgress<SweepProgress>? progress)
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private readonly Dictionary<string, double> _shares = [];
        private readonly Dictionary<string, double> _begun = [];
        private readonly List<SweepScore> _scores = [];
        private int _known;

        public List<SweepScore> Scores => _scores;

        public void Knew(SweepRun run, SweepScore score)
        {
            _known++;
            _scores.Add(score);
        }

        public void Moved(SweepRun run, double share)
        {
            lock (_shares)
            {
                // Measuring comes after training: a twentieth of a run, nobody knows how long.
                _shares[run.Path] = 0.95 * share;
                // A run that goes on has its first share from before.
                _begun.TryAdd(run.Path, share > 0 ? 0.95 * share : 0);
                Tell(run, share, null);
            }
        }

        public void Finished(SweepRun run, SweepScore score)
        {
            lock (_shares)
            {
                _shares[run.Path] = 1;
                _scores.Add(score);
                Tell(run, 1, score);
            }
        }

        private void Tell(SweepRun run, double share, SweepScore? score)
        {
            var here = _shares.Sum(one => one.Value - _begun.GetValueOrDefault(one.Key));
            var left = total - _known - _shares.Values.Sum();
            double? seconds = here > 0.01 ? _clock.Elapsed.TotalSeconds * left / here : null;
            progress?.Report(new(run.Name, share, _scores.Count, total, seconds, score));
        }
    }
}
