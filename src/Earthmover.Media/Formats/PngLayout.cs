using System.Buffers.Binary;

namespace Earthmover.Media.Formats;

/// <summary>A PNG: up to 8 bits read by Skia, 16 here.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Depth">Bits per value.</param>
/// <param name="Kind">0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA.</param>
/// <param name="IsInterlaced">Whether the rows come in seven passes.</param>
/// <param name="HasKey">Whether one color, or some of the palette's, are transparent.</param>
internal sealed record PngLayout(long Width, long Height, int Depth, int Kind, bool IsInterlaced, bool HasKey)
    : Layout(ImageFormat.Png, Width, Height, (Kind is 0 or 4 ? 1 : 3) + (Kind is 4 or 6 || HasKey ? 1 : 0), Depth)
{
    // Deflate makes at most 1032 bytes of one.
    private const long BestRatio = 1032;

    // A longer one is no orientation's.
    private const int LongestExif = 1 << 16;

    /// <inheritdoc/>
    public override bool IsPalette => Kind == 3;

    /// <summary>Values per pixel in the file.</summary>
    public int Samples => Kind switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    // Skia makes four channels of everything but gray, and keeps what it has of the passes.
    /// <inheritdoc/>
    public override int Working => Depth == 16 ? 0 : (Channels == 1 ? 0 : 4 - Channels) + (IsInterlaced ? Samples : 0);

    /// <summary>Reads the chunks before the pixels.</summary>
    public static new PngLayout Read(Stream file)
    {
        Span<byte> first = stackalloc byte[33];
        file.Position = 0;
        if (file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) < first.Length || !first[12..16].SequenceEqual("IHDR"u8))
            throw Broken("PNG", "the header is broken or cut off");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(first[16..]), BinaryPrimitives.ReadUInt32BigEndian(first[20..]));
        var (depth, kind) = (first[24], first[25]);
        var isKnown = kind switch
        {
            0 => depth is 1 or 2 or 4 or 8 or 16,
            3 => depth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => depth is 8 or 16,
            _ => false,
        };
        if (!isKnown || first[28] > 1) throw Broken("PNG", "an unknown kind of pixels");

        var (hasKey, orientation) = (false, 1);
        var at = (long)PngChunks.Signature.Length;
        while (Chunk(file, at, out var type, out var length) && type != "IDAT")
        {
            if (!type.All(char.IsAsciiLetter) || at > PictureHeader.LongestBeforePixels)
                throw Broken("PNG", "no pixels where they should be");
            hasKey |= type == "tRNS";
            if (type == "eXIf" && length <= LongestExif) orientation = ExifAt(file, (int)length);
            at += 12 + length;
        }

        var end = Math.Min(file.Length, at + 8);
        return new PngLayout(width, height, depth, kind, first[28] == 1, hasKey) { Orientation = orientation, End = end };
    }

    /// <inheritdoc/>
    public override void RefuseLies(long length)
    {
        if ((Int128)Width * Height * Samples * Depth / 8 > (Int128)length * BestRatio)
            throw Broken("PNG", $"a file of {length} bytes is too short for {Width}x{Height} pixels");
    }

    /// <inheritdoc/>
    public override DecodedPicture Decode(ReadOnlySpan<byte> file, int usedBits)
    {
        var chunks = new PngChunks(file);
        while (chunks.Next())
        {
            // Skia takes a damaged palette and a missing end.
        }

        return Depth == 16 ? Png16.Decode(file, this, usedBits) : SkiaPicture.Decode(file, this);
    }

    // The chunk at a place; false behind the last whole head of one.
    private static bool Chunk(Stream file, long at, out string type, out long length)
    {
        Span<byte> head = stackalloc byte[8];
        (type, length) = ("", 0);
        if (at > file.Length - 8) return false;
        file.Position = at;
        file.ReadExactly(head);
        length = BinaryPrimitives.ReadUInt32BigEndian(head);
        type = System.Text.Encoding.Latin1.GetString(head[4..]);
        return true;
    }

    private static int ExifAt(Stream file, int length)
    {
        var block = new byte[length];
        return Exif.Orientation(block.AsSpan(0, file.ReadAtLeast(block, length, throwOnEndOfStream: false)));
    }
}
