namespace Earthmover.Media.Tests;

/// <summary>What <see cref="PictureFit"/> does in one pass, in steps over whole pictures; and parts of pictures to look at.</summary>
internal static class WholePictures
{
    /// <summary>Cuts a rectangle out.</summary>
    public static Image Crop(this Image image, int x, int y, int width, int height)
    {
        var rows = Enumerable.Range(y, height);
        return new(width, height, image.Channels,
            [.. rows.SelectMany(row => image.Row(row).Slice(x * image.Channels, width * image.Channels).ToArray())]);
    }

    /// <summary>Brings a picture to exactly the wanted size.</summary>
    public static Image Fit(this Image image, int width, int height, FitMode mode, Rgb margin)
    {
        switch (mode)
        {
            case FitMode.Resize:
                return image.Resize(width, height);
            case FitMode.Crop:
                var (across, down) = ImageOperations.CropFor(image.Width, image.Height, width, height);
                return image.Crop((image.Width - across) / 2, (image.Height - down) / 2, across, down).Resize(width, height);
            default:
                var (fitWidth, fitHeight) = ImageOperations.ShrinkFor(image.Width, image.Height, width, height);
                return image.Resize(fitWidth, fitHeight).Pad(width, height, margin);
        }
    }

    /// <summary>Lays a picture over a plain background; the result has no alpha.</summary>
    public static Image Over(this Image image, Rgb background)
    {
        if (!image.HasAlpha)
            return image;
        var channels = image.Channels - 1;
        byte[] below = channels == 1 ? [background.Luma] : [background.R, background.G, background.B];
        var pixels = image.Pixels.ToArray().Chunk(image.Channels).SelectMany(pixel =>
            pixel[..channels].Select((value, c) => ImageOperations.Over(value, below[c], pixel[channels])));
        return new(image.Width, image.Height, channels, [.. pixels]);
    }
}
