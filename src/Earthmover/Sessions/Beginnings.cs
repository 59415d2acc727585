using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions;

/// <summary>What new runs begin from.</summary>
internal static class Beginnings
{
    /// <summary>Weights of a run at its newest checkpoint, or of a file.</summary>
    /// <param name="source">Folder of a run, or a safetensors file.</param>
    /// <exception cref="UserException">There is nothing, or it cannot be read.</exception>
    public static StoredWeights Read(string source)
    {
        if (!Directory.Exists(source))
            return StoredWeights.OfFile(source);
        using var folder = RunFolder.Open(source);
        return StoredWeights.Of(Session.NewestCheckpoint(folder), source);
    }

    /// <summary>What a recipe says it begins from, which has to be what it was.</summary>
    /// <param name="origin">What the recipe says.</param>
    /// <exception cref="UserException">It is gone, or other weights are there now.</exception>
    public static StoredWeights Again(Origin origin)
    {
        var weights = Read(origin.From);
        return weights.Origin.Hash == origin.Hash ? weights
            : throw new UserException($"{origin.From} holds other weights than this run was to begin from; start a new run with --init");
    }
}
