using System.Security.Cryptography;
using System.Text;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Pictures;

/// <summary>One picture file of a folder.</summary>
/// <param name="Path">Path below the folder, with forward slashes.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Stamp">What changes when the file is replaced or written to, whatever its new size and time of writing.</param>
/// <param name="Label">Its class, or −1 where it has none.</param>
public sealed record ListedImage(string Path, long Length, string Stamp, int Label);

/// <summary>
/// What a folder holds, without looking into the pictures: which part of it is the data (<see cref="FolderLayout"/>), and which classes it
/// has (<see cref="FolderClasses"/>).
/// </summary>
/// <param name="Root">The folder that holds the pictures, inside wrapping folders and parts.</param>
/// <param name="Files">Picture files in the order of their paths.</param>
/// <param name="ClassNames">Names of the classes, or null.</param>
/// <param name="Problems">Other files.</param>
/// <param name="Notes">What was decided, one line each.</param>
public sealed record ImageFolderListing(
    string Root, IReadOnlyList<ListedImage> Files, IReadOnlyList<string>? ClassNames,
        IReadOnlyList<DataProblem> Problems, IReadOnlyList<string> Notes)
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp"];

    /// <summary>Time of the last change of any picture, nanoseconds.</summary>
    internal long NewestChange { get; private init; }

    /// <summary>Lists a folder and its sub-folders.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">Which split to take where the folder has splits; null takes <c>train</c>.</param>
    /// <param name="labels">
    /// <c>none</c> looks for no classes; <c>known</c> leaves pictures without a class out, <c>some</c> reads them, and <c>auto</c> reads
    /// those that dataset.json does not name, but none that lie beside class folders.
    /// </param>
    /// <exception cref="UserException">No picture, no such split, or a broken dataset.json.</exception>
    public static ImageFolderListing Read(string folder, string? split = null, string labels = "auto")
    {
        var walk = FolderWalk.Of(folder, IsIgnored);
        var labeled = walk.Files.Where(file => Path.GetFileName(file.Path) == FolderClasses.LabelFile).Select(file =>
            file.Path[..^FolderClasses.LabelFile.Length]).ToHashSet(StringComparer.Ordinal);
        var layout = FolderLayout.Of(folder, walk.Files.Select(file => file.Path).Where(IsPicture), walk.Folders, labeled, split);
        var prefix = layout.Prefix;
        var root = prefix.Length == 0 ? folder : Path.Combine(folder, prefix.TrimEnd('/'));
        var problems = walk.Problems.Where(problem => problem.Path.StartsWith(prefix, StringComparison.Ordinal))
            .Select(problem => problem with { Path = problem.Path == prefix ? "./" : problem.Path[prefix.Length..] }).ToList();

        var pictures = new List<WalkedFile>();
        foreach (var file in walk.Files.Where(file => IsInside(file.Path)))
        {
            var inside = file with { Path = file.Path[prefix.Length..] };
            if (IsPicture(inside.Path)) pictures.Add(inside);
            else if (Path.GetFileName(inside.Path) != FolderClasses.LabelFile) problems.Add(new(inside.Path, WhyNoPicture(inside.Path)));
        }

        if (pictures.Count == 0)
        {
            var others = problems.Count > 0 ? $" ({problems.Count} other files, such as {problems[0]})" : "";
            throw new UserException($"there are no pictures in {root}; needed are .png, .jpg, .webp or .bmp files{others}");
        }
        string[] paths = [.. pictures.Select(file => file.Path)];
        var classes = labels == "none" ? FolderClasses.None("no classes, as asked")
            : labeled.Contains(prefix) ? FolderClasses.OfJson(Path.Combine(root, FolderClasses.LabelFile), paths, labels != "known")
            : FolderClasses.OfFolders(paths, labels == "some", walk.Folders.Where(IsInside).Except(walk.Problems.Select(problem =>
                problem.Path)).Select(path => path[prefix.Length..^1]).Where(path => !path.Contains('/', StringComparison.Ordinal)));
        var files = pictures.Select((file, i) =>
            new ListedImage(file.Path, file.Status.Length, FileStamp.Of(file.Status), classes.Labels?[i] ?? ImageSet.Unknown))
            .Where(file => classes.Labels is null || classes.ReadsUnknown || file.Label != ImageSet.Unknown).ToList();
        if (classes.Labels?.All(label => label == ImageSet.Unknown) == true)
            throw new UserException($"{Path.Combine(root, FolderClasses.LabelFile)} names none of the pictures in {root}; "
                + "its paths must be relative to the folder, with forward slashes");
        return new ImageFolderListing(root, files, classes.Names,
            [.. problems, .. layout.Problems, .. classes.Problems], [.. layout.Notes, .. classes.Notes])
        {
            NewestChange = pictures.Max(file => file.Status.Changed),
        };

        bool IsInside(string path) => path.StartsWith(prefix, StringComparison.Ordinal) && path.Length > prefix.Length;
    }

    /// <summary>Takes only some classes and, spread evenly, at most a number of pictures.</summary>
    /// <param name="options">The options.</param>
    public ImageFolderListing Choose(ImageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (files, names) = (Files, ClassNames);
        if (options.Classes is not null)
        {
            if (names is null)
                throw new UserException(
                    $"{Root} has no classes, so classes= cannot choose among them ({string.Join("; ", Notes)})");
            var chosen = options.ChooseClasses(names);
            files =
            [
                .. files.Where(file => chosen.Contains(file.Label))
                    .Select(file => file with { Label = Array.IndexOf(chosen, file.Label) }),
            ];
            names = [.. chosen.Select(k => names[k])];
        }

        return this with { Files = [.. options.ApplyLimit(files.Count).Select(i => files[i])], ClassNames = names };
    }

    /// <summary>A hash of paths, sizes, stamps, labels and options: the same key means the same decoded pictures.</summary>
    /// <param name="options">Everything else that the result depends on.</param>
    public string Key(string options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append($"{Path.GetFullPath(Root)}\n{options}\n{(ClassNames is null ? "" : string.Join('/', ClassNames))}\n");
        foreach (var file in Files) Append($"{file.Path}\0{file.Length} {file.Stamp} {file.Label}\n");
        foreach (var problem in Problems) Append($"{problem.Path}\0{problem.Why}\n");
        foreach (var note in Notes) Append($"{note}\n");
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));

        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Whether nobody means an entry of a folder: it is hidden, or a desktop's own.</summary>
    internal static bool IsIgnored(string name) => name.StartsWith('.') || name is "__MACOSX" or "Thumbs.db" or "desktop.ini";

    internal static bool IsPicture(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    private static string WhyNoPicture(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".tif" or ".tiff" or ".gif" or ".ppm" or ".pgm" or ".avif" or ".heic" =>
            $"{Path.GetExtension(path).ToLowerInvariant()} is not read; convert it to PNG",
        ".txt" => "not a picture file; captions=yes reads texts beside pictures",
        _ => "not a picture file",
    };
}
