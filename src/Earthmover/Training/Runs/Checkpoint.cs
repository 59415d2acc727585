using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Files;
using Earthmover.Torch.Kernels;

namespace Earthmover.Training.Runs;

/// <summary>Where a run stands, besides its tensors.</summary>
/// <param name="Step">Steps played.</param>
/// <param name="Images">Real samples shown.</param>
/// <param name="Seconds">Training time.</param>
/// <param name="Position">Number of the next batch.</param>
/// <param name="Stage">Index of the stage in play.</param>
/// <param name="StageStep">Steps played in that stage.</param>
public sealed record Standing(long Step = 0, long Images = 0, double Seconds = 0, long Position = 0, int Stage = 0, long StageStep = 0);

/// <summary>
/// All state of a run in one safetensors file: networks, averages, optimizer moments, random streams, the system's own state and the
/// position in the data.
/// </summary>
public static class Checkpoint
{
    internal const string WithinStep = "within_step";

    // What samples are made with.
    private static readonly string[] s_weights = ["networks/", "buffers/", "average/"];

    /// <summary>Writes the state; the path holds the old file or the new one, whole, whatever happens meanwhile.</summary>
    /// <exception cref="NotFiniteException">Some weights are not finite; nothing was written.</exception>
    public static void Save(string path, Recipe recipe, Standing standing, GanSystem system,
        IGame? game, IReadOnlyList<ExponentialMovingAverage> averages, RandomStreams streams,
        bool isWithinStep = false)
    {
        var tensors = Collect(system, game, averages, streams);
        if (FirstNotFinite(tensors) is { } bad)
            throw NotFiniteException.OfWeights(bad, standing.Step);
        Safetensors.Write(path, tensors, Describe(recipe, standing, game, streams, isWithinStep));
    }

    /// <summary>The state as it is now, in memory, to go back to.</summary>
    internal static StoredCheckpoint Remember(Recipe recipe, Standing standing, GanSystem system,
        IGame game, IReadOnlyList<ExponentialMovingAverage> averages, RandomStreams streams) =>
        StoredCheckpoint.Of("the state before the step", Collect(system, game, averages, streams),
            Describe(recipe, standing, game, streams, isWithinStep: false));

    private static Dictionary<string, string> Describe(
        Recipe recipe, Standing standing, IGame? game, RandomStreams streams, bool isWithinStep)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "pt",
            ["recipe"] = recipe.ToJson(),
            // Kernels that were chosen by measurement agree up to rounding only: to go on bit for bit, a resumed run takes the same.
            ["kernels"] = JsonSerializer.Serialize(KernelChoices.Export()),
            ["standing"] = string.Join(' ', standing.Step, standing.Images, standing.Seconds.ToString("R", CultureInfo.InvariantCulture),
                standing.Position, standing.Stage, standing.StageStep),
        };
        // A stream that got lost would begin anew unseen.
        // A line each: their names may have spaces.
        metadata["streams"] = string.Concat(streams.States.Keys.Order(StringComparer.Ordinal).Select(name => $"{name}\n"));
        foreach (var (name, optimizer) in game?.Optimizers ?? [])
            metadata[$"optimizer_steps/{name}"] = optimizer.StepCount.ToString(CultureInfo.InvariantCulture);
        if (isWithinStep)
            metadata[WithinStep] = "true";
        return metadata;
    }

    /// <summary>Whether a file is a whole checkpoint whose weights are finite.</summary>
    public static bool IsGood(string path)
    {
        try
        {
            return Read(path).IsFinite;
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static string? FirstNotFinite(IEnumerable<KeyValuePair<string, StoredTensor>> tensors) =>
        tensors.Where(t => s_weights.Any(kind => t.Key.StartsWith(kind, StringComparison.Ordinal)))
            .Where(t => !t.Value.IsFinite).Select(t => t.Key).FirstOrDefault();

    /// <summary>Hash of all state, in hexadecimal: equal for two runs that went the same way.</summary>
    public static string Hash(GanSystem system, IGame? game, IReadOnlyList<ExponentialMovingAverage> averages, RandomStreams streams) =>
        Hash(Collect(system, game, averages, streams));

    internal static string Hash(IEnumerable<KeyValuePair<string, StoredTensor>> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(name));
            hash.AppendData(tensor.Bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    /// <summary>Reads a file and checks that it is a checkpoint.</summary>
    /// <exception cref="UserException">It is missing, damaged, or something else.</exception>
    public static StoredCheckpoint Read(string path)
    {
        if (!File.Exists(path))
            throw new UserException($"there is no checkpoint {path}");
        try
        {
            var (tensors, metadata) = Safetensors.Read(path, requireChecksum: true);
            return StoredCheckpoint.Of(path, tensors, metadata);
        }
        catch (FileFormatException e)
        {
            throw new UserException($"{e.Message}; {Remedy(path)}");
        }
    }

    /// <summary>What to do about a checkpoint that cannot be used.</summary>
    internal static string Remedy(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var others = Directory.EnumerateFiles(folder, "*.safetensors").Select(Path.GetFileName).Except([Path.GetFileName(path)]);
        return others.Any() ? "delete it, then the checkpoint before it is used"
            : "it is the only one: delete it, and train --resume begins the run again";
    }

    /// <summary>The tensors of a run that a checkpoint holds whatever has happened in it, by their names there.</summary>
    internal static IEnumerable<(string Name, Tensor Tensor)> TensorsOf(
        GanSystem system, IReadOnlyList<ExponentialMovingAverage> averages) =>
        system.Networks.SelectMany(network => network.Value.Parameters()
            .Select(p => ($"networks/{network.Key}/{p.Path}", p.Parameter.Value))
            .Concat(network.Value.Buffers().Select(b => ($"buffers/{network.Key}/{b.Path}", b.Buffer.Value))))
        .Concat(averages.SelectMany((average, i) => average.State.Select(t => ($"average/{i}/{t.Key}", t.Value))));

    /// <summary>The moments of a game's optimizers, by their names in a checkpoint.</summary>
    internal static IEnumerable<(string Name, Tensor Tensor)> TensorsOf(IGame game) =>
        game.Optimizers.SelectMany(o => o.Optimizer.State.Select(moment => ($"optimizer/{o.Name}/{moment.Key}", moment.Value)));

    private static Dictionary<string, StoredTensor> Collect(
        GanSystem system, IGame? game, IReadOnlyList<ExponentialMovingAverage> averages, RandomStreams streams)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var tensors = TensorsOf(system, averages).Concat(game is null ? [] : TensorsOf(game))
            .ToDictionary(t => t.Name, t => StoredTensor.Of(t.Tensor));
        foreach (var (name, state) in system.States)
            foreach (var (key, tensor) in state.Capture())
                tensors.Add($"state/{name}/{key}", StoredTensor.Of(tensor));
        foreach (var (name, state) in streams.States)
            tensors.Add($"stream/{name}", new(DType.UInt8, [state.Length], state));
        return tensors;
    }
}
