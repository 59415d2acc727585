using System.Buffers.Binary;

namespace Earthmover.Media.Formats;

/// <summary>A still WebP, read by Skia.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="HasAlpha">Whether there is an alpha channel.</param>
internal sealed record WebPLayout(long Width, long Height, bool HasAlpha) : Layout(ImageFormat.WebP, Width, Height, HasAlpha ? 4 : 3, 8)
{
    private const int AnimationFlag = 2, AlphaFlag = 0x10, LongestExif = 1 << 20;

    private uint Promised { get; init; }

    /// <inheritdoc/>
    public override int Working => HasAlpha ? 4 : 5;

    /// <summary>
    /// Reads the chunks: a frame follows at once, or behind a description of the whole file; the orientation stands behind the pixels.
    /// </summary>
    public static WebPLayout Read(Stream file, ReadOnlySpan<byte> start)
    {
        if (start.Length < 30) throw Broken("WebP", "the header is broken or cut off");
        var (width, height, hasAlpha) = (0, 0, false);
        if (start[12..16].SequenceEqual("VP8X"u8))
        {
            if ((start[20] & AnimationFlag) != 0)
                throw new MediaException(MediaProblem.Unsupported, "WebP: animations are not read; extract the frames first");
            (width, height, hasAlpha) = (1 + Le24(start[24..]), 1 + Le24(start[27..]), (start[20] & AlphaFlag) != 0);
        }
        else if (start[12..16].SequenceEqual("VP8 "u8))
        {
            width = BinaryPrimitives.ReadUInt16LittleEndian(start[26..]) & 0x3fff;
            height = BinaryPrimitives.ReadUInt16LittleEndian(start[28..]) & 0x3fff;
        }
        else if (start[12..16].SequenceEqual("VP8L"u8))
        {
            var packed = BinaryPrimitives.ReadUInt32LittleEndian(start[21..]);
            (width, height) = (1 + (int)(packed & 0x3fff), 1 + (int)((packed >> 14) & 0x3fff));
        }
        else
        {
            throw Broken("WebP", "the header is broken or cut off");
        }

        var orientation = 1;
        Span<byte> head = stackalloc byte[13];
        for (var at = 12L; at + 8 <= file.Length;)
        {
            file.Position = at;
            var chunk = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            long length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            // Without loss the frame itself says whether it has alpha.
            if (chunk.StartsWith("VP8L"u8) && chunk.Length == 13) hasAlpha = (chunk[12] & 0x10) != 0;
            if (chunk.StartsWith("ALPH"u8)) hasAlpha = true;
            if (length > file.Length - at - 8) break;
            if (chunk.StartsWith("EXIF"u8) && length <= LongestExif)
            {
                var block = new byte[length];
                file.Position = at + 8;
                file.ReadExactly(block);
                orientation = Exif.Orientation(block);
                break;
            }

            at += 8 + length + (length & 1);
        }

        return new WebPLayout(width, height, hasAlpha)
        {
            Orientation = orientation,
            End = file.Length,
            Promised = BinaryPrimitives.ReadUInt32LittleEndian(start[4..]),
        };
    }

    // What is behind the pixels says how the picture is turned.
    /// <inheritdoc/>
    public override void RefuseLies(long length)
    {
        if (Promised + 8L > length) throw Broken("WebP", "the file ends too early");
    }

    /// <inheritdoc/>
    public override DecodedPicture Decode(ReadOnlySpan<byte> file, int usedBits) => SkiaPicture.Decode(file, this);

    private static int Le24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
