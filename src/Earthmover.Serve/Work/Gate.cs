namespace Earthmover.Serve.Work;

/// <summary>Counts the requests that have come and are not answered, and closes: then those are answered and no others.</summary>
internal sealed class Gate
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;
    private bool _isClosed;

    /// <summary>Whether it lets nobody in.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
                return _isClosed;
        }
    }

    /// <summary>Requests that are not answered yet.</summary>
    public int Inside
    {
        get
        {
            lock (_lock)
                return _inside;
        }
    }

    /// <summary>A request comes.</summary>
    /// <returns>False where the gate is closed.</returns>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_isClosed)
                return false;
            _inside++;
            return true;
        }
    }

    /// <summary>A request is answered.</summary>
    public void Leave()
    {
        lock (_lock)
            if (--_inside == 0 && _isClosed)
                _empty.TrySetResult();
    }

    /// <summary>Lets nobody in any more.</summary>
    /// <returns>Ends when all who were in have left.</returns>
    public Task Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            if (_inside == 0)
                _empty.TrySetResult();
        }
        return _empty.Task;
    }
}
