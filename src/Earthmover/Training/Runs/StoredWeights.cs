using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Files;

namespace Earthmover.Training.Runs;

/// <summary>
/// Weights for a new run to begin from: the networks of a checkpoint and their averages, or named tensors of any safetensors file. What
/// fits is put in place; what does not is refused in one line.
/// </summary>
public sealed class StoredWeights
{
    private const string Networks = "networks/", Buffers = "buffers/", Average = "average/";

    private readonly string _name;
    private readonly IReadOnlyDictionary<string, StoredTensor> _tensors;

    private StoredWeights(string name, IReadOnlyDictionary<string, StoredTensor> tensors, Recipe? recipe, Standing standing)
    {
        (_name, _tensors, Recipe) = (name, tensors, recipe);
        var weights = IsCheckpoint ? tensors : tensors.Select(t => KeyValuePair.Create(Networks + t.Key, t.Value));
        if (Checkpoint.FirstNotFinite(weights) is { } bad)
            throw new UserException($"{name} holds weights that are not finite ({bad}); begin from an earlier checkpoint");
        Origin = new(name, standing.Step, HasAverages ? standing.Images : 0, Checkpoint.Hash(tensors));
    }

    /// <summary>Where they come from.</summary>
    public Origin Origin { get; }

    /// <summary>The recipe of the run that they were learned in; null where the file does not say.</summary>
    public Recipe? Recipe { get; }

    /// <summary>Weights of a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="name">What messages and the recipe call it: the run's folder, or the file.</param>
    /// <exception cref="UserException">They are not finite.</exception>
    public static StoredWeights Of(StoredCheckpoint checkpoint, string name)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        string[] kinds = [Networks, Buffers, Average];
        var weights = checkpoint.Tensors.Where(t => kinds.Any(kind => t.Key.StartsWith(kind, StringComparison.Ordinal)));
        return new(name, weights.ToDictionary(), checkpoint.Recipe, checkpoint.Standing);
    }

    /// <summary>Weights of a file: a checkpoint, or tensors named <c>NETWORK.PATH</c>, or <c>PATH</c> for one network alone.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="UserException">It is missing, damaged or empty.</exception>
    public static StoredWeights OfFile(string path)
    {
        if (!File.Exists(path))
            throw new UserException($"there is no run or file {path} to begin from");
        try
        {
            var (tensors, metadata) = Safetensors.Read(path, requireChecksum: false);
            if (metadata.ContainsKey("standing") && metadata.ContainsKey("recipe"))
                return Of(Checkpoint.Read(path), path);
            return tensors.Count > 0 ? new(path, tensors, null, new()) : throw new UserException($"{path} holds no weights to begin from");
        }
        catch (FileFormatException e)
        {
            throw new UserException($"{e.Message}; --init takes the folder of a run or a .safetensors file");
        }
    }

    /// <summary>Names of the networks that it has weights of.</summary>
    /// <param name="system">The system that is to begin.</param>
    /// <exception cref="UserException">A network's weights do not fit, or there are none of any.</exception>
    public IReadOnlyList<string> RequireFit(GanSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var fitting = new List<string>();
        foreach (var (name, network) in system.Networks)
        {
            var stored = Of(system, name);
            if (stored.Count == 0)
                continue;
            foreach (var (path, tensor) in TensorsOf(network))
                if (!stored.TryGetValue(path, out var there) || !there.Shape.SequenceEqual(tensor.Shape) || !there.Type.IsFloatingPoint())
                    throw Misfit(name, path, Text(tensor.Shape), there is null ? "missing" : Text(there.Shape));
            var known = TensorsOf(network).Select(t => t.Path).ToHashSet();
            if (stored.Keys.FirstOrDefault(path => !known.Contains(path)) is { } stray)
                throw Misfit(name, stray, "missing", Text(stored[stray].Shape));
            fitting.Add(name);
        }
        if (fitting.Count > 0)
            return fitting;
        var (mine, theirs) = (string.Join(", ", system.Networks.Keys), string.Join(", ", _tensors.Keys.Take(3)));
        throw new UserException($"{_name} has no weights of this system's networks ({mine}); it holds {theirs}, …");
    }

    /// <summary>Puts networks and averages in place; of averages that it has not, the networks are the beginning.</summary>
    /// <param name="system">The system.</param>
    /// <param name="averages">One for each generator, or none.</param>
    /// <exception cref="UserException">As for <see cref="RequireFit"/>.</exception>
    public void Put(GanSystem system, IReadOnlyList<ExponentialMovingAverage> averages)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        foreach (var name in RequireFit(system))
        {
            var stored = Of(system, name);
            foreach (var (path, tensor) in TensorsOf(system.Networks[name]))
                tensor.Detach().CopyFrom(stored[path].ToTensor().To(tensor.DType));
        }
        for (var i = 0; i < averages.Count; i++)
        {
            var live = TensorsOf(system.Averaged[i]).ToDictionary(t => t.Path, t => t.Tensor);
            foreach (var (path, average) in averages[i].State)
                average.CopyFrom(_tensors.TryGetValue($"{Average}{i}/{path}", out var stored) && stored.Shape.SequenceEqual(average.Shape)
                    ? stored.ToTensor() : live[path].Detach());
            averages[i].Images = Origin.Images;
        }
    }

    private bool IsCheckpoint => _tensors.Keys.Any(key => key.StartsWith(Networks, StringComparison.Ordinal));

    private bool HasAverages => _tensors.Keys.Any(key => key.StartsWith(Average, StringComparison.Ordinal));

    // What is learned, and statistics: counters and the like begin anew.
    private static IEnumerable<(string Path, Tensor Tensor)> TensorsOf(Module network) =>
        network.Parameters().Select(p => (p.Path, p.Parameter.Value))
            .Concat(network.Buffers().Where(b => b.Buffer.Value.DType.IsFloatingPoint()).Select(b => (b.Path, b.Buffer.Value)));

    // The stored tensors of one network by their paths in it; of a file for PyTorch by the paths that it knows by other names.
    private Dictionary<string, StoredTensor> Of(GanSystem system, string network)
    {
        var stored = Named(system, network);
        var called = TensorsOf(system.Networks[network]).GroupBy(t => TorchTwin.NameOf(t.Path))
            .ToDictionary(t => t.Key, t => t.First().Path);
        // PyTorch counts the batches of a normalization, which says nothing here.
        return stored.Where(t => !t.Key.EndsWith(".num_batches_tracked", StringComparison.Ordinal))
            .ToDictionary(t => stored.ContainsKey(called.GetValueOrDefault(t.Key, t.Key)) ? t.Key : called[t.Key], t => t.Value);
    }

    private Dictionary<string, StoredTensor> Named(GanSystem system, string network)
    {
        Dictionary<string, StoredTensor> Below(string prefix) =>
            _tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);
        if (IsCheckpoint)
        {
            var statistics = Below($"{Buffers}{network}/").Where(t => t.Value.Type.IsFloatingPoint());
            return Below($"{Networks}{network}/").Concat(statistics).ToDictionary();
        }
        if (system.Networks.Keys.Any(name => Below($"{name}.").Count > 0))
            return Below($"{network}.");
        return network == Likeliest(system) ? _tensors.ToDictionary() : [];
    }

    // Of a file whose names tell no network, the one that has most of them, generators first; null where none has any.
    private string? Likeliest(GanSystem system)
    {
        int Common(Module network) => TensorsOf(network).Count(t => _tensors.ContainsKey(t.Path));
        return system.Networks.Where(pair => Common(pair.Value) > 0).OrderByDescending(pair => Common(pair.Value))
            .ThenByDescending(pair => system.Generators.Contains(pair.Value)).Select(pair => pair.Key).FirstOrDefault();
    }

    private UserException Misfit(string network, string path, string here, string there) => new(
        $"{_name} does not fit: network '{network}', parameter '{path}' is {here} here and {there} there; "
        + "give this run the options of that one, or begin fresh");

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
