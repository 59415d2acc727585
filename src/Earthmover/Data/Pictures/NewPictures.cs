using Earthmover.Data.Formats;
using Earthmover.Media;

namespace Earthmover.Data.Pictures;

/// <summary>Single pictures that are none of a run's data, found by name and read as its data were.</summary>
public sealed class NewPictures
{
    private static readonly string[] s_fitting = ["fit", "background", "filter"], s_reading = ["megapixels", "bits"];

    private const int MostNamed = 3;

    private readonly ImageShape _shape;
    private readonly ImageOptions _options;
    private readonly PictureReader _reader;

    /// <summary>Pictures of a shape.</summary>
    /// <param name="like">The address of data that are of that shape: how it fits them is how these are fitted.</param>
    /// <param name="shape">The shape that all will have.</param>
    public NewPictures(DataAddress like, ImageShape shape)
    {
        ArgumentNullException.ThrowIfNull(like);
        var said = like with { Options = [.. like.Options.Where(option => s_fitting.Concat(s_reading).Contains(option.Key))] };
        var options = new DataOptions(said, [.. ImageOptions.Names, .. s_reading]);
        var most = options.Number("megapixels", PictureReader.DefaultMaxPixels / 1e6, above: 0) * 1e6;
        (_shape, _options) = (shape, new(options));
        _reader = new((long)Math.Min(most, int.MaxValue), (int)options.Whole("bits", 16, 8, 16));
    }

    /// <summary>How they are fitted.</summary>
    public ImageOptions Options => _options;

    /// <summary>The files that some names mean, each once: a file itself, a folder its pictures, a pattern what fits it.</summary>
    /// <param name="names">What the user wrote.</param>
    /// <param name="notes">Told what of a folder was left, and why.</param>
    /// <returns>Paths; those of one folder or pattern in the order of their names.</returns>
    /// <exception cref="UserException">There is nothing of that name.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> names, ICollection<string> notes) =>
        [.. names.SelectMany(name => Named(name, notes)).Distinct(StringComparer.Ordinal)];

    /// <summary>Reads pictures; what was done to their sizes is a note of the result.</summary>
    /// <param name="paths">Their files.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">Some cannot be read; the message says which, and why.</exception>
    public ImageSet Read(IReadOnlyList<string> paths, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var set = Read(paths, (i, use) =>
        {
            DataFile.Check(paths[i]);
            _reader.Decode(paths[i], use, cancellation);
        }, cancellation);
        return set.Problems.Count == 0 ? set : throw Unreadable(set.Problems, paths.Count);
    }

    /// <summary>Reads pictures that lie in no file.</summary>
    /// <param name="pictures">Each as the bytes of a PNG, JPEG, WebP or BMP.</param>
    /// <param name="names">What messages call each.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">One cannot be read; the message says which, and why.</exception>
    public ImageSet Decode(IReadOnlyList<byte[]> pictures, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(names);
        var set = Read(names, (i, use) => _reader.Decode(new MemoryStream(pictures[i]), use, cancellation), cancellation);
        return set.Problems is [var first, ..] ? throw new UserException($"{first.Path} cannot be read: {first.Why}") : set;
    }

    private ImageSet Read(IReadOnlyList<string> names, Action<int, Action<IPixelRows>> decode, CancellationToken cancellation)
    {
        DataMemory.Check("the pictures", names.Count, _shape);
        var pixels = new byte[names.Count * _shape.Size];
        var (sizes, problems) = (new List<(int Width, int Height)>(), new List<DataProblem>());
        for (var i = 0; i < names.Count; i++)
            try
            {
                cancellation.ThrowIfCancellationRequested();
                var into = pixels.AsMemory(i * _shape.Size, _shape.Size);
                decode(i, picture =>
                {
                    sizes.Add((picture.Width, picture.Height));
                    _options.Prepare(picture, _shape).CopyPlanes(into.Span);
                });
            }
            catch (Exception error) when (PictureReader.IsBadFile(error))
            {
                problems.Add(new(names[i], DataFile.Reason(error).TrimEnd('.')));
            }
        var resized = new ImagePlan(_shape, Choice: null).Resized(_options, sizes, isFixed: true);
        return new("pictures", _shape, pixels) { Problems = problems, Notes = resized is null ? [] : [resized] };
    }

    // The first few, and what names them all; who named one picture knows where it is.
    private static UserException Unreadable(IReadOnlyList<DataProblem> problems, int count)
    {
        var folder = Path.GetDirectoryName(problems[0].Path) is { Length: > 0 } above ? above : ".";
        var remedy = count == 1 ? "" : $"; remove {(problems.Count == 1 ? "it" : "them")}, "
            + $"or see {Invocation.Of($"data check {Invocation.Quoted(folder)}")}";
        if (problems is [var only])
            return new($"the picture {only.Path} cannot be read: {only.Why}{remedy}");
        var more = problems.Count > MostNamed ? $" and {problems.Count - MostNamed} more" : "";
        return new($"{problems.Count} of {count} pictures cannot be read: "
            + $"{string.Join(", ", problems.Take(MostNamed).Select(problem => $"{problem.Path} ({problem.Why})"))}{more}{remedy}");
    }

    private static IEnumerable<string> Named(string name, ICollection<string> notes)
    {
        if (Directory.Exists(name))
            return InFolder(name, notes);
        // A file may have a star in its name.
        if (File.Exists(name) || name.AsSpan().IndexOfAny('*', '?') < 0)
            return [name];
        var folder = Path.GetDirectoryName(name) is { Length: > 0 } above ? above : ".";
        string[] fitting = Directory.Exists(folder) ? Directory.GetFiles(folder, Path.GetFileName(name)) : [];
        Array.Sort(fitting, StringComparer.Ordinal);
        if (fitting.Length == 0)
            throw new UserException($"no file fits {name}");
        return folder == "." && !name.StartsWith("./", StringComparison.Ordinal) ? fitting.Select(path => Path.GetFileName(path)) : fitting;
    }

    private static IEnumerable<string> InFolder(string folder, ICollection<string> notes)
    {
        var walk = FolderWalk.Of(folder, ImageFolderListing.IsIgnored);
        foreach (var problem in walk.Problems)
            notes.Add($"of {folder} is left out: {problem}");
        var files = walk.Files.Select(file => file.Path).ToLookup(ImageFolderListing.IsPicture);
        if (!files[true].Any())
            throw new UserException($"there are no pictures in {folder}; needed are .png, .jpg, .webp or .bmp files");
        if (files[false].ToList() is { Count: > 0 and var count } others)
            notes.Add($"of {folder} is left out what is no picture: {string.Join(", ", others.Take(MostNamed))}"
                + $"{(count > MostNamed ? $" and {count - MostNamed} more" : "")}; .png, .jpg, .webp and .bmp files are read");
        return files[true].Select(path => Path.Combine(folder, path));
    }
}
