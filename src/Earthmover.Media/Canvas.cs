namespace Earthmover.Media;

/// <summary>
/// An RGB surface to draw on, with the origin at the top left corner. Everything is cut at the edges, so that
/// nothing drawn outside is an error.
/// </summary>
public sealed class Canvas
{
    private readonly byte[] _pixels;

    /// <summary>Makes a plain surface.</summary>
    /// <param name="width">Columns, pixels.</param>
    /// <param name="height">Rows, pixels.</param>
    /// <param name="background">Its color.</param>
    public Canvas(int width, int height, Rgb background)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        (Width, Height) = (width, height);
        _pixels = new byte[checked(width * height * 3)];
        Fill(0, 0, width, height, background);
    }

    /// <summary>Columns, pixels.</summary>
    public int Width { get; }

    /// <summary>Rows, pixels.</summary>
    public int Height { get; }

    /// <summary>The picture drawn so far.</summary>
    public Image ToImage() => new(Width, Height, 3, _pixels);

    /// <summary>Fills a rectangle.</summary>
    /// <param name="x">First column.</param>
    /// <param name="y">First row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="color">Its color.</param>
    public void Fill(int x, int y, int width, int height, Rgb color)
    {
        for (var row = Math.Max(0, y); row < Math.Min(Height, y + height); row++)
            for (var column = Math.Max(0, x); column < Math.Min(Width, x + width); column++)
                Set(column, row, color);
    }

    /// <summary>Draws the outline of a rectangle, one pixel wide, inside its bounds.</summary>
    /// <param name="x">First column.</param>
    /// <param name="y">First row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="color">Its color.</param>
    public void Frame(int x, int y, int width, int height, Rgb color)
    {
        Fill(x, y, width, 1, color);
        Fill(x, y + height - 1, width, 1, color);
        Fill(x, y, 1, height, color);
        Fill(x + width - 1, y, 1, height, color);
    }

    /// <summary>Lays a picture on the surface; alpha is honored.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="x">Column of its left edge.</param>
    /// <param name="y">Row of its top edge.</param>
    /// <param name="scale">Enlargement by whole pixels, at least 1.</param>
    public void Place(Image image, int x, int y, int scale = 1)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        var source = image.Pixels;
        var channels = image.Channels;
        for (var row = Math.Max(0, y); row < Math.Min(Height, (long)y + ((long)image.Height * scale)); row++)
            for (var column = Math.Max(0, x); column < Math.Min(Width, (long)x + ((long)image.Width * scale)); column++)
            {
                var at = ((((row - y) / scale) * image.Width) + ((column - x) / scale)) * channels;
                var color = channels <= 2
                    ? new Rgb(source[at], source[at], source[at])
                    : new Rgb(source[at], source[at + 1], source[at + 2]);
                Blend(column, row, color, image.HasAlpha ? source[at + channels - 1] / 255.0 : 1);
            }
    }

    /// <summary>Draws a filled disc.</summary>
    /// <param name="x">Center, pixels.</param>
    /// <param name="y">Center, pixels.</param>
    /// <param name="radius">Radius, pixels.</param>
    /// <param name="color">Its color.</param>
    /// <param name="opacity">0–1.</param>
    public void Dot(double x, double y, double radius, Rgb color, double opacity = 1)
    {
        if (!double.IsFinite(x + y)) return;
        var top = (int)Math.Clamp(Math.Floor(y - radius - 1), 0, Height);
        var bottom = (int)Math.Clamp(Math.Ceiling(y + radius + 1), 0, Height);
        var left = (int)Math.Clamp(Math.Floor(x - radius - 1), 0, Width);
        var right = (int)Math.Clamp(Math.Ceiling(x + radius + 1), 0, Width);
        for (var row = top; row < bottom; row++)
            for (var column = left; column < right; column++)
            {
                var distance = Math.Sqrt(Math.Pow(column + 0.5 - x, 2) + Math.Pow(row + 0.5 - y, 2));
                Blend(column, row, color, opacity * Math.Clamp(radius + 0.5 - distance, 0, 1));
            }
    }

    /// <summary>Writes one line of text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="x">Column of its left edge, of its middle or of its right edge, by <paramref name="align"/>.</param>
    /// <param name="y">Row of the line's top.</param>
    /// <param name="size">The font's em, pixels.</param>
    /// <param name="color">Its color.</param>
    /// <param name="align">0 begins at x, 0.5 is centered on it, 1 ends there.</param>
    /// <returns>The width of the text, pixels.</returns>
    /// <exception cref="MediaException">The system has no font.</exception>
    public int Text(string text, int x, int y, int size, Rgb color, double align = 0)
    {
        var mask = Font.Draw(text, size).Coverage;
        var left = x - (int)Math.Round(mask.Width * align);
        for (var row = 0; row < mask.Height; row++)
            for (var column = 0; column < mask.Width; column++)
                Blend(left + column, y + row, color, mask.Pixels[(row * mask.Width) + column] / 255.0);
        return mask.Width;
    }

    /// <summary>Pixels that a text takes from left to right.</summary>
    /// <param name="text">The text.</param>
    /// <param name="size">Its size, pixels.</param>
    public static int WidthOf(string text, int size) => Font.Draw(text, size).Coverage.Width;

    /// <summary>Paints a table of numbers as colored cells, the first row on top.</summary>
    /// <param name="values">The numbers, <c>[rows, columns]</c>; NaN is painted gray.</param>
    /// <param name="columns">Columns of the table.</param>
    /// <param name="x">Left edge, pixels.</param>
    /// <param name="y">Top edge, pixels.</param>
    /// <param name="width">Width of the whole map, pixels.</param>
    /// <param name="height">Height of the whole map, pixels.</param>
    /// <param name="low">The value painted darkest; the smallest finite one when left out.</param>
    /// <param name="high">The value painted lightest; the largest finite one when left out.</param>
    /// <returns>The range that was used.</returns>
    public (double Low, double High) HeatMap(
        ReadOnlySpan<double> values, int columns, int x, int y, int width, int height, double? low = null, double? high = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (values.IsEmpty || values.Length % columns != 0) throw new ArgumentException("The values must fill whole rows.", nameof(values));
        var rows = values.Length / columns;
        var (smallest, largest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
            if (double.IsFinite(value)) (smallest, largest) = (Math.Min(smallest, value), Math.Max(largest, value));
        if (smallest > largest) (smallest, largest) = (0, 1);
        var (from, to) = (low ?? smallest, high ?? largest);
        var range = to > from ? to - from : 1;
        for (var row = Math.Max(0, y); row < Math.Min(Height, y + height); row++)
            for (var column = Math.Max(0, x); column < Math.Min(Width, x + width); column++)
            {
                var cell = ((int)((long)(row - y) * rows / height) * columns) + (int)((long)(column - x) * columns / width);
                Set(column, row, ColorMap.At((values[cell] - from) / range));
            }

        return (from, to);
    }

    private void Set(int x, int y, Rgb color)
    {
        var at = ((y * Width) + x) * 3;
        (_pixels[at], _pixels[at + 1], _pixels[at + 2]) = (color.R, color.G, color.B);
    }

    private void Blend(int x, int y, Rgb color, double opacity)
    {
        if (opacity <= 0 || (uint)x >= (uint)Width || (uint)y >= (uint)Height) return;
        var at = ((y * Width) + x) * 3;
        _pixels[at] = Mix(_pixels[at], color.R, opacity);
        _pixels[at + 1] = Mix(_pixels[at + 1], color.G, opacity);
        _pixels[at + 2] = Mix(_pixels[at + 2], color.B, opacity);
    }

    private static byte Mix(byte below, byte above, double opacity) => (byte)Math.Round(below + ((above - below) * Math.Min(1, opacity)));
}
