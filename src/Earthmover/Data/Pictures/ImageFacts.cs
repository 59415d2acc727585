using Earthmover.Data.Formats;
using Earthmover.Media;

namespace Earthmover.Data.Pictures;

/// <summary>What the header of one picture file says.</summary>
/// <param name="File">The file.</param>
/// <param name="Info">The header, or null when it is broken.</param>
/// <param name="Why">Why it cannot be read, or null.</param>
internal sealed record ImageFacts(ListedImage File, ImageInfo? Info, string? Why)
{
    /// <summary>Reads all headers, in the listing's order.</summary>
    public static ImageFacts[] Measure(ImageFolderListing listing, PictureReader reader, DataContext context)
    {
        var facts = new ImageFacts[listing.Files.Count];
        var done = 0;
        Parallel.For(0, facts.Length, context.Parallelism, i =>
        {
            facts[i] = Measure(listing, listing.Files[i], reader);
            var count = Interlocked.Increment(ref done);
            if (count % 256 == 0 || count == facts.Length) context.Progress?.Report(new DataProgress("measuring", count, facts.Length));
        });
        return facts;
    }

    /// <summary>What it says of one half of the picture.</summary>
    public ImageFacts OfHalf() => Info switch
    {
        null => this,
        { Width: 1 } => this with { Info = null, Why = "one pixel wide, which has no halves" },
        _ => this with { Info = Info with { Width = Info.Width / 2 } },
    };

    private static ImageFacts Measure(ImageFolderListing listing, ListedImage file, PictureReader reader)
    {
        try
        {
            return new ImageFacts(file, reader.Inspect(Path.Combine(listing.Root, file.Path)), null);
        }
        catch (Exception error) when (PictureReader.IsBadFile(error))
        {
            return new ImageFacts(file, null, DataFile.Reason(error));
        }
    }
}
