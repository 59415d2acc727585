using Earthmover.Data.Formats;

namespace Earthmover.Data.Pictures;

/// <summary>Pictures in a folder: listed, measured, decoded once, kept in a cache.</summary>
public static class ImageFolder
{
    private const string Version = "earthmover images 2";

    /// <summary>
    /// Opens a folder. Options: those of <see cref="ImageOptions"/>, <c>split</c>, <c>labels=none</c>, <c>megapixels</c>, the size above which a picture
    /// is not read, and <c>bits</c>, how many of their 16 bits pictures use. Without <c>size</c> pictures that all have one size of at most 256 keep it; others become squares whose side is the largest power of
    /// two up to 64 that the median picture fills. Without <c>channels</c> the result is gray when every picture is.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="context">Cache, threads, progress and cancellation.</param>
    /// <exception cref="UserException">No picture is left, or an option is impossible. Single bad files are problems of the result, not errors.</exception>
    public static ImageSet Open(DataAddress address, string folder, DataContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (listing, options, reader) = List(address, folder);
        var key = listing.Key($"{Version} {options} {reader.MaxPixels} {reader.Bits}");
        var file = context.CacheFile($"images-{key}.bin");
        if (ImageCache.TryRead(file, address.ToString()) is { } cached) return cached;

        FileStamp.Settle(listing.NewestChange);
        var facts = ImageFacts.Measure(listing, reader, context);
        var readable = facts.Where(fact => fact.Info is not null).ToList();
        var problems = listing.Problems.Concat(facts.Where(fact => fact.Info is null).Select(fact => new DataProblem(fact.File.Path, fact.Why!))).ToList();
        if (readable.Count == 0) throw Nothing(folder, problems);
        var plan = ImagePlan.For(options, [.. readable.Select(fact => fact.Info!)]);
        var shape = plan.Shape;
        DataMemory.Check(address.ToString(), readable.Count, shape);

        var pixels = new byte[readable.Count * shape.Size];
        var failures = new string?[readable.Count];
        var brightest = new byte[readable.Count];
        var done = 0;
        Parallel.For(0, readable.Count, new ParallelOptions { MaxDegreeOfParallelism = context.Threads, CancellationToken = context.Cancellation }, i =>
        {
            try
            {
                var target = pixels.AsMemory(i * shape.Size, shape.Size);
                reader.Decode(
                    Path.Combine(listing.Root, readable[i].File.Path),
                    image =>
                    {
                        if (readable[i].Info!.SourceDepth == 16) brightest[i] = ImagePlan.BrightestOf(image);
                        options.Prepare(image, shape).CopyPlanes(target.Span);
                    },
                    context.Cancellation);
            }
            catch (Exception error) when (PictureReader.IsBadFile(error))
            {
                failures[i] = DataFile.Reason(error);
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

        List<string> notes = [.. listing.Notes,
            .. plan.Notes(options, [.. good.Select(i => readable[i].Info!)], reader.Bits, good.Max(i => brightest[i]))];
        var (labels, names) = listing.ClassNames is null ? (null, null)
            : FolderClasses.WithoutEmpty([.. good.Select(i => readable[i].File.Label)], listing.ClassNames, notes);
        var set = new ImageSet(address.ToString(), shape, pixels, labels, names) { Problems = problems, Notes = notes };
        ImageCache.TryWrite(file, set);
        return set;
    }

    /// <summary>The files that an address stands for, after its options, and how to read them.</summary>
    internal static (ImageFolderListing Listing, ImageOptions Options, PictureReader Reader) List(DataAddress address, string folder)
    {
        var all = new DataOptions(address, [.. ImageOptions.Names, "split", "labels", "megapixels", "bits"]);
        var options = new ImageOptions(all);
        var split = all.Has("split") ? all.Choice("split", "train", "valid", "val", "test") : null;
        var withClasses = all.Choice("labels", "auto", "none") == "auto";
        var most = all.Number("megapixels", PictureReader.DefaultMaxPixels / 1e6, above: 0) * 1e6;
        return (ImageFolderListing.Read(folder, split, withClasses).Choose(options), options,
            new PictureReader((long)Math.Min(most, int.MaxValue), (int)all.Whole("bits", 16, 8, 16)));
    }

    private static UserException Nothing(string folder, List<DataProblem> problems) =>
        new($"none of the pictures in {folder} can be read (first: {problems[0]})");
}
