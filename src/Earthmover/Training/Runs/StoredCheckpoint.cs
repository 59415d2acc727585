using System.Globalization;
using System.Text.Json;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Files;
using Earthmover.Torch.Kernels;

namespace Earthmover.Training.Runs;

/// <summary>A checkpoint that was read and checked, not yet put into a system.</summary>
/// <remarks>
/// A checksum says that a file is as it was written, not that it was written by a run: whatever it holds may be wrong, and is refused in
/// one line before anything is changed.
/// </remarks>
public sealed class StoredCheckpoint
{
    // More than any run comes to; numbers derived from such still fit.
    private const long Most = 1_000_000_000_000_000;
    private const string OptimizerSteps = "optimizer_steps/";

    private readonly string _path;
    private readonly IReadOnlyDictionary<string, StoredTensor> _tensors;
    private readonly IReadOnlyDictionary<string, string> _metadata;
    private readonly IReadOnlyDictionary<string, string> _kernels;

    private StoredCheckpoint(string path, IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata,
        string recipe, string standing)
    {
        (_path, _tensors, _metadata) = (path, tensors, metadata);
        Recipe = Recipe.FromJson(recipe, path);
        Standing = ReadStanding(standing) ?? throw Wrong("where the run stood is not told as this program tells it");
        _kernels = ReadKernels(metadata.GetValueOrDefault("kernels") ?? throw Wrong("its choice of kernels is missing"))
            ?? throw Wrong("its choice of kernels cannot be read");
        var batch = Recipe.Training.TryGetValue("batch", out var text) && Count(text) is { } size and > 0 and <= int.MaxValue ? size
            : throw Wrong("its recipe has no batch size");
        if (Standing.Position > Most / batch || Standing.Images != Standing.Position * batch)
            throw Wrong($"{Standing.Position} batches of {batch} are not {Standing.Images} images");
        if (!metadata.ContainsKey("streams") && !MayLackStreams)
            throw Wrong("which random streams it holds is not told");
        foreach (var (name, said) in metadata)
            if (name.StartsWith(OptimizerSteps, StringComparison.Ordinal))
                RequireSteps(name[OptimizerSteps.Length..], said);
    }

    internal static StoredCheckpoint Of(
        string path, IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue("recipe", out var recipe) && metadata.TryGetValue("standing", out var standing)
            ? new(path, tensors, metadata, recipe, standing)
            : throw new UserException($"{path} is a safetensors file, but not a checkpoint of a run");

    /// <summary>The recipe of the run that saved it.</summary>
    public Recipe Recipe { get; }

    /// <summary>Where the run stood.</summary>
    public Standing Standing { get; }

    /// <summary>The file.</summary>
    public string Path => _path;

    /// <summary>
    /// Whether it was saved in the midst of a step that failed: going on from it is not to the bit what the run would have been.
    /// </summary>
    public bool IsWithinStep => _metadata.ContainsKey(Checkpoint.WithinStep);

    /// <summary>What a run that goes on from it cannot be sure of, one line; null where nothing is missing.</summary>
    public string? Doubt => _metadata.ContainsKey("streams") ? null
        : $"{_path} was written by an earlier version, which did not say which random streams there are: "
            + "one that got lost would begin anew unseen";

    /// <summary>Hash of all state, as of the run when it was saved.</summary>
    public string StateHash => Checkpoint.Hash(_tensors);

    /// <summary>All its tensors by name.</summary>
    internal IReadOnlyDictionary<string, StoredTensor> Tensors => _tensors;

    /// <summary>The kernels that the run had chosen: task → way.</summary>
    internal IReadOnlyDictionary<string, string> Kernels => _kernels;

    /// <summary>Whether all weights are finite numbers.</summary>
    public bool IsFinite => Checkpoint.FirstNotFinite(_tensors) is null;

    /// <summary>Refuses a checkpoint that does not fit a run in every part.</summary>
    /// <exception cref="UserException">Something is missing, does not fit, or belongs to nothing; the message says what.</exception>
    public void RequireFit(GanSystem system, IReadOnlyList<ExponentialMovingAverage> averages)
    {
        RequireStage(system);
        // Sitting down to a game may divide the threads, as the run itself will.
        var threads = Runtime.Threads;
        try
        {
            using var game = system.Begin(Standing.Stage, () => throw new InvalidOperationException("nothing is dealt here"));
            var known = new HashSet<string>();
            foreach (var (name, tensor) in Checkpoint.TensorsOf(system, averages).Concat(Checkpoint.TensorsOf(game)))
                known.Add(Fitting(tensor, name) is not null ? name : "");
            foreach (var (name, _) in game.Optimizers)
                StepsOf(name);
            if (_tensors.Keys.FirstOrDefault(name => !known.Contains(name) && !IsStreamOrState(name, system)) is { } stray)
                throw Other($"'{stray}' belongs to none of them");
        }
        finally
        {
            Runtime.Threads = threads;
        }
    }

    /// <summary>Puts networks, averages and the system's own state back.</summary>
    /// <exception cref="UserException">The checkpoint belongs to another system or other options.</exception>
    public void Restore(GanSystem system, IReadOnlyList<ExponentialMovingAverage> averages)
    {
        RequireStage(system);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        foreach (var (name, tensor) in Checkpoint.TensorsOf(system, averages))
            Into(tensor, name);
        foreach (var (name, state) in system.States)
        {
            try
            {
                state.Restore(Below($"state/{name}/").ToDictionary(t => t.Key, t => t.Value.ToTensor()));
            }
            catch (Exception e) when (e is FormatException or TorchException or ArgumentException
                or InvalidOperationException or OverflowException)
            {
                throw Other($"the state '{name}' does not fit");
            }
        }
    }

    /// <summary>Takes the kernels that the run had chosen, for all runs of this process.</summary>
    public void RestoreKernels() => KernelChoices.Adopt(_kernels);

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
            {
                var differs = mine.Length > 40 ? "differ from the recipe's" : $"{mine} is not the recipe's {other}";
                throw new UserException($"{_path} belongs to another run: its {what} {differs}; "
                    + "put the run's own checkpoints and recipe.json together");
            }
        // What may be changed on the way may differ.
        static string Text(SortedDictionary<string, string> options) =>
            string.Join(' ', options.Where(o => !OptionChange.IsAllowed(o.Key)).Select(o => $"{o.Key}={o.Value}"));
    }

    /// <summary>Puts optimizer moments back, for the stage that was in play.</summary>
    /// <exception cref="UserException">They do not fit.</exception>
    public void Restore(IGame game)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        foreach (var (name, tensor) in Checkpoint.TensorsOf(game))
            Into(tensor, name);
        foreach (var (name, optimizer) in game.Optimizers)
            optimizer.StepCount = StepsOf(name);
    }

    // A line each; before there were names with spaces, a space between two.
    private static string[] NamesIn(string text) =>
        text.Split(text.Contains('\n', StringComparison.Ordinal) ? '\n' : ' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Continues the random streams.</summary>
    /// <exception cref="UserException">One is missing, or is none of this device.</exception>
    public void Restore(RandomStreams streams)
    {
        var stored = Below("stream/");
        // Those that the networks were drawn from, and those that the checkpoint says it holds.
        var named = _metadata.TryGetValue("streams", out var text) ? NamesIn(text) : null;
        if (streams.States.Keys.Concat(named ?? []).FirstOrDefault(name => !stored.ContainsKey(name)) is { } missing)
            throw Wrong($"the random stream '{missing}' is missing");
        if (named is not null && stored.Keys.Except(named).FirstOrDefault() is { } extra)
            throw Wrong($"the random stream '{extra}' belongs to nothing");
        using var any = new RandomGenerator(0, streams.Device);
        var length = any.State.Length;
        bool IsState(StoredTensor tensor) => tensor.Type == DType.UInt8 && tensor.Shape is [var bytes] && bytes == length;
        if (stored.Keys.FirstOrDefault(name => !IsState(stored[name])) is { } odd)
            throw Wrong($"the random stream '{odd}' is not the state of a generator on {streams.Device}");
        try
        {
            streams.States = stored.ToDictionary(s => s.Key, s => s.Value.Bytes);
        }
        catch (TorchException)
        {
            throw Wrong("a random stream is not the state of a generator");
        }
    }

    // Tensors whose names begin so, by the rest of their names.
    private Dictionary<string, StoredTensor> Below(string prefix) =>
        _tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);

    private static bool IsStreamOrState(string name, GanSystem system) => name.StartsWith("stream/", StringComparison.Ordinal)
        || system.States.Keys.Any(state => name.StartsWith($"state/{state}/", StringComparison.Ordinal));

    private void RequireStage(GanSystem system)
    {
        if (Standing.Stage >= system.StageShares.Count)
            throw Wrong($"it stands in stage {Standing.Stage + 1}, and {Recipe.System} has {system.StageShares.Count}");
    }

    private StoredTensor Fitting(Tensor target, string name) =>
        _tensors.TryGetValue(name, out var stored) && stored.Shape.SequenceEqual(target.Shape) && stored.Type == target.DType
            ? stored
            : throw Other($"'{name}' does not fit");

    private void Into(Tensor target, string name) => target.Detach().CopyFrom(Fitting(target, name).ToTensor());

    // Version 0.1.0 did not name them, nor the processor.
    private bool MayLackStreams => !Recipe.Versions.ContainsKey("processor");

    private long StepsOf(string optimizer) => _metadata.TryGetValue(OptimizerSteps + optimizer, out var text)
        ? RequireSteps(optimizer, text)
        : throw Other($"the steps of the optimizer '{optimizer}' are not told");

    // Every move of a player has a batch, so none has made more moves; in the midst of a step the last ones are not counted yet.
    private long RequireSteps(string optimizer, string text)
    {
        var steps = Count(text) ?? throw Wrong($"'{text}' steps of the optimizer '{optimizer}' are no number of steps");
        return steps <= Standing.Position || IsWithinStep ? steps
            : throw Wrong($"{steps} steps of the optimizer '{optimizer}' are more than the {Standing.Position} batches that there were");
    }

    private static Standing? ReadStanding(string text)
    {
        if (text.Split(' ') is not [var step, var images, var seconds, var position, var stage, var stageStep])
            return null;
        return Count(step) is { } s && Count(images) is { } i && Count(position) is { } p
            && Count(stage) is { } number and < 1000 && Count(stageStep) is { } inStage
            && double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var time) && time is >= 0 and <= Most
            && inStage <= s && (number > 0 || inStage == s)
            ? new(s, i, time, p, (int)number, inStage)
            : null;
    }

    private static long? Count(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= Most ? count : null;

    private static Dictionary<string, string>? ReadKernels(string json)
    {
        try
        {
            var kernels = JsonSerializer.Deserialize<Dictionary<string, string?>>(json);
            return kernels is null || kernels.ContainsValue(null) ? null : kernels.ToDictionary(k => k.Key, k => k.Value!);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private UserException Wrong(string what) => new($"{_path} cannot be used: {what}; {Checkpoint.Remedy(_path)}");

    private UserException Other(string what) =>
        new($"{_path} is a checkpoint of {Recipe.System} with other networks ({what}); resume it with its own recipe");
}
