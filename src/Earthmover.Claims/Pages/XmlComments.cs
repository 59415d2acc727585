using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Earthmover.Claims.Pages;

/// <summary>What the sources say about themselves: the documentation file beside an assembly, as Markdown.</summary>
internal sealed partial class XmlComments
{
    private readonly Dictionary<string, XElement> _members;

    /// <summary>Reads the file beside an assembly.</summary>
    /// <exception cref="UserException">It is not there.</exception>
    public XmlComments(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(path))
            throw new UserException($"the documentation file {path} is missing; build the program from its sources");
        _members = XDocument.Load(path, LoadOptions.PreserveWhitespace).Descendants("member")
            .DistinctBy(member => (string)member.Attribute("name")!).ToDictionary(member => (string)member.Attribute("name")!);
    }

    /// <summary>The summary of a type, one line; empty where there is none.</summary>
    public string SummaryOf(Type type) => Line(Find($"T:{NameOf(type)}"), "summary");

    /// <summary>The summary of a property, one line; empty where there is none.</summary>
    public string SummaryOf(PropertyInfo property) => Line(Find($"P:{NameOf(property.DeclaringType!)}.{property.Name}"), "summary");

    /// <summary>The summary of a method that a type declares, one line; empty where there is none.</summary>
    public string SummaryOf(Type type, string method)
    {
        var start = $"M:{NameOf(type)}.{method}(";
        return Line(_members.FirstOrDefault(member => member.Key.StartsWith(start, StringComparison.Ordinal)).Value, "summary");
    }

    /// <summary>The remarks of a type: paragraphs and blocks of formulas; empty where there are none.</summary>
    public string RemarksOf(Type type)
    {
        if (Find($"T:{NameOf(type)}")?.Element("remarks") is not { } remarks)
            return "";
        var (blocks, text) = (new List<string>(), new StringBuilder());
        foreach (var node in remarks.Nodes().Append(null))
        {
            if (node is not (null or XElement { Name.LocalName: "code" }))
            {
                text.Append(Markdown(node));
                continue;
            }
            blocks.AddRange($"{text}".Trim() is { Length: > 0 } words ? [words] : []);
            blocks.AddRange(node is XElement code ? [$"```\n{Unindented(code.Value)}\n```"] : []);
            text.Clear();
        }
        return string.Join("\n\n", blocks);
    }

    private XElement? Find(string member) => _members.GetValueOrDefault(member);

    private static string Line(XElement? member, string part) => member?.Element(part) is { } element ? Markdown(element).Trim() : "";

    private static string Markdown(XNode node) => node switch
    {
        XText text => Spaces().Replace(text.Value, " "),
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{Shown((string?)see.Attribute("cref") ?? (string?)see.Attribute("langword") ?? "")}`",
        XElement { Name.LocalName: "paramref" } name => $"`{(string?)name.Attribute("name")}`",
        XElement element => string.Concat(element.Nodes().Select(Markdown)),
        _ => "",
    };

    // M:Earthmover.Constraints.Constraint.At(System.Int64) → At.
    private static string Shown(string reference) => reference.Split('(')[0].Split('.', ':')[^1].Split('`')[0];

    private static string NameOf(Type type) => type.FullName!.Replace('+', '.');

    private static string Unindented(string code)
    {
        var lines = code.ReplaceLineEndings("\n").Trim('\n').TrimEnd().Split('\n');
        var indent = lines.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..].TrimEnd() : ""));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
