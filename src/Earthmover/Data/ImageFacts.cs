using Earthmover.Media;

namespace Earthmover.Data;

/// <summary>What the header of one picture file says.</summary>
/// <param name="File">The file.</param>
/// <param name="Info">The header, or null when it is broken.</param>
/// <param name="Why">Why it cannot be read, or null.</param>
internal sealed record ImageFacts(ListedImage File, ImageInfo? Info, string? Why)
{
    private const int HeaderBytes = 1 << 17;

    /// <summary>Reads all headers, in the listing's order.</summary>
    public static ImageFacts[] Measure(ImageFolderListing listing, DataContext context)
    {
        var facts = new ImageFacts[listing.Files.Count];
        var done = 0;
        Parallel.For(0, facts.Length, new ParallelOptions { MaxDegreeOfParallelism = context.Threads, CancellationToken = context.Cancellation }, i =>
        {
            facts[i] = Measure(listing.Root, listing.Files[i]);
            var count = Interlocked.Increment(ref done);
            if (count % 256 == 0 || count == facts.Length) context.Progress?.Invoke(new DataProgress("measuring", count, facts.Length));
        });
        return facts;
    }

    /// <summary>Whether an exception means that one file is bad, and not that the program or the machine is.</summary>
    public static bool IsBadFile(Exception error) =>
        error is IOException or UnauthorizedAccessException || (error is MediaException media && media.Problem != MediaProblem.NotInstalled);

    private static ImageFacts Measure(string root, ListedImage file)
    {
        var path = Path.Combine(root, file.Path);
        try
        {
            if (file.Length > HeaderBytes)
            {
                try
                {
                    using var stream = System.IO.File.OpenRead(path);
                    var start = new byte[HeaderBytes];
                    return new ImageFacts(file, ImageFile.Inspect(start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false))), null);
                }
                catch (MediaException error) when (error.Problem == MediaProblem.Corrupt)
                {
                    // Large profiles or previews stand before the pixels: the whole file decides.
                }
            }

            return new ImageFacts(file, ImageFile.Inspect(System.IO.File.ReadAllBytes(path)), null);
        }
        catch (Exception error) when (IsBadFile(error))
        {
            return new ImageFacts(file, null, error.Message);
        }
    }
}
