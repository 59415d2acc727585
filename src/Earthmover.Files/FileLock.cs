namespace Earthmover.Files;

/// <summary>
/// A lock of the kernel's on a file that has no other use. One holder has it at a time, and it ends with the holder's process, however that
/// ends.
/// </summary>
public sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Takes a lock.</summary>
    /// <param name="path">The file; never a link.</param>
    /// <param name="mayCreate">Makes the file if it is missing.</param>
    /// <returns>Null where another holder has it.</returns>
    /// <exception cref="LinkException">The file is a link.</exception>
    /// <exception cref="IOException">It is missing, or cannot be made.</exception>
    public static FileLock? TryTake(string path, bool mayCreate = true)
    {
        PlainFile.RefuseLink(path);
        try
        {
            var mode = mayCreate ? FileMode.OpenOrCreate : FileMode.Open;
            return new(new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    /// <summary>Whether the file system has locks at all, asked by a holder.</summary>
    /// <param name="path">The file that it holds.</param>
    public static bool Works(string path)
    {
        using var second = TryTake(path, mayCreate: false);
        return second is null;
    }

    // EWOULDBLOCK of Linux and of others, and a sharing violation.
    private static bool IsHeld(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    /// <summary>Gives it back; the file stays, since another may be about to take it.</summary>
    public void Dispose() => _file.Dispose();
}
