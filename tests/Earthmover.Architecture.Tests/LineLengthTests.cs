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
    public void Raw_strings_alone_are_text()
    {
        var (longer, quotes) = (new string('x', Longest + 1), "\"\"\"");
        string[] lines =
        [
            longer, new string('x', Longest), $"var text = {quotes}", longer, $"    {quotes};", $"{quotes}{longer}{quotes}", longer,
            $"Use(@\"a \"\"b{quotes});", longer, $"{quotes}text{quotes}{longer}",
        ];
        var text = string.Join('\n', lines);
        Assert.Equal([1, 7, 9, 10], LongLines(new("a.cs", text)));
        Assert.Equal([1, 4, 6, 7, 9, 10], LongLines(new("a.py", text)));
    }

    private static bool IsCode(string file) =>
        file != "LICENSE" && s_code.Contains(Path.GetExtension(file)) && !file.EndsWith(".g.cs", StringComparison.Ordinal);

    // Numbers of the lines, from 1.
    private static IEnumerable<int> LongLines(Source source) =>
        from line in (source.Path.EndsWith(".cs", StringComparison.Ordinal) ? source.WithoutRawStrings : source.Text).Split('\n').Index()
        where line.Item.Length > Longest
        select line.Index + 1;
}
