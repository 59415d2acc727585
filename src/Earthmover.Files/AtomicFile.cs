using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Earthmover.Files;

/// <summary>
/// Writes whole files: beside their place, under a name that nobody can have prepared, and renamed. A reader, a kill or a full disk never
/// meets half of one.
/// </summary>
/// <remarks>
/// A rename replaces a link and leaves alone what it points to, so nothing outside the folder is ever written. Folders above the file are
/// followed: who writes into a folder of somebody else's making asks <see cref="PlainFile.IsLink"/> first.
/// </remarks>
public sealed partial class AtomicFile : IDisposable
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    // Folders in which this process has cleared away what killed writers left.
    private static readonly ConcurrentDictionary<string, bool> s_swept = new(StringComparer.Ordinal);

    // A file that is made and not locked yet looks like one of a writer that was killed.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly string? _beside;
    private readonly bool _lasting;
    private readonly FileStream _file;
    private bool _isDone;

    /// <summary>Begins a file; its folder is made if it is missing. What it holds stays until <see cref="Commit"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lasting">Waits until contents and name are on the disk, so that they outlive a loss of power.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is forbidden.</exception>
    public AtomicFile(string path, bool lasting = false)
    {
        (_path, _lasting) = (Path.GetFullPath(path), lasting);
        if (IsDevice(_path))
        {
            if (!File.Exists(_path))
                throw new IOException($"no file can be made at {_path}, where the system keeps its own");
            _file = new(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            return;
        }
        var folder = Path.GetDirectoryName(_path)!;
        Directory.CreateDirectory(folder);
        if (s_swept.TryAdd(folder, true))
            Sweep(folder);
        _beside = Path.Combine(folder, $".earthmover-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.part");
        // The lock that comes with it ends with the process: so Sweep tells a file at work from what a killed process left.
        try
        {
            _file = new(_beside, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, bufferSize: 0);
        }
        catch (UnauthorizedAccessException e)
        {
            // The name that it has until it is whole says nothing to anybody.
            throw new UnauthorizedAccessException($"Access to the folder '{folder}' is denied", e);
        }
    }

    /// <summary>Where the contents go.</summary>
    public Stream Stream => _file;

    /// <summary>Puts the contents in their place.</summary>
    /// <exception cref="IOException">They cannot be; the old contents are whole.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is forbidden.</exception>
    public void Commit()
    {
        if (_beside is null)
            return;
        _file.Flush(flushToDisk: _lasting);
        File.Move(_beside, _path, overwrite: true);
        _isDone = true;
        // .NET cannot open a folder. File systems that keep a journal commit a rename with the next flush of the renamed file.
        if (_lasting)
            _file.Flush(flushToDisk: true);
    }

    /// <summary>Ends writing; what was not committed is gone.</summary>
    public void Dispose()
    {
        if (_beside is not null && !_isDone)
            TryDelete(_beside);
        _file.Dispose();
    }

    /// <summary>Writes bytes as a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Its contents.</param>
    /// <param name="lasting">Waits for the disk.</param>
    public static void Write(string path, ReadOnlySpan<byte> bytes, bool lasting = false)
    {
        using var file = new AtomicFile(path, lasting);
        file.Stream.Write(bytes);
        file.Commit();
    }

    /// <summary>Writes a whole file of text: UTF-8 without a mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Its contents.</param>
    /// <param name="lasting">Waits for the disk.</param>
    public static void WriteText(string path, string text, bool lasting = false) => Write(path, s_utf8.GetBytes(text), lasting);

    /// <summary>Writes a whole file of lines, each with a line break after it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="lasting">Waits for the disk.</param>
    public static void WriteLines(string path, IEnumerable<string> lines, bool lasting = false)
    {
        using var file = new AtomicFile(path, lasting);
        using (var writer = new StreamWriter(file.Stream, s_utf8, leaveOpen: true) { NewLine = "\n" })
            foreach (var line in lines)
                writer.WriteLine(line);
        file.Commit();
    }

    /// <summary>
    /// Deletes what writers that were killed left in a folder, ten seconds ago or earlier. Nothing else is touched: no other name, no link,
    /// no file at work, no folder below.
    /// </summary>
    /// <param name="folder">The folder; one that is a link or missing is left alone.</param>
    public static void Sweep(string folder)
    {
        if (!Directory.Exists(folder) || PlainFile.IsLink(folder))
            return;
        // Names that begin with a dot are hidden, which a search passes over unless told.
        var every = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = true };
        foreach (var file in Directory.GetFiles(folder, "*.part", every).Where(IsLeftover))
            if (!PlainFile.IsLink(file) && DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > s_grace && IsAbandoned(file))
                TryDelete(file);
    }

    /// <summary>Whether a file was begun and not committed, by its name.</summary>
    public static bool IsLeftover(string path) => Leftover().IsMatch(Path.GetFileName(path));

    // A writer at work holds a lock; a pipe opens without waiting only where it is opened for reading too.
    private static bool IsAbandoned(string file)
    {
        try
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return open.CanSeek;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Either another failure brought us here, and is the one to report, or the next sweep tries again.
        }
    }

    // /dev/null and /dev/stdout are written to, never replaced.
    private static bool IsDevice(string path) =>
        (IsBelow(path, "/dev/") && !IsBelow(path, "/dev/shm/")) || IsBelow(path, "/proc/");

    private static bool IsBelow(string path, string folder) => path.StartsWith(folder, StringComparison.Ordinal);

    [GeneratedRegex(@"^\.earthmover-[0-9a-f]{16}\.part\z")]
    private static partial Regex Leftover();
}
