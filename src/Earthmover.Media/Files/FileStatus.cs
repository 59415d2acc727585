namespace Earthmover.Media.Files;

/// <summary>What stands behind a name.</summary>
public enum FileKind
{
    /// <summary>Content on a disk.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A named pipe, which is waited at and not read.</summary>
    Pipe,

    /// <summary>A device, which may have no end.</summary>
    Device,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>What the file system says about a file or folder; nothing is opened to learn it.</summary>
/// <param name="Kind">What it is, behind all links.</param>
/// <param name="Device">The file system that holds it.</param>
/// <param name="Inode">Its number there; two names with equal device and number are the same file. 0 where the system does not say.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">Time of the last writing, nanoseconds; whoever copies a file may set it.</param>
/// <param name="Changed">Time of the last change of content or status, nanoseconds; the system's own, which nobody sets.</param>
public readonly record struct FileStatus(FileKind Kind, ulong Device, ulong Inode, long Length, long Modified, long Changed)
{
    /// <summary>Content on a disk, which can be read to its end.</summary>
    public bool IsRegular => Kind == FileKind.Regular;

    /// <summary>The kind in words: <c>a named pipe</c>.</summary>
    public string KindName => Kind switch
    {
        FileKind.Regular => "a file",
        FileKind.Folder => "a folder",
        FileKind.Pipe => "a named pipe",
        FileKind.Device => "a device",
        FileKind.Socket => "a socket",
        _ => "no file",
    };

    /// <summary>Looks at a name, through links.</summary>
    /// <param name="path">The name.</param>
    /// <param name="status">What is there.</param>
    /// <param name="why">Why nothing can be learned, a few words; null on success.</param>
    /// <returns>Whether something is there and may be seen.</returns>
    public static bool TryRead(string path, out FileStatus status, out string? why)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (OperatingSystem.IsLinux() && StatusCall.TryRead(path, out status, out why) is { } found) return found;
        return TryReadManaged(path, out status, out why);
    }

    /// <summary>Looks at a name, through links; null where nothing is there or may be seen.</summary>
    /// <param name="path">The name.</param>
    public static FileStatus? Of(string path) => TryRead(path, out var status, out _) ? status : null;

    // Without numbers and without the time that nobody sets; the time of creation stands in for it, which a replaced file has anew.
    private static bool TryReadManaged(string path, out FileStatus status, out string? why)
    {
        status = default;
        try
        {
            FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            why = info.Exists ? null : "there is no such file";
            if (!info.Exists) return false;
            var (length, kind) = info is FileInfo file ? (file.Length, FileKind.Regular) : (0, FileKind.Folder);
            status = new FileStatus(kind, 0, 0, length, info.LastWriteTimeUtc.Ticks * 100, info.CreationTimeUtc.Ticks * 100);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            why = error.Message;
            return false;
        }
    }
}
