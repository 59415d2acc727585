using Earthmover.Data;
using Earthmover.Media.Files;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions;

/// <summary>Where results go: a path that can be written as what it is meant for, checked before the work begins.</summary>
public static class OutputPath
{
    // Only these ends of a name make it a file: fid_0.5 is a folder.
    private static readonly HashSet<string> s_kinds =
    [
        ".npy", ".npz", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".png", ".jpg", ".jpeg", ".webp",
        ".gif", ".bmp", ".tif", ".tiff", ".svg", ".pdf", ".html", ".md",
        ".pt", ".pth", ".pkl", ".onnx", ".safetensors", ".zip", ".tar", ".gz", ".mp4",
    ];

    /// <summary>The kind of file that a path names, such as <c>.csv</c>, in small letters; empty for a folder.</summary>
    public static string KindOf(string path)
    {
        var kind = Path.GetExtension(path).ToLowerInvariant();
        return !Path.EndsInDirectorySeparator(path) && !Directory.Exists(path) && s_kinds.Contains(kind) ? kind : "";
    }

    /// <summary>A file to be written.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">What was given; null where nothing was.</param>
    /// <exception cref="UserException">It is a folder, lies below a file, or is a part of a run.</exception>
    public static string? OfFile(string option, string? path)
    {
        if (path is null)
            return null;
        RefuseDash(option, path);
        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
            throw new UserException($"{option} {path} is a folder; name a file in it");
        RefuseBelowFile(option, path);
        RefusePartOfRun(option, path);
        return path;
    }

    /// <summary>A page (HTML) to be written.</summary>
    /// <inheritdoc cref="OfFile"/>
    public static string? OfPage(string option, string? path)
    {
        if (OfFile(option, path) is not null && KindOf(path!) is not ("" or ".html"))
            throw new UserException($"{option} writes a page, and {path} is not named so; use {Path.ChangeExtension(path, ".html")}");
        return path;
    }

    /// <summary>A PNG to be written.</summary>
    /// <inheritdoc cref="OfFile"/>
    public static string? OfPng(string option, string? path)
    {
        if (OfFile(option, path) is not null && KindOf(path!) != ".png")
            throw new UserException($"{option} writes a PNG, and {path} is not named so; use {Path.ChangeExtension(path, ".png")}");
        return path;
    }

    /// <summary>A folder to be written into.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">What was given; null where nothing was.</param>
    /// <param name="isEmpty">Whether nothing else may be in it.</param>
    /// <param name="orFile">A file that may be written instead, as an example; null where there is none.</param>
    /// <exception cref="UserException">It is a file, lies below one, or holds something.</exception>
    public static string? OfFolder(string option, string? path, bool isEmpty = false, string? orFile = null)
    {
        if (path is null)
            return null;
        RefuseDash(option, path);
        if (File.Exists(path))
        {
            var what = FileStatus.Of(path) is { IsRegular: false } other ? $"{other.KindName}," : "a file";
            throw new UserException(orFile is null ? $"{option} {path} is {what.TrimEnd(',')}; name a folder"
                : $"{option} {path} is {what} whose name does not say what to write; name a folder, or a file such as {orFile}");
        }
        RefuseBelowFile(option, path);
        if (isEmpty && Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new UserException($"the folder {path} holds something already, with which what is written would mix; "
                + $"empty it, or choose another for {option}");
        return path;
    }

    /// <summary>Refuses results in the place of what they are made of, whatever links lead there, and of each other.</summary>
    /// <param name="inputs">The files that are read; null for one that was not given.</param>
    /// <param name="outputs">Options, each with the file that it names; null where it was not given.</param>
    /// <exception cref="UserException">An input would be lost.</exception>
    public static void Spare(IEnumerable<string?> inputs, params IReadOnlyList<(string Option, string? Path)> outputs)
    {
        string[] read = [.. inputs.OfType<string>()];
        foreach (var (option, path) in outputs)
            if (path is not null && Array.Find(read, input => AreOne(input, path)) is { } lost)
                throw new UserException($"{option} {path} would replace {lost}, which is read; choose another name");
        var given = outputs.Where(output => output.Path is not null).ToList();
        if (given.GroupBy(output => Path.GetFullPath(output.Path!)).FirstOrDefault(group => group.Count() > 1) is { } same)
            throw new UserException($"{string.Join(" and ", same.Select(output => output.Option))} name the same file, "
                + $"{same.First().Path}; choose another name for one of them");
    }

    /// <summary>Refuses a result in the place of a file of a folder whose files are read.</summary>
    /// <param name="folder">The folder; of anything else nothing is known.</param>
    /// <param name="option">The option that names the result.</param>
    /// <param name="path">Its file.</param>
    /// <exception cref="UserException">A file would be lost.</exception>
    public static void SpareFolder(string folder, string option, string path)
    {
        if (Holds(folder, path))
            throw new UserException($"{option} {path} would replace a file of {folder}, which is read; choose another name");
    }

    /// <summary>Refuses results in the place of the data that a run was trained on.</summary>
    /// <param name="run">The run, which knows where they were.</param>
    /// <param name="outputs">Options, each with the file that it names; null where it was not given.</param>
    /// <exception cref="UserException">Data would be lost.</exception>
    public static void SpareData(TrainedRun run, params IReadOnlyList<(string Option, string? Path)> outputs)
    {
        ArgumentNullException.ThrowIfNull(run);
        var data = run.Recipe.Data;
        string[] sides = DataAddress.Exists(data) ? [data] : data.Split('|', StringSplitOptions.RemoveEmptyEntries);
        string[] places = Array.ConvertAll(sides, side => DataAddress.Parse(side).Name);
        foreach (var (option, path) in outputs)
            if (path is not null && Array.Find(places, place => AreOne(place, path) || Holds(place, path)) is { } lost)
                throw new UserException($"{option} {path} would replace data that the run was trained on, {lost}; choose another name");
    }

    // Whether a file is there, in a folder.
    private static bool Holds(string folder, string path)
    {
        var above = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        return Directory.Exists(folder) && File.Exists(path) && Path.GetFullPath(path).StartsWith(above, StringComparison.Ordinal);
    }

    /// <summary>Writes results.</summary>
    /// <param name="what">What they are, for the message.</param>
    /// <param name="write">Writes them.</param>
    /// <exception cref="UserException">They cannot be written there.</exception>
    /// <exception cref="IOException">The machine ran out of something, as of space.</exception>
    internal static void Write(string what, Action write)
    {
        try
        {
            write();
        }
        catch (IOException e) when (Shortage.Is(e))
        {
            throw new IOException($"cannot write {what}: {e.Message.TrimEnd('.')}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot write {what}: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Writes files one after another; where that is canceled, those that are written are deleted.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="write">Writes one, told its number and its path.</param>
    /// <param name="cancellation">Ends it between two files.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="IOException">One cannot be written; the message says how many are.</exception>
    internal static void WriteEach(IReadOnlyList<string> paths, Action<int, string> write, CancellationToken cancellation)
    {
        var done = 0;
        try
        {
            for (; done < paths.Count; done++)
            {
                cancellation.ThrowIfCancellationRequested();
                write(done, paths[done]);
            }
        }
        catch (OperationCanceledException)
        {
            foreach (var path in paths.Take(done))
                File.Delete(path);
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && paths.Count > 1)
        {
            throw new IOException($"{e.Message.TrimEnd('.')}; {done} of {paths.Count} files are written", e);
        }
    }

    /// <summary>Writes lines, one after another as they come.</summary>
    /// <param name="what">What they are, for the message.</param>
    /// <param name="path">The file.</param>
    /// <param name="lines">The lines.</param>
    /// <exception cref="UserException">They cannot be written.</exception>
    public static void WriteLines(string what, string path, IEnumerable<string> lines) =>
        Write(what, () => Files.AtomicFile.WriteLines(path, lines));

    private static bool AreOne(string input, string output)
    {
        if (FileStatus.Of(input) is not { IsRegular: true } read || FileStatus.Of(output) is not { IsRegular: true } there)
            return false;
        return there.Inode > 0 ? (there.Device, there.Inode) == (read.Device, read.Inode) : Real(input) == Real(output);

        static string Real(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
    }

    private static void RefuseBelowFile(string option, string path)
    {
        var above = Path.GetDirectoryName(Path.GetFullPath(path));
        for (; above is not null && !Directory.Exists(above); above = Path.GetDirectoryName(above))
            if (File.Exists(above))
                throw new UserException($"{option} {path} cannot be: {above} is a file, not a folder");
    }

    // Elsewhere it stands for the standard output.
    private static void RefuseDash(string option, string path)
    {
        if (path == "-")
            throw new UserException($"{option} - names no file or folder, and results are not printed there; "
                + "give a name, or ./- for one that is called so");
    }

    // Without its recipe, its records or its checkpoints a run is lost.
    private static void RefusePartOfRun(string option, string path)
    {
        var full = Path.GetFullPath(path);
        var (folder, name) = (Path.GetDirectoryName(full)!, Path.GetFileName(full));
        var run = Path.GetFileName(folder) == RunFolder.CheckpointsName ? Path.GetDirectoryName(folder)!
            : name is RunMark.FileName or RunFolder.LogName ? folder : null;
        if (run is not null && RunMark.IsRun(run))
            throw new UserException($"{option} {path} is a part of a run, which would be lost; choose another name");
    }
}
