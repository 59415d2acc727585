using Earthmover.Data.Formats;
using Earthmover.Media;

namespace Earthmover.Data.Pictures;

/// <summary>Single pictures of a user's at their own size.</summary>
public static class WholePicture
{
    private static readonly PictureReader s_reader = new(PictureReader.DefaultMaxPixels);

    /// <summary>Reads one as it is stored, with its alpha.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserException">It cannot be read; the message says why.</exception>
    public static Image Read(string path)
    {
        DataFile.Check(path);
        Image? picture = null;
        try
        {
            s_reader.Decode(path, rows => picture = Copied(rows), CancellationToken.None);
        }
        catch (Exception error) when (PictureReader.IsBadFile(error))
        {
            throw new UserException($"the picture {path} cannot be read: {DataFile.Reason(error).TrimEnd('.')}");
        }
        return picture!;
    }

    /// <summary>A picture over a color, gray or in colors.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="background">What is behind it where it is transparent.</param>
    public static Image Flat(Image picture, int channels, Rgb background)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return picture.Channels == channels ? picture
            : new PictureFit(channels, picture.Width, picture.Height, FitMode.Resize, background, background, ResizeFilter.Lanczos)
                .Apply(picture);
    }

    /// <summary>What laying a picture over a color does to it, a line; null where nothing of it is transparent.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="picture">The picture as it is stored.</param>
    /// <param name="background">What is behind it.</param>
    public static string? NoteOf(string path, Image picture, Rgb background)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var color = background == Rgb.White ? "white" : $"{background}";
        return IsSeenThrough(picture)
            ? $"{path} is transparent in places; it is laid over {color}, and what is written is opaque" : null;
    }

    private static bool IsSeenThrough(Image picture)
    {
        if (picture.HasAlpha)
            for (var i = picture.Channels - 1; i < picture.Pixels.Length; i += picture.Channels)
                if (picture.Pixels[i] < 255)
                    return true;
        return false;
    }

    private static Image Copied(IPixelRows rows)
    {
        var stride = rows.Width * rows.Channels;
        var pixels = new byte[checked(rows.Height * stride)];
        for (var y = 0; y < rows.Height; y++)
            rows.Row(y).CopyTo(pixels.AsSpan(y * stride));
        return new(rows.Width, rows.Height, rows.Channels, pixels);
    }
}
