using System.Text;
using Earthmover.Files;
using Earthmover.Games;
using Earthmover.Systems;

namespace Earthmover.Claims.Pages;

/// <summary>The folder <c>docs/systems</c> of a repository: a page for every system, the choices of their options, and a list.</summary>
/// <param name="Folder">The folder; the repository is two above it.</param>
public sealed record SystemBook(string Folder)
{
    /// <summary>Every page by the name of its file, as it should be now.</summary>
    /// <exception cref="UserException">The folder does not lie in the repository.</exception>
    public IReadOnlyDictionary<string, string> Pages()
    {
        var sources = new SourceTree(Path.Combine(Folder, "..", ".."));
        var comments = new XmlComments(typeof(SystemCatalog).Assembly);
        var pages = SystemCatalog.All.ToDictionary(entry => $"{entry.Name}.md", entry => new SystemPage(entry, sources, comments).Text());
        pages["parts.md"] = PartsPage(comments);
        pages["README.md"] = List();
        return pages;
    }

    /// <summary>Writes the pages that differ from what they should be.</summary>
    /// <returns>Their names.</returns>
    /// <exception cref="UserException">The folder does not lie in the repository.</exception>
    public IReadOnlyList<string> Write()
    {
        var differing = Differing();
        foreach (var (name, text) in differing)
            AtomicFile.WriteText(Path.Combine(Folder, name), text);
        return [.. differing.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Pages that are missing or say something else, as they should be.</summary>
    /// <exception cref="UserException">The folder does not lie in the repository.</exception>
    public IReadOnlyDictionary<string, string> Differing() => Pages()
        .Where(page => !File.Exists(Path.Combine(Folder, page.Key)) || File.ReadAllText(Path.Combine(Folder, page.Key)) != page.Value)
        .ToDictionary();

    private static string List()
    {
        var list = new StringBuilder("""
            # The systems

            Every system that `earthmover train … --system NAME` plays, with its formulas, players, options,
            what to type and what was measured.
            The choices of options, objectives and constraints among them, are in [parts.md](parts.md).

            | name | system | rows | plays with | trained, it is |
            |---|---|---|---|---|

            """);
        foreach (var e in SystemCatalog.All)
        {
            list.Append($"| [{e.Name}]({e.Name}.md) | {CheckRow.Cell(e.Title)} | {string.Join(", ", e.Rows)} | ");
            list.Append($"{string.Join(", ", e.Defaults.Keys)} | {string.Join(", ", e.Abilities)} |\n");
        }
        return list.ToString();
    }

    // What an option can choose is the same in every system that has it.
    private static string PartsPage(XmlComments comments)
    {
        var page = new StringBuilder("# What options choose\n\n");
        page.Append("Options of a choice follow its name: `--set constraint=r1?gamma=1&every=8`.\n\n");
        var options = SystemCatalog.All.SelectMany(e => e.Defaults.Values).SelectMany(d => OptionBinder.List(d.Options))
            .Where(OptionText.IsExplained).GroupBy(o => o.Name).Select(same => same.MaxBy(o => o.Known.Count)!);
        foreach (var option in options)
        {
            page.Append($"## {option.Name}\n\n| {option.Name} | what it is | its options and their defaults |\n|---|---|---|\n");
            foreach (var part in option.Known)
            {
                var own = part.Defaults.Length > 0 ? $"`{part.Defaults}`" : "";
                page.Append($"| `{part.Name}` | {CheckRow.Cell(part.Description)} | {own} |\n");
            }
            page.Append('\n');
        }
        page.Append("## training\n\nOptions of every training; a system's page says where its own begin elsewhere.\n\n");
        page.Append("| option | default | takes | what it is |\n|---|---|---|---|\n");
        foreach (var option in OptionBinder.List(new TrainingOptions()))
        {
            page.Append($"| `{option.Name}` | `{option.Default}` | {OptionText.Takes(option)} | ");
            page.Append($"{CheckRow.Cell(OptionText.Meaning(typeof(TrainingOptions), option.Name, comments))} |\n");
        }
        return page.ToString();
    }
}
