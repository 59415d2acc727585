using Earthmover.Data.Formats;

namespace Earthmover.Data.Pictures;

/// <summary>The files that an address stands for and how to read them.</summary>
/// <param name="Listing">The files.</param>
/// <param name="Options">What is done to each picture.</param>
/// <param name="Reader">Reads one.</param>
/// <param name="IsLeft">Which half of each picture is meant; null for the whole.</param>
/// <param name="Labels">Which labels are kept.</param>
internal sealed record FolderReading(
    ImageFolderListing Listing, ImageOptions Options, PictureReader Reader, bool? IsLeft, LabelChoice Labels);

/// <summary>Which of a folder's pictures are wanted, before a limit counts.</summary>
/// <param name="Of">Takes them from all.</param>
internal sealed record PictureChoice(Func<ImageFolderListing, ImageFolderListing> Of)
{
    /// <summary>Options of the address that are for who asks.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];
}

/// <summary>Pictures in a folder: listed, measured, decoded once, kept in a cache.</summary>
public static class ImageFolder
{
    private const string Version = "earthmover images 2";

    /// <summary>
    /// Opens a folder. Options: those of <see cref="ImageOptions"/>, <c>split</c>, <c>labels</c> (none, known, some, or how many),
    /// <c>label_seed</c>, <c>megapixels</c>, the size above which a picture
    /// is not read, and <c>bits</c>, how many of their 16 bits pictures use. Without <c>size</c> pictures that all have one size of at most
    /// 256 keep it; others become squares whose side is the largest power of two up to 64 that the median picture fills. Without
    /// <c>channels</c> the result is gray when every picture is.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="context">Cache, threads, progress and cancellation.</param>
    /// <exception cref="UserException">No picture is left, or an option is impossible. Single bad files are problems of the result, not
    /// errors.</exception>
    public static ImageSet Open(DataAddress address, string folder, DataContext context) => Open(address, folder, context, null);

    /// <summary>Opens a folder of which only some pictures are wanted.</summary>
    /// <param name="address">The address.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="context">Cache, threads, progress and cancellation.</param>
    /// <param name="choice">Which are wanted; null for all.</param>
    internal static ImageSet Open(DataAddress address, string folder, DataContext context, PictureChoice? choice)
    {
        ArgumentNullException.ThrowIfNull(context);
        var reading = List(address, folder, choice);
        var half = reading.IsLeft is { } left ? left ? " left half" : " right half" : "";
        var key = reading.Listing.Key($"{Version} {reading.Options} {reading.Reader.MaxPixels} {reading.Reader.Bits}{half}");
        var file = context.CacheFile($"images-{key}.bin");
        var set = ImageCache.TryRead(file, address.ToString()) ?? Decode(address, folder, context, reading, file);
        var skipped = set.Problems.Select(problem => problem.Path).ToHashSet(StringComparer.Ordinal);
        string[] files = [.. reading.Listing.Files.Select(picture => picture.Path).Where(path => !skipped.Contains(path))];
        set.Files = files.Length == set.Count ? files : null;
        return reading.Labels.Apply(set);
    }

    private static ImageSet Decode(DataAddress address, string folder, DataContext context, FolderReading reading, string? file)
    {
        var (listing, options, reader) = (reading.Listing, reading.Options, reading.Reader);
        FileStamp.Settle(listing.NewestChange);
        var facts = ImageFacts.Measure(listing, reader, context);
        if (reading.IsLeft is not null) facts = Array.ConvertAll(facts, fact => fact.OfHalf());
        var readable = facts.Where(fact => fact.Info is not null).ToList();
        var problems = listing.Problems
            .Concat(facts.Where(fact => fact.Info is null).Select(fact => new DataProblem(fact.File.Path, fact.Why!))).ToList();
        if (readable.Count == 0) throw Nothing(folder, problems);
        var plan = ImagePlan.For(options, [.. readable.Select(fact => fact.Info!)]);
        var shape = plan.Shape;
        DataMemory.Check(address.ToString(), readable.Count, shape);

        var pixels = new byte[readable.Count * shape.Size];
        var failures = new string?[readable.Count];
        var brightest = new byte[readable.Count];
        var done = 0;
        Parallel.For(0, readable.Count, context.Parallelism, i =>
        {
            try
            {
                var target = pixels.AsMemory(i * shape.Size, shape.Size);
                reader.Decode(
                    Path.Combine(listing.Root, readable[i].File.Path),
                    whole =>
                    {
                        var image = reading.IsLeft is { } isLeft ? new PictureHalf(whole, isLeft) : whole;
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
            if (count % 64 == 0 || count == readable.Count) context.Progress?.Report(new DataProgress("decoding", count, readable.Count));
        });

        var good = Enumerable.Range(0, readable.Count).Where(i => failures[i] is null).ToArray();
        problems.AddRange(failures.Select((why, i) => (why, i))
            .Where(pair => pair.why is not null)
            .Select(pair => new DataProblem(readable[pair.i].File.Path, pair.why!)));
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
    /// <param name="address">The address.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="choice">Which are wanted; null for all.</param>
    internal static FolderReading List(DataAddress address, string folder, PictureChoice? choice = null)
    {
        var split = PictureSplit.Of(address["split"] ?? "");
        var all = new DataOptions(address,
        [
            .. ImageOptions.Names, "split", .. LabelChoice.Names, "megapixels", "bits", PairOptions.Pairs, PairOptions.Captions,
            .. split.Halves is null ? Array.Empty<string>() : [PairOptions.Side], .. choice?.Options ?? [],
        ]);
        var options = new ImageOptions(all);
        var labels = LabelChoice.Of(all, "auto", "none", "known", "some");
        var most = all.Number("megapixels", PictureReader.DefaultMaxPixels / 1e6, above: 0) * 1e6;
        var listing = ImageFolderListing.Read(folder, split.Part, labels.Word);
        return new(
            (choice is null ? listing : choice.Of(listing)).Choose(options),
            options,
            new PictureReader((long)Math.Min(most, int.MaxValue), (int)all.Whole("bits", 16, 8, 16)),
            split.Halves is null ? null : (all.Choice(PairOptions.Side, "a", "b") == "a") == (split.Halves == "ab"),
            labels);
    }

    private static UserException Nothing(string folder, List<DataProblem> problems) =>
        new($"none of the pictures in {folder} can be read (first: {problems[0]})");
}
