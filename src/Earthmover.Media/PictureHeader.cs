using System.Buffers.Binary;

namespace Earthmover.Media;

/// <summary>
/// The size and kind of a picture file as its header gives them, read without a decoder: what a file asks for is known before anything is taken
/// for it. Sizes are as stored, before an EXIF orientation.
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
        Span<byte> start = stackalloc byte[32];
        file.Position = 0;
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (start.Length == 0) throw new MediaException(MediaProblem.UnknownFormat, "the file is empty");
        var header = start.StartsWith(PngHeader.Signature) ? PngHeader.Read(file)
            : start.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) ? JpegHeader.Read(file)
            : start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..12].SequenceEqual("WEBP"u8) ? WebP(start, file.Length)
            : start.StartsWith("BM"u8) ? Bmp(start, file.Length)
            : throw new MediaException(MediaProblem.UnknownFormat, "not a PNG, JPEG, WebP or BMP file");
        return header.Width > 0 && header.Height > 0 && header.Width <= int.MaxValue && header.Height <= int.MaxValue
            ? header
            : throw new MediaException(MediaProblem.Corrupt, $"the header says {header.Width}x{header.Height} pixels");
    }

    internal static MediaException Broken(string format, string why) => new(MediaProblem.Corrupt, $"{format}: {why}");

    // A frame follows at once, or behind a description of the whole file; the orientation stands behind the pixels.
    private static PictureHeader WebP(ReadOnlySpan<byte> start, long length)
    {
        if (start.Length < 30) throw Broken("WebP", "the header is broken or cut off");
        var (width, height, channels) = (0, 0, 4);
        if (start[12..16].SequenceEqual("VP8X"u8))
            (width, height) = (1 + Le24(start[24..]), 1 + Le24(start[27..]));
        else if (start[12..16].SequenceEqual("VP8 "u8))
            (width, height, channels) = (BinaryPrimitives.ReadUInt16LittleEndian(start[26..]) & 0x3fff, BinaryPrimitives.ReadUInt16LittleEndian(start[28..]) & 0x3fff, 3);
        else if (start[12..16].SequenceEqual("VP8L"u8) && BinaryPrimitives.ReadUInt32LittleEndian(start[21..]) is var packed)
            (width, height) = (1 + (int)(packed & 0x3fff), 1 + (int)((packed >> 14) & 0x3fff));
        else
            throw Broken("WebP", "the header is broken or cut off");
        return new PictureHeader(ImageFormat.WebP, width, height, channels, 8, 4, length);
    }

    private static PictureHeader Bmp(ReadOnlySpan<byte> start, long length)
    {
        if (start.Length < 30) throw Broken("BMP", "the header is cut off");
        var core = BinaryPrimitives.ReadUInt32LittleEndian(start[14..]) == 12;
        long width = core ? BinaryPrimitives.ReadUInt16LittleEndian(start[18..]) : BinaryPrimitives.ReadInt32LittleEndian(start[18..]);
        long height = core ? BinaryPrimitives.ReadUInt16LittleEndian(start[20..]) : Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(start[22..]));
        long depth = BinaryPrimitives.ReadUInt16LittleEndian(start[(core ? 24 : 28)..]);
        if (width > 0 && (Int128)width * height * depth / 8 > length) throw Broken("BMP", "the pixels are cut off");
        // The header, masks and the largest palette.
        return new PictureHeader(ImageFormat.Bmp, width, height, 4, 8, 0, Math.Min(length, 4096));
    }

    private static int Le24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
