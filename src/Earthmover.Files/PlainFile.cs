using System.Text;

namespace Earthmover.Files;

/// <summary>Files of a folder that somebody else may have made: read and continued as themselves, never through a link or a pipe.</summary>
public static class PlainFile
{
    /// <summary>Whether a name is itself a link, wherever it points, be it into nothing.</summary>
    public static bool IsLink(string path) => new FileInfo(Path.TrimEndingDirectorySeparator(path)).LinkTarget is not null;

    /// <summary>Refuses a link.</summary>
    /// <exception cref="LinkException">The name is one.</exception>
    public static void RefuseLink(string path)
    {
        if (IsLink(path))
            throw new LinkException(path);
    }

    /// <summary>Opens a file for reading, which others may meanwhile write, replace or delete.</summary>
    /// <param name="path">The file. A pipe or a device, which has no length, is read as empty instead of waited for.</param>
    /// <exception cref="LinkException">It is a link.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static Stream OpenRead(string path)
    {
        RefuseLink(path);
        return new FileInfo(path).Length == 0
            ? new MemoryStream([], writable: false)
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Everything in a file; see <see cref="OpenRead"/>.</summary>
    public static byte[] ReadBytes(string path)
    {
        using var file = OpenRead(path);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Everything in a file of UTF-8 text; see <see cref="OpenRead"/>.</summary>
    public static string ReadText(string path)
    {
        using var reader = new StreamReader(OpenRead(path));
        return reader.ReadToEnd();
    }

    /// <summary>Puts a line at the end of a file, whole or not at all; the file is made if it is missing.</summary>
    /// <exception cref="LinkException">It is a link.</exception>
    /// <exception cref="IOException">It is no file, or cannot be written.</exception>
    public static void AppendLine(string path, string line)
    {
        RefuseLink(path);
        // For reading too: a pipe that is opened for writing alone waits for its reader.
        const FileShare everybody = FileShare.ReadWrite | FileShare.Delete;
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, everybody, bufferSize: 0);
        if (!file.CanSeek)
            throw new IOException($"{path} is not a file");
        var end = file.Seek(0, SeekOrigin.End);
        try
        {
            file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
        catch
        {
            // Where the disk is full, half a line would spoil the next one.
            file.SetLength(end);
            throw;
        }
    }
}

/// <summary>A name is a link where none is followed.</summary>
/// <param name="path">The name.</param>
public sealed class LinkException(string path)
    : IOException($"{path} is a link, which is not followed here; put what it points to in its place");
