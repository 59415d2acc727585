using System.Runtime.InteropServices;
using System.Text;
using Earthmover.Files;
using Earthmover.Media.Native;

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

    /// <summary>Reads the header only.</summary>
    /// <param name="data">The whole file, or enough of its start to hold the header.</param>
    /// <exception cref="MediaException">Not a known format, or a broken header.</exception>
    public static unsafe ImageInfo Inspect(ReadOnlySpan<byte> data)
    {
        NativeMethods.Picture picture = default;
        fixed (byte* bytes = &NonNull(data))
        {
            var start = bytes;
            var size = data.Length;
            var target = &picture;
            NativeMethods.Check((message, capacity) => NativeMethods.em_media_inspect(start, size, target, message, capacity));
        }

        return InfoOf(picture);
    }

    /// <summary>Decodes a picture; see <see cref="Decode(ReadOnlySpan{byte}, out ImageInfo, long)"/>.</summary>
    /// <param name="data">The whole file.</param>
    /// <param name="maxPixels">Refuses larger pictures, in pixels.</param>
    public static Image Decode(ReadOnlySpan<byte> data, long maxPixels = DefaultMaxPixels) => Decode(data, out _, maxPixels);

    /// <summary>
    /// Decodes a picture to 8 bits per channel: 16 bits are scaled, CMYK becomes RGB, palettes and transparency keys
    /// are expanded, and the EXIF orientation is applied. Embedded colour profiles are not.
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
    /// <returns>The picture; the caller disposes it.</returns>
    /// <exception cref="MediaException">Unknown, broken, cut off, too large or unsupported.</exception>
    public static unsafe DecodedPicture Open(ReadOnlySpan<byte> data, out ImageInfo info, long maxPixels = DefaultMaxPixels)
    {
        NativeMethods.Picture picture = default;
        byte* pixels = null;
        fixed (byte* bytes = &NonNull(data))
        {
            var start = bytes;
            var size = data.Length;
            var target = &picture;
            var result = &pixels;
            NativeMethods.Check((message, capacity) =>
                NativeMethods.em_media_decode(start, size, maxPixels, target, result, message, capacity));
        }

        info = InfoOf(picture);
        return new DecodedPicture(picture.Width, picture.Height, picture.Channels, pixels);
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
    /// <param name="texts">Texts to carry along, before the pixels: keyword (1–79 ASCII characters) and value (any text without a zero character).</param>
    /// <param name="level">zlib level, 0 (stored) to 9 (smallest).</param>
    public static unsafe byte[] EncodePng(Image image, IEnumerable<KeyValuePair<string, string>>? texts = null, int level = 6)
    {
        ArgumentNullException.ThrowIfNull(image);
        var pairs = texts?.ToArray() ?? [];
        if (pairs.Any(pair => pair.Key.Contains('\0') || pair.Value.Contains('\0')))
            throw new ArgumentException("A text in a PNG cannot contain a zero character.", nameof(texts));
        using var strings = new NativeStrings();
        var keys = stackalloc byte*[pairs.Length];
        var values = stackalloc byte*[pairs.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            keys[i] = strings.Add(pairs[i].Key);
            values[i] = strings.Add(pairs[i].Value);
        }

        byte* encoded = null;
        long size = 0;
        try
        {
            fixed (byte* pixels = image.Pixels)
            {
                var start = pixels;
                var result = &encoded;
                var resultSize = &size;
                NativeMethods.Check((message, capacity) => NativeMethods.em_media_encode_png(
                    start, image.Width, image.Height, image.Channels, keys, values, pairs.Length, level, result, resultSize, message, capacity));
            }

            return new ReadOnlySpan<byte>(encoded, checked((int)size)).ToArray();
        }
        finally
        {
            if (encoded is not null) NativeMethods.em_media_free(encoded);
        }
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
    public static unsafe IReadOnlyList<KeyValuePair<string, string>> ReadPngText(ReadOnlySpan<byte> data)
    {
        byte* packed = null;
        long size = 0;
        var count = 0;
        try
        {
            fixed (byte* bytes = &NonNull(data))
            {
                var start = bytes;
                var length = data.Length;
                var result = &packed;
                var resultSize = &size;
                var counter = &count;
                NativeMethods.Check((message, capacity) => NativeMethods.em_media_png_text(start, length, result, resultSize, counter, message, capacity));
            }

            var rest = new ReadOnlySpan<byte>(packed, checked((int)size));
            var texts = new List<KeyValuePair<string, string>>(count);
            for (var i = 0; i < count; i++)
            {
                var key = BitConverter.ToInt32(rest);
                var value = BitConverter.ToInt32(rest[4..]);
                texts.Add(new(Encoding.UTF8.GetString(rest.Slice(8, key)), Encoding.UTF8.GetString(rest.Slice(8 + key, value))));
                rest = rest[(8 + key + value)..];
            }

            return texts;
        }
        finally
        {
            if (packed is not null) NativeMethods.em_media_free(packed);
        }
    }

    // `fixed` over an empty span gives a null pointer, which the native side takes for a caller's mistake.
    private static ref readonly byte NonNull(ReadOnlySpan<byte> data) =>
        ref data.IsEmpty ? ref Empty[0] : ref MemoryMarshal.GetReference(data);

    private static readonly byte[] Empty = [0];

    private static ImageInfo InfoOf(in NativeMethods.Picture p) =>
        new((ImageFormat)p.Format, p.Width, p.Height, p.Channels, p.SourceDepth, p.Orientation, p.Palette != 0, p.Cmyk != 0);

    /// <summary>Zero-ended UTF-8 strings that live until disposal.</summary>
    private sealed unsafe class NativeStrings : IDisposable
    {
        private readonly List<nint> _owned = [];

        public byte* Add(string text)
        {
            var memory = Marshal.StringToCoTaskMemUTF8(text);
            _owned.Add(memory);
            return (byte*)memory;
        }

        public void Dispose() => _owned.ForEach(Marshal.FreeCoTaskMem);
    }
}
