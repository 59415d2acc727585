using Earthmover.Media;

namespace Earthmover.Training.Views;

/// <summary>Pictures that belong together, side by side and of one height where their sizes allow it.</summary>
public static class PairGrid
{
    private const int Gap = 2, Visible = 64;
    private static readonly Rgb s_space = new(40, 40, 40);

    /// <summary>A grid of pairs, row by row.</summary>
    /// <param name="pairs">At least one; all first pictures of one size, all second ones of one size.</param>
    /// <param name="columns">Pairs per row; 0 chooses.</param>
    public static Image Draw(IReadOnlyList<(Image A, Image B)> pairs, int columns = 0)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var (a, b) = pairs[0];
        var (tall, low) = (Math.Max(a.Height, b.Height), Math.Min(a.Height, b.Height));
        // Whole pixels only: what is smaller than its partner is enlarged as far as it fits.
        int Fit(Image image) => image.Height == low ? Math.Max(1, tall / low) : 1;
        var scale = Math.Max(1, Visible / Math.Max(tall, Math.Max(a.Width * Fit(a), b.Width * Fit(b))));
        var tiles = pairs.Select(pair => Beside(pair.A, pair.B, Gap, scale * Fit(a), scale * Fit(b)));
        return ImageGrid.Draw([.. tiles], columns, padding: 3 * Gap, scale: 1);
    }

    /// <summary>Two pictures side by side, each in the middle of its height.</summary>
    /// <param name="a">The left one.</param>
    /// <param name="b">The right one.</param>
    /// <param name="gap">Space between them, pixels.</param>
    /// <param name="scaleA">Enlargement of the left one by whole pixels.</param>
    /// <param name="scaleB">Enlargement of the right one by whole pixels.</param>
    public static Image Beside(Image a, Image b, int gap, int scaleA = 1, int scaleB = 1)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var (left, right) = ((Width: a.Width * scaleA, Height: a.Height * scaleA), (Width: b.Width * scaleB, Height: b.Height * scaleB));
        var height = Math.Max(left.Height, right.Height);
        var canvas = new Canvas(left.Width + gap + right.Width, height, s_space);
        canvas.Place(a, 0, (height - left.Height) / 2, scaleA);
        canvas.Place(b, left.Width + gap, (height - right.Height) / 2, scaleB);
        return canvas.ToImage();
    }
}
