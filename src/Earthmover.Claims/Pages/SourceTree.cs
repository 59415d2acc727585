using System.Text.RegularExpressions;

namespace Earthmover.Claims.Pages;

/// <summary>Where in the repository a type stands.</summary>
internal sealed partial class SourceTree
{
    private const string Library = "src/Earthmover";

    private readonly string _root;
    private readonly List<(string Path, string Text)> _sources;

    /// <summary>Reads the sources of the library.</summary>
    /// <param name="root">Root of the repository.</param>
    /// <exception cref="UserException">It has none.</exception>
    public SourceTree(string root)
    {
        _root = Path.GetFullPath(root);
        var library = Path.Combine(_root, Library);
        if (!Directory.Exists(library))
            throw new UserException($"{_root} has no folder {Library}; pages of systems are written into docs/systems of the repository");
        _sources = [.. Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => (Path.GetRelativePath(_root, path).Replace('\\', '/'), File.ReadAllText(path)))];
    }

    /// <summary>The file that declares a type, from the root of the repository.</summary>
    public string PathOf(Type type) => FileOf(type).Path;

    /// <summary>
    /// The files that say what a type does: its own, and those in the same folder whose types it names, but for the file of its base.
    /// </summary>
    public IReadOnlyList<string> PathsOf(Type type)
    {
        var (own, text) = FileOf(type);
        var root = type.BaseType is { } above && above != typeof(object) ? PathOf(above) : "";
        var code = Comments().Replace(text, "");
        bool IsNamed(string other) => Declarations().Matches(other)
            .Any(declared => Regex.IsMatch(code, $@"\b{declared.Groups["name"].Value}\b"));
        return
        [
            own,
            .. _sources.Where(source => source.Path != own && source.Path != root && FolderOf(source.Path) == FolderOf(own))
                .Where(source => IsNamed(source.Text)).Select(source => source.Path),
        ];
    }

    /// <summary>The file with a text in it; null where there is none.</summary>
    public string? PathWith(Regex text) => _sources.FirstOrDefault(source => text.IsMatch(source.Text)).Path;

    /// <summary>A path below the root, as this machine writes it.</summary>
    public string Full(string path) => Path.Combine(_root, path);

    private (string Path, string Text) FileOf(Type type) => _sources.First(source =>
        Declarations().Matches(source.Text).Any(declared => declared.Groups["name"].Value == type.Name));

    private static string FolderOf(string path) => path[..path.LastIndexOf('/')];

    [GeneratedRegex(@"\b(class|record|enum|struct|interface) (?<name>\w+)")]
    private static partial Regex Declarations();

    [GeneratedRegex("//[^\n]*")]
    private static partial Regex Comments();
}
