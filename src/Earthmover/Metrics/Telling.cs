using Earthmover.Transport;

namespace Earthmover.Metrics;

/// <summary>Tells at once, and on the thread that reports, what a solver does: <see cref="Progress{T}"/> would post it.</summary>
internal sealed class Telling : IProgress<TransportProgress>
{
    private readonly Action<string, double> _tell;

    private Telling(Action<string, double> tell) => _tell = tell;

    /// <summary>Tells a function; null tells nobody.</summary>
    public static Telling? Of(Action<string, double>? tell) => tell is null ? null : new(tell);

    /// <inheritdoc/>
    public void Report(TransportProgress value) => _tell(value.Stage, value.Share);
}
