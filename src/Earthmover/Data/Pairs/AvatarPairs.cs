using System.Numerics;
using Earthmover.Data.Avatars;
using Earthmover.Media;

namespace Earthmover.Data.Pairs;

/// <summary>
/// Faces that are drawn by rules, and the emoji of a font of this machine, each of an expression that is its class; they belong together by
/// that alone. Face k is the same for everybody, and so is emoji k of one font.
/// </summary>
internal static class AvatarPairs
{
    /// <summary>Name of the data.</summary>
    public const string Name = "avatars";

    /// <summary>A line for lists.</summary>
    public const string Description = "drawn faces and the emoji of a font, 32x32, each of an expression; font=…";

    private const string Font = "font", Count = "n", First = "first", Split = "split";
    private const int Usual = 4000, UsualTest = 500, Most = 1_000_000;

    /// <summary>The two sides, of different numbers where they are not to correspond.</summary>
    /// <param name="address">The address.</param>
    /// <param name="wanted">How they are to correspond.</param>
    public static TwoDomains SidesOf(DataAddress address, Pairing? wanted) =>
        TwoDomains.OfNumbers(address, wanted ?? Pairing.Unpaired, First, Most);

    /// <summary>The address with the path of its font written out.</summary>
    /// <param name="address">The address.</param>
    public static DataAddress Absolute(DataAddress address) =>
        address[Font] is { Length: > 0 } font && File.Exists(font) ? address.With(Font, Path.GetFullPath(font)) : address;

    /// <summary>
    /// Draws one side. Options: <c>n</c> faces from number <c>first</c>, at most <c>limit</c>; <c>font</c>, <c>size</c>, <c>split</c>,
    /// <c>side</c>.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <exception cref="UserException">An option is impossible, or there is no font of emoji.</exception>
    public static ImageSet Open(DataAddress address, DataContext context)
    {
        var options = new DataOptions(address, Font, Count, First, "size", Split, "limit", PairOptions.Side, PairOptions.Pairs);
        var side = (int)options.Whole("size", 32, 16, 128);
        var isTest = options.Choice(Split, "train", "test") == "test";
        var count = (int)options.Whole(Count, isTest ? UsualTest : Usual, 1, Most);
        count = (int)Math.Min(count, options.Whole("limit", count, 1, int.MaxValue));
        var first = options.Whole(First, 0, 0, Most) + (isTest ? 10L * Most : 0);
        var emoji = options.Choice(PairOptions.Side, "a", "b") == "b" ? EmojiFont.Draw(options, Font) : null;
        var shape = new ImageShape(3, side, side);
        DataMemory.Check(address.ToString(), count, shape);
        var expressions = Expression.All;
        var pixels = new byte[checked(count * shape.Size)];
        int[] labels = [.. Enumerable.Range(0, count).Select(i => (int)((first + i) % expressions.Count))];
        Parallel.For(0, count, context.Parallelism, i =>
        {
            var random = new SeededRandom(first + i, emoji is null ? "faces" : "emoji");
            var pose = new AvatarPose(random);
            var target = pixels.AsSpan(i * shape.Size, shape.Size);
            if (emoji is null)
                pose.Paint(new DrawnFace(expressions[labels[i]], random).At, side, target);
            else
                pose.Paint(Of(emoji[labels[i]][random.NextInt(emoji[labels[i]].Count)]), side, target);
        });
        return new(address.ToString(), shape, pixels, labels, [.. expressions.Select(expression => expression.Name)]);
    }

    // A picture of −1 to 1; clear beyond.
    private static Func<Vector2, Vector4> Of(Image emoji) => at =>
    {
        var (x, y) = ((int)MathF.Floor((at.X + 1) / 2 * emoji.Width), (int)MathF.Floor((at.Y + 1) / 2 * emoji.Height));
        if (x < 0 || y < 0 || x >= emoji.Width || y >= emoji.Height) return default;
        var pixel = emoji[x, y];
        return new Vector4(pixel[0], pixel[1], pixel[2], pixel[3]) / 255;
    };
}
