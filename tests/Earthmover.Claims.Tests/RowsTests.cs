using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Earthmover.Systems;

namespace Earthmover.Claims.Tests;

/// <summary>The legend of the rows, <c>docs/rows.md</c>: it has each of them, and says truly what answers it.</summary>
public sealed partial class RowsTests
{
    private static readonly string s_root = Path.GetFullPath(Path.Combine(Here(), "..", ".."));
    private static readonly string s_legend = Path.Combine(s_root, "docs", "rows.md");

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    // What systems and claims say of themselves; links where there is a page.
    private static readonly (string Row, string Link)[] s_answers =
    [
        .. SystemCatalog.All.SelectMany(s => s.Rows.Select(row => (row, Link($"`{s.Name}`", $"systems/{s.Name}.md")))),
        .. ClaimCatalog.All.SelectMany(c => c.Rows.Select(row => (row, Link(Title(c), $"claims/{c.Name}.md")))),
        ("R58", Link("the gallery", "gallery.md")),
    ];

    // The claim of a system has the system's name.
    private static string Title(Claim claim) => claim is SystemClaim ? $"acceptance of {claim.Name}" : claim.Name;

    private static string Link(string text, string page) =>
        File.Exists(Path.Combine(s_root, "docs", page)) ? $"[{text}]({page})" : text;

    [Fact]
    public void Every_row_that_a_system_or_a_claim_names_is_in_the_legend_once()
    {
        var rows = Lines().Matches(File.ReadAllText(s_legend)).Select(line => line.Groups["row"].Value).ToArray();
        Assert.Equal(rows.Distinct(), rows);
        Assert.Empty(s_answers.Select(answer => answer.Row).Except(rows));
        // They do not change; what a later paper brings gets the next number.
        var numbers = rows.Where(row => row is not ("R20b" or "own")).ToArray();
        Assert.True(numbers.Length >= 59, "a row is missing");
        Assert.Equal(Enumerable.Range(1, numbers.Length).Select(i => $"R{i:00}"), numbers);
    }

    [Fact]
    public void It_says_what_answers_each_row()
    {
        var text = File.ReadAllText(s_legend);
        var now = Lines().Replace(text, line => $"{line.Groups["told"].Value}| {Answers(line.Groups["row"].Value)} |");
        if (now != text && Environment.GetEnvironmentVariable("EARTHMOVER_ACCEPT") == "1")
            File.WriteAllText(s_legend, now);
        else
            Assert.True(now == text, $"EARTHMOVER_ACCEPT=1 writes the last column of {s_legend}:\n{Difference(text, now)}");
    }

    [Fact]
    public void Its_tests_exist()
    {
        var files = Directory.EnumerateFiles(Path.Combine(s_root, "tests"), "*Tests.cs", SearchOption.AllDirectories);
        var names = files.Select(Path.GetFileNameWithoutExtension).ToHashSet();
        var named = Tests().Matches(File.ReadAllText(s_legend)).Select(test => test.Groups[1].Value).ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, test => Assert.Contains(test, names));
    }

    private static string Difference(string before, string now) => string.Join('\n', now.Split('\n').Except(before.Split('\n')));

    private static string Answers(string row)
    {
        var links = s_answers.Where(answer => answer.Row == row).Select(answer => answer.Link).ToArray();
        return links.Length > 0 ? string.Join(", ", links) : "not yet";
    }

    // A row of a table: its id, three cells, and the one that is made.
    [GeneratedRegex(@"^(?<told>\| (?<row>R\d\d[a-z]?|own) (?:\|[^|\n]*){3})\|[^|\n]*\|$", RegexOptions.Multiline)]
    private static partial Regex Lines();

    [GeneratedRegex("`([A-Za-z]+Tests)`")]
    private static partial Regex Tests();
}
