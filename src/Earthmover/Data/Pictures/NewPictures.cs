using Earthmover.Data.Formats;
using Earthmover.Media;

namespace Earthmover.Data.Pictures;

/// <summary>Single pictures that are none of a run's data, found by name and read as its data were.</summary>
public sealed class NewPictures
{
    private static readonly string[] s_fitting = ["fit", "background", "filter"], s_reading = ["megapixels", "bits"];

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

    /// <summary>Reads pictures.</summary>
    /// <param name="paths">Their files.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">One cannot be read; the message says which, and why.</exception>
    public ImageSet Read(IReadOnlyList<string> paths, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return Read(paths.Count, i => $"the picture {paths[i]}", (i, use) =>
        {
            DataFile.Check(paths[i]);
            _reader.Decode(paths[i], use, cancellation);
        }, cancellation);
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
        return Read(pictures.Count, i => names[i], (i, use) => _reader.Decode(new MemoryStream(pictures[i]), use, cancellation),
            cancellation);
    }

    private ImageSet Read(int count, Func<int, string> name, Action<int, Action<IPixelRows>> decode, CancellationToken cancellation)
    {
        DataMemory.Check("the pictures", count, _shape);
        var pixels = new byte[count * _shape.Size];
        for (var i = 0; i < count; i++)
            try
            {
                cancellation.ThrowIfCancellationRequested();
                var into = pixels.AsMemory(i * _shape.Size, _shape.Size);
                decode(i, picture => _options.Prepare(picture, _shape).CopyPlanes(into.Span));
            }
            catch (Exception error) when (PictureReader.IsBadFile(error))
            {
                throw new UserException($"{name(i)} cannot be read: {DataFile.Reason(error).TrimEnd('.')}");
            }
        return new("pictures", _shape, pixels);
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
        var walk = FolderWalk.Of(folder, name => name.StartsWith('.') || name is "__MACOSX");
        foreach (var problem in walk.Problems)
            notes.Add($"of {folder} is left out: {problem}");
        var pictures = walk.Files.Where(file => ImageFolderListing.IsPicture(file.Path)).ToList();
        if (pictures.Count == 0)
            throw new UserException($"there are no pictures in {folder}; needed are .png, .jpg, .webp or .bmp files");
        return pictures.Select(file => Path.Combine(folder, file.Path));
    }
}
