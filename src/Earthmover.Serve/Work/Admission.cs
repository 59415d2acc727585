using Earthmover.Serve.Answers;
using Microsoft.AspNetCore.Http;

namespace Earthmover.Serve.Work;

/// <summary>
/// How many requests are in the house at once, and how much memory they may take together. Who comes when it is full is told when to come
/// again, before anything is read.
/// </summary>
/// <param name="limits">What fits.</param>
internal sealed class Admission(ServeLimits limits)
{
    private const int LongestWait = 60;

    private readonly Lock _lock = new();
    private int _inside;
    private long _bytes;
    private double _mean;

    /// <summary>Requests that are read, wait or are worked on.</summary>
    public int Inside
    {
        get
        {
            lock (_lock)
                return _inside;
        }
    }

    /// <summary>Lets a request in.</summary>
    /// <exception cref="Refusal">It is full.</exception>
    public Ticket Enter()
    {
        lock (_lock)
        {
            if (_inside >= limits.Queue)
                throw Full($"{_inside:N0} requests are being answered, which is the most at once");
            _inside++;
        }
        return new(this);
    }

    private Refusal Full(string detail)
    {
        const string Then = "ask again after the seconds of Retry-After";
        // As long as those that are inside will take, by what the last ones took.
        var wait = Math.Clamp((int)Math.Ceiling(_mean), 1, LongestWait);
        return new(StatusCodes.Status429TooManyRequests, $"{detail}; {Then}") { RetryAfter = wait };
    }

    /// <summary>The right of one request to be worked on.</summary>
    internal sealed class Ticket(Admission admission) : IDisposable
    {
        private readonly long _since = System.Diagnostics.Stopwatch.GetTimestamp();
        private long _held;

        /// <summary>Takes memory that is given back with the ticket.</summary>
        /// <param name="bytes">How much.</param>
        /// <exception cref="Refusal">So much is not left.</exception>
        public void Hold(long bytes)
        {
            lock (admission._lock)
            {
                if (admission._bytes + bytes > admission.Room)
                    throw admission.Full("what is being sent and made takes all the memory that it may");
                admission._bytes += bytes;
                _held += bytes;
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (admission._lock)
            {
                admission._inside--;
                admission._bytes -= _held;
                _held = 0;
                admission._mean += 0.1 * (System.Diagnostics.Stopwatch.GetElapsedTime(_since).TotalSeconds - admission._mean);
            }
        }
    }

    private long Room => limits.Room;
}
