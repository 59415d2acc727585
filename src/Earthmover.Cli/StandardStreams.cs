using System.Globalization;
using System.Text;

namespace Earthmover.Cli;

/// <summary>
/// Output and error stream as the program was given them: one that was closed is none, and one that fails is silent from then on. What was
/// worked for is never lost to its being shown.
/// </summary>
internal static class StandardStreams
{
    private const int Highest = 2;
    private const int OpenedAfterTheStart = 0x80000; // O_CLOEXEC: what was handed over at the start cannot have it

    // Held to the end, so that no file of ours gets the number of a stream.
    private static readonly List<FileStream> s_held = [];

    private static SteadyWriter? s_output, s_error;

    /// <summary>Whether something was written to the error stream and did not arrive.</summary>
    internal static bool HasLostWords => s_error?.Failure is not null;

    /// <summary>Puts writers that never fail in the place of the console's.</summary>
    internal static void Prepare()
    {
        s_output = new(IsGiven(1) ? Console.Out : TextWriter.Null, IsGiven(1) ? null : "it is closed");
        Console.SetOut(s_output);
        s_error = new(IsGiven(2) ? Console.Error : TextWriter.Null);
        Console.SetError(s_error);
        while (Directory.Exists("/proc/self/fd") && s_held.Count <= Highest && Enumerable.Range(0, Highest + 1).Any(IsFree))
            s_held.Add(new("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));
    }

    /// <summary>The exit code: a result that could not be written is a failure, unless something else is the result.</summary>
    /// <param name="code">The command's exit code.</param>
    /// <param name="isResult">Whether the output was what the command was for.</param>
    internal static int Finish(int code, bool isResult)
    {
        if (s_output?.Failure is not { } failure)
            return code;
        var hint = Shortage.IsOfFiles(new IOException(failure)) ? "; too many files are open: allow more with: ulimit -n 1024" : "";
        // What keeps one stream from being written may keep the other.
        LastWords.Say(null, $"earthmover: standard output cannot be written: {failure}{hint}\n");
        return isResult && code == ErrorBoundary.Success ? ErrorBoundary.Failure : code;
    }

    private static bool IsFree(int number) => !Path.Exists($"/proc/self/fd/{number}");

    // The runtime opens pipes of its own before a program begins, and they take the numbers of streams that are closed:
    // a word written there would be taken for an order.
    private static bool IsGiven(int number)
    {
        try
        {
            const string field = "flags:";
            var flags = File.ReadLines($"/proc/self/fdinfo/{number}").First(line => line.StartsWith(field, StringComparison.Ordinal));
            return (Convert.ToInt32(flags[field.Length..].Trim(), 8) & OpenedAfterTheStart) == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            // Where /proc says nothing of files, or no more can be opened to read it, the console knows best.
            return !Directory.Exists("/proc/self/fdinfo") || File.Exists($"/proc/self/fdinfo/{number}");
        }
    }
}

/// <summary>A writer that is silent after its first failure.</summary>
/// <param name="writer">Where text goes.</param>
/// <param name="obstacle">Why it goes nowhere from the beginning; null where it goes.</param>
internal sealed class SteadyWriter(TextWriter writer, string? obstacle = null) : TextWriter(CultureInfo.InvariantCulture)
{
    /// <summary>Why something could not be written; null where nothing was lost.</summary>
    internal string? Failure { get; private set; }

    public override Encoding Encoding => writer.Encoding;

    public override void Write(char value) => Try(() => writer.Write(value));

    public override void Write(string? value) => Try(() => writer.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => writer.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => writer.WriteLine(value));

    public override void Flush()
    {
        if (obstacle is null)
            Try(writer.Flush);
    }

    private void Try(Action write)
    {
        if (Failure is not null)
            return;
        Failure = obstacle;
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or ArgumentOutOfRangeException)
        {
            Failure = e.Message.Split(" : ")[0].TrimEnd('.');
        }
    }
}
