using Earthmover.Media;

namespace Earthmover.Data;

/// <summary>Pictures in a folder: listed, measured, decoded once, kept in a cache.</summary>
public static class ImageFolder
{
    private const string Version = "earthmover images 1";

    /// <summary>
    /// Opens a folder. Options: those of <see cref="ImageOptions"/> and <c>split</c>. Without <c>size</c> pictures that
    /// all have one size of at most 256 keep it; others become squares whose side is the largest power of two up to 64
    /// that the median picture fills. Without <c>channels</c> the result is gray when every picture is.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="context">Cache, threads, progress and cancellation.</param>
    /// <exception cref="UserException">No picture is left, or an option is impossible. Single bad files are problems of the result, not errors.</exception>
    public static ImageSet Open(DataAddress address, string folder, DataContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (listing, options) = List(address, folder);
        var key = listing.Key($"{Version} {options}");
        var file = Path.Combine(context.CacheFolder, $"images-{key}.bin");
        if (ImageCache.TryRead(file, address.ToString()) is { } cached) return cached;

        var facts = ImageFacts.Measure(listing, context);
        var readable = facts.Where(fact => fact.Info is not null).ToList();
        var problems = listing.Problems.Concat(facts.Where(fact => fact.Info is null).Select(fact => new DataProblem(fact.File.Path, fact.Why!))).ToList();
        if (readable.Count == 0) throw Nothing(folder, problems);
        var shape = ShapeFor(options, readable, out var notes);
        ImageMemory.Check(address.ToString(), readable.Count, shape);

        var pixels = new byte[readable.Count * shape.Size];
        var failures = new string?[readable.Count];
        var done = 0;
        Parallel.For(0, readable.Count, new ParallelOptions { MaxDegreeOfParallelism = context.Threads, CancellationToken = context.Cancellation }, i =>
        {
            try
            {
                var image = ImageFile.Decode(File.ReadAllBytes(Path.Combine(listing.Root, readable[i].File.Path)));
                options.Prepare(image, shape).CopyPlanes(pixels.AsSpan(i * shape.Size, shape.Size));
            }
            catch (Exception error) when (ImageFacts.IsBadFile(error))
            {
                failures[i] = error.Message;
            }

            var count = Interlocked.Increment(ref done);
            if (count % 64 == 0 || count == readable.Count) context.Progress?.Invoke(new DataProgress("decoding", count, readable.Count));
        });

        var good = Enumerable.Range(0, readable.Count).Where(i => failures[i] is null).ToArray();
        problems.AddRange(failures.Select((why, i) => (why, i)).Where(pair => pair.why is not null).Select(pair => new DataProblem(readable[pair.i].File.Path, pair.why!)));
        problems.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        if (good.Length == 0) throw Nothing(folder, problems);
        if (good.Length < readable.Count)
        {
            // Close the gaps from the front; a target never overtakes its source.
            for (var n = 0; n < good.Length; n++) pixels.AsSpan(good[n] * shape.Size, shape.Size).CopyTo(pixels.AsSpan(n * shape.Size));
            Array.Resize(ref pixels, good.Length * shape.Size);
        }

        int[]? labels = listing.ClassNames is null ? null : [.. good.Select(i => readable[i].File.Label)];
        var set = new ImageSet(address.ToString(), shape, pixels, labels, listing.ClassNames) { Problems = problems, Notes = notes };
        ImageCache.TryWrite(file, set);
        return set;
    }

    /// <summary>The files that an address stands for, after its options.</summary>
    internal static (ImageFolderListing Listing, ImageOptions Options) List(DataAddress address, string folder)
    {
        var all = new DataOptions(address, [.. ImageOptions.Names, "split"]);
        var options = new ImageOptions(all);
        var split = all.Has("split") ? all.Choice("split", "train", "valid", "val", "test") : null;
        return (ImageFolderListing.Read(folder, split).Choose(options), options);
    }

    /// <summary>The shape that pictures will get, with a line for every decision that the user did not take.</summary>
    internal static ImageShape ShapeFor(ImageOptions options, IReadOnlyList<ImageFacts> facts, out List<string> notes)
    {
        notes = [];
        var infos = facts.Select(fact => fact.Info!).ToList();
        var gray = infos.Count(info => info.Channels <= 2);
        var channels = options.Channels ?? (gray == infos.Count ? 1 : 3);
        if (channels == 3 && gray > 0) notes.Add($"{gray} gray pictures become RGB");
        if (channels == 1 && gray < infos.Count) notes.Add($"{infos.Count - gray} coloured pictures become gray");
        if (infos.Count(info => info.HasAlpha) is > 0 and var alpha) notes.Add($"{alpha} pictures with alpha are laid over {options.Background}");
        if (infos.Count(info => info.SourceDepth == 16) is > 0 and var deep) notes.Add($"{deep} pictures of 16 bits are scaled to 8");
        if (infos.Count(info => info.Orientation > 1) is > 0 and var turned) notes.Add($"{turned} pictures are turned upright by their EXIF orientation");
        if (infos.Count(info => info.IsCmyk) is > 0 and var inks) notes.Add($"{inks} CMYK pictures become RGB");

        var same = infos.All(info => info.Width == infos[0].Width && info.Height == infos[0].Height);
        int width, height;
        if (options.Size is { } size)
        {
            (width, height) = size;
        }
        else if (same && Math.Max(infos[0].Width, infos[0].Height) <= 256)
        {
            (width, height) = (infos[0].Width, infos[0].Height);
        }
        else
        {
            var sides = infos.Select(info => Math.Min(info.Width, info.Height)).Order().ToArray();
            var side = 8;
            while (side < 64 && side * 2 <= sides[sides.Length / 2]) side *= 2;
            (width, height) = (side, side);
            notes.Add($"size {side}x{side} was chosen (median short side {sides[sides.Length / 2]}); size= sets another");
        }

        var other = infos.Count(info => info.Width != width || info.Height != height);
        if (other > 0) notes.Add($"{other} pictures of other sizes are brought to {width}x{height} (fit={options.Fit.ToString().ToLowerInvariant()})");
        return new ImageShape(channels, height, width);
    }

    private static UserException Nothing(string folder, List<DataProblem> problems) =>
        new($"none of the pictures in {folder} can be read (first: {problems[0].Path}: {problems[0].Why})");
}
