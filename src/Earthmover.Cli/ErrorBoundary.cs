using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Earthmover.Files;

namespace Earthmover.Cli;

/// <summary>
/// Where every command's failure ends: one line on the error stream and an exit code, never a stack trace unless <c>EARTHMOVER_TRACE</c> is
/// set.
/// </summary>
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
            using var guard = Output.Guard();
            var parsed = commands().Parse(args);
            RefuseUnknownOptions(parsed, args);
            if (parsed.Action is ParseErrorAction)
                throw new UserException($"{Misunderstood(parsed)}; see {Path(parsed)} --help");
            RefuseBlanks(parsed);
            // Commands that train watch Ctrl-C themselves: they save first, which may take longer than a library would wait.
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
#pragma warning disable CA1031 // This is the place where every exception becomes a line.
        catch (Exception e)
        {
            var cause = Innermost(e);
            LastWords.Say(error, $"{Traced(e) ?? $"earthmover: {FailureLine.Of(cause)}"}\n");
            // A link in a folder that was named is the folder's fault, as is a file that is none.
            return cause is UserException or LinkException && !Shortage.Is(cause) ? BadInput : Failure;
        }
#pragma warning restore CA1031
    }

    private static string Misunderstood(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens.Count > 0)
        {
            var known = command.Subcommands.Select(sub => sub.Name).Concat(command.Options.Select(option => option.Name));
            return $"unknown command or option '{parsed.UnmatchedTokens[0]}'{NearestName.Hint(parsed.UnmatchedTokens[0], known)}";
        }
        if (command.Subcommands.Count > 0 && command.Action is null)
            return $"say what: {Path(parsed)} {string.Join('|', command.Subcommands.Select(sub => sub.Name))}";
        if (!parsed.Errors[0].Message.StartsWith("Required argument missing for command", StringComparison.Ordinal))
            return parsed.Errors[0].Message.TrimEnd('.');
        var missing = command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0
            && parsed.GetResult(argument) is null or { Tokens.Count: 0 });
        return missing is null ? parsed.Errors[0].Message.TrimEnd('.')
            : $"{command.Name} needs <{missing.Name}>: {char.ToLowerInvariant(missing.Description![0])}{missing.Description[1..]}";
    }

    // earthmover data show, as far as it was understood.
    private static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (var command = parsed.CommandResult; command is not null; command = command.Parent as CommandResult)
            names.Insert(0, command.Parent is null ? Invocation.Name : command.Command.Name);
        return string.Join(' ', names);
    }

    // An empty name is a variable that was not set; taken for a folder, it would be the current one.
    private static void RefuseBlanks(ParseResult parsed)
    {
        for (var command = parsed.CommandResult; command is not null; command = command.Parent as CommandResult)
            foreach (var given in command.Children.Where(child => child.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value))))
                throw new UserException(given switch
                {
                    OptionResult option => $"{option.Option.Name} is empty; give it a value, or leave it out",
                    ArgumentResult argument => $"the argument '{argument.Argument.Name}' is empty; see {Path(parsed)} --help",
                    _ => $"an argument is empty; see {Path(parsed)} --help",
                });
    }

    // A list of names takes whatever comes, so that an option which the command does not have passes for one.
    private static void RefuseUnknownOptions(ParseResult parsed, string[] args)
    {
        if (args.Contains("--"))
            return;
        foreach (var given in parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens))
            if (given.Value.StartsWith("--", StringComparison.Ordinal))
            {
                var known = parsed.CommandResult.Command.Options.Select(option => option.Name);
                throw new UserException(
                    $"there is no option '{given.Value}'{NearestName.Hint(given.Value, known)}; see {Path(parsed)} --help");
            }
    }

    private static string? Traced(Exception e) =>
        Environment.GetEnvironmentVariable("EARTHMOVER_TRACE") is { Length: > 0 } ? e.ToString() : null;

    // Static constructors and parallel loops wrap what went wrong.
    private static Exception Innermost(Exception e)
    {
        while (e is AggregateException or TypeInitializationException or System.Reflection.TargetInvocationException
            && e.InnerException is { } inner)
            e = inner;
        return e;
    }
}
