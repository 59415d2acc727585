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
        if (Shortage.IsOfMemory(e))
            return "out of memory; use fewer samples or smaller ones (?limit=…, ?size=…, -n), a smaller --set batch or width, "
                + "or close other programs";
        if (Shortage.IsOfThreads(e))
            return "no more threads can be started: allow more with: ulimit -u and ulimit -n 1024, or close other programs";
        if (Shortage.IsOfFiles(e))
            return $"{line.TrimEnd('.')}; too many files are open: allow more with: ulimit -n 1024";
        return e is UserException or IOException or UnauthorizedAccessException or DllNotFoundException
            || e.GetType().Namespace?.StartsWith("Earthmover", StringComparison.Ordinal) == true
            ? line
            : $"{line} ({e.GetType().Name}; EARTHMOVER_TRACE=1 shows where)";
    }

    [GeneratedRegex(@"(?<=[^/'\s])/\.earthmover-[0-9a-f]{16}\.part")]
    private static partial Regex Unfinished();
}
