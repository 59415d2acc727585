using System.Text.RegularExpressions;

namespace Earthmover.Claims.Pages;

/// <summary>Where in the repository a type stands.</summary>
internal sealed class SourceTree
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
    public string PathOf(Type type)
    {
        var declaration = new Regex($@"\b(class|record|enum|struct|interface) {type.Name}\b");
        return _sources.First(source => declaration.IsMatch(source.Text)).Path;
    }

    /// <summary>A path below the root, as this machine writes it.</summary>
    public string Full(string path) => Path.Combine(_root, path);
}
