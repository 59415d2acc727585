namespace Earthmover.Architecture.Tests;

/// <summary>Code lines end by column 140, and those of before this was tested become fewer.</summary>
public sealed class LineLengthTests
{
    private const int Longest = 140;

    private static readonly HashSet<string> s_code = [".cs", ".cpp", ".c", ".h", ".py", ".sh", ".mjs", ""];

    // Lower the number when lines have been broken; it is never raised.
    [Theory]
    [InlineData("src", 1563)]
    [InlineData("tests", 515)]
    [InlineData("tools", 40)]
    [InlineData("native", 48)]
    public void No_further_line_is_longer(string folder, int left)
    {
        var files = Repository.Tracked().Where(file => IsCode(file) && file.StartsWith($"{folder}/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        var all = files.Sum(file => LongLines(File.ReadLines(Path.Combine(Repository.Root, file))).Count());
        Assert.True(all <= left, $"{folder} has {all} code lines beyond column {Longest}, and had {left}; break those that are new");
    }

    [Fact]
    public void Only_code_counts()
    {
        var (longer, quotes) = (new string('x', Longest + 1), "\"\"\"");
        string[] lines =
        [
            longer, new string('x', Longest), $"var text = {quotes}", longer, $"    {quotes};", $"{quotes}{longer}{quotes}", longer,
        ];
        Assert.Equal([1, 7], LongLines(lines));
    }

    private static bool IsCode(string file) =>
        s_code.Contains(Path.GetExtension(file)) && !file.EndsWith(".g.cs", StringComparison.Ordinal);

    // Numbers of the lines, from 1; what stands in a raw string literal is text.
    private static IEnumerable<int> LongLines(IEnumerable<string> lines)
    {
        var (number, isText) = (0, false);
        foreach (var line in lines)
        {
            number++;
            var quotes = line.AsSpan().Count("\"\"\"");
            if (!isText && quotes == 0 && line.Length > Longest)
                yield return number;
            isText ^= quotes % 2 == 1;
        }
    }
}
