using System.Text.Json;
using Earthmover.Data.Formats;
using Earthmover.Data.Pictures;

namespace Earthmover.Data.Pairs;

/// <summary>
/// What describes the pictures of a folder: <c>captions.csv</c>, <c>.tsv</c> or <c>metadata.csv</c> with the columns file and caption,
/// <c>metadata.jsonl</c> with an object of <c>file_name</c> and <c>text</c> on each line, else <c>NAME.txt</c> beside each picture, of
/// which the first line counts.
/// </summary>
internal sealed class Captions
{
    // Beyond what a text may have of symbols, however many code units each takes.
    private const int LongestLine = 1 << 16;
    private static readonly string[] s_tables = ["captions.csv", "captions.tsv", "metadata.jsonl", "metadata.csv"];
    private static readonly string[] s_files = ["file", "file_name", "filename", "image", "picture", "path", "name"];
    private static readonly string[] s_texts = ["caption", "text", "description", "title"];

    private readonly Dictionary<string, string> _captions = new(StringComparer.Ordinal);
    private readonly List<DataProblem> _problems = [];
    private readonly List<string> _notes = [];
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private Captions(ImageFolderListing listing)
    {
        var table = s_tables.Where(name => File.Exists(Path.Combine(listing.Root, name))).ToArray();
        if (table.Length > 0)
            Read(listing, table[0]);
        else
            foreach (var file in listing.Files) ReadBeside(listing.Root, file.Path);
        foreach (var name in table.Skip(1)) _notes.Add($"{name} is not read, since there is {table[0]}");
        var described = listing.Files.Where(file => _captions.ContainsKey(file.Path)).ToList();
        if (described.Count == 0)
            throw new UserException($"none of the {listing.Files.Count} pictures in {listing.Root} has a caption; "
                + "write NAME.txt beside NAME.png, or captions.csv with the columns file and caption, or metadata.jsonl"
                + $"{(_problems.Count > 0 ? $" (first: {_problems[0]})" : "")}");
        // Texts are no longer files of another kind.
        var why = table.Length > 0 ? $"not read, since there is {table[0]}" : "no picture of that name lies beside it";
        var others = listing.Problems.Where(problem => !_read.Contains(problem.Path)).Select(problem =>
            problem.Path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) ? problem with { Why = why } : problem);
        Described = listing with { Files = described, Problems = [.. others, .. _problems], Notes = [.. listing.Notes, .. _notes] };
    }

    /// <summary>The pictures that have a caption; what is wrong with the others is among the problems.</summary>
    public ImageFolderListing Described { get; }

    /// <summary>The caption of a picture.</summary>
    /// <param name="path">Its path below the folder.</param>
    public string this[string path] => _captions[path];

    /// <summary>Reads the captions of a folder.</summary>
    /// <param name="listing">Its pictures.</param>
    /// <exception cref="UserException">No picture has one, or the table of captions cannot be read.</exception>
    public static Captions Of(ImageFolderListing listing) => new(listing);

    private void ReadBeside(string root, string picture)
    {
        var path = $"{PairNames.Stem(picture)}.txt";
        try
        {
            if (!File.Exists(Path.Combine(root, path)))
                _problems.Add(new(picture, $"has no caption: there is no {path}"));
            else if (TextFile.Lines(Path.Combine(root, path), LongestLine).FirstOrDefault().Text is { Length: > 0 } line)
                _captions[picture] = line;
            else
                _problems.Add(new(picture, $"has no caption: {path} is empty"));
        }
        catch (UserException error)
        {
            _problems.Add(new(picture, $"has no caption: {error.Message}"));
        }

        _read.Add(path);
    }

    private void Read(ImageFolderListing listing, string name)
    {
        var path = Path.Combine(listing.Root, name);
        var (known, again) = (KnownBy(listing), 0);
        foreach (var (line, file, caption) in name.EndsWith(".jsonl", StringComparison.Ordinal) ? ObjectsOf(path, name) : RowsOf(path))
        {
            if (!known.TryGetValue(file, out var picture))
                _problems.Add(new(file, $"named in {name} line {line}, but no such picture is there"));
            else if (caption.Length == 0)
                _problems.Add(new(picture, $"has no caption: {name} line {line} is empty"));
            else if (!_captions.TryAdd(picture, caption))
                again++;
        }

        var without = listing.Files.Select(file => file.Path).Except(_captions.Keys).Except(_problems.Select(problem => problem.Path));
        _problems.AddRange(without.Select(picture => new DataProblem(picture, $"has no caption: {name} does not name it")));
        if (again > 0) _notes.Add($"of several captions of one picture the first is read; others are passed over ({again})");
        _read.Add(name);
    }

    // An object on each line; of several texts in an array the first counts.
    private IEnumerable<(long Line, string File, string Caption)> ObjectsOf(string path, string name)
    {
        var number = 0;
        foreach (var (text, _) in TextFile.Lines(path, LongestLine))
        {
            number++;
            if (Fields(text) is not { } fields)
                _problems.Add(new(name, $"object {number} cannot be read; each line is an object such as "
                    + """{"file_name": "1.png", "text": "a red bag"}"""));
            else if (s_files.FirstOrDefault(fields.ContainsKey) is not { } file
                || s_texts.FirstOrDefault(fields.ContainsKey) is not { } says)
                _problems.Add(new(name, $"object {number} has no file_name, or no text"));
            else
                yield return (number, fields[file], fields[says]);
        }
    }

    private static Dictionary<string, string>? Fields(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind != JsonValueKind.Object ? null
                : json.RootElement.EnumerateObject().DistinctBy(field => field.Name.ToLowerInvariant())
                    .ToDictionary(field => field.Name.ToLowerInvariant(), field => TextOf(field.Value), StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Trim(),
        JsonValueKind.Array when value.GetArrayLength() > 0 => TextOf(value[0]),
        _ => "",
    };

    private static IEnumerable<(long Line, string File, string Caption)> RowsOf(string path)
    {
        var table = Table.Open(path, "no");
        if (table.Columns.Count < 2)
            throw new UserException($"{path} has one column; captions are two, the picture's file and its caption");
        string[] first = [.. table.Columns.Select(column => table.TextsOf(column)[0].Trim().ToLowerInvariant())];
        var (files, texts) = (Array.FindIndex(first, s_files.Contains), Array.FindIndex(first, s_texts.Contains));
        var hasNames = files >= 0 && texts >= 0;
        if (!hasNames && table.Columns.Count > 2)
            throw new UserException($"{path} has {table.Columns.Count} columns "
                + "and none named file and caption; name them in the first line");
        var (pictures, captions) = (table.TextsOf(table.Columns[hasNames ? files : 0]), table.TextsOf(table.Columns[hasNames ? texts : 1]));
        for (var row = hasNames ? 1 : 0; row < pictures.Length; row++)
            yield return (table.LineOf(row), pictures[row].Trim(), captions[row].Trim());
    }

    // By the path, and by the path without its extension.
    private static Dictionary<string, string> KnownBy(ImageFolderListing listing)
    {
        var known = listing.Files.ToDictionary(file => file.Path, file => file.Path, StringComparer.Ordinal);
        foreach (var file in listing.Files) known.TryAdd(PairNames.Stem(file.Path), file.Path);
        return known;
    }
}
