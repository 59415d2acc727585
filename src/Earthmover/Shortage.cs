namespace Earthmover;

/// <summary>What a machine ran out of. Nothing that was asked for is wrong then, and another folder or option would not help.</summary>
public static class Shortage
{
    /// <summary>Whether no more files could be opened: parts of the program itself are missing then too.</summary>
    /// <param name="e">What went wrong.</param>
    public static bool IsOfFiles(Exception e) => e.Message.Contains("Too many open files", StringComparison.OrdinalIgnoreCase)
        || e.Message.Contains("Could not load file or assembly", StringComparison.Ordinal)
        || e.Message.Contains("Unable to open /dev/urandom", StringComparison.Ordinal);

    /// <summary>Whether a disk is full.</summary>
    /// <param name="e">What went wrong.</param>
    public static bool IsOfSpace(Exception e) => e.Message.Contains("No space left", StringComparison.Ordinal);

    /// <summary>Whether memory did not suffice, the machine's or the device's.</summary>
    /// <param name="e">What went wrong.</param>
    public static bool IsOfMemory(Exception e) => !IsOfThreads(e) && (e is OutOfMemoryException or InsufficientMemoryException
        // LibTorch's allocator has words of its own.
        || e.Message.Contains("can't allocate memory", StringComparison.Ordinal)
        || e.Message.Contains("CUDA out of memory", StringComparison.Ordinal));

    /// <summary>Whether no more threads could be started, of which the runtime speaks as of memory.</summary>
    /// <param name="e">What went wrong.</param>
    public static bool IsOfThreads(Exception e) =>
        e is OutOfMemoryException && e.StackTrace?.Contains("System.Threading.Thread.Start", StringComparison.Ordinal) == true;

    /// <summary>Whether the machine ran out of anything.</summary>
    /// <param name="e">What went wrong.</param>
    public static bool Is(Exception e) => IsOfFiles(e) || IsOfSpace(e) || IsOfMemory(e) || IsOfThreads(e);
}
