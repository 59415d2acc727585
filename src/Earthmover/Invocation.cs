namespace Earthmover;

/// <summary>
/// How the user starts this program, for hints that can be copied: <c>./earthmover</c> in the folder of the project, <c>earthmover</c>
/// where it is installed.
/// </summary>
public static class Invocation
{
    /// <summary>The variable by which the script that starts the program says how it was called.</summary>
    public const string Variable = "EARTHMOVER_COMMAND";

    /// <summary>The variable by which that script says where it is; the tools are beside it.</summary>
    public const string ScriptVariable = "EARTHMOVER_SCRIPT";

    /// <summary>The name alone.</summary>
    public static string Name => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : "earthmover";

    /// <summary>A word as a shell takes it: between quotes where it has to be.</summary>
    public static string Quoted(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+:@%".Contains(c))
            ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    /// <summary>A command line, from what follows the name.</summary>
    public static string Of(string rest) => $"{Name} {rest}";
}
