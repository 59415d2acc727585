using System.Reflection;
using System.Text;
using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Objectives;
using Earthmover.Systems;

namespace Earthmover.Claims.Pages;

/// <summary>The page of one system, made of what its code says: formulas, players, options, what to type, and what was measured.</summary>
/// <param name="entry">The system.</param>
/// <param name="sources">The repository.</param>
/// <param name="comments">What the sources say.</param>
internal sealed class SystemPage(SystemEntry entry, SourceTree sources, XmlComments comments)
{
    private static readonly (string Ability, string Line)[] s_lines =
    [
        ("sampler", "earthmover sample RUN -n 64 --grid samples.png"),
        ("sampler", "earthmover interpolate RUN --grid walks.png"),
        ("sampler", "earthmover project RUN NEW --out z.npy"),
        ("coder", "earthmover sample RUN --class 0 --steps 200 --grid ends.png --chain ways.png"),
        ("translator", "earthmover translate RUN NEW --out TRANSLATED"),
    ];

    private static readonly string[] s_ofTables =
        ["earthmover sample RUN -n 10000 --out rows.csv", "earthmover sample RUN -n 1000 --where COLUMN=VALUE --out some.csv"];

    /// <summary>The page as Markdown.</summary>
    public string Text()
    {
        var page = new StringBuilder($"# {entry.Title}\n\n{string.Join(" · ", Heads())}\n\n");
        page.Append($"{string.Join(" ", Sentences())}\n\n");
        page.Append($"## The game\n\n{comments.RemarksOf(entry.System)}\n\n");
        page.Append($"The whole system: {Link(sources.PathOf(entry.System))}{Recipe()}\n\n");
        foreach (var part in Parts())
            page.Append(PartText(part));
        var cast = CastList.Of(entry);
        page.Append(cast.Table());
        page.Append($"\n## What to type\n\n```\n{string.Join('\n', Lines(cast))}\n```\n\n");
        page.Append($"It plays with {Words(entry.Defaults.Keys.Select(play => $"{play}"))}. ");
        page.Append($"Trained, it is {Words(entry.Abilities.Select(a => a[0] == 'e' ? $"an {a}" : $"a {a}"))}.\n\n");
        page.Append(OptionTable());
        page.Append(new SystemNumbers(entry, sources).Text());
        return page.ToString();
    }

    // Rows only where it answers some.
    private IEnumerable<string> Heads() =>
        new[] { $"`{entry.Name}`", string.Join(", ", entry.Rows), entry.Paper }.Where(head => head.Length > 0);

    private IEnumerable<string> Sentences() => Parts().Select(part => part.GetType()).Prepend(entry.System).Select(comments.SummaryOf);

    // The objective and the constraint of a recipe; those of its kinds of data differ in numbers at most.
    private IEnumerable<object> Parts() => entry.Defaults.Values
        .SelectMany(defaults => defaults.Options.GetType().GetProperties().Select(p => p.GetValue(defaults.Options)))
        .Select(value => value switch { Part<Objective> o => o.Value, Part<Constraint> c => c.Value, _ => (object?)null })
        .OfType<object>().Where(part => part is not NoConstraint).DistinctBy(part => part.GetType()).OrderBy(part => part is Constraint);

    private string PartText(object part)
    {
        var (name, what) = part is Objective o ? (o.Name, "objective") : (((Constraint)part).Name, "constraint");
        var losses = new[] { ("critic", "Critic"), ("generator", "Generator") }
            .Select(l => (Player: l.Item1, Formula: comments.SummaryOf(part.GetType(), l.Item2)))
            .Where(l => part is Objective && l.Formula.Length > 0).Select(l => $"{l.Player,-10} {l.Formula.TrimEnd('.')}").ToList();
        var remarks = comments.RemarksOf(part.GetType());
        return $"Its {what} `{name}`: {string.Join(", ", sources.PathsOf(part.GetType()).Select(Link))}\n\n"
            + (losses.Count > 0 ? $"```\n{string.Join('\n', losses)}\n```\n\n" : "") + (remarks.Length > 0 ? $"{remarks}\n\n" : "");
    }

    private IEnumerable<string> Lines(CastList cast)
    {
        var run = $"runs/{entry.Name}";
        var (fresh, translated) = cast.Kind == DataKind.Images ? ("photos", "translated") : ("points.csv", "translated.csv");
        string Filled(string line) => line.Replace("RUN", run, StringComparison.Ordinal)
            // All styles in one picture, where there are some to tell.
            .Replace("--out TRANSLATED", entry.NeedsClasses ? "--grid sheet.png" : "--out TRANSLATED", StringComparison.Ordinal)
            .Replace("NEW", fresh, StringComparison.Ordinal).Replace("TRANSLATED", translated, StringComparison.Ordinal);
        return
        [
            $"{entry.Example} --run {run}",
            .. cast.Kind == DataKind.Table ? s_ofTables.Select(Filled)
                : s_lines.Where(line => entry.Abilities.Contains(line.Ability)).Select(line => Filled(line.Line)),
            $"earthmover evaluate {run}",
            $"earthmover report {run}",
        ];
    }

    private string OptionTable()
    {
        var plays = entry.Defaults.ToList();
        var columns = plays.Select(play => OptionBinder.List(play.Value.Options)).ToList();
        var table = new StringBuilder("## Options\n\n");
        table.Append("`--set NAME=VALUE` changes one; those of every training are on [one page](parts.md#training).\n\n");
        var heads = plays.Select(play => plays.Count == 1 ? "default" : $"{play.Key}");
        table.Append($"| option | {string.Join(" | ", heads)} | takes | what it is |\n");
        table.Append($"|---|{string.Concat(plays.Select(_ => "---|"))}---|---|\n");
        for (var i = 0; i < columns[0].Count; i++)
        {
            var option = columns[0][i];
            var defaults = string.Join(" | ", columns.Select(c => $"`{c[i].Default}`"));
            table.Append($"| `{option.Name}` | {defaults} | {OptionText.Takes(option)} | ");
            table.Append($"{CheckRow.Cell(OptionText.Meaning(plays[0].Value.Options.GetType(), option.Name, comments))} |\n");
        }
        foreach (var (play, defaults) in plays)
            if (OptionText.Changed(defaults.Training) is { Count: > 0 } changed)
                table.Append($"\nTraining on {play} begins with {string.Join(", ", changed.Select(o => $"`{o.Name}={o.Default}`"))}.\n");
        return $"{table}\n";
    }

    // Where a combination of parts is written down that is no class.
    private string Recipe() => sources.PathWith(new($@"Recipe\(\s*""{entry.Name}""")) is { } path ? $"; as a recipe: {Link(path)}" : "";

    private static string Link(string path) => $"[{path}](../../{path})";

    private static string Words(IEnumerable<string> words)
    {
        var all = words.ToList();
        return all.Count == 1 ? all[0] : $"{string.Join(", ", all.SkipLast(1))} and {all[^1]}";
    }
}
