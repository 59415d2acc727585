using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Earthmover.Files;
using Earthmover.Health;

namespace Earthmover.Training;

/// <summary>The folder of a run: recipe, log, TensorBoard events, samples and checkpoints.</summary>
public sealed partial class RunFolder : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private EventFile? _events;
    private long? _eventsFrom;

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

    /// <summary>Refuses a path at which no new run can be.</summary>
    /// <exception cref="UserException">It holds a run or something else already, or is a file.</exception>
    public static void RequireFree(string path)
    {
        if (File.Exists(new RunFolder(path).RecipeFile))
            throw new UserException($"{path} already holds a run; continue it with --resume, or choose another --run folder");
        if (File.Exists(path))
            throw new UserException($"{path} is a file, and a run is a folder; choose another with --run");
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new UserException($"the folder {path} is not empty; choose another with --run");
    }

    /// <summary>Makes a folder for a new run.</summary>
    /// <exception cref="UserException">It holds a run already, or cannot be written.</exception>
    public static RunFolder Create(string path, Recipe recipe)
    {
        RequireFree(path);
        var folder = new RunFolder(path);
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

    /// <summary>Refuses to go on with a run whose own files or folders are links: what they point to belongs to somebody else.</summary>
    /// <exception cref="UserException">One of them is a link.</exception>
    public void RequirePlain()
    {
        foreach (var own in new[] { RecipeFile, LogFile, Samples, Checkpoints })
            if (PlainFile.IsLink(own))
                throw new UserException($"{own} is a link, and a run is written to its own folder only; "
                    + $"put what it points to in its place, or link the whole of {Path}");
    }

    /// <summary>Links in the folder and its two folders, by their names in it: nothing is written through them.</summary>
    public IReadOnlyList<string> Links() =>
        [.. new[] { Path, Samples, Checkpoints }.Where(folder => Directory.Exists(folder) && (folder == Path || !PlainFile.IsLink(folder)))
            .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder)).Where(PlainFile.IsLink)
            .Select(link => System.IO.Path.GetRelativePath(Path, link)).Order(StringComparer.Ordinal)];

    /// <summary>The recipe of the run.</summary>
    /// <exception cref="UserException">It is none.</exception>
    public Recipe ReadRecipe() => Recipe.FromJson(PlainFile.ReadText(RecipeFile), RecipeFile);

    /// <summary>Replaces the recipe, e.g. when a resumed run gets a larger budget.</summary>
    public void WriteRecipe(Recipe recipe) => Replace(RecipeFile, recipe.ToJson());

    /// <summary>Keeps the newest measurements of the run's samples as <c>metrics.json</c>, for its report.</summary>
    /// <param name="document">The JSON document that <c>evaluate --json</c> prints.</param>
    public void WriteMetrics(string document) => Replace(System.IO.Path.Combine(Path, "metrics.json"), document);

    private static void Replace(string file, string text) => AtomicFile.WriteText(file, text + "\n", lasting: true);

    /// <summary>Drops what the log holds from after a step, which a resumed run will do again, and a last line that was cut off.</summary>
    /// <param name="step">Steps that the run keeps.</param>
    public void ShortenLog(long step)
    {
        // TensorBoard then drops what it has read from there on.
        _eventsFrom = step + 1;
        if (!File.Exists(LogFile))
            return;
        var kept = PlainFile.ReadLines(LogFile).TakeWhile(line => StepOf(line) is { } at && at <= step).ToList();
        AtomicFile.WriteLines(LogFile, kept, lasting: true);
    }

    /// <summary>The readings of the run's health that the log holds, oldest first, with their verdicts.</summary>
    public IReadOnlyList<(Reading Reading, string Verdict)> ReadHealth()
    {
        var readings = new List<(Reading, string)>();
        if (!File.Exists(LogFile))
            return readings;
        foreach (var line in PlainFile.ReadLines(LogFile).Where(line => line.Contains("\"health\"", StringComparison.Ordinal) && StepOf(line) is not null))
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
        var png = PlainFile.ReadBytes(path);
        // Width and height stand at a fixed place in the first chunk.
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        var now = DateTimeOffset.UtcNow;
        Events(now).Image(now, step, "samples", width, height, png);
    }

    /// <summary>Appends a record to the log and to TensorBoard's events.</summary>
    public void Log(TrainingRecord record)
    {
        PlainFile.AppendLine(LogFile, JsonSerializer.Serialize(record.ToFields(), s_json));
        var now = DateTimeOffset.UtcNow;
        Events(now).Scalars(now, record.Step, record.Scalars());
    }

    private EventFile Events(DateTimeOffset now) => _events ??= new(Path, now, _eventsFrom);

    /// <summary>Path of the checkpoint of a step.</summary>
    public string CheckpointPath(long step) => System.IO.Path.Combine(Checkpoints, $"{step:D6}.safetensors");

    /// <summary>Checkpoints from oldest to newest.</summary>
    public IReadOnlyList<string> ListCheckpoints() => Directory.Exists(Checkpoints)
        ? [.. Directory.EnumerateFiles(Checkpoints, "*.safetensors").OrderBy(f => long.TryParse(System.IO.Path.GetFileNameWithoutExtension(f), out var step) ? step : -1)]
        : [];

    /// <summary>Deletes all but the newest of the run's own checkpoints, and what an interrupted save left. Checkpoints by other names are the user's; links are left alone.</summary>
    public void Prune(int keep)
    {
        if (!PlainFile.IsLink(Checkpoints))
            foreach (var file in ListCheckpoints().Where(IsNumbered).SkipLast(Math.Max(1, keep)).Where(file => !PlainFile.IsLink(file)))
                File.Delete(file);
        foreach (var folder in new[] { Path, Samples, Checkpoints })
            AtomicFile.Sweep(folder);
    }

    // Whether it is a name that the run gives.
    private bool IsNumbered(string checkpoint)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(checkpoint);
        return long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && CheckpointPath(step) == checkpoint;
    }

    /// <inheritdoc/>
    public void Dispose() => _events?.Dispose();

    [GeneratedRegex(@"^(\d{4,})-")]
    private static partial Regex Number();

    [GeneratedRegex(@"[^A-Za-z0-9._-]+")]
    private static partial Regex Unfit();
}
