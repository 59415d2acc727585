using System.Text.RegularExpressions;
using Earthmover.Health;

namespace Earthmover.Tests.Health;

/// <summary>Signals, rules and remedies beside what the guide says of them.</summary>
public sealed class HealthGuideTests
{
    [Fact]
    public void Every_signal_and_rule_is_explained_once()
    {
        Assert.Equal(Signals.All.Count, Signals.All.Select(s => s.Signal.Name).Distinct().Count());
        var names = Rules.All.Select(r => r.Name).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(Rules.All, r => Assert.All(r.Explains, e => Assert.Contains(e, names)));
        // Whatever the system, something can be said.
        Assert.All(Rules.All, r => Assert.NotEmpty(r.Remedies[^1].Words));
    }

    [Fact]
    public void The_guide_explains_every_signal_and_rule()
    {
        var guide = File.ReadAllText(Path.Combine(Root, "docs", "guide", "health.md"));
        Assert.All(Signals.All, s => Assert.Contains(
            $"| `{s.Signal.Name}` | {s.Signal.Unit} | {s.Signal.Meaning.Replace("|", "\\|", StringComparison.Ordinal)} |",
            guide, StringComparison.Ordinal));
        Assert.All(Rules.All, r =>
        {
            var begins = Regex.Escape($"| `{r.Name}` | {r.Severity.ToString().ToLowerInvariant()} | {r.Cause} |");
            var ends = Regex.Escape($"| {string.Join("; else ", r.Remedies.Select(Markdown))} |");
            Assert.Matches($"(?m)^{begins}.*{ends}$", guide);
        });
    }

    private static string Markdown(Remedy remedy) =>
        remedy.ToString() is var text && text.StartsWith("--", StringComparison.Ordinal) ? $"`{text}`" : text;

    [Fact]
    public void Every_remedy_stands_where_the_guide_shows_that_it_was_tried()
    {
        var guide = File.ReadAllText(Path.Combine(Root, "docs", "guide", "health.md"));
        Assert.All(Rules.All.Where(r => !TriedRemedies.ByHand.Contains(r.Name)), r =>
            Assert.Matches($@"(?m)^\| `{r.Name}` \| `\d+ % → \d+ %` \| `\w+` \S+ → \S+ \| `\S+ → \S+` \| ", guide));
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Earthmover.slnx")))
                folder = folder.Parent!;
            return folder.FullName;
        }
    }
}
