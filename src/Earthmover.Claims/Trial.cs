using Earthmover.Data;

namespace Earthmover.Claims;

/// <summary>One run of an experiment: its seed, how long it may take, and where data come from.</summary>
public sealed class Trial
{
    private readonly Func<string, DataSet> _open;
    private readonly Action<double> _report;
    private readonly CancellationToken _stop;

    internal Trial(long seed, bool isQuick, Func<string, DataSet> open, Action<double> report, CancellationToken stop) =>
        (Seed, IsQuick, _open, _report, _stop) = (seed, isQuick, open, report, stop);

    /// <summary>The seed; the random streams in use come from it.</summary>
    public long Seed { get; }

    /// <summary>Half a minute or so for everything, instead of what the paper's protocol takes.</summary>
    public bool IsQuick { get; }

    /// <summary>One of two sizes: steps, widths, samples.</summary>
    public T Of<T>(T quick, T full) => IsQuick ? quick : full;

    /// <summary>
    /// Data of an address as <c>earthmover train</c> takes it, e.g. <c>fashion-mnist?split=test</c>; opened once and shared.
    /// </summary>
    /// <exception cref="UserException">There is no such data.</exception>
    public DataSet Open(string address) => _open(address);

    /// <summary>Says how much is done, from 0 to 1; call it now and then.</summary>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    public void Report(double share)
    {
        _stop.ThrowIfCancellationRequested();
        _report(share);
    }
}
