using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Earthmover.Data;

/// <summary>One picture file of a folder.</summary>
/// <param name="Path">Path below the folder, with forward slashes.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">Time of the last change, UTC ticks of 100 ns.</param>
/// <param name="Label">Its class, or −1 without classes.</param>
public sealed record ListedImage(string Path, long Length, long Modified, int Label);

/// <summary>
/// What a folder holds, without looking into the pictures. Classes come from <c>dataset.json</c> in the layout
/// <c>{"labels": [["path", k], …]}</c>, else from sub-folders, sorted by name; <c>train</c>, <c>valid</c>/<c>val</c>
/// and <c>test</c> at the top are splits and not classes.
/// </summary>
/// <param name="Root">The folder that was listed, after the split.</param>
/// <param name="Files">Picture files in the order of their paths.</param>
/// <param name="ClassNames">Names of the classes, or null.</param>
/// <param name="Problems">Other files.</param>
public sealed record ImageFolderListing(
    string Root, IReadOnlyList<ListedImage> Files, IReadOnlyList<string>? ClassNames, IReadOnlyList<DataProblem> Problems)
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp"];
    private static readonly string[] Splits = ["train", "valid", "val", "test"];
    private static readonly string[] Ignored = ["Thumbs.db", "desktop.ini", "dataset.json"];

    /// <summary>Lists a folder and its sub-folders.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">Which split to take where the folder has splits; null takes <c>train</c>.</param>
    /// <exception cref="UserException">No picture, no such split, or a broken dataset.json.</exception>
    public static ImageFolderListing Read(string folder, string? split = null)
    {
        var splits = Splits.Where(name => Directory.Exists(Path.Combine(folder, name))).ToList();
        var root = folder;
        if (splits.Contains("train") || split is not null)
        {
            var wanted = split ?? "train";
            if (wanted == "valid" && !splits.Contains("valid") && splits.Contains("val")) wanted = "val";
            if (!splits.Contains(wanted))
                throw new UserException($"{folder} has no split '{wanted}'; {(splits.Count > 0 ? $"it has {string.Join(", ", splits)}" : "it has no sub-folders train, valid or test")}");
            root = Path.Combine(folder, wanted);
        }

        var problems = new List<DataProblem>();
        var paths = new List<string>();
        try
        {
            Walk(new DirectoryInfo(root), "", paths, problems, 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"the folder {root} cannot be read: {error.Message}");
        }

        if (paths.Count == 0)
            throw new UserException($"there are no pictures in {root}; needed are .png, .jpg, .webp or .bmp files{(problems.Count > 0 ? $" ({problems.Count} other files)" : "")}");
        paths.Sort(StringComparer.Ordinal);

        var json = Path.Combine(root, "dataset.json");
        var (labels, names) = File.Exists(json) ? JsonLabels(json, paths, problems) : FolderLabels(paths);
        var files = new List<ListedImage>(paths.Count);
        for (var i = 0; i < paths.Count; i++)
        {
            if (labels is not null && labels[i] < 0) continue;
            var info = new FileInfo(Path.Combine(root, paths[i]));
            files.Add(new ListedImage(paths[i], info.Length, info.LastWriteTimeUtc.Ticks, labels?[i] ?? -1));
        }

        if (files.Count == 0) throw new UserException($"{json} names none of the pictures in {root}; its paths must be relative to the folder, with forward slashes");
        return new ImageFolderListing(root, files, names, problems);
    }

    /// <summary>Takes only some classes and, spread evenly, at most a number of pictures.</summary>
    /// <param name="options">The options.</param>
    public ImageFolderListing Choose(ImageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (files, names) = (Files, ClassNames);
        if (options.Classes is not null)
        {
            if (names is null) throw new UserException($"{Root} has no classes (no sub-folders, no dataset.json), so classes= cannot choose among them");
            var chosen = options.ChooseClasses(names);
            files = [.. files.Where(file => chosen.Contains(file.Label)).Select(file => file with { Label = Array.IndexOf(chosen, file.Label) })];
            names = [.. chosen.Select(k => names[k])];
        }

        return this with { Files = [.. options.ApplyLimit(files.Count).Select(i => files[i])], ClassNames = names };
    }

    /// <summary>A hash of paths, sizes, times, labels and options: the same key means the same decoded pictures.</summary>
    /// <param name="options">Everything else that the result depends on.</param>
    public string Key(string options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFullPath(Root)}\n{options}\n{(ClassNames is null ? "" : string.Join('/', ClassNames))}\n"));
        foreach (var file in Files) hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path}\0{file.Length} {file.Modified} {file.Label}\n"));
        foreach (var problem in Problems) hash.AppendData(Encoding.UTF8.GetBytes($"{problem.Path}\0"));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static void Walk(DirectoryInfo folder, string prefix, List<string> paths, List<DataProblem> problems, int depth)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (entry.Name.StartsWith('.') || entry.Name == "__MACOSX" || Ignored.Contains(entry.Name)) continue;
            if (entry is DirectoryInfo inner)
            {
                // Links may lead in a circle.
                if (depth < 32) Walk(inner, $"{prefix}{entry.Name}/", paths, problems, depth + 1);
                continue;
            }

            var extension = entry.Extension.ToLowerInvariant();
            if (Extensions.Contains(extension)) paths.Add(prefix + entry.Name);
            else if (extension is ".tif" or ".tiff" or ".gif" or ".ppm" or ".pgm" or ".avif" or ".heic") problems.Add(new(prefix + entry.Name, $"{extension} is not read; convert it to PNG"));
            else problems.Add(new(prefix + entry.Name, "not a picture file"));
        }
    }

    private static (int[]? Labels, IReadOnlyList<string>? Names) FolderLabels(List<string> paths)
    {
        string[] folders = [.. paths.Select(path => path.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? path[..slash] : "")];
        string[] names = [.. folders.Distinct().Order(StringComparer.Ordinal)];
        // Pictures beside sub-folders, or a single sub-folder, are no classes.
        if (names.Length < 2 || names[0].Length == 0) return (null, null);
        return ([.. folders.Select(folder => Array.BinarySearch(names, folder, StringComparer.Ordinal))], names);
    }

    private static (int[]? Labels, IReadOnlyList<string>? Names) JsonLabels(string json, List<string> paths, List<DataProblem> problems)
    {
        var given = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(json));
            if (!document.RootElement.TryGetProperty("labels", out var labels)) throw new UserException($"{json} has no field 'labels'");
            if (labels.ValueKind == JsonValueKind.Null) return (null, null);
            foreach (var pair in labels.EnumerateArray())
            {
                if (pair.GetArrayLength() != 2 || pair[1].ValueKind != JsonValueKind.Number || !pair[1].TryGetInt32(out var label) || label is < 0 or > 100_000)
                    throw new UserException($"{json} has the entry {Short(pair.GetRawText())}; an entry must be [\"path\", class number]");
                given[pair[0].GetString() ?? ""] = label;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new UserException($"{json} is not in the form {{\"labels\": [[\"path\", class], …]}}: {Short(error.Message)}");
        }

        int[] result = [.. paths.Select(path => given.GetValueOrDefault(path, -1))];
        var present = paths.ToHashSet(StringComparer.Ordinal);
        problems.AddRange(paths.Where(path => !given.ContainsKey(path)).Select(path => new DataProblem(path, "no label in dataset.json")));
        problems.AddRange(given.Keys.Where(path => !present.Contains(path)).Order(StringComparer.Ordinal).Select(path => new DataProblem(path, "named in dataset.json but not there")));
        return (result, [.. Enumerable.Range(0, given.Count == 0 ? 0 : given.Values.Max() + 1).Select(k => $"{k}")]);

        static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
    }
}
