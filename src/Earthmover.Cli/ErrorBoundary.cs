using System.CommandLine;
using System.CommandLine.Invocation;

namespace Earthmover.Cli;

/// <summary>Where every command's failure ends: one line on the error stream and an exit code, never a stack trace unless <c>EARTHMOVER_TRACE</c> is set.</summary>
internal static class ErrorBoundary
{
    /// <summary>The command did what was asked.</summary>
    internal const int Success = 0;

    /// <summary>Something failed.</summary>
    internal const int Failure = 1;

    /// <summary>The user asked for what cannot work.</summary>
    internal const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C, as shells report it.</summary>
    internal const int Interrupted = 130;

    /// <summary>Parses and runs a command line.</summary>
    /// <param name="commands">Makes the root command.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="error">Where the line goes.</param>
    /// <returns>The exit code.</returns>
    internal static int Run(Func<Command> commands, string[] args, TextWriter error)
    {
        try
        {
            var parsed = commands().Parse(args);
            if (parsed.Action is ParseErrorAction)
                throw new UserException($"{(parsed.UnmatchedTokens is [var token, ..] ? $"unknown command or option '{token}'" : parsed.Errors[0].Message.TrimEnd('.'))}; see {Path(parsed)} --help");
            // Commands that train watch Ctrl-C themselves: they save first, which may take longer than a library would wait.
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
#pragma warning disable CA1031 // This is the place where every exception becomes a line.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var cause = Innermost(e);
            error.WriteLine(Environment.GetEnvironmentVariable("EARTHMOVER_TRACE") is { Length: > 0 } ? e.ToString() : $"earthmover: {Line(cause)}");
            return cause is UserException ? BadInput : Failure;
        }
    }

    // earthmover data show, as far as it was understood.
    private static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (var command = parsed.CommandResult; command is not null; command = command.Parent as System.CommandLine.Parsing.CommandResult)
            names.Insert(0, command.Parent is null ? "earthmover" : command.Command.Name);
        return string.Join(' ', names);
    }

    // Static constructors and parallel loops wrap what went wrong.
    private static Exception Innermost(Exception e)
    {
        while (e is AggregateException or TypeInitializationException or System.Reflection.TargetInvocationException && e.InnerException is { } inner)
            e = inner;
        return e;
    }

    // A message of our own speaks for itself; an unexpected one says little without its type.
    private static string Line(Exception e)
    {
        var line = e.Message.ReplaceLineEndings(" ").Trim();
        return e is UserException or IOException or UnauthorizedAccessException or DllNotFoundException || e.GetType().Namespace!.StartsWith("Earthmover", StringComparison.Ordinal)
            ? line
            : $"{line} ({e.GetType().Name}; EARTHMOVER_TRACE=1 shows where)";
    }
}
