using System.Text.RegularExpressions;

namespace Earthmover.Architecture.Tests;

/// <summary>Habits that can be checked by reading.</summary>
public sealed class SourceRuleTests
{
    [Fact]
    public void Unsafe_code_stays_with_the_native_libraries()
    {
        AssertNone(s => !Below(s, "Earthmover.Torch", "Earthmover.Media"), @"(?<![\w.])(unsafe|IntPtr)\b|\b(LibraryImport|DllImport)\b");
        // In the transport library these are offsets of vector loads from managed references, not pointers.
        AssertNone(s => !Below(s, "Earthmover.Torch", "Earthmover.Media", "Earthmover.Transport"), @"(?<![\w.])(nint|nuint)\b");
    }

    [Theory]
    [InlineData(@"\bDateTime\.Now\b")] // depends on the time zone; use DateTime.UtcNow or a Stopwatch
    [InlineData(@"\bRandom\.Shared\b")] // cannot be repeated; use RandomStreams
    [InlineData(@"\bnew Random\(\)")]
    [InlineData(@"\bGC\.Collect\b")] // tensors are freed by their scope, not by the collector
    public void Nothing_in_src_uses(string name) => AssertNone(_ => true, name);

    // Half a file, a prepared link, a deleted neighbor: what can go wrong with writing is dealt with in one place. The choices of a machine
    // are shared under a lock.
    [Fact]
    public void Files_are_written_by_AtomicFile_and_PlainFile() => AssertNone(
        s => !Below(s, "Earthmover.Files") && !s.Path.EndsWith("/MachineChoices.cs", StringComparison.Ordinal),
        @"\bFile\.(Write\w*|Append\w*|Create(?!SymbolicLink)\w*|Open|OpenWrite|Move|Copy|Replace)\s*\("
        + @"|\bFileMode\.(Create|Append|OpenOrCreate|Truncate)\b|\bnew StreamWriter\(");

    [Fact]
    public void Only_programs_speak_to_the_console() =>
        AssertNone(s => !Below(s, "Earthmover.Cli", "Earthmover.Studio"), @"(?<![\w.])Console\.");

    [Fact]
    public void Files_stay_short() =>
        Repository.AssertNone(Repository.Sources("src").Concat(Repository.Sources("tests"))
            .Where(s => s.Lines > 600).Select(s => $"{s.Path} has {s.Lines} lines; split it"));

    [Fact]
    public void A_system_fits_on_a_page() =>
        Repository.AssertNone(Repository.Sources("src/Earthmover/Systems")
            .Where(s => Regex.IsMatch(s.Code, @":\s*GanSystem<") && s.Lines is < 40 or > 150)
            .Select(s => $"{s.Path} has {s.Lines} lines; a system has 40 to 150"));

    // Two spellings are two names to whoever searches. Where an old one has to be read still, it stands in quotes.
    [Fact]
    public void Words_are_spelled_as_in_the_field()
    {
        var pattern = new Regex(
            @"colour|centr(e|ing)|grey|neighbour|catalogue|labell(ed|ing)|"
            + @"(normal|penal|minim|maxim|memor|initial|regular|recogn)is(e|ing|ation)",
            RegexOptions.IgnoreCase);
        var bad = from path in Repository.Tracked()
                  where path.StartsWith("src/", StringComparison.Ordinal) || path.StartsWith("docs/", StringComparison.Ordinal)
                  where Path.GetExtension(path) is ".cs" or ".md" or ".css" or ".js"
                  from line in File.ReadLines(Path.Combine(Repository.Root, path)).Select((text, i) => (Text: text, Number: i + 1))
                  where pattern.IsMatch(Regex.Replace(line.Text, @"""[a-z_]+""", ""))
                  select $"{path}:{line.Number}: {line.Text.Trim()}";
        Repository.AssertNone(bad);
    }

    [Fact]
    public void Tracked_text_names_no_place_outside_the_project()
    {
        string[] hosts = ["nuget" + ".org", "pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".com",
            "deb.debian" + ".org", "archive.ubuntu" + ".com", "crates" + ".io"];
        var pattern = new Regex(@"(?<![\w.$}/:-])/(" + "tmp|work|root|home)/" + @"\w|" + string.Join('|', hosts.Select(Regex.Escape)));
        var bad = from path in Repository.Tracked()
                  where Path.GetExtension(path) is ".cs" or ".md" or ".txt" or ".sh" or ".csproj" or ".props" or ".slnx" or ".json"
                      or ".c" or ".cpp" or ".h" or ""
                  from line in File.ReadLines(Path.Combine(Repository.Root, path)).Select((text, i) => (Text: text, Number: i + 1))
                  where pattern.IsMatch(line.Text)
                  select $"{path}:{line.Number}: {line.Text.Trim()}";
        Repository.AssertNone(bad);
    }

    [Fact]
    public void Every_command_is_registered_and_the_readme_names_no_other()
    {
        var commands = Repository.Sources("src/Earthmover.Cli/Commands")
            .Where(s => s.Path.EndsWith("Command.cs", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(commands);
        var program = File.ReadAllText(Path.Combine(Repository.Root, "src/Earthmover.Cli/Program.cs"));
        Assert.All(commands,
            s => Assert.Contains(Path.GetFileNameWithoutExtension(s.Path) + ".Create()", program, StringComparison.Ordinal));

        var names = commands
            .SelectMany(s => Regex.Matches(s.Text, @"new(?: Command)?\(""([a-z-]+)""").Select(m => m.Groups[1].Value)).ToHashSet();
        var readmes = new[] { "README.md", "README.zh-CN.md" }.Select(file => Path.Combine(Repository.Root, file)).Where(File.Exists);
        foreach (var readme in readmes)
        {
            var typed = Regex.Matches(File.ReadAllText(readme), @"(?:\./|`)earthmover ([a-z]+)").Select(m => m.Groups[1].Value);
            Assert.All(typed, name => Assert.Contains(name, names));
        }
    }

    private static bool Below(Source source, params string[] projects) =>
        projects.Any(p => source.Path.StartsWith($"src/{p}/", StringComparison.Ordinal));

    private static void AssertNone(Func<Source, bool> included, string pattern) =>
        Repository.AssertNone(from source in Repository.Sources("src").Where(included)
                              from Match m in Regex.Matches(source.Code, pattern)
                              select $"{source.Path}: {m.Value}");
}
