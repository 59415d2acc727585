using Earthmover.Serve.Models;
using Earthmover.Sessions.Sampling;

namespace Earthmover.Serve.Work;

/// <summary>
/// The one thread that networks run on, and what waits for it. Samples that several ask of one model are drawn in one pass; what takes more
/// than one pass goes behind the others after each, so that nobody waits for the long wish of somebody else.
/// </summary>
/// <remarks>
/// One thread for all models: LibTorch divides every pass among the cores by itself, and two passes at once would only share them.
/// </remarks>
internal sealed class Worker : IDisposable
{
    private readonly LinkedList<Job> _waiting = [];
    private readonly Thread _thread;
    private readonly Action<int> _passed;
    private bool _isStopping;

    /// <summary>Starts the thread.</summary>
    /// <param name="passed">Told the samples of each pass.</param>
    public Worker(Action<int>? passed = null)
    {
        _passed = passed ?? (_ => { });
        _thread = new(Work) { IsBackground = true, Name = "networks" };
        _thread.Start();
    }

    /// <summary>Jobs that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_waiting)
                return _waiting.Count;
        }
    }

    /// <summary>Does some work.</summary>
    /// <typeparam name="T">Its result.</typeparam>
    /// <param name="work">Runs on the thread, outside of any scope of tensors.</param>
    /// <param name="cancellation">Gives it up while it waits; what runs has to look itself.</param>
    public Task<T> Do<T>(Func<T> work, CancellationToken cancellation)
    {
        var job = new CallJob<T>(work, cancellation);
        return Waited(job, job.Result, cancellation);
    }

    /// <summary>Draws samples, in one pass with others that fit.</summary>
    /// <param name="model">The model.</param>
    /// <param name="wish">What is wished for.</param>
    /// <param name="cancellation">Gives it up.</param>
    public Task<DrawnSamples> Draw(IServedModel model, SampleWish wish, CancellationToken cancellation)
    {
        var job = new SampleJob(model, wish, cancellation);
        return Waited(job, job.Result, cancellation);
    }

    /// <summary>Does what waits still, and ends the thread.</summary>
    public void Dispose()
    {
        lock (_waiting)
        {
            _isStopping = true;
            Monitor.PulseAll(_waiting);
        }
        _thread.Join();
    }

    private async Task<T> Waited<T>(Job job, Task<T> result, CancellationToken cancellation)
    {
        lock (_waiting)
        {
            ObjectDisposedException.ThrowIf(_isStopping, this);
            _waiting.AddLast(job);
            Monitor.PulseAll(_waiting);
        }
        // Whoever is gone leaves the queue at once, not when it would be his turn.
        using var leaving = cancellation.UnsafeRegister(_ => Leave(job), null);
        return await result.ConfigureAwait(false);
    }

    private void Leave(Job job)
    {
        lock (_waiting)
            _waiting.Remove(job);
        job.Fail(null);
    }

    private void Work()
    {
        while (Turn() is { } job)
            if (job is SampleJob first)
                Pass(first);
            else
                Try(() => ((ICallJob)job).Run(), job);
    }

    // The first that waits and that somebody waits for; null at the end.
    private Job? Turn()
    {
        lock (_waiting)
            while (true)
            {
                while (_waiting.First is { Value: var job })
                {
                    _waiting.RemoveFirst();
                    if (!job.IsGivenUp)
                        return job;
                }
                if (_isStopping)
                    return null;
                Monitor.Wait(_waiting);
            }
    }

    private void Pass(SampleJob first)
    {
        List<SampleJob> jobs = [first];
        Try(() =>
        {
            var pass = first.Model.Begin();
            Fill(pass, first, jobs);
            var made = pass.Draw();
            _passed(pass.Count);
            for (var i = 0; i < jobs.Count; i++)
            {
                var (job, samples) = (jobs[i], made[i]);
                // What is wrong with the samples of one is nothing to the others.
                Try(() => job.Take(samples), job);
            }
        }, jobs);
        lock (_waiting)
            foreach (var job in jobs.Where(job => job is { Left: > 0, IsGivenUp: false, Result.IsCompleted: false }))
                _waiting.AddLast(job);
    }

    // With those behind the first that fit in.
    private void Fill(ISamplePass pass, SampleJob first, List<SampleJob> jobs)
    {
        first.Join(pass);
        lock (_waiting)
            for (var node = _waiting.First; node is not null && pass.Count < SharedBlocks.Rows;)
            {
                var (next, job) = (node.Next, node.Value);
                if (job is SampleJob { IsGivenUp: false } other && other.Model == first.Model && other.Join(pass))
                {
                    jobs.Add(other);
                    _waiting.Remove(node);
                }
                node = next;
            }
    }

    // It is whoever asked that a failure belongs to; the thread goes on for the others.
    private static void Try(Action work, params IReadOnlyList<Job> jobs)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031
        catch (Exception e)
        {
            foreach (var job in jobs)
                job.Fail(e);
        }
#pragma warning restore CA1031
    }
}
