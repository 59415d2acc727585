using System.Buffers.Binary;

namespace Earthmover.Media;

/// <summary>The chunks of a PNG before its pixels.</summary>
internal static class PngHeader
{
    // Deflate makes at most 1032 bytes of one.
    private const long BestRatio = 1032;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    public static PictureHeader Read(Stream file)
    {
        Span<byte> first = stackalloc byte[33];
        file.Position = 0;
        if (file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) < first.Length || !first[12..16].SequenceEqual("IHDR"u8))
            throw PictureHeader.Broken("PNG", "the header is broken or cut off");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(first[16..]), BinaryPrimitives.ReadUInt32BigEndian(first[20..]));
        var (depth, kind) = (first[24], first[25]);
        var samples = kind switch { 0 or 3 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
        if (samples == 0 || depth is not (1 or 2 or 4 or 8 or 16)) throw PictureHeader.Broken("PNG", "an unknown kind of pixels");
        if ((Int128)width * height * samples * depth / 8 > (Int128)file.Length * BestRatio)
            throw PictureHeader.Broken("PNG", $"a file of {file.Length} bytes is too short for {width}x{height} pixels");

        var hasKey = false;
        var at = 8L;
        while (Chunk(file, at, out var type, out var length) && type != "IDAT")
        {
            if (!type.All(char.IsAsciiLetter) || at > PictureHeader.LongestBeforePixels) throw PictureHeader.Broken("PNG", "no pixels where they should be");
            hasKey |= type == "tRNS";
            at += 12 + length;
        }

        var channels = (kind is 0 or 4 ? 1 : 3) + (kind is 4 or 6 || hasKey ? 1 : 0);
        return new PictureHeader(ImageFormat.Png, width, height, channels, depth, 0, Math.Min(file.Length, at + 8));
    }

    /// <summary>The chunk at a place; false behind the last whole head of one.</summary>
    public static bool Chunk(Stream file, long at, out string type, out long length)
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
}
