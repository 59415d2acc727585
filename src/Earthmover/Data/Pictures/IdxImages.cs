using System.Security.Cryptography;
using System.Text;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Pictures;

/// <summary>Sets of pictures in IDX files: MNIST, Fashion-MNIST and everything in the same layout.</summary>
public static class IdxImages
{
    /// <summary>Names of Fashion-MNIST's classes.</summary>
    public static IReadOnlyList<string> FashionClasses { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Whether a folder holds the training pictures of such a set.</summary>
    /// <param name="folder">The folder.</param>
    public static bool IsFolder(string folder) =>
        Find(folder, "train-images-idx3-ubyte") is not null
            || Find(folder, "t10k-images-idx3-ubyte") is not null;

    /// <summary>
    /// Opens a folder with <c>train-images-idx3-ubyte</c> and its companions, each plain or with <c>.gz</c>. Options:
    /// <c>split=train|test</c>, <c>labels=all|none|N</c>, <c>label_seed</c>.
    /// </summary>
    /// <param name="address">The address; its name is not used as a path.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="context">How to read.</param>
    /// <exception cref="UserException">A file is missing or broken.</exception>
    public static ImageSet OpenFolder(DataAddress address, string folder, DataContext context)
    {
        var options = new DataOptions(address, [.. ImageOptions.Names, "split", .. LabelChoice.Names]);
        var prefix = options.Choice("split", "train", "test") == "train" ? "train" : "t10k";
        var images = Find(folder, $"{prefix}-images-idx3-ubyte")
            ?? throw new UserException($"there is no {prefix}-images-idx3-ubyte (or .gz) in {folder}");
        return Open(address, images, Find(folder, $"{prefix}-labels-idx1-ubyte"), options, context);
    }

    /// <summary>
    /// Opens one file of pictures; a file of labels beside it is taken along when its name differs only in <c>labels-idx1</c>.
    /// </summary>
    /// <param name="address">The address; its name is the path.</param>
    /// <param name="context">How to read.</param>
    /// <exception cref="UserException">A file is broken.</exception>
    public static ImageSet OpenFile(DataAddress address, DataContext context)
    {
        ArgumentNullException.ThrowIfNull(address);
        var name = Path.GetFileName(address.Name);
        var companion = name.Replace("images", "labels", StringComparison.Ordinal).Replace("idx3", "idx1", StringComparison.Ordinal);
        var labels = Path.Combine(Path.GetDirectoryName(address.Name) ?? "", companion);
        var options = new DataOptions(address, [.. ImageOptions.Names, .. LabelChoice.Names]);
        return Open(address, address.Name, companion != name && File.Exists(labels) ? labels : null, options, context);
    }

    // What was unpacked is the same whichever labels are kept.
    private static ImageSet Open(DataAddress address, string images, string? labels, DataOptions options, DataContext context)
    {
        var choice = LabelChoice.Of(options, "all", "none");
        return choice.Apply(Open(address, images, choice.Word == "none" ? null : labels, new ImageOptions(options), context));
    }

    // Unpacking takes a second where reading what was unpacked takes a tenth of one.
    private static ImageSet Open(DataAddress address, string imagePath, string? labelPath, ImageOptions options, DataContext context)
    {
        if (!imagePath.EndsWith(".gz", StringComparison.Ordinal) || !File.Exists(imagePath))
            return Decode(address, imagePath, labelPath, options, context);
        var files = new[] { imagePath, labelPath }.OfType<string>().Select(path =>
            (Path: Path.GetFullPath(path), Status: DataFile.Check(path))).ToList();
        var stamps = files.Select(file => $"{file.Path} {file.Status.Length} {FileStamp.Of(file.Status)}");
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"earthmover idx 2\n{options}\n{string.Join('\n', stamps)}"));
        var cache = context.CacheFile($"images-{Convert.ToHexStringLower(key.AsSpan(0, 16))}.bin");
        if (ImageCache.TryRead(cache, address.ToString()) is { } cached)
            return cached;
        FileStamp.Settle(files.Max(file => file.Status.Changed));
        var set = Decode(address, imagePath, labelPath, options, context);
        ImageCache.TryWrite(cache, set);
        return set;
    }

    private static ImageSet Decode(DataAddress address, string imagePath, string? labelPath, ImageOptions options, DataContext context)
    {
        var images = IdxFile.Read(imagePath);
        var d = images.Dimensions;
        if (images.Type != 0x08 || d.Count is not (3 or 4)
            || d.Skip(1).Any(size => size is < 1 or > 4096)
            || (d.Count == 4 && d[1] is not (1 or 3)))
            throw new UserException($"{imagePath} holds {string.Join(" x ", d)} values of type 0x{images.Type:x2}, "
                + "not pictures; needed are bytes in N x H x W or N x C x H x W");
        var shape = d.Count == 3 ? new ImageShape(1, d[1], d[2]) : new ImageShape(d[1], d[2], d[3]);
        if (d[0] == 0) throw new UserException($"{imagePath} has no pictures in it");
        if (labelPath is null) return options.Apply(address.ToString(), shape, images.Data, null, null, context);

        var array = IdxFile.Read(labelPath);
        if (array.Type != 0x08 || array.Dimensions.Count != 1)
            throw new UserException($"{labelPath} does not hold labels; needed is one row of bytes");
        if (array.Dimensions[0] != d[0])
            throw new UserException($"{labelPath} has {array.Dimensions[0]} labels for {d[0]} pictures in {Path.GetFileName(imagePath)}; "
                + "the two files do not belong together");
        int[] labels = [.. array.Data.Select(b => (int)b)];
        var classes = Math.Max(10, labels.Max() + 1);
        var fashion = classes == 10 && imagePath.Contains("fashion", StringComparison.OrdinalIgnoreCase);
        IReadOnlyList<string> names = fashion ? FashionClasses : [.. Enumerable.Range(0, labels.Max() + 1).Select(k => $"{k}")];
        return options.Apply(address.ToString(), shape, images.Data, labels, names, context);
    }

    private static string? Find(string folder, string name) =>
        new[] { name, $"{name}.gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
}
