using Earthmover.Data.Scenes;

namespace Earthmover.Data.Pairs;

/// <summary>
/// Landscapes that are drawn by rules, in summer, in winter and as a painter's, with what each place shows and with their edges. Scene k is
/// the same in every view and for everybody.
/// </summary>
internal static class ScenePairs
{
    /// <summary>Name of the data.</summary>
    public const string Name = "scenes";

    /// <summary>A line for lists.</summary>
    public const string Description = "drawn landscapes, 64x64: from= and to= labels|edges|summer|winter|painting";

    private const string From = "from", To = "to", Count = "n", First = "first", Split = "split";
    private const int Usual = 2000, UsualTest = 500, Most = 1_000_000;

    private static readonly View[] s_views =
    [
        new("labels", 3, false, (canvas, planes) => canvas.CopyLabels(planes)),
        new("edges", 1, false, (canvas, planes) => canvas.CopyEdges(planes)),
        new("summer", 3, false, (canvas, planes) => canvas.CopyPicture(planes)),
        new("winter", 3, true, (canvas, planes) => canvas.CopyPicture(planes)),
        new("painting", 3, false, SceneBrush.CopyPainting),
    ];

    /// <summary>The two sides; where they are not to correspond, of different scenes.</summary>
    /// <param name="address">The address.</param>
    /// <param name="wanted">How they are to correspond.</param>
    public static TwoDomains SidesOf(DataAddress address, Pairing? wanted) =>
        TwoDomains.OfNumbers(address, wanted ?? Pairing.Aligned, First, Most);

    /// <summary>
    /// Draws one side. Options: <c>from</c> and <c>to</c>, the views of the first and the second; <c>n</c> scenes from number
    /// <c>first</c>, at most <c>limit</c>; <c>size</c>, <c>split</c>, <c>side</c>.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="context">Threads, progress and cancellation.</param>
    /// <exception cref="UserException">An option is impossible.</exception>
    public static ImageSet Open(DataAddress address, DataContext context)
    {
        var options = new DataOptions(address, From, To, Count, First, "size", Split, "limit", PairOptions.Side, PairOptions.Pairs);
        string[] names = [.. s_views.Select(view => view.Name)];
        var from = options.Choice(From, "labels", "edges", "summer", "winter", "painting");
        var to = options.Choice(To, "summer", "winter", "painting", "labels", "edges");
        var view = s_views[Array.IndexOf(names, options.Choice(PairOptions.Side, "a", "b") == "a" ? from : to)];
        var isTest = options.Choice(Split, "train", "test") == "test";
        var side = (int)options.Whole("size", 64, 8, 512);
        var count = (int)options.Whole(Count, isTest ? UsualTest : Usual, 1, Most);
        count = (int)Math.Min(count, options.Whole("limit", count, 1, int.MaxValue));
        // Test scenes have numbers of their own.
        var first = options.Whole(First, 0, 0, Most) + (isTest ? 10L * Most : 0);
        var shape = new ImageShape(view.Channels, side, side);
        DataMemory.Check(address.ToString(), count, shape);
        var (pixels, done) = (new byte[checked(count * shape.Size)], 0);
        // Edges and labels of winter are those of its pictures.
        var isWinter = view.IsWinter || (view.Name == "edges" && (from == "winter" || to == "winter"));
        Parallel.For(0, count, context.Parallelism, i =>
        {
            view.Copy(ScenePainter.Paint(first + i, side, isWinter), pixels.AsSpan(i * shape.Size, shape.Size));
            if (Interlocked.Increment(ref done) % 64 == 0) context.Progress?.Report(new("drawing scenes", done, count));
        });
        context.Progress?.Report(new("drawing scenes", count, count));
        return new(address.ToString(), shape, pixels);
    }

    private sealed record View(string Name, int Channels, bool IsWinter, ViewOf Copy);

    private delegate void ViewOf(SceneCanvas canvas, Span<byte> planes);
}
