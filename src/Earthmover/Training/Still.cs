using Earthmover.Games;

namespace Earthmover.Training;

/// <summary>
/// Networks in evaluation while it lasts: who only looks must not move running statistics or the vectors of a power iteration.
/// </summary>
public readonly struct Still : IDisposable
{
    private readonly GanSystem _system;
    private readonly bool[] _before;

    /// <summary>Puts a system's networks into evaluation.</summary>
    public Still(GanSystem system)
    {
        // It may be nested, and a network that does not learn may be in evaluation all the time: each goes back to where it was.
        (_system, _before) = (system, [.. system.Networks.Values.Select(network => network.IsTraining)]);
        foreach (var network in system.Networks.Values)
            network.SetTraining(false);
    }

    /// <summary>Puts them back as they were.</summary>
    public void Dispose()
    {
        foreach (var (network, before) in _system.Networks.Values.Zip(_before))
            network.SetTraining(before);
    }
}
