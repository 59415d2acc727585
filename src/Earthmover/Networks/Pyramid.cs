using Earthmover.Data;

namespace Earthmover.Networks;

/// <summary>How an image grows from a small start by doubling: 28×28 = 7·2² × 7·2², 48×32 = 6·2³ × 4·2³.</summary>
/// <param name="Height">Rows of the start, pixels.</param>
/// <param name="Width">Columns of the start, pixels.</param>
/// <param name="Doublings">How often both sides double, at least once.</param>
public readonly record struct Pyramid(int Height, int Width, int Doublings)
{
    private const int Smallest = 4, Largest = 15; // shorter side of a start that a network can be built on

    // Rows and columns to add or take away, the fewest first; no size up to 4096 is further from one that works.
    private static readonly (int Rows, int Columns)[] s_differences =
    [
        .. from rows in Enumerable.Range(0, 129)
           from columns in Enumerable.Range(0, 129)
           orderby rows + columns, Math.Abs(rows - columns)
           select (rows, columns),
    ];

    /// <summary>The longest pyramid that ends in an image of this shape.</summary>
    /// <exception cref="ArgumentException">There is none; the message names the nearest sizes that have one.</exception>
    public static Pyramid Of(ImageShape shape, string network)
    {
        if (shape.Channels < 1)
            throw new ArgumentException(
                $"{network} cannot make images of {shape.Channels} channels: one or more are needed", nameof(shape));
        return Find(shape.Height, shape.Width) ?? throw new ArgumentException(
            $"{network} cannot make images of {shape.Width}x{shape.Height} pixels: "
            + $"the nearest sizes that work are {Nearest(shape.Height, shape.Width)}", nameof(shape));
    }

    /// <summary>Whether there is one that ends in an image of this shape.</summary>
    public static bool Fits(ImageShape shape) => shape.Channels >= 1 && Find(shape.Height, shape.Width) is not null;

    /// <summary>
    /// How often both sides of an image can be halved while the shorter one stays above <paramref name="above"/> pixels, at least once.
    /// </summary>
    public static int Halvings(ImageShape shape, int above)
    {
        var count = 0;
        for (int h = shape.Height, w = shape.Width; h % 2 == 0 && w % 2 == 0 && (count == 0 || Math.Min(h, w) > above); h /= 2, w /= 2)
            count++;
        return count;
    }

    private static Pyramid? Find(int height, int width)
    {
        var doublings = 0;
        for (; height % 2 == 0 && width % 2 == 0 && Math.Min(height, width) / 2 >= Smallest; height /= 2, width /= 2)
            doublings++;
        return doublings > 0 && Math.Min(height, width) <= Largest ? new(height, width, doublings) : null;
    }

    // The size that is smaller (or equal) in both sides and the one that is larger, each with the fewest rows and columns of difference.
    private static string Nearest(int height, int width)
    {
        string? Best(int sign) => s_differences.Select(c => (H: height + sign * c.Rows, W: width + sign * c.Columns))
            .Where(c => c.H > 0 && c.W > 0 && Find(c.H, c.W) is not null).Select(c => $"{c.W}x{c.H}").FirstOrDefault();
        return string.Join(" and ", new[] { Best(-1), Best(1) }.Where(text => text is not null));
    }
}
