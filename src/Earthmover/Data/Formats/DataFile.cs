using Earthmover.Media.Files;

namespace Earthmover.Data.Formats;

/// <summary>
/// Files that a user names, opened only when they are content on a disk: a pipe would be waited at, a device may have no end.
/// </summary>
internal static class DataFile
{
    /// <summary>Opens a file for reading from its start.</summary>
    /// <param name="path">The file, through links.</param>
    /// <exception cref="UserException">It is missing, forbidden, or no regular file.</exception>
    public static FileStream Open(string path)
    {
        Check(path);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
    }

    /// <summary>Looks at a file without opening it.</summary>
    /// <returns>What the file system says of it.</returns>
    /// <exception cref="UserException">It is missing, forbidden, or no regular file.</exception>
    public static FileStatus Check(string path)
    {
        if (!FileStatus.TryRead(path, out var status, out var why))
            throw new UserException(File.Exists(path) ? $"{path} cannot be read: {why}" : $"there is no file {path}");
        if (status.IsRegular) return status;
        throw new UserException($"{path} is {status.KindName}, and data is read from files only; save what it gives to a file first");
    }

    /// <summary>The whole content.</summary>
    /// <exception cref="UserException">As for <see cref="Open"/>, or too large for one array.</exception>
    public static byte[] ReadAll(string path)
    {
        using var file = Open(path);
        DataMemory.Check(path, file.Length, "its content");
        var bytes = new byte[file.Length];
        Fill(path, file, bytes);
        return bytes;
    }

    /// <summary>Reads until a span is full.</summary>
    /// <exception cref="UserException">The file ends before.</exception>
    public static void Fill(string path, Stream file, Span<byte> into)
    {
        try
        {
            file.ReadExactly(into);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw error is EndOfStreamException
                ? new UserException($"{path} became shorter while it was read; read it again")
                : Unreadable(path, error);
        }
    }

    /// <summary>Why an entry of a folder cannot be opened, a few words without its path.</summary>
    public static string Reason(Exception error) => error switch
    {
        UnauthorizedAccessException => "permission denied",
        OutOfMemoryException => "out of memory",
        _ => error.Message,
    };

    private static UserException Unreadable(string path, Exception error) => new($"{path} cannot be read: {Reason(error)}");
}
