using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Earthmover.Architecture.Tests;

/// <summary>The repository as text.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>C# files below a folder, generated ones excepted.</summary>
    public static IReadOnlyList<Source> Sources(string folder) =>
        Directory.Exists(Path.Combine(Root, folder))
            ? [.. Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.EndsWith(".g.cs", StringComparison.Ordinal)
                    && !Relative(file).Split('/').Any(part => part is "bin" or "obj"))
                .Order(StringComparer.Ordinal).Select(file => new Source(Relative(file), File.ReadAllText(file)))]
            : [];

    /// <summary>Generated C# files below a folder.</summary>
    public static IReadOnlyList<Source> Generated(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), "*.g.cs", SearchOption.AllDirectories)
            .Select(file => new Source(Relative(file), File.ReadAllText(file)))];

    /// <summary>Paths of the files that git tracks or would track; without git, all that are not built.</summary>
    public static IReadOnlyList<string> Tracked()
    {
        var start = new ProcessStartInfo("git", "ls-files --cached --others --exclude-standard")
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var git = Process.Start(start)!;
        IEnumerable<string> files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        if (git.ExitCode != 0)
            files = Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(Relative)
                .Where(file => file.Split('/')[0] is not (".git" or "artifacts" or "runs" or "data"));
        return [.. files.Where(file => File.Exists(Path.Combine(Root, file)))];
    }

    /// <summary>Fails with every violation on a line of its own.</summary>
    public static void AssertNone(IEnumerable<string> violations)
    {
        var all = violations.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    private static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Earthmover.slnx")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}

/// <summary>A source file.</summary>
/// <param name="Path">Path from the root of the repository.</param>
/// <param name="Text">What is in it.</param>
internal sealed partial record Source(string Path, string Text)
{
    /// <summary>The text without comments and the contents of strings.</summary>
    public string Code { get; } = Noise().Replace(Text, m => m.Value[0] == '/' ? " " : "\"\"");

    /// <summary>The text with the contents of raw strings left out, line by line.</summary>
    public string WithoutRawStrings => Noise().Replace(Text, m => m.Value.StartsWith("\"\"\"", StringComparison.Ordinal)
        ? new string('\n', m.Value.AsSpan().Count('\n'))
        : m.Value);

    public int Lines { get; } = Text.AsSpan().Count('\n');

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|\"{3,}.*?\"{3,}|@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'""", RegexOptions.Singleline)]
    private static partial Regex Noise();
}
