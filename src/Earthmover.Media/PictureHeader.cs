using Earthmover.Media.Formats;

namespace Earthmover.Media;

/// <summary>
/// The size and kind of a picture file as its header gives them, read without a decoder: what a file asks for is known before anything is
/// taken for it. Sizes are as stored, before an EXIF orientation.
/// </summary>
/// <param name="Format">The file's format.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">Channels after decoding, at most: 1 gray to 4 RGBA.</param>
/// <param name="Depth">Bits per channel.</param>
/// <param name="Working">Bytes per pixel that the format's decoder holds beside its result.</param>
/// <param name="End">Bytes from the start of the file in which everything stands that is known of the picture before its pixels.</param>
public sealed record PictureHeader(ImageFormat Format, long Width, long Height, int Channels, int Depth, int Working, long End)
{
    /// <summary>Most bytes before the pixels that are looked through for them: profiles, previews, texts.</summary>
    internal const int LongestBeforePixels = 1 << 26;

    /// <summary>Number of pixels.</summary>
    public long Pixels => Width * Height;

    /// <summary>Memory that decoding takes at its peak, bytes: the decoder's working memory and its result.</summary>
    public long DecodingBytes => Pixels * (Channels + Working);

    /// <summary>Reads the header.</summary>
    /// <param name="file">The file from its start; it can seek.</param>
    /// <exception cref="MediaException">Not a known format, a broken header, or a file that is too short for its picture.</exception>
    public static PictureHeader Read(Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var layout = Layout.Read(file);
        layout.RefuseLies(file.Length);
        return new PictureHeader(layout.Format, layout.Width, layout.Height, layout.Channels, layout.Depth, layout.Working, layout.End);
    }
}
