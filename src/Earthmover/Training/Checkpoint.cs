using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Files;
using Earthmover.Torch.Kernels;

namespace Earthmover.Training;

/// <summary>Where a run stands, besides its tensors.</summary>
/// <param name="Step">Steps played.</param>
/// <param name="Images">Real samples shown.</param>
/// <param name="Seconds">Training time.</param>
/// <param name="Position">Number of the next batch.</param>
/// <param name="Stage">Index of the stage in play.</param>
/// <param name="StageStep">Steps played in that stage.</param>
public sealed record Standing(long Step = 0, long Images = 0, double Seconds = 0, long Position = 0, int Stage = 0, long StageStep = 0);

/// <summary>All state of a run in one safetensors file: networks, averages, optimizer moments, random streams, the system's own state and the position in the data.</summary>
public static class Checkpoint
{
    internal const string WithinStep = "within_step";

    // What samples are made with.
    private static readonly string[] s_weights = ["networks/", "buffers/", "average/"];

    /// <summary>Writes the state; the path holds the old file or the new one, whole, whatever happens meanwhile.</summary>
    /// <exception cref="NotFiniteException">Some weights are not finite; nothing was written.</exception>
    public static void Save(string path, Recipe recipe, Standing standing, GanSystem system, IGame? game, IReadOnlyList<ExponentialMovingAverage> averages, RandomStreams streams,
        bool isWithinStep = false)
    {
        var tensors = Collect(system, game, averages, streams);
        if (FirstNotFinite(tensors) is { } bad)
            throw NotFiniteException.OfWeights(bad, standing.Step);
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "pt",
            ["recipe"] = recipe.ToJson(),
            // Kernels that were chosen by measurement agree up to rounding only: to go on bit for bit, a resumed run takes the same.
            ["kernels"] = JsonSerializer.Serialize(KernelChoices.Export()),
            ["standing"] = string.Join(' ', standing.Step, standing.Images, standing.Seconds.ToString("R", CultureInfo.InvariantCulture), standing.Position, standing.Stage, standing.StageStep),
        };
        foreach (var (name, optimizer) in game?.Optimizers ?? [])
            metadata[$"optimizer_steps/{name}"] = optimizer.StepCount.ToString(CultureInfo.InvariantCulture);
        if (isWithinStep)
            metadata[WithinStep] = "true";
        Safetensors.Write(path, tensors, metadata);
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
    public static string Hash(GanSystem system, IGame? game, IReadOnlyList<ExponentialMovingAverage> averages, RandomStreams streams)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in Collect(system, game, averages, streams).OrderBy(t => t.Key, StringComparer.Ordinal))
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
            if (!metadata.TryGetValue("recipe", out var recipe) || !metadata.TryGetValue("standing", out var standing))
                throw new UserException($"{path} is a safetensors file, but not a checkpoint of a run");
            return new(path, Recipe.FromJson(recipe, path), StandingOf(standing), tensors, metadata);
        }
        catch (FileFormatException e)
        {
            throw new UserException($"{e.Message}; delete it, then the checkpoint before it is used");
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw new UserException($"{path} is a checkpoint of another version of this program");
        }
    }

    private static Standing StandingOf(string text)
    {
        var s = text.Split(' ');
        return new(long.Parse(s[0]), long.Parse(s[1]), double.Parse(s[2], CultureInfo.InvariantCulture), long.Parse(s[3]), int.Parse(s[4]), long.Parse(s[5]));
    }

    private static Dictionary<string, StoredTensor> Collect(GanSystem system, IGame? game, IReadOnlyList<ExponentialMovingAverage> averages, RandomStreams streams)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var tensors = new Dictionary<string, StoredTensor>();
        foreach (var (name, network) in system.Networks)
        {
            foreach (var (path, parameter) in network.Parameters())
                tensors.Add($"networks/{name}/{path}", StoredTensor.Of(parameter.Value));
            foreach (var (path, buffer) in network.Buffers())
                tensors.Add($"buffers/{name}/{path}", StoredTensor.Of(buffer.Value));
        }
        for (var i = 0; i < averages.Count; i++)
            foreach (var (name, tensor) in averages[i].State)
                tensors.Add($"average/{i}/{name}", StoredTensor.Of(tensor));
        foreach (var (name, optimizer) in game?.Optimizers ?? [])
            foreach (var (moment, tensor) in optimizer.State)
                tensors.Add($"optimizer/{name}/{moment}", StoredTensor.Of(tensor));
        foreach (var (name, state) in system.States)
            foreach (var (key, tensor) in state.Capture())
                tensors.Add($"state/{name}/{key}", StoredTensor.Of(tensor));
        foreach (var (name, state) in streams.States)
            tensors.Add($"stream/{name}", new(DType.UInt8, [state.Length], state));
        return tensors;
    }
}

/// <summary>A checkpoint that was read and checked, not yet put into a system.</summary>
public sealed class StoredCheckpoint
{
    private readonly string _path;
    private readonly IReadOnlyDictionary<string, StoredTensor> _tensors;
    private readonly IReadOnlyDictionary<string, string> _metadata;

    internal StoredCheckpoint(string path, Recipe recipe, Standing standing, IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        (_path, Recipe, Standing, _tensors, _metadata) = (path, recipe, standing, tensors, metadata);

    /// <summary>The recipe of the run that saved it.</summary>
    public Recipe Recipe { get; }

    /// <summary>Where the run stood.</summary>
    public Standing Standing { get; }

    /// <summary>Whether it was saved in the midst of a step that failed: going on from it is not to the bit what the run would have been.</summary>
    public bool IsWithinStep => _metadata.ContainsKey(Checkpoint.WithinStep);

    /// <summary>Whether all weights are finite numbers.</summary>
    public bool IsFinite => Checkpoint.FirstNotFinite(_tensors) is null;

    /// <summary>Puts networks, averages and the system's own state back.</summary>
    /// <exception cref="UserException">The checkpoint belongs to another system or other options.</exception>
    public void Restore(GanSystem system, IReadOnlyList<ExponentialMovingAverage> averages)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        foreach (var (name, network) in system.Networks)
        {
            foreach (var (path, parameter) in network.Parameters())
                Into(parameter.Value, $"networks/{name}/{path}");
            foreach (var (path, buffer) in network.Buffers())
                Into(buffer.Value, $"buffers/{name}/{path}");
        }
        for (var i = 0; i < averages.Count; i++)
            foreach (var (name, tensor) in averages[i].State)
                Into(tensor, $"average/{i}/{name}");
        foreach (var (name, state) in system.States)
        {
            var prefix = $"state/{name}/";
            state.Restore(_tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value.ToTensor()));
        }
    }

    /// <summary>Takes the kernels that the run had chosen, for all runs of this process.</summary>
    public void RestoreKernels()
    {
        if (_metadata.TryGetValue("kernels", out var kernels))
            KernelChoices.Import(JsonSerializer.Deserialize<Dictionary<string, string>>(kernels)!);
    }

    /// <summary>Refuses to be resumed by a run of another recipe.</summary>
    /// <exception cref="UserException">System, options, data or seed differ.</exception>
    public void RequireRecipe(Recipe recipe)
    {
        foreach (var (what, mine, other) in new[]
        {
            ("system", Recipe.System, recipe.System),
            ("data", Recipe.DataFingerprint, recipe.DataFingerprint),
            ("seed", $"{Recipe.Seed}", $"{recipe.Seed}"),
            ("options", Text(Recipe.Options), Text(recipe.Options)),
            ("training options", Text(Recipe.Training), Text(recipe.Training)),
        })
            if (mine != other)
                throw new UserException($"{_path} belongs to another run: its {what} {(mine.Length > 40 ? "differ from" : $"{mine} is not")} the recipe's{(mine.Length > 40 ? "" : $" {other}")}; put the run's own checkpoints and recipe.json together");
        static string Text(SortedDictionary<string, string> options) => string.Join(' ', options.Select(o => $"{o.Key}={o.Value}"));
    }

    /// <summary>Puts optimizer moments back, for the stage that was in play.</summary>
    public void Restore(IGame game)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        foreach (var (name, optimizer) in game.Optimizers)
        {
            foreach (var (moment, tensor) in optimizer.State)
                Into(tensor, $"optimizer/{name}/{moment}");
            optimizer.StepCount = _metadata.TryGetValue($"optimizer_steps/{name}", out var steps) ? long.Parse(steps) : throw Other($"optimizer '{name}'");
        }
    }

    /// <summary>Continues the random streams.</summary>
    public void Restore(RandomStreams streams) =>
        streams.States = _tensors.Where(t => t.Key.StartsWith("stream/", StringComparison.Ordinal)).ToDictionary(t => t.Key["stream/".Length..], t => t.Value.Bytes);

    private void Into(Tensor target, string name)
    {
        if (!_tensors.TryGetValue(name, out var stored) || !stored.Shape.SequenceEqual(target.Shape) || stored.Type != target.DType)
            throw Other($"'{name}'");
        target.Detach().CopyFrom(stored.ToTensor());
    }

    private UserException Other(string what) =>
        new($"{_path} is a checkpoint of {Recipe.System} with other networks ({what} does not fit); resume it with its own recipe");
}
