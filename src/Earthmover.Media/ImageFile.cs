using Earthmover.Files;
using Earthmover.Media.Formats;

namespace Earthmover.Media;

/// <summary>File formats that can be read.</summary>
public enum ImageFormat
{
    /// <summary>Portable Network Graphics.</summary>
    Png = 1,

    /// <summary>JPEG (baseline and progressive).</summary>
    Jpeg = 2,

    /// <summary>WebP, still pictures.</summary>
    WebP = 3,

    /// <summary>Windows bitmap without run lengths.</summary>
    Bmp = 4,
}

/// <summary>What a file says about its picture.</summary>
/// <param name="Format">The file's format.</param>
/// <param name="Width">Columns after the EXIF orientation has been applied.</param>
/// <param name="Height">Rows after the EXIF orientation has been applied.</param>
/// <param name="Channels">Channels after decoding: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.</param>
/// <param name="SourceDepth">Bits per channel (or per palette index) in the file.</param>
/// <param name="Orientation">EXIF orientation, 1–8; 1 is upright.</param>
/// <param name="IsPalette">Whether the file has a palette.</param>
/// <param name="IsCmyk">Whether the file was CMYK or YCCK; decoded to RGB.</param>
public sealed record ImageInfo(
    ImageFormat Format, int Width, int Height, int Channels, int SourceDepth, int Orientation, bool IsPalette, bool IsCmyk)
{
    /// <summary>Whether decoding yields an alpha channel.</summary>
    public bool HasAlpha => Channels is 2 or 4;
}

/// <summary>Reads PNG, JPEG, WebP and BMP; writes PNG.</summary>
public static class ImageFile
{
    /// <summary>Default limit for decoding: 2^27 pixels, half a gigabyte as RGBA.</summary>
    public const long DefaultMaxPixels = 1L << 27;

    /// <summary>The command that installs what JPEG pictures are read with.</summary>
    public const string JpegInstallation = "sudo apt-get install libturbojpeg0 (on Ubuntu: libturbojpeg)";

    /// <summary>Whether JPEG pictures can be read on this machine.</summary>
    public static bool ReadsJpeg => TurboJpeg.IsInstalled;

    /// <summary>Reads the header only.</summary>
    /// <param name="data">The whole file, or enough of its start to hold the header.</param>
    /// <exception cref="MediaException">Not a known format, or a broken header.</exception>
    public static ImageInfo Inspect(ReadOnlySpan<byte> data) => LayoutOf(data).Info;

    /// <summary>Decodes a picture; see <see cref="Decode(ReadOnlySpan{byte}, out ImageInfo, long)"/>.</summary>
    /// <param name="data">The whole file.</param>
    /// <param name="maxPixels">Refuses larger pictures, in pixels.</param>
    public static Image Decode(ReadOnlySpan<byte> data, long maxPixels = DefaultMaxPixels) => Decode(data, out _, maxPixels);

    /// <summary>
    /// Decodes a picture to 8 bits per channel: 16 bits are scaled, CMYK becomes RGB, palettes and transparency keys
    /// are expanded, and the EXIF orientation is applied. Embedded color profiles are not.
    /// </summary>
    /// <param name="data">The whole file.</param>
    /// <param name="info">What the file says about itself.</param>
    /// <param name="maxPixels">Refuses larger pictures before memory is taken, in pixels.</param>
    /// <exception cref="MediaException">Unknown, broken, cut off, too large or unsupported.</exception>
    public static Image Decode(ReadOnlySpan<byte> data, out ImageInfo info, long maxPixels = DefaultMaxPixels)
    {
        using var picture = Open(data, out info, maxPixels);
        return picture.ToImage();
    }

    /// <summary>As <see cref="Decode(ReadOnlySpan{byte}, out ImageInfo, long)"/>, without a copy of the pixels.</summary>
    /// <param name="data">The whole file.</param>
    /// <param name="info">What the file says about itself.</param>
    /// <param name="maxPixels">Refuses larger pictures before memory is taken, in pixels.</param>
    /// <param name="usedBits">Bits that PNGs of 16 use, 8 to 16: 2^bits − 1 becomes 255, and what is above it too.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    /// <exception cref="MediaException">Unknown, broken, cut off, too large or unsupported.</exception>
    public static DecodedPicture Open(ReadOnlySpan<byte> data, out ImageInfo info, long maxPixels = DefaultMaxPixels, int usedBits = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(usedBits, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(usedBits, 16);
        var layout = LayoutOf(data);
        info = layout.Info;
        if (layout.Width > maxPixels / layout.Height)
            throw new MediaException(MediaProblem.TooLarge, $"{layout.Width}x{layout.Height} is more than the limit of {maxPixels} pixels");
        layout.RefuseLies(data.Length);
        return layout.Decode(data, usedBits).Turned(layout.Orientation);
    }

    /// <summary>Reads and decodes a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MediaException">The picture cannot be decoded; the message begins with the path.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Image Load(string path)
    {
        try
        {
            return Decode(File.ReadAllBytes(path));
        }
        catch (MediaException error) when (error.Problem != MediaProblem.NotInstalled)
        {
            throw new MediaException(error.Problem, $"{path}: {error.Message}");
        }
    }

    /// <summary>Encodes a picture as PNG.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="texts">Texts to carry along, before the pixels: keyword (1–79 ASCII characters) and value (any text without a zero
    /// character).</param>
    /// <param name="level">zlib level, 0 (stored) to 9 (smallest).</param>
    public static byte[] EncodePng(Image image, IEnumerable<KeyValuePair<string, string>>? texts = null, int level = 6)
    {
        ArgumentNullException.ThrowIfNull(image);
        var pairs = texts?.ToArray() ?? [];
        if (pairs.Any(pair => pair.Key.Contains('\0') || pair.Value.Contains('\0')))
            throw new ArgumentException("A text in a PNG cannot contain a zero character.", nameof(texts));
        return PngWriter.Encode(image, pairs, level);
    }

    /// <summary>Writes a PNG beside its place and renames it, so that a reader never sees half a file.</summary>
    /// <param name="path">Where to write; the folder is made if it is missing.</param>
    /// <param name="image">The picture.</param>
    /// <param name="texts">Texts to carry along, as for <see cref="EncodePng"/>.</param>
    public static void SavePng(string path, Image image, IEnumerable<KeyValuePair<string, string>>? texts = null) =>
        AtomicFile.Write(path, EncodePng(image, texts));

    /// <summary>Reads the texts of a PNG (tEXt, zTXt and iTXt, before and after the pixels), in the file's order.</summary>
    /// <param name="data">The whole file.</param>
    /// <exception cref="MediaException">Not a PNG, or a broken one.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> ReadPngText(ReadOnlySpan<byte> data) => PngTexts.Read(data);

    private static unsafe Layout LayoutOf(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return Layout.Read(Stream.Null);
        fixed (byte* start = data)
        {
            using var file = new UnmanagedMemoryStream(start, data.Length);
            return Layout.Read(file);
        }
    }
}
