using Earthmover.Nn;

namespace Earthmover.Games;

/// <summary>
/// Layers of critics that do not learn, those next to the samples: what they see is general, and a critic that keeps it needs fewer new
/// samples (FreezeD, arXiv:2002.10964).
/// </summary>
internal static class FrozenLayers
{
    /// <summary>Freezes the first layers of each critic of a system.</summary>
    /// <param name="system">The system, before it plays.</param>
    /// <param name="count">How many of each; 0 leaves all as they are.</param>
    /// <exception cref="UserException">A critic has no more, so that nothing of it would learn, or there is none.</exception>
    public static void Freeze(GanSystem system, int count)
    {
        if (count == 0)
            return;
        if (system.MovedByCritics.Count == 0)
            throw new UserException("freeze_critic_layers: this system has no critic; leave it out");
        foreach (var critic in system.MovedByCritics.Distinct())
        {
            var layers = Of(critic.Flat);
            if (count >= layers.Count)
                throw new UserException($"freeze_critic_layers={count} leaves nothing of the {NameOf(system, critic)} to learn, "
                    + $"which has {layers.Count} layers; freeze {layers.Count - 1} or fewer");
            critic.Flat.Freeze(layers.Take(count).SelectMany(entries => entries));
        }
    }

    // Places of the parameters of each layer, in the order of the network. A layer begins with a matrix or a convolution; biases and
    // normalizations behind it belong to it.
    internal static IReadOnlyList<IReadOnlyList<int>> Of(FlatParameters network)
    {
        var layers = new List<List<int>>();
        var last = "";
        for (var i = 0; i < network.Entries.Count; i++)
        {
            var (path, parameter) = network.Entries[i];
            var module = path[..Math.Max(0, path.LastIndexOf('.'))];
            var isNew = module != last && parameter.Value.Shape.Length > 1;
            if (isNew || layers.Count == 0)
                layers.Add([]);
            layers[^1].Add(i);
            last = module;
        }
        return layers;
    }

    private static string NameOf(GanSystem system, Module network) => system.Networks.First(pair => pair.Value == network).Key;
}
