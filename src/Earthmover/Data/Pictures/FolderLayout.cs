namespace Earthmover.Data.Pictures;

/// <summary>
/// Which part of a folder is the data. A folder that holds nothing but one folder is looked through; <c>train</c>, <c>valid</c> and
/// <c>test</c> (also <c>Training</c>, <c>validation</c>, <c>val</c>, <c>Testing</c>, in any case) are parts of the data and not classes.
/// </summary>
internal sealed class FolderLayout
{
    private static readonly Dictionary<string, string> s_parts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = "train",
        ["training"] = "train",
        ["valid"] = "valid",
        ["val"] = "valid",
        ["validation"] = "valid",
        ["test"] = "test",
        ["testing"] = "test",
    };

    private readonly string _root;
    private readonly IReadOnlyCollection<string> _folders;
    private readonly string? _split;
    private List<string> _pictures;
    private bool _taken;

    private FolderLayout(string root, IEnumerable<string> pictures, IReadOnlyCollection<string> folders,
        IReadOnlySet<string> labeled, string? split)
    {
        (_root, _pictures, _folders, _split) = (root, [.. pictures], folders, split);
        var inside = true;
        while (inside && !labeled.Contains(Prefix)) inside = Enter();
        if (_split is not null && !_taken) throw NoSuchPart();
    }

    /// <summary>The part of the folder that is the data: empty, or a path with a slash at its end.</summary>
    public string Prefix { get; private set; } = "";

    /// <summary>What was decided, a line each.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What lies beside the data.</summary>
    public List<DataProblem> Problems { get; } = [];

    /// <summary>Which part a folder of some name is: <c>train</c>, <c>valid</c>, <c>test</c> or none.</summary>
    public static string? PartOf(string name) => s_parts.GetValueOrDefault(name);

    /// <summary>Finds the data.</summary>
    /// <param name="root">The folder, for messages.</param>
    /// <param name="pictures">Paths of the pictures below it.</param>
    /// <param name="folders">Folders below it, each with a slash at its end.</param>
    /// <param name="labeled">Folders that have a file of labels, which are the data as they are; the root is empty.</param>
    /// <param name="split"><c>train</c>, <c>valid</c>, <c>val</c> or <c>test</c>; null takes the training part where there are
    /// parts.</param>
    /// <exception cref="UserException">There is no such part, or none was named where none is for training.</exception>
    public static FolderLayout Of(string root, IEnumerable<string> pictures, IReadOnlyCollection<string> folders,
        IReadOnlySet<string> labeled, string? split) =>
        new(root, pictures, folders, labeled, split is null ? null : s_parts[split]);

    // One step inwards, or none.
    private bool Enter()
    {
        var counts = _pictures.CountBy(FirstFolder).ToDictionary(StringComparer.Ordinal);
        counts.Remove("", out var loose);
        var full = counts.Keys.Order(StringComparer.Ordinal).ToList();
        var parts = _folders.Where(IsNext).Select(folder => folder[Prefix.Length..^1]).Where(s_parts.ContainsKey).ToList();
        if (!_taken && parts.Count > 0)
        {
            var other = full.Except(parts, StringComparer.Ordinal).ToList();
            if (PartToTake(parts, full, other, loose) is { } part)
            {
                Take(part, parts, other.Select(name => (name, counts[name])), loose);
                return true;
            }
        }

        if (loose > 0 || full.Count != 1) return false;
        Descend(full[0]);
        Notes.Add($"the pictures are those of {Prefix}, the only folder with pictures");
        return true;
    }

    private string FirstFolder(string path) => path.IndexOf('/', Prefix.Length) is >= 0 and var slash ? path[Prefix.Length..slash] : "";

    private bool IsNext(string folder) =>
        folder.Length > Prefix.Length && folder.StartsWith(Prefix, StringComparison.Ordinal)
            && folder.IndexOf('/', Prefix.Length) == folder.Length - 1;

    private void Descend(string name)
    {
        Prefix += $"{name}/";
        _pictures = _pictures.FindAll(path => path.StartsWith(Prefix, StringComparison.Ordinal));
    }

    private string? PartToTake(List<string> parts, List<string> full, List<string> other, int loose)
    {
        // A lower-case name goes before others of the same meaning.
        string? Named(string meaning) =>
            parts.Where(name => s_parts[name] == meaning)
                .OrderByDescending(name => name, StringComparer.Ordinal).FirstOrDefault();
        if (_split is not null) return Named(_split);
        if (Named("train") is { } train)
        {
            var inside = $"{Prefix}{train}/";
            var hasFolders = _pictures.Exists(path => path.StartsWith(inside, StringComparison.Ordinal)
                && path.IndexOf('/', inside.Length) > 0);
            if (other.Count == 0 || parts.Exists(name => s_parts[name] != "train") || hasFolders) return train;
            Notes.Add($"{train}/ counts as a class, since other folders of pictures lie beside it; split=train reads it alone");
            return null;
        }

        if (other.Count == 0 && loose == 0 && full.Count > 1)
            throw new UserException($"{_root} has {string.Join(" and ", full)} but nothing to train on; "
                + $"choose one with ?split={s_parts[full[0]]}");
        if (other.Count > 0)
            Notes.Add($"{string.Join(", ", parts.Select(name => $"{name}/"))} counts as a class, since there is no train/; "
                + "split= reads such a folder alone");
        return null;
    }

    private void Take(string part, List<string> parts, IEnumerable<(string Name, int Count)> other, int loose)
    {
        var beside = parts.Where(name => name != part).Select(name => s_parts[name] == s_parts[part]
            ? $"{name}/ is not read"
            : $"{name}/ stays apart (split={s_parts[name]} reads it)");
        Notes.Add(string.Join("; ", [$"the pictures are those of {Prefix}{part}/", .. beside]));
        foreach (var (name, count) in other)
            Problems.Add(new($"{Prefix}{name}/", $"lies beside {part}/, and its {count} pictures are not read"));
        if (loose > 0) Problems.Add(new($"{(Prefix.Length > 0 ? Prefix : "./")}", $"{loose} pictures beside {part}/ are not read"));
        Descend(part);
        _taken = true;
    }

    private UserException NoSuchPart()
    {
        var there = _folders.Select(folder => folder.TrimEnd('/')).Where(folder => s_parts.ContainsKey(Path.GetFileName(folder))).ToList();
        return new($"{_root} has no split '{_split}'; "
            + $"{(there.Count > 0 ? $"it has {string.Join(", ", there)}" : "it has no sub-folders train, valid or test")}");
    }
}
