namespace Earthmover.Media;

/// <summary>How a picture is brought to a wanted size.</summary>
public enum FitMode
{
    /// <summary>
    /// The largest central part of the wanted aspect ratio is cut out, then resized. Nothing is distorted; edges may be lost.
    /// </summary>
    Crop,

    /// <summary>The whole picture is resized; its aspect ratio may change.</summary>
    Resize,

    /// <summary>The whole picture is shrunk if it is too large (never enlarged) and centered on a background.</summary>
    Pad,
}

/// <summary>Whole-picture operations; all return new pictures.</summary>
public static class ImageOperations
{
    /// <summary>Resizes with antialiasing; see <see cref="Resampler"/>.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">Wanted columns, pixels.</param>
    /// <param name="height">Wanted rows, pixels.</param>
    /// <param name="filter">The filter.</param>
    public static Image Resize(this Image image, int width, int height, ResizeFilter filter = ResizeFilter.Lanczos)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Width == width && image.Height == height
            ? image
            : Resampler.For(image.Width, image.Height, width, height, filter).Apply(image);
    }

    /// <summary>Centers a picture on a larger plain one; odd remainders go to the right and the bottom.</summary>
    /// <param name="image">The picture; alpha is kept, and the margin is opaque.</param>
    /// <param name="width">Columns, at least the picture's.</param>
    /// <param name="height">Rows, at least the picture's.</param>
    /// <param name="background">The margin's color; its luma for gray pictures.</param>
    public static Image Pad(this Image image, int width, int height, Rgb background)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, image.Width);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, image.Height);
        if (width == image.Width && height == image.Height) return image;
        var channels = image.Channels;
        byte[] fill = channels switch
        {
            1 => [background.Luma],
            2 => [background.Luma, 255],
            3 => [background.R, background.G, background.B],
            _ => [background.R, background.G, background.B, 255],
        };
        var pixels = new byte[width * height * channels];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = fill[i % channels];
        var (left, top) = ((width - image.Width) / 2, (height - image.Height) / 2);
        var stride = image.Width * channels;
        for (var row = 0; row < image.Height; row++)
            image.Pixels.Slice(row * stride, stride).CopyTo(pixels.AsSpan((((top + row) * width) + left) * channels));
        return Image.Adopt(width, height, channels, pixels);
    }

    /// <summary>Luma of ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B of the stored values); alpha is kept.</summary>
    /// <param name="image">The picture; a gray one is returned as it is.</param>
    public static Image ToGray(this Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Channels <= 2) return image;
        var channels = image.Channels - 2;
        var source = image.Pixels;
        var pixels = new byte[image.Width * image.Height * channels];
        for (int from = 0, to = 0; from < source.Length; from += image.Channels, to += channels)
        {
            pixels[to] = new Rgb(source[from], source[from + 1], source[from + 2]).Luma;
            if (channels == 2) pixels[to + 1] = source[from + 3];
        }

        return Image.Adopt(image.Width, image.Height, channels, pixels);
    }

    /// <summary>Three equal channels from a gray picture; alpha is kept.</summary>
    /// <param name="image">The picture; a colored one is returned as it is.</param>
    public static Image ToColor(this Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Channels >= 3) return image;
        var channels = image.Channels + 2;
        var source = image.Pixels;
        var pixels = new byte[image.Width * image.Height * channels];
        for (int from = 0, to = 0; from < source.Length; from += image.Channels, to += channels)
        {
            pixels[to] = pixels[to + 1] = pixels[to + 2] = source[from];
            if (channels == 4) pixels[to + 3] = source[from + 1];
        }

        return Image.Adopt(image.Width, image.Height, channels, pixels);
    }

    /// <summary>The largest part of a size that has the aspect ratio of another.</summary>
    internal static (int Width, int Height) CropFor(int sourceWidth, int sourceHeight, int width, int height) =>
        (long)sourceWidth * height > (long)sourceHeight * width
            ? (Rounded((long)sourceHeight * width, height), sourceHeight)
            : (sourceWidth, Rounded((long)sourceWidth * height, width));

    /// <summary>The size, shrunk to fit into another if it does not.</summary>
    internal static (int Width, int Height) ShrinkFor(int sourceWidth, int sourceHeight, int width, int height) =>
        sourceWidth <= width && sourceHeight <= height ? (sourceWidth, sourceHeight)
        : (long)sourceWidth * height > (long)sourceHeight * width ? (width, Rounded((long)sourceHeight * width, sourceWidth))
        : (Rounded((long)sourceWidth * height, sourceHeight), height);

    /// <summary>One value over another.</summary>
    internal static byte Over(int above, int below, int alpha) => (byte)(((above * alpha) + (below * (255 - alpha)) + 127) / 255);

    private static int Rounded(long numerator, long denominator) => (int)Math.Max(1, (numerator + (denominator / 2)) / denominator);
}
