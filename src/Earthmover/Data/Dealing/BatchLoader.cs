using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Earthmover.Torch;

namespace Earthmover.Data.Dealing;

/// <summary>Prepares batches on a thread of its own, a few ahead of the trainer.</summary>
public sealed class BatchLoader : IDisposable
{
    private readonly BlockingCollection<TensorOwner> _ready = new(boundedCapacity: 4);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private Exception? _failure;

    /// <summary>Starts loading.</summary>
    /// <param name="source">The batches.</param>
    /// <param name="position">Number of the first batch to deliver.</param>
    /// <param name="device">Where the batches go.</param>
    public BatchLoader(BatchSource source, long position = 0, Device? device = null)
    {
        Position = position;
        _thread = new(() => Load(source, position, device)) { IsBackground = true, Name = "batch loader" };
        _thread.Start();
    }

    /// <summary>Number of the next batch that <see cref="Next"/> delivers: what a checkpoint stores.</summary>
    public long Position { get; private set; }

    /// <summary>The next batch; the caller disposes it. What went wrong on the loader's thread is thrown here.</summary>
    public TensorOwner Next()
    {
        if (!_ready.TryTake(out var batch, Timeout.Infinite, CancellationToken.None))
        {
            ExceptionDispatchInfo.Throw(_failure!);
        }
        Position++;
        return batch;
    }

    private void Load(BatchSource source, long position, Device? device)
    {
        try
        {
            for (; !_stop.IsCancellationRequested; position++)
            {
                var batch = source.Deal(position, device);
                try
                {
                    _ready.Add(batch, _stop.Token);
                }
                catch (OperationCanceledException)
                {
                    batch.Dispose();
                    return;
                }
            }
        }
#pragma warning disable CA1031 // Reported by Next, on the trainer's thread.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = e;
        }
        finally
        {
            _ready.CompleteAdding();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        foreach (var batch in _ready.GetConsumingEnumerable())
            batch.Dispose();
        _ready.Dispose();
        _stop.Dispose();
    }
}
