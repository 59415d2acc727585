using System.Collections.Concurrent;
using System.Diagnostics;
using Earthmover.Data;
using Earthmover.Torch;

namespace Earthmover.Claims;

/// <summary>
/// Runs claims: every seed of every claim is a job of one thread, as many at once as there are cores. Small networks use two cores better
/// so than with two threads in every operation.
/// </summary>
/// <param name="Seeds">How many seeds, from 1 upwards; claims without chance take one.</param>
/// <param name="IsQuick">The short versions.</param>
public sealed record ClaimRunner(int Seeds = 1, bool IsQuick = true)
{
    private readonly ConcurrentDictionary<(string Address, long Seed), Lazy<DataSet>> _data = new();

    /// <summary>Jobs at once.</summary>
    public int Workers { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>Where the networks are trained; what has none is computed by the processor.</summary>
    public Device Device { get; init; } = Device.Cpu;

    /// <summary>Where data are looked for.</summary>
    public DataContext Context { get; init; } = new();

    /// <summary>
    /// Told of every job that moves: the claim, its seed, and the share of the job that is done. Called from any worker's thread.
    /// </summary>
    public Action<Claim, long, double>? Progress { get; init; }

    /// <summary>
    /// Runs of a claim's first seeds that were made before, and what they took; they are not made again. Null or empty: there are none.
    /// </summary>
    public Func<Claim, EarlierRuns?>? Earlier { get; init; }

    /// <summary>Told of the runs of a claim's first seeds as often as there is one more of them; called from any worker's thread.</summary>
    public Action<Claim, EarlierRuns>? Kept { get; init; }

    /// <summary>Runs claims and delivers each as soon as its last seed is done.</summary>
    /// <param name="claims">What to run, in this order.</param>
    /// <param name="stop">Stops everything.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IEnumerable<ClaimResult> Run(IReadOnlyList<Claim> claims, CancellationToken stop = default)
    {
        var works = claims.Select(claim => new Work(claim, claim.IsRandom ? Seeds : 1, Earlier?.Invoke(claim))).ToList();
        var jobs = new ConcurrentQueue<(Work Work, int Index)>(
            works.SelectMany(work => Enumerable.Range(0, work.Runs.Length).Where(i => !work.IsMade(i)).Select(i => (work, i))));
        using var done = new BlockingCollection<Work>();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        foreach (var work in works.Where(work => work.Left == 0))
            done.Add(work, CancellationToken.None);
        var threads = Enumerable.Range(0, Workers)
            .Select(i => new Thread(() => Serve(jobs, done, ended.Token)) { IsBackground = true, Name = $"claims {i}" }).ToList();
        threads.ForEach(thread => thread.Start());
        try
        {
            for (var i = 0; i < works.Count; i++)
            {
                var work = done.Take(CancellationToken.None);
                yield return work.Signed(Conclude(work));
            }
        }
        finally
        {
            // However it ends: workers that are still at it would add to what is disposed of.
            ended.Cancel();
            threads.ForEach(thread => thread.Join());
        }
        stop.ThrowIfCancellationRequested();
    }

    private void Serve(ConcurrentQueue<(Work Work, int Index)> jobs, BlockingCollection<Work> done, CancellationToken stop)
    {
        Runtime.Threads = new(1, 1);
        while (jobs.TryDequeue(out var job))
        {
            if (job.Work.Take(job.Index, RunOnce(job.Work.Claim, job.Index + 1, stop), Kept))
                done.Add(job.Work, CancellationToken.None);
        }
    }

    // A run that throws is a result too: the claim fails, the others go on.
    private (object? Run, Exception? Failure, double Seconds) RunOnce(Claim claim, long seed, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            using var streams = new RandomStreams(seed, Device);
            using var use = streams.Use();
            using var scope = TensorScope.Open();
            stop.ThrowIfCancellationRequested();
            Progress?.Invoke(claim, seed, 0);
            var run = claim.MeasureOnce(new(seed, IsQuick, address => Open(address, seed),
                share => Progress?.Invoke(claim, seed, share), stop));
            Progress?.Invoke(claim, seed, 1);
            return (run, null, clock.Elapsed.TotalSeconds);
        }
#pragma warning disable CA1031 // Reported as the claim's failure.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (null, e, clock.Elapsed.TotalSeconds);
        }
    }

    private DataSet Open(string address, long seed) =>
        _data.GetOrAdd((address, seed), key => new(() => DataCatalog.Open(key.Address, Context with { Seed = key.Seed }))).Value;

    private ClaimResult Conclude(Work work)
    {
        long[] seeds = [.. Enumerable.Range(1, work.Runs.Length)];
        var seconds = work.Runs.Sum(r => r.Seconds);
        var failure = work.Runs.Select((r, i) => (r.Failure, Seed: i + 1)).FirstOrDefault(r => r.Failure is not null);
        if (failure.Failure is UserException or OperationCanceledException)
            throw failure.Failure;
        if (failure.Failure is { } e)
            return new(work.Claim, [], null,
                $"It broke off with seed {failure.Seed}: {e.Message.ReplaceLineEndings(" ")} ({e.GetType().Name})",
                seeds, IsQuick, seconds);
        return Judge(work.Claim, [.. work.Runs.Select(r => r.Run!)], IsQuick, seconds);
    }

    /// <summary>Draws the conclusion from runs that were made.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="runs">What was measured with the seeds 1, 2, …</param>
    /// <param name="isQuick">They were of the short version.</param>
    /// <param name="seconds">What they took.</param>
    internal static ClaimResult Judge(Claim claim, IReadOnlyList<object> runs, bool isQuick, double seconds)
    {
        var evidence = claim.JudgeAll(runs);
        long[] seeds = [.. Enumerable.Range(1, runs.Count)];
        return new(claim, evidence.Checks, evidence.Figure, evidence.Remark, seeds, isQuick, seconds)
        {
            Picture = evidence.Picture,
            Runs = runs,
        };
    }

    // A claim with the runs of its seeds.
    private sealed class Work
    {
        private readonly Lock _lock = new();
        private int _first;

        private readonly Origin? _begun;
        private readonly bool _isMade;

        public Work(Claim claim, int seeds, EarlierRuns? earlier)
        {
            _first = earlier?.Runs.Count ?? 0;
            (Claim, Runs) = (claim, new (object?, Exception?, double)[Math.Max(seeds, _first)]);
            for (var i = 0; i < _first; i++)
                Runs[i] = (earlier!.Runs[i], null, earlier.Seconds / earlier.Runs.Count);
            (Left, _begun, _isMade) = (Runs.Length - _first, earlier?.Origin, _first == Runs.Length);
        }

        public int Left { get; private set; }
        public Claim Claim { get; }
        public (object? Run, Exception? Failure, double Seconds)[] Runs { get; }

        public bool IsMade(int index) => Runs[index] is not (null, null, _);

        // Returns whether it was the last.
        public bool Take(int index, (object? Run, Exception? Failure, double Seconds) run, Action<Claim, EarlierRuns>? kept)
        {
            lock (_lock)
            {
                Runs[index] = run;
                var before = _first;
                while (_first < Runs.Length && Runs[_first].Run is not null)
                    _first++;
                if (_first > before)
                    Keep(kept);
                return --Left == 0;
            }
        }

        /// <summary>The result with what is known of where its runs were made.</summary>
        public ClaimResult Signed(ClaimResult result) => _isMade ? result with { Origin = _begun } : result with { Begun = _begun };

        // What cannot be kept is told as that of the run: there is nobody else on this thread who could.
        private void Keep(Action<Claim, EarlierRuns>? kept)
        {
            try
            {
                var first = Runs.Take(_first);
                kept?.Invoke(Claim, new([.. first.Select(r => r.Run!)], first.Sum(r => r.Seconds)) { Origin = _begun });
            }
#pragma warning disable CA1031 // Told as the claim's failure.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Runs[_first - 1].Failure = e;
            }
        }
    }
}

/// <summary>What the first seeds of a claim have measured.</summary>
/// <param name="Runs">A record of numbers for each of the seeds 1, 2, …</param>
/// <param name="Seconds">What they took.</param>
public sealed record EarlierRuns(IReadOnlyList<object> Runs, double Seconds)
{
    /// <summary>When and where they were made; null where that is here and now.</summary>
    public Origin? Origin { get; init; }
}
