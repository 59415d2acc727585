using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Earthmover.Files;
using Earthmover.Health;

namespace Earthmover.Training.Runs;

/// <summary>The folder of a run: recipe, log, TensorBoard events, samples and checkpoints.</summary>
public sealed class RunFolder : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
    private EventFile? _events;
    private long? _eventsFrom;
    private RunLock? _lock;

    private RunFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Where sample grids go.</summary>
    public string Samples => System.IO.Path.Combine(Path, "samples");

    /// <summary>Where checkpoints go.</summary>
    public string Checkpoints => System.IO.Path.Combine(Path, CheckpointsName);

    private string LogFile => System.IO.Path.Combine(Path, LogName);

    internal const string RecipeName = "recipe.json", LogName = "log.jsonl", CheckpointsName = "checkpoints", MetricsName = "metrics.json";

    /// <summary>The recipe's file.</summary>
    public string RecipePath => System.IO.Path.Combine(Path, RecipeName);

    /// <summary>Refuses a path at which no new run can be.</summary>
    /// <exception cref="UserException">It holds a run or something else already, is in use, or is a file.</exception>
    public static void RequireFree(string path) => new RunFolder(path).RequireBlank();

    /// <summary>Makes a folder for a new run, which this process alone may write into until it is disposed.</summary>
    /// <exception cref="UserException">It holds a run already, is in use, or cannot be written.</exception>
    public static RunFolder Create(string path, Recipe recipe)
    {
        RequireFree(path);
        var folder = new RunFolder(path);
        var isNew = !Directory.Exists(path);
        try
        {
            Directory.CreateDirectory(path);
            folder.Hold();
            // Another process may have been quicker.
            folder.RequireBlank();
            folder.WriteRecipe(recipe);
        }
        catch (Exception e)
        {
            folder.Dispose();
            if (isNew && e is not UserException)
                folder.Vanish();
            if (e is (IOException or UnauthorizedAccessException) && !Shortage.Is(e))
                throw new UserException($"cannot write the run folder {path}: {e.Message.TrimEnd('.')}; choose another with --run");
            throw;
        }
        return folder;
    }

    // A failed beginning leaves nothing behind; what holds anything stays.
    private void Vanish()
    {
        // Our own holder is gone with our lock: this one is another process's.
        if (File.Exists(System.IO.Path.Combine(Path, RunLock.HolderFile)))
            return;
        try
        {
            File.Delete(System.IO.Path.Combine(Path, RunLock.LockFile));
            foreach (var own in new[] { Samples, Checkpoints, Path }.Where(Directory.Exists))
                Directory.Delete(own);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another failure brought us here, and is the one to report.
        }
    }

    /// <summary>Whether a folder holds a run, or is about to.</summary>
    internal static bool IsTaken(string path) => File.Exists(System.IO.Path.Combine(path, RecipeName)) || RunHolder.Read(path) is not null;

    // What a run leaves that was stopped before its recipe was written is nothing, and no reason to refuse.
    private void RequireBlank()
    {
        if (_lock is null)
            RunLock.RequireFree(Path);
        if (File.Exists(RecipePath))
        {
            var again = ListCheckpoints().Count == 0 ? ", which starts it again, as it was not saved yet" : "";
            throw new UserException($"{Path} already holds a run; continue it with --resume{again}, or choose another --run folder");
        }
        if (File.Exists(Path))
            throw new UserException($"{Path} is a file, and a run is a folder; choose another with --run");
        if (Directory.Exists(Path) && Directory.EnumerateFileSystemEntries(Path).Any(entry => !IsTrace(entry)))
            throw new UserException($"the folder {Path} is not empty; choose another with --run");
    }

    private bool IsTrace(string entry) => System.IO.Path.GetFileName(entry) is RunLock.LockFile or RunLock.HolderFile
        || AtomicFile.IsLeftover(entry)
        || (entry == Samples || entry == Checkpoints) && Directory.Exists(entry) && !Directory.EnumerateFileSystemEntries(entry).Any();

    /// <summary>Opens the folder of a run, to read it.</summary>
    /// <exception cref="UserException">There is no run in it.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(path);
        if (!File.Exists(folder.RecipePath))
        {
            if (!System.IO.Path.Exists(path))
                throw new UserException($"there is no folder {path}; name the folder of a run");
            var way = folder.CanBegin() ? $"; start a run in it with train DATA --run {path}" : "";
            throw new UserException($"{path} is not the folder of a run: it has no recipe.json{way}");
        }
        folder.RequireCheckpointFiles();
        return folder;
    }

    // What is there by the name of a checkpoint and none can be read of would pass for none at all.
    private void RequireCheckpointFiles()
    {
        RequireFolder(Checkpoints);
        if (!Directory.Exists(Checkpoints))
            return;
        foreach (var checkpoint in Directory.EnumerateFileSystemEntries(Checkpoints, "*.safetensors"))
        {
            RequireFile(checkpoint);
            if (File.ResolveLinkTarget(checkpoint, returnFinalTarget: true) is { Exists: false })
                throw new UserException($"{checkpoint} is a link to nothing; put the checkpoint back, or delete it");
        }
    }

    private static void RequireFile(string path)
    {
        if (Directory.Exists(path))
            throw new UserException($"{path} is a folder where a run has a file; put that in its place, or move it elsewhere");
    }

    private static void RequireFolder(string path)
    {
        if (File.Exists(path))
            throw new UserException($"{path} is a file where a run has a folder; move it elsewhere");
    }

    /// <summary>
    /// Refuses to go on with a run whose own files or folders are links, for what they point to belongs to somebody else, or whose files
    /// are folders or the reverse.
    /// </summary>
    /// <exception cref="UserException">One of them is.</exception>
    public void RequirePlain()
    {
        foreach (var own in new[] { RecipePath, LogFile, Samples, Checkpoints })
            if (PlainFile.IsLink(own))
                throw new UserException($"{own} is a link, and a run is written to its own folder only; "
                    + $"put what it points to in its place, or link the whole of {Path}");
        string[] files = [LogName, MetricsName, RunLock.LockFile, RunLock.HolderFile];
        foreach (var name in files)
            RequireFile(System.IO.Path.Combine(Path, name));
        RequireFolder(Samples);
    }

    /// <summary>Links in the folder and its two folders, by their names in it: nothing is written through them.</summary>
    public IReadOnlyList<string> Links() =>
        [.. new[] { Path, Samples, Checkpoints }.Where(folder => Directory.Exists(folder) && (folder == Path || !PlainFile.IsLink(folder)))
            .SelectMany(folder => Directory.EnumerateFileSystemEntries(folder)).Where(PlainFile.IsLink)
            .Select(link => System.IO.Path.GetRelativePath(Path, link)).Order(StringComparer.Ordinal)];

    private bool CanBegin()
    {
        try
        {
            RequireBlank();
            return Directory.Exists(Path);
        }
        catch (Exception e) when (e is UserException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Lets this process alone write into the folder until it is disposed, and makes the places to write to.</summary>
    /// <returns>Who held it before without giving it back, for people; null where nobody did.</returns>
    /// <exception cref="UserException">Another process holds it; the message says which, and since when.</exception>
    public string? Hold()
    {
        _lock ??= RunLock.Take(Path);
        Directory.CreateDirectory(Samples);
        Directory.CreateDirectory(Checkpoints);
        return _lock.TakenOver;
    }

    /// <summary>The recipe of the run.</summary>
    /// <exception cref="UserException">It is none.</exception>
    public Recipe ReadRecipe() => Recipe.FromJson(PlainFile.ReadText(RecipePath), RecipePath);

    /// <summary>Whether <c>recipe.json</c> is JSON at all, whatever it says.</summary>
    public bool HasReadableRecipe()
    {
        try
        {
            using var json = JsonDocument.Parse(PlainFile.ReadText(RecipePath));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Replaces the recipe, e.g. when a resumed run gets a larger budget.</summary>
    public void WriteRecipe(Recipe recipe) => Replace(RecipePath, recipe.ToJson());

    /// <summary>Keeps the newest measurements of the run's samples as <c>metrics.json</c>, for its report.</summary>
    /// <param name="document">A JSON document as <c>evaluate --json</c> prints it.</param>
    public void WriteMetrics(string document) => Replace(MetricsFile, document);

    /// <summary>The measurements that are kept; null where there are none.</summary>
    /// <exception cref="LinkException">The file is a link.</exception>
    public string? ReadMetrics() => File.Exists(MetricsFile) ? PlainFile.ReadText(MetricsFile) : null;

    private string MetricsFile => System.IO.Path.Combine(Path, MetricsName);

    private static void Replace(string file, string text) => AtomicFile.WriteText(file, text + "\n", lasting: true);

    /// <summary>Drops what the log holds from after a step, which a resumed run will do again, and lines that are no records.</summary>
    /// <param name="step">Steps that the run keeps.</param>
    /// <returns>What was not as it should be, for people; null where all was well.</returns>
    public string? ShortenLog(long step)
    {
        // TensorBoard then drops what it has read from there on; of a run that begins there is nothing to drop.
        if (step > 0 || File.Exists(LogFile))
            _eventsFrom = step + 1;
        if (!File.Exists(LogFile))
            return null;
        var log = LogLines.Read(LogFile, step);
        AtomicFile.WriteLines(LogFile, log.Records.Select(record => record.Line), lasting: true);
        return log.Problem(LogFile);
    }

    /// <summary>The readings of the run's health that the log holds, oldest first, with their verdicts.</summary>
    public IReadOnlyList<(Reading Reading, string Verdict)> ReadHealth() =>
        File.Exists(LogFile)
            ? [.. LogLines.Read(LogFile, long.MaxValue).Records.Select(LogLines.HealthOf).OfType<(Reading, string)>()]
            : [];

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
        ? [.. Directory.EnumerateFiles(Checkpoints, "*.safetensors").OrderBy(StepOf)]
        : [];

    private static long StepOf(string checkpoint) =>
        long.TryParse(System.IO.Path.GetFileNameWithoutExtension(checkpoint), out var step) ? step : -1;

    /// <summary>
    /// Deletes all but the newest of the run's own checkpoints, and what an interrupted save left. Checkpoints by other names are the
    /// user's; links are left alone.
    /// </summary>
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
    public void Dispose()
    {
        _events?.Dispose();
        _lock?.Dispose();
        _lock = null;
    }
}
