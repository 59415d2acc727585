using System.Text;
using System.Text.RegularExpressions;

namespace Earthmover.Architecture.Tests;

/// <summary>A public type as the sources have it.</summary>
/// <param name="Package">The project.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name, with the names of its type parameters.</param>
/// <param name="Kind">Class, record, …</param>
/// <param name="Summary">Its summary, one line of Markdown.</param>
/// <param name="Path">Its file.</param>
internal sealed record PublicType(string Package, string Namespace, string Name, string Kind, string Summary, string Path);

/// <summary>The public types of the packages by namespace, as pages of Markdown.</summary>
internal static partial class ApiIndex
{
    private const string Page = "README.md";

    /// <summary>Every public type of the projects that are packed.</summary>
    public static IReadOnlyList<PublicType> Types() =>
    [
        .. from project in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
           where !File.ReadAllText(project).Contains("<IsPackable>false</IsPackable>", StringComparison.Ordinal)
           let package = Path.GetFileNameWithoutExtension(project)
           from source in Repository.Sources($"src/{package}").Concat(Repository.Generated($"src/{package}"))
           from type in TypesOf(package, source)
           group type by (type.Namespace, type.Name) into parts
           // A type in parts is described at one of them.
           let told = parts.OrderBy(part => part.Summary.Length == 0).ThenBy(part => part.Path, StringComparer.Ordinal).First()
           orderby told.Namespace, told.Name
           select told,
    ];

    /// <summary>Every page by the name of its file.</summary>
    public static IReadOnlyDictionary<string, string> Pages(IReadOnlyList<PublicType> types)
    {
        var spaces = types.GroupBy(type => type.Namespace).OrderBy(space => space.Key, StringComparer.Ordinal).ToList();
        var list = new StringBuilder("# The library by namespace\n\nPublic types of the [packages](../guide/library.md), ");
        list.Append("from their sources; `EARTHMOVER_ACCEPT=1 ./test ApiIndexTests` writes these pages anew.\n\n");
        list.Append("| namespace | package | types |\n|---|---|---:|\n");
        var pages = new Dictionary<string, string>();
        foreach (var space in spaces)
        {
            var packages = string.Join(", ", space.Select(type => type.Package).Distinct().Order(StringComparer.Ordinal));
            list.Append($"| [{space.Key}]({space.Key}.md) | {packages} | {space.Count()} |\n");
            var page = new StringBuilder($"# {space.Key}\n\nPackage {packages}.\n\n| type | kind | what it is |\n|---|---|---|\n");
            foreach (var type in space)
                page.Append($"| [{Cell(type.Name)}](../../{type.Path}) | {type.Kind} | {Cell(type.Summary)} |\n");
            pages[$"{space.Key}.md"] = page.ToString();
        }
        pages[Page] = list.ToString();
        return pages;
    }

    /// <summary>The public types of a file; those within others are left to those.</summary>
    public static IEnumerable<PublicType> TypesOf(string package, Source source)
    {
        if (Namespace().Match(source.Text) is not { Success: true } space)
            yield break;
        foreach (Match type in Declaration().Matches(source.Text))
        {
            var (kind, name) = (type.Groups["kind"].Value, type.Groups["name"].Value);
            yield return new(package, space.Groups["name"].Value, name, kind, Summary(type.Groups["comment"].Value), source.Path);
        }
    }

    private static string Summary(string comment)
    {
        var lines = comment.Split('\n').Select(line => line.Trim().TrimStart('/').Trim());
        var text = SummaryOf().Match(string.Join(' ', lines)).Groups["text"].Value;
        text = Reference().Replace(text, match => $"`{match.Groups["name"].Value}`");
        text = Code().Replace(text, match => $"`{match.Groups["text"].Value}`");
        return Spaces().Replace(Tag().Replace(text, ""), " ").Trim()
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal);
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    // At the start of a line: what is indented is within another type.
    [GeneratedRegex(@"(?<comment>(?:^//[^\n]*\n)*)(?:^\[[^\n]*\n)*^public (?:(?:sealed|static|abstract|partial|readonly|ref|unsafe) )*"
        + @"(?<kind>record struct|class|record|struct|interface|enum|delegate)"
        // Between delegate and its name stands what it returns.
        + @"(?: (?!struct)[\w<>\[\], ?.]+(?= \w+\())? (?<name>\w+(?:<[^>(]*>)?)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex("<summary>(?<text>.*?)</summary>")]
    private static partial Regex SummaryOf();

    [GeneratedRegex(@"<(?:see|paramref|typeparamref) (?:cref|name|langword)=""(?:[A-Z]:)?(?<name>[^""]*)""\s*/>")]
    private static partial Regex Reference();

    [GeneratedRegex("<c>(?<text>.*?)</c>")]
    private static partial Regex Code();

    [GeneratedRegex("</?[a-zA-Z][^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
