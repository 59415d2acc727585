using System.Text.RegularExpressions;

namespace Earthmover.Architecture.Tests;

/// <summary>Inside src/Earthmover: which folder may use which.</summary>
public sealed class NamespaceTests
{
    private static readonly string[] s_everything = ["Games", "Objectives", "Constraints", "Networks", "Data", "Systems", "Training", "Metrics", "Health"];

    // Beside what a folder may see of its siblings, all may see Torch, and all but Objectives and Constraints may see Nn.
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Games"] = [],
        ["Objectives"] = [],
        ["Constraints"] = [],
        ["Networks"] = ["Data"],
        ["Data"] = [],
        ["Systems"] = ["Games", "Objectives", "Constraints", "Networks", "Data"],
        ["Metrics"] = ["Data", "Networks"],
        ["Health"] = ["Games", "Metrics"],
        ["Training"] = ["Games", "Data", "Metrics", "Health"],
        // What the command line, the studio and the claims stand on: the catalog's user.
        ["Sessions"] = s_everything,
    };

    public static TheoryData<string> Folders => [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src", "Earthmover")).Select(folder => Path.GetFileName(folder)!)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_uses_what_it_may_know(string folder)
    {
        Assert.True(s_allowed.ContainsKey(folder), $"src/Earthmover/{folder} has no rule here: say what it may use");
        var bad = from source in Repository.Sources($"src/Earthmover/{folder}")
                  from used in Used(source)
                  where used != folder && !s_allowed[folder].Contains(used)
                  select $"{source.Path} uses Earthmover.{used}";
        Repository.AssertNone(bad);
    }

    [Theory]
    [InlineData("Objectives")]
    [InlineData("Constraints")]
    public void Losses_and_penalties_know_tensors_and_functions_but_no_network(string folder)
    {
        var bad = Repository.Sources($"src/Earthmover/{folder}").Where(s => Regex.IsMatch(s.Code, @"\bEarthmover\.Nn\b|(?<![\w.])(Nn\.|Module\b)")).Select(s => s.Path);
        Repository.AssertNone(bad);
    }

    [Fact]
    public void Binding_knows_nothing_of_networks()
    {
        var bad = Repository.Sources("src/Earthmover.Torch").Where(s => Regex.IsMatch(s.Code, @"\bEarthmover\.Nn\b")).Select(s => s.Path);
        Repository.AssertNone(bad);
    }

    [Fact]
    public void The_check_sees_every_way_of_naming_a_system()
    {
        Assert.Equal(["Systems"], Used(new("a.cs", "using Earthmover.Systems;")));
        Assert.Equal(["Systems"], Used(new("a.cs", "using static Earthmover.Systems.Catalog;")));
        Assert.Contains("Systems", Used(new("a.cs", "namespace Earthmover.Training; var x = Systems.Catalog.All;")));
        Assert.Empty(Used(new("a.cs", "// Earthmover.Systems\nvar x = \"Earthmover.Systems\" + this.Systems.Count;")));
    }

    // A sibling can also be named without `Earthmover.`; only Systems is looked for so, the others are names of properties too.
    private static IEnumerable<string> Used(Source source) =>
        Regex.Matches(source.Code, @"\bEarthmover\.(\w+)").Select(m => m.Groups[1].Value)
            .Concat(Regex.Matches(source.Code, @"(?<![\w.])(Systems)\.[A-Z]").Select(m => m.Groups[1].Value))
            .Where(name => s_everything.Contains(name)).Distinct();
}
