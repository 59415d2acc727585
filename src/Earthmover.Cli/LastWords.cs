namespace Earthmover.Cli;

/// <summary>
/// What is said when nothing else can be: by a thread that nobody waits for, or before the program itself could be loaded. It needs nothing
/// but the runtime.
/// </summary>
internal static class LastWords
{
    /// <summary>Makes a line and exit code 1 of what would end the process with a stack trace.</summary>
    internal static void Watch()
    {
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            if (Environment.GetEnvironmentVariable("EARTHMOVER_TRACE") is { Length: > 0 })
                return;
            if (e.ExceptionObject is Exception exception)
            {
                var what = string.Join(' ', exception.Message.Split('\n', StringSplitOptions.TrimEntries));
                var hint = exception is IOException ? "; if too many files are open, allow more with: ulimit -n 1024" : "";
                Say(null, $"earthmover: {what} ({exception.GetType().Name}; EARTHMOVER_TRACE=1 shows where{hint})\n");
            }
            Environment.Exit(1);
        };
    }

    /// <summary>Writes where somebody may read it; a console that is gone is no reason to fail in another way.</summary>
    /// <param name="error">Where to; the error stream when null.</param>
    /// <param name="text">The text, with its end of line.</param>
    internal static void Say(TextWriter? error, string text)
    {
#pragma warning disable CA1031 // There is nobody left to tell.
        try
        {
            (error ?? Console.Error).Write(text);
            if (StandardStreams.HasLostWords)
                Raw(text);
        }
        catch (Exception)
        {
            Raw(text);
        }
    }

    // Past the console, for which the runtime would have to open files.
    private static void Raw(string text)
    {
        try
        {
            var bytes = new byte[text.Length];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = text[i] is >= ' ' and <= '~' or '\n' ? (byte)text[i] : (byte)'?';
            using var standardError = new FileStream(new(2, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            standardError.Write(bytes);
        }
        catch (Exception)
        {
            // Nobody reads.
        }
#pragma warning restore CA1031
    }
}
