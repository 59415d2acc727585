using System.Text.RegularExpressions;

namespace Earthmover;

/// <summary>What went wrong, as one line for people.</summary>
public static partial class FailureLine
{
    /// <summary>The line. A message of our own speaks for itself; an unexpected one says little without its type.</summary>
    public static string Of(Exception e)
    {
        // The name that a file has until it is whole says nothing to anybody; its folder does.
        var line = Printable.Of(Unfinished().Replace(e.Message, "").ReplaceLineEndings(" ").Trim());
        if (IsOutOfMemory(e))
            return "out of memory; use fewer samples or smaller ones (?limit=…, ?size=…, -n), a smaller --set batch or width, "
                + "or close other programs";
        // A part of the program that is there and cannot be opened: the same, as the runtime says it.
        if (line.Contains("Too many open files", StringComparison.OrdinalIgnoreCase) || e is FileNotFoundException or FileLoadException
            && line.StartsWith("Could not load file or assembly", StringComparison.Ordinal))
            return $"{line.TrimEnd('.')}; too many files are open: allow more with: ulimit -n 1024";
        return e is UserException or IOException or UnauthorizedAccessException or DllNotFoundException
            || e.GetType().Namespace?.StartsWith("Earthmover", StringComparison.Ordinal) == true
            ? line
            : $"{line} ({e.GetType().Name}; EARTHMOVER_TRACE=1 shows where)";
    }

    // LibTorch's allocator has words of its own.
    private static bool IsOutOfMemory(Exception e) => e is OutOfMemoryException or InsufficientMemoryException
        || e.Message.Contains("can't allocate memory", StringComparison.Ordinal)
        || e.Message.Contains("CUDA out of memory", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<=[^/'\s])/\.earthmover-[0-9a-f]{16}\.part")]
    private static partial Regex Unfinished();
}
