using System.Text.RegularExpressions;

namespace Earthmover.Architecture.Tests;

/// <summary>The folders of src/Earthmover, the rooms in them and the projects below, and who names whom.</summary>
internal static class Rooms
{
    private static readonly Dictionary<string, HashSet<string>> s_declared = [];

    static Rooms()
    {
        foreach (var source in Repository.Sources("src/Earthmover"))
            Declare(Of(source.Path), source);
        foreach (var project in Projects)
            foreach (var source in Repository.Sources($"src/Earthmover.{project}"))
                Declare(project, source);
        All = [.. s_declared.Keys.Except(Projects)];
        // A room is named as a type is: Data.Toys.
        foreach (var room in All.Where(name => name.Contains('.')))
            s_declared[Parent(room)].Add(Last(room));
    }

    /// <summary>Projects that src/Earthmover stands on.</summary>
    public static IReadOnlyList<string> Projects { get; } = ["Files", "Torch", "Nn", "Transport", "Media", "Reports", "Export", "Onnx"];

    /// <summary>Folders, the empty name for src/Earthmover itself, and rooms in them: <c>Data.Points</c>.</summary>
    public static IReadOnlyList<string> All { get; }

    /// <summary>Sources in a folder, those of its rooms included.</summary>
    public static IEnumerable<Source> Sources(string folder) => Repository.Sources("src/Earthmover")
        .Where(source => Of(source.Path) == folder || (folder.Length > 0 && Parent(Of(source.Path)) == folder));

    /// <summary>The folders and projects that a source of some folder names; of a source in a room, the rooms beside it.</summary>
    public static IEnumerable<string> Named(Source source, string folder)
    {
        var prefix = folder.Contains('.') ? Parent(folder) + "." : "";
        var beside = s_declared.Keys.Where(name => name.Length > prefix.Length && name != folder && (prefix.Length > 0
            ? name.StartsWith(prefix, StringComparison.Ordinal) : !name.Contains('.')));
        return beside.Where(name => Names(source.Code, name)).Select(Last);
    }

    // In full, or as what is inside Earthmover may say it. Such a word is the name of many a property too, so that what follows must be
    // declared there.
    private static bool Names(string code, string folder) =>
        Regex.IsMatch(code, $@"\bEarthmover\.{Regex.Escape(folder)}\b")
        || Regex.Matches(code, $@"(?<![\w.]){Last(folder)}\.(\w+)").Any(m => s_declared[folder].Contains(m.Groups[1].Value));

    // src/Earthmover/Data/Points/PointScaling.cs → Data.Points.
    private static string Of(string path) => string.Join('.', path.Split('/')[2..^1].Take(2));

    private static string Parent(string room) => room.Contains('.') ? room[..room.IndexOf('.', StringComparison.Ordinal)] : room;

    private static string Last(string folder) => folder[(folder.IndexOf('.', StringComparison.Ordinal) + 1)..];

    private static void Declare(string folder, Source source)
    {
        var types = Regex.Matches(source.Code, @"\b(?:class|struct|record|interface|enum|delegate)\s+(\w+)").Select(m => m.Groups[1].Value);
        if (!s_declared.TryGetValue(folder, out var names))
            s_declared[folder] = names = [];
        names.UnionWith(types);
        if (folder.Contains('.'))
            s_declared.TryAdd(Parent(folder), []);
    }
}
