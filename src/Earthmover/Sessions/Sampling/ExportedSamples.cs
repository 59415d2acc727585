using Earthmover.Data;
using Earthmover.Onnx;

namespace Earthmover.Sessions.Sampling;

/// <summary>Samples of an exported generator as a data set, so that what measures a run also measures its file.</summary>
public static class ExportedSamples
{
    // As many at once as say something of the progress.
    private const int Some = 256;

    /// <summary>Whether a name is a file that <c>export</c> writes.</summary>
    /// <param name="address">What the user wrote.</param>
    public static bool IsModel(string address) => address.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && File.Exists(address);

    /// <summary>Draws samples, those of the same seed of the run.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the latent vectors.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two blocks with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">It is no exported generator, or cannot be read.</exception>
    public static DataSet Draw(string path, int count, long seed,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        try
        {
            using var model = Generator.Open(path);
            var made = new List<Samples>();
            for (var first = 0; first < count; first += Some)
            {
                made.Add(model.Sample(Math.Min(Some, count - first), seed, first: first, cancellation: cancellation));
                progress?.Report((first + made[^1].Count) / (double)count);
            }
            return DataOf(path, made, model.Card.Gives!);
        }
        catch (Exception e) when (e is ModelException or IOException or UnauthorizedAccessException)
        {
            throw new UserException(e.Message.TrimEnd('.'));
        }
    }

    private static DataSet DataOf(string name, List<Samples> made, SampleCard card) => card.Kind switch
    {
        SampleCard.Pictures => new ImageSet(name, new(card.Axes[0], card.Axes[1], card.Axes[2]), Pixels(made, card.Size)),
        SampleCard.Points => new PointSet(name, card.Axes[0], [.. Each(made, (some, i) => some.Point(i)).SelectMany(point => point)])
        {
            ColumnNames = card.Columns,
        },
        _ => new TextSet(name, card.Axes[1], [.. Each(made, (some, i) => some.Codes(i)).SelectMany(codes => codes)], card.Vocabulary!),
    };

    private static byte[] Pixels(List<Samples> made, int size)
    {
        var pixels = new byte[made.Sum(some => some.Count) * size];
        var at = 0;
        foreach (var picture in Each(made, (some, i) => some.Picture(i)))
        {
            picture.CopyPlanes(pixels.AsSpan(at, size));
            at += size;
        }
        return pixels;
    }

    private static IEnumerable<T> Each<T>(List<Samples> made, Func<Samples, int, T> of) =>
        made.SelectMany(some => Enumerable.Range(0, some.Count).Select(i => of(some, i)));
}
