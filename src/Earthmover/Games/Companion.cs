using System.Runtime.ExceptionServices;
using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>
/// A thread that differentiates for one player, or on one half of a batch, while the caller's thread does so for another. Small networks
/// use two cores better so than with two threads inside every operation.
/// </summary>
internal sealed class Companion : IDisposable
{
    private readonly SemaphoreSlim _begin = new(0), _done = new(0);
    private readonly Thread _thread;
    private Action? _work;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Starts the thread, with the caller's random streams in use.</summary>
    /// <param name="threads">Threads inside its operations; a setting of the thread that calls LibTorch.</param>
    public Companion(int threads)
    {
        var streams = RandomStreams.Current;
        _thread = new(() => Serve(streams, threads)) { IsBackground = true, Name = "second player" };
        _thread.Start();
    }

    /// <summary>Does two pieces of work, 0 on the caller's thread and 1 on this; waits for both, and throws what one threw.</summary>
    public void Divide(Action<int> work)
    {
        _work = () => work(1);
        _begin.Release();
        try
        {
            work(0);
        }
        finally
        {
            _done.Wait();
            Interlocked.Exchange(ref _failure, null)?.Throw();
        }
    }

    private void Serve(RandomStreams streams, int threads)
    {
        using var use = streams.Use();
        Runtime.Threads = new(threads, 1);
        while (true)
        {
            _begin.Wait();
            if (_work is null)
                return;
            try
            {
                _work();
            }
#pragma warning disable CA1031 // Thrown again by Divide, on the caller's thread.
            catch (Exception e)
#pragma warning restore CA1031
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }
            _done.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _work = null;
        _begin.Release();
        _thread.Join();
        _begin.Dispose();
        _done.Dispose();
    }
}
