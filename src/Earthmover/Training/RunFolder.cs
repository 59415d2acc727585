using System.Text.Json;
using System.Text.RegularExpressions;

namespace Earthmover.Training;

/// <summary>The folder of a run: recipe, log, TensorBoard events, samples and checkpoints.</summary>
public sealed partial class RunFolder : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private EventFile? _events;

    private RunFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Where sample grids go.</summary>
    public string Samples => System.IO.Path.Combine(Path, "samples");

    /// <summary>Where checkpoints go.</summary>
    public string Checkpoints => System.IO.Path.Combine(Path, "checkpoints");

    private string RecipeFile => System.IO.Path.Combine(Path, "recipe.json");

    /// <summary>The next numbered folder under <paramref name="root"/>: <c>0001-fashion-mnist-wgan-gp</c>.</summary>
    public static string NextPath(string root, string data, string system)
    {
        var last = Directory.Exists(root)
            ? Directory.EnumerateDirectories(root).Select(d => Number().Match(System.IO.Path.GetFileName(d))).Where(m => m.Success).Select(m => int.Parse(m.Groups[1].Value)).DefaultIfEmpty(0).Max()
            : 0;
        var name = Unfit().Replace(System.IO.Path.GetFileNameWithoutExtension(data.Split('?')[0].TrimEnd('/')), "-").Trim('-');
        return System.IO.Path.Combine(root, $"{last + 1:D4}-{name}-{system}");
    }

    /// <summary>Makes a folder for a new run.</summary>
    /// <exception cref="UserException">It holds a run already, or cannot be written.</exception>
    public static RunFolder Create(string path, Recipe recipe)
    {
        var folder = new RunFolder(path);
        if (File.Exists(folder.RecipeFile))
            throw new UserException($"{path} already holds a run; continue it with --resume, or choose another --run folder");
        try
        {
            Directory.CreateDirectory(folder.Samples);
            Directory.CreateDirectory(folder.Checkpoints);
            File.WriteAllText(folder.RecipeFile, recipe.ToJson() + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot write the run folder {path}: {e.Message.TrimEnd('.')}; choose another with --run");
        }
        return folder;
    }

    /// <summary>Opens the folder of a run.</summary>
    /// <exception cref="UserException">There is no run in it.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(path);
        if (!File.Exists(folder.RecipeFile))
            throw new UserException($"{path} is not the folder of a run: it has no recipe.json");
        return folder;
    }

    /// <summary>The recipe of the run.</summary>
    public Recipe ReadRecipe() => Recipe.FromJson(File.ReadAllText(RecipeFile), RecipeFile);

    /// <summary>Replaces the recipe, e.g. when a resumed run gets a larger budget.</summary>
    public void WriteRecipe(Recipe recipe)
    {
        var beside = RecipeFile + ".part";
        File.WriteAllText(beside, recipe.ToJson() + "\n");
        File.Move(beside, RecipeFile, overwrite: true);
    }

    /// <summary>Appends a record to the log and to TensorBoard's events.</summary>
    public void Log(TrainingRecord record)
    {
        File.AppendAllText(System.IO.Path.Combine(Path, "log.jsonl"), JsonSerializer.Serialize(record.ToFields(), s_json) + "\n");
        var now = DateTimeOffset.UtcNow;
        _events ??= new(Path, now);
        _events.Scalars(now, record.Step, record.Scalars());
    }

    /// <summary>Path of the checkpoint of a step.</summary>
    public string CheckpointPath(long step) => System.IO.Path.Combine(Checkpoints, $"{step:D6}.safetensors");

    /// <summary>Checkpoints from oldest to newest.</summary>
    public IReadOnlyList<string> ListCheckpoints() => Directory.Exists(Checkpoints)
        ? [.. Directory.EnumerateFiles(Checkpoints, "*.safetensors").OrderBy(f => long.TryParse(System.IO.Path.GetFileNameWithoutExtension(f), out var step) ? step : -1)]
        : [];

    /// <summary>Deletes all but the newest checkpoints, and what an interrupted save left.</summary>
    public void Prune(int keep)
    {
        foreach (var file in ListCheckpoints().SkipLast(Math.Max(1, keep)).Concat(Directory.EnumerateFiles(Checkpoints, "*.part")))
            File.Delete(file);
    }

    /// <inheritdoc/>
    public void Dispose() => _events?.Dispose();

    [GeneratedRegex(@"^(\d{4,})-")]
    private static partial Regex Number();

    [GeneratedRegex(@"[^A-Za-z0-9._-]+")]
    private static partial Regex Unfit();
}
