namespace Earthmover.Cli;

/// <summary>What is said when nothing else can be: by a thread that nobody waits for, or before the program itself could be loaded. It needs nothing but the runtime.</summary>
internal static class LastWords
{
    /// <summary>Makes a line and exit code 1 of what would end the process with a stack trace.</summary>
    internal static void Watch()
    {
        // Opened now: when no more files can be opened, it would be too late.
        Say(null, "");
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            if (Environment.GetEnvironmentVariable("EARTHMOVER_TRACE") is { Length: > 0 })
                return;
            if (e.ExceptionObject is Exception exception)
                Say(null, $"earthmover: {string.Join(' ', exception.Message.Split('\n', StringSplitOptions.TrimEntries))} ({exception.GetType().Name}; EARTHMOVER_TRACE=1 shows where)\n");
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
        }
        catch (Exception)
        {
            // Nobody reads.
        }
#pragma warning restore CA1031
    }
}
