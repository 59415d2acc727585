using System.Text.Json;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Pictures;

/// <summary>Which class each picture of a folder has.</summary>
/// <param name="Labels">Class of each picture, −1 where it has none; null without classes.</param>
/// <param name="Names">Names of the classes, or null.</param>
/// <param name="Problems">Pictures that are not read for want of a class, and labels without a picture.</param>
/// <param name="Notes">What was decided.</param>
internal sealed record FolderClasses(int[]? Labels, IReadOnlyList<string>? Names,
    IReadOnlyList<DataProblem> Problems, IReadOnlyList<string> Notes)
{
    /// <summary>Pictures without a class are read too, as such.</summary>
    public bool ReadsUnknown { get; private init; }

    /// <summary>The name of the file that gives labels.</summary>
    public const string LabelFile = "dataset.json";

    /// <summary>No classes.</summary>
    /// <param name="note">Why.</param>
    public static FolderClasses None(string note) => new(null, null, [], [note]);

    /// <summary>
    /// Classes from sub-folders. Two or more sub-folders with pictures are classes when most pictures lie in them, or when those beside
    /// them are to be read without a class; otherwise these are not read.
    /// </summary>
    /// <param name="paths">Paths of the pictures.</param>
    /// <param name="withOthers">Whether pictures beside the sub-folders are read, without a class.</param>
    /// <param name="subFolders">Names of all sub-folders.</param>
    public static FolderClasses OfFolders(IReadOnlyList<string> paths, bool withOthers, IEnumerable<string> subFolders)
    {
        string[] folders = [.. paths.Select(path => path.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? path[..slash] : "")];
        string[] names = [.. folders.Where(name => name.Length > 0).Distinct().Order(StringComparer.Ordinal)];
        if (names.Length == 0) return None("no classes: there are no sub-folders and no dataset.json");
        var loose = folders.Count(name => name.Length == 0);
        if (names.Length < 2) return None($"no classes: pictures lie beside the only sub-folder, {names[0]}/, and all are read");
        if (loose * 2 > paths.Count && !withOthers)
            return None($"no classes: more pictures lie beside the {names.Length} sub-folders than in them, and all are read; "
                + "labels=some takes the folders for classes, and these for pictures whose class is not known");
        return new(
            [.. folders.Select(folder => folder.Length == 0 ? -1 : Array.BinarySearch(names, folder, StringComparer.Ordinal))],
            names,
            [
                .. paths.Where((_, i) => folders[i].Length == 0 && !withOthers).Select(path => new DataProblem(path,
                    "lies beside the class folders; move it into one, or read it without a class by labels=some")),
                .. subFolders.Except(names, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                    .Select(name => new DataProblem($"{name}/", "a folder without pictures, no class")),
            ],
            [$"{names.Length} classes from sub-folders"
                + (loose == 0 ? "" : $"; {loose} pictures beside them {(withOthers ? "have none" : "are not read")}")])
        {
            ReadsUnknown = withOthers,
        };
    }

    /// <summary>
    /// Classes from <c>dataset.json</c>, <c>{"labels": [["path", k], …]}</c>. Their names are the numbers in it; a picture that it does not
    /// name, or whose class is null, has none.
    /// </summary>
    /// <param name="json">The file.</param>
    /// <param name="paths">Paths of the pictures.</param>
    /// <param name="withOthers">Whether pictures without a class are read.</param>
    /// <exception cref="UserException">The file cannot be read, or has another form.</exception>
    public static FolderClasses OfJson(string json, IReadOnlyList<string> paths, bool withOthers)
    {
        var given = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(DataFile.ReadAll(json));
            if (!document.RootElement.TryGetProperty("labels", out var labels)) throw new UserException($"{json} has no field 'labels'");
            if (labels.ValueKind == JsonValueKind.Null) return None("no classes: dataset.json says so");
            foreach (var pair in labels.EnumerateArray())
            {
                var label = ImageSet.Unknown;
                if (pair.GetArrayLength() != 2 || pair[1].ValueKind != JsonValueKind.Null && (pair[1].ValueKind != JsonValueKind.Number
                    || !pair[1].TryGetInt32(out label) || label is < 0 or > 100_000))
                    throw new UserException($"{json} has the entry {Short(pair.GetRawText())}; "
                        + "an entry must be [\"path\", class number], or [\"path\", null] where the class is not known");
                given[pair[0].GetString() ?? ""] = label;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new UserException($"{json} is not in the form {{\"labels\": [[\"path\", class], …]}}: {Short(error.Message)}");
        }

        if (given.Count > 0 && given.Values.All(label => label == ImageSet.Unknown)) return None("no classes: dataset.json gives none");
        int[] result = [.. paths.Select(path => given.GetValueOrDefault(path, ImageSet.Unknown))];
        var present = paths.ToHashSet(StringComparer.Ordinal);
        var without = result.Count(label => label == ImageSet.Unknown);
        return new(
            result,
            [.. Enumerable.Range(0, given.Count == 0 ? 0 : given.Values.Max() + 1).Select(k => $"{k}")],
            [
                .. paths.Where((_, i) => !withOthers && result[i] == ImageSet.Unknown)
                    .Select(path => new DataProblem(path, $"no label in {LabelFile}")),
                .. given.Keys.Where(path => !present.Contains(path))
                    .Order(StringComparer.Ordinal)
                    .Select(path => new DataProblem(path, $"named in {LabelFile} but not there")),
            ],
            [
                $"{result.Where(label => label != ImageSet.Unknown).Distinct().Count()} classes from {LabelFile}",
                .. without > 0 && withOthers
                    ? [$"{without} pictures have no label there and are read without a class; labels=known leaves them out"]
                    : Array.Empty<string>(),
            ])
        {
            ReadsUnknown = withOthers,
        };

        static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
    }

    /// <summary>
    /// Leaves out classes without a picture, since nothing can be learned of them. The others keep their names and order.
    /// </summary>
    /// <param name="labels">Class of each picture, −1 where it has none.</param>
    /// <param name="names">Names of the classes.</param>
    /// <param name="notes">Receives a line when there are any.</param>
    public static (int[] Labels, IReadOnlyList<string> Names) WithoutEmpty(int[] labels, IReadOnlyList<string> names, List<string> notes)
    {
        var kept = labels.Where(label => label != ImageSet.Unknown).Distinct().Order().ToArray();
        if (kept.Length == names.Count) return (labels, names);
        var empty = Enumerable.Range(0, names.Count).Except(kept).Select(k => names[k]).ToList();
        notes.Add($"{empty.Count} classes have no pictures and are left out: "
            + $"{string.Join(", ", empty.Take(10))}{(empty.Count > 10 ? ", …" : "")}");
        return (
            [.. labels.Select(label => label == ImageSet.Unknown ? label : Array.BinarySearch(kept, label))],
            [.. kept.Select(k => names[k])]);
    }
}
