using System.Runtime.CompilerServices;
using Earthmover.Claims.Pages;
using Earthmover.Systems;
using Earthmover.Testing;

namespace Earthmover.Claims.Tests;

/// <summary>docs/systems says what the code says.</summary>
public sealed class SystemBookTests : LeakTest
{
    private static readonly string s_folder = Path.Combine(Root(), "docs", "systems");

    [Fact]
    public void The_pages_are_those_that_the_code_makes()
    {
        var differing = new SystemBook(s_folder).Differing();
        Assert.True(differing.Count == 0, $"{string.Join(", ", differing.Keys)} differ: run ./earthmover systems --write docs/systems");
    }

    [Fact]
    public void There_is_a_page_for_every_system_and_none_beside()
    {
        string[] expected = [.. SystemCatalog.All.Select(e => $"{e.Name}.md"), "README.md", "parts.md"];
        Assert.Equal(expected.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(s_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_page_has_formulas_players_with_roles_options_with_their_meaning_and_links_that_lead_somewhere()
    {
        var page = new SystemBook(s_folder).Pages()["lsgan.md"];
        Assert.Contains("critic     ½ E (D(x) − b)² + ½ E (D(G(z)) − a)²\n", page, StringComparison.Ordinal);
        Assert.Contains("| critic | critic | ", page, StringComparison.Ordinal);
        Assert.Contains("| `width` | `16` | `128` | a whole number, at least 1 and at most 16384 "
            + "| Base width of the networks, channels or units. |",
            page, StringComparison.Ordinal);
        Assert.Contains("(../../src/Earthmover/Objectives/LeastSquares.cs)", page, StringComparison.Ordinal);
        var links = System.Text.RegularExpressions.Regex.Matches(page, @"\]\(([^)#]+)[)#]").Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(s_folder, link)), link));
    }

    [Fact]
    public void A_recipe_leads_to_the_files_of_its_parts_and_to_where_it_is_written_down()
    {
        var page = new SystemBook(s_folder).Pages()["wgan-gp.md"];
        string[] files =
        [
            "Systems/Recipes", "Objectives/Wasserstein", "Constraints/GradientPenalty", "Constraints/PenaltyPoints", "Constraints/Slope",
        ];
        Assert.All(files, file => Assert.Contains($"(../../src/Earthmover/{file}.cs)", page, StringComparison.Ordinal));
        Assert.DoesNotContain("Constraints/Constraint.cs", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_are_written_into_a_repository_only() =>
        Assert.Contains("has no folder src/Earthmover",
            Assert.Throws<UserException>(() => new SystemBook(Path.GetTempPath()).Write()).Message, StringComparison.Ordinal);

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
