namespace Earthmover.Architecture.Tests;

/// <summary>Code lines end by column 140.</summary>
public sealed class LineLengthTests
{
    private const int Longest = 140;

    private static readonly HashSet<string> s_code = [".cs", ".cpp", ".c", ".h", ".py", ".sh", ".mjs", ".js", ".css", ""];

    [Fact]
    public void No_line_is_longer()
    {
        var files = Repository.Tracked().Where(IsCode).ToList();
        Assert.All((string[])["src/", "tests/", "tools/", "native/", "bench/", "test"], part =>
            Assert.Contains(files, file => file.StartsWith(part, StringComparison.Ordinal)));
        Repository.AssertNone(
            from file in files
            from line in LongLines(new Source(file, File.ReadAllText(Path.Combine(Repository.Root, file))))
            select $"{file}:{line} goes beyond column {Longest}");
    }

    [Fact]
    public void Raw_strings_are_text_outside_of_the_sources()
    {
        var (longer, quotes) = (new string('x', Longest + 1), "\"\"\"");
        string[] lines =
        [
            longer, new string('x', Longest), $"var text = {quotes}", longer, $"    {quotes};", $"{quotes}{longer}{quotes}", longer,
            $"Use(@\"a \"\"b{quotes});", longer, $"{quotes}text{quotes}{longer}",
        ];
        var text = string.Join('\n', lines);
        Assert.Equal([1, 7, 9, 10], LongLines(new("tests/a.cs", text)));
        Assert.All((string[])["src/a.cs", "tests/a.py"], file => Assert.Equal([1, 4, 6, 7, 9, 10], LongLines(new(file, text))));
    }

    private static bool HasTexts(string file) =>
        file.EndsWith(".cs", StringComparison.Ordinal) && !file.StartsWith("src/", StringComparison.Ordinal);

    private static bool IsCode(string file) =>
        file != "LICENSE" && s_code.Contains(Path.GetExtension(file)) && !file.EndsWith(".g.cs", StringComparison.Ordinal);

    // Numbers of the lines, from 1. What tests expect and tools write is as long as it is.
    private static IEnumerable<int> LongLines(Source source) =>
        from line in (HasTexts(source.Path) ? source.WithoutRawStrings : source.Text).Split('\n').Index()
        where line.Item.Length > Longest
        select line.Index + 1;
}
