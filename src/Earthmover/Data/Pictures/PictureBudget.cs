namespace Earthmover.Data.Pictures;

/// <summary>
/// Lets as many threads decode at once as their pictures together have room for; a picture above the whole budget is decoded alone.
/// </summary>
/// <param name="bytes">Room for all pictures in flight, bytes.</param>
internal sealed class PictureBudget(long bytes)
{
    private readonly object _gate = new();
    private long _taken;

    /// <summary>Waits until there is room, and takes it.</summary>
    /// <param name="wanted">Bytes.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Gives the room back when disposed.</returns>
    public IDisposable Take(long wanted, CancellationToken cancellation)
    {
        var share = Math.Clamp(wanted, 0, bytes);
        lock (_gate)
        {
            while (_taken + share > bytes)
            {
                cancellation.ThrowIfCancellationRequested();
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(100));
            }

            _taken += share;
            return new Room(this, share);
        }
    }

    private void Give(long share)
    {
        lock (_gate)
        {
            _taken -= share;
            Monitor.PulseAll(_gate);
        }
    }

    private sealed class Room(PictureBudget budget, long share) : IDisposable
    {
        public void Dispose() => budget.Give(share);
    }
}
