namespace Earthmover.Media;

/// <summary>Arranges equal-sized pictures in rows and columns.</summary>
public static class ImageGrid
{
    /// <summary>Draws a grid, row by row.</summary>
    /// <param name="tiles">Pictures of one size, at least one; gray and colored may be mixed.</param>
    /// <param name="columns">Pictures per row; 0 chooses a grid about as wide as high.</param>
    /// <param name="padding">Space between and around the pictures, pixels.</param>
    /// <param name="scale">Enlargement by whole pixels; 0 chooses one so that small pictures can be seen (sides of about 64
    /// pixels).</param>
    /// <param name="background">Color of the space and behind alpha; dark gray when left out.</param>
    /// <param name="labels">A line of text below each picture; missing ones stay empty. Null for a grid without labels.</param>
    /// <param name="labelSize">The labels' em, pixels; long labels are drawn smaller, down to 7.</param>
    /// <returns>An RGB picture.</returns>
    public static Image Draw(
        IReadOnlyList<Image> tiles, int columns = 0, int padding = 2, int scale = 0, Rgb? background = null,
        IReadOnlyList<string>? labels = null, int labelSize = 11)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        if (tiles.Count == 0) throw new ArgumentException("A grid needs at least one picture.", nameof(tiles));
        var (width, height) = (tiles[0].Width, tiles[0].Height);
        if (tiles.Any(tile => tile.Width != width || tile.Height != height))
            throw new ArgumentException("All pictures of a grid must have one size.", nameof(tiles));

        if (scale == 0) scale = Math.Max(1, 64 / Math.Max(width, height));
        if (columns == 0) columns = (int)Math.Ceiling(Math.Sqrt(tiles.Count * (double)height / width));
        columns = Math.Clamp(columns, 1, tiles.Count);
        var rows = (tiles.Count + columns - 1) / columns;
        var labelHeight = labels is null ? 0 : Font.Draw("X", labelSize).Coverage.Height;
        var (cellWidth, cellHeight) = (width * scale, (height * scale) + labelHeight);
        var space = background ?? new Rgb(40, 40, 40);
        var canvas = new Canvas(padding + (columns * (cellWidth + padding)), padding + (rows * (cellHeight + padding)), space);
        var ink = space.Luma < 128 ? Rgb.White : Rgb.Black;
        for (var i = 0; i < tiles.Count; i++)
        {
            var x = padding + (i % columns * (cellWidth + padding));
            var y = padding + (i / columns * (cellHeight + padding));
            canvas.Place(tiles[i], x, y, scale);
            if (labels is null || i >= labels.Count || labels[i].Length == 0) continue;
            // A long label gets smaller letters, as far as they can be read, rather than running into its neighbor.
            var size = labelSize;
            while (size > 7 && Font.Draw(labels[i], size).Coverage.Width > cellWidth) size--;
            canvas.Text(labels[i], x + (cellWidth / 2), y + (height * scale), size, ink, align: 0.5);
        }

        return canvas.ToImage();
    }

    /// <summary>Draws a grid from planes, as tensors hold them.</summary>
    /// <param name="planes">Values, <c>[N, channels, height, width]</c>, 0–255; N follows from the length.</param>
    /// <param name="channels">1 or 3 (2 and 4 with alpha).</param>
    /// <param name="height">Rows of one picture.</param>
    /// <param name="width">Columns of one picture.</param>
    /// <param name="columns">Pictures per row; 0 chooses.</param>
    /// <param name="padding">Space between and around the pictures, pixels.</param>
    /// <param name="scale">Enlargement by whole pixels; 0 chooses.</param>
    /// <returns>An RGB picture.</returns>
    public static Image Draw(ReadOnlySpan<byte> planes, int channels, int height, int width,
        int columns = 0, int padding = 2, int scale = 0)
    {
        var size = channels * height * width;
        if (size <= 0 || planes.Length == 0 || planes.Length % size != 0)
            throw new ArgumentException($"{planes.Length} values are not a whole number "
                + $"of {width}x{height} pictures with {channels} channels.", nameof(planes));
        var tiles = new Image[planes.Length / size];
        for (var i = 0; i < tiles.Length; i++) tiles[i] = Image.FromPlanes(planes.Slice(i * size, size), channels, height, width);
        return Draw(tiles, columns, padding, scale);
    }
}
