using Earthmover.Data;

namespace Earthmover.Claims.Lab;

/// <summary>
/// Pictures of 32 × 32 with a bar at the left edge and one at the right, of one color: what must be known of a picture's one side to make
/// the other. Their heights and places say nothing.
/// </summary>
public static class ColorPairs
{
    /// <summary>Columns between the two bars, pixels.</summary>
    public const int Between = 20;

    private const int Side = 32, Bar = 5, Edge = (Side - Between) / 2 - Bar;

    // Red, green, blue: the channel that is bright.
    private static readonly int[] s_bright = [0b100, 0b010, 0b001];

    /// <summary>What the pictures are.</summary>
    public static ImageShape Shape { get; } = new(3, Side, Side);

    /// <summary>Colors that there are.</summary>
    public static int Colors => s_bright.Length;

    /// <summary>Pictures, all of one class.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of their colors and places.</param>
    public static ImageSet Create(int count, long seed)
    {
        var random = new SeededRandom(seed, "color pairs");
        var pixels = new byte[count * Shape.Size];
        for (var n = 0; n < count; n++)
        {
            var bright = s_bright[random.NextInt(Colors)];
            foreach (var left in new[] { Edge, Edge + Bar + Between })
            {
                var height = 12 + random.NextInt(13);
                var top = 2 + random.NextInt(Side - 4 - height);
                for (var channel = 0; channel < 3; channel++)
                    for (var at = 0; at < height * Bar && (bright >> (2 - channel) & 1) == 1; at++)
                        pixels[((n * 3 + channel) * Side + top + at / Bar) * Side + left + at % Bar] = 255;
            }
        }
        return new("color pairs", Shape, pixels, new int[count], ["pair"]);
    }

    /// <summary>
    /// Share of pictures whose halves show one color, and how many colors the left halves show, each in a twentieth or more.
    /// </summary>
    /// <param name="pictures">The pictures.</param>
    public static (double Matching, int Colors) Look(ImageSet pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        IReadOnlyList<int> left = TintJudge.ColorsOf(Half(pictures, 0)), right = TintJudge.ColorsOf(Half(pictures, Side / 2));
        return (left.Zip(right, (a, b) => a == b ? 1.0 : 0).Average(), left.CountBy(color => color).Count(c => 20 * c.Value >= left.Count));
    }

    private static ImageSet Half(ImageSet pictures, int from)
    {
        var rows = pictures.Count * 3 * Side;
        var pixels = new byte[rows * Side / 2];
        for (var row = 0; row < rows; row++)
            pictures.Pixels.AsSpan(row * Side + from, Side / 2).CopyTo(pixels.AsSpan(row * Side / 2));
        return new("half", new(3, Side, Side / 2), pixels);
    }
}
