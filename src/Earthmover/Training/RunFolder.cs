using System.Buffers.Binary;
using System.Text.Json;
using System.Text.RegularExpressions;
using Earthmover.Health;

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

    private string LogFile => System.IO.Path.Combine(Path, "log.jsonl");

    private string RecipeFile => System.IO.Path.Combine(Path, "recipe.json");

    /// <summary>The next numbered folder under <paramref name="root"/>: <c>0001-fashion-mnist-wgan-gp</c>.</summary>
    public static string NextPath(string root, string data, string system)
    {
        var last = Directory.Exists(root)
            ? Directory.EnumerateDirectories(root).Select(d => Number().Match(System.IO.Path.GetFileName(d))).Where(m => m.Success).Select(m => int.Parse(m.Groups[1].Value)).DefaultIfEmpty(0).Max()
            : 0;
        var address = Data.DataAddress.Parse(data).Name;
        var file = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(address)));
        var name = Unfit().Replace(File.Exists(address) ? System.IO.Path.GetFileNameWithoutExtension(file) : file, "-").Trim('-', '.');
        return System.IO.Path.Combine(root, string.Join('-', new[] { $"{last + 1:D4}", name, system }.Where(part => part.Length > 0)));
    }

    /// <summary>The run under <paramref name="root"/> with the largest number, or null.</summary>
    public static string? Newest(string root) => Directory.Exists(root)
        ? Directory.EnumerateDirectories(root).Where(d => File.Exists(System.IO.Path.Combine(d, "recipe.json")))
            .MaxBy(d => (Number().Match(System.IO.Path.GetFileName(d)) is { Success: true } m ? int.Parse(m.Groups[1].Value) : -1, d))
        : null;

    /// <summary>Makes a folder for a new run.</summary>
    /// <exception cref="UserException">It holds a run already, or cannot be written.</exception>
    public static RunFolder Create(string path, Recipe recipe)
    {
        var folder = new RunFolder(path);
        if (File.Exists(folder.RecipeFile))
            throw new UserException($"{path} already holds a run; continue it with --resume, or choose another --run folder");
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new UserException($"the folder {path} is not empty; choose another with --run");
        try
        {
            Directory.CreateDirectory(folder.Samples);
            Directory.CreateDirectory(folder.Checkpoints);
            folder.WriteRecipe(recipe);
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
    public void WriteRecipe(Recipe recipe) => Replace(RecipeFile, recipe.ToJson());

    /// <summary>Keeps the newest measurements of the run's samples as <c>metrics.json</c>, for its report.</summary>
    /// <param name="document">The JSON document that <c>evaluate --json</c> prints.</param>
    public void WriteMetrics(string document) => Replace(System.IO.Path.Combine(Path, "metrics.json"), document);

    private static void Replace(string file, string text)
    {
        var beside = file + ".part";
        File.WriteAllText(beside, text + "\n");
        File.Move(beside, file, overwrite: true);
    }

    /// <summary>Drops what the log holds from after a step, which a resumed run will do again, and a last line that was cut off.</summary>
    /// <param name="step">Steps that the run keeps.</param>
    public void ShortenLog(long step)
    {
        if (!File.Exists(LogFile))
            return;
        var kept = File.ReadLines(LogFile).TakeWhile(line => StepOf(line) is { } at && at <= step).ToList();
        var beside = LogFile + ".part";
        File.WriteAllLines(beside, kept);
        File.Move(beside, LogFile, overwrite: true);
    }

    /// <summary>The readings of the run's health that the log holds, oldest first, with their verdicts.</summary>
    public IReadOnlyList<(Reading Reading, string Verdict)> ReadHealth()
    {
        var readings = new List<(Reading, string)>();
        if (!File.Exists(LogFile))
            return readings;
        foreach (var line in File.ReadLines(LogFile).Where(line => line.Contains("\"health\"", StringComparison.Ordinal) && StepOf(line) is not null))
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("health", out var health) && health.TryGetProperty("signals", out var signals) && health.TryGetProperty("verdict", out var verdict))
                readings.Add((new(json.RootElement.GetProperty("step").GetInt64(), signals.EnumerateObject().Where(s => s.Value.ValueKind == JsonValueKind.Number).ToDictionary(s => s.Name, s => s.Value.GetDouble())), verdict.GetString() ?? ""));
        }
        return readings;
    }

    private static long? StepOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("step").GetInt64();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Shows a PNG in TensorBoard.</summary>
    public void LogPicture(long step, string path)
    {
        var png = File.ReadAllBytes(path);
        // Width and height stand at a fixed place in the first chunk.
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        var now = DateTimeOffset.UtcNow;
        (_events ??= new(Path, now)).Image(now, step, "samples", width, height, png);
    }

    /// <summary>Appends a record to the log and to TensorBoard's events.</summary>
    public void Log(TrainingRecord record)
    {
        File.AppendAllText(LogFile, JsonSerializer.Serialize(record.ToFields(), s_json) + "\n");
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
        foreach (var file in ListCheckpoints().SkipLast(Math.Max(1, keep)))
            File.Delete(file);
        // Names of samples in the making begin with a dot, which only this search finds.
        foreach (var file in Directory.EnumerateFiles(Path, "*.part", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
            File.Delete(file);
    }

    /// <inheritdoc/>
    public void Dispose() => _events?.Dispose();

    [GeneratedRegex(@"^(\d{4,})-")]
    private static partial Regex Number();

    [GeneratedRegex(@"[^A-Za-z0-9._-]+")]
    private static partial Regex Unfit();
}
