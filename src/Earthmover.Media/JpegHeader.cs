using System.Buffers.Binary;

namespace Earthmover.Media;

/// <summary>The markers of a JPEG before its pixels. Previews and profiles in front are stepped over, however long they are.</summary>
internal static class JpegHeader
{
    private const int StartOfScan = 0xda, EndOfImage = 0xd9, MostStrayBytes = 1 << 16;

    public static PictureHeader Read(Stream file)
    {
        PictureHeader? frame = null;
        Span<byte> head = stackalloc byte[8];
        var at = 2L;
        while (Marker(file, ref at) is var marker and > 0 && marker != EndOfImage && at < PictureHeader.LongestBeforePixels)
        {
            // These stand alone.
            if (marker is 0x01 or (>= 0xd0 and <= 0xd8)) continue;
            if (file.ReadAtLeast(head[..2], 2, throwOnEndOfStream: false) < 2) break;
            var length = BinaryPrimitives.ReadUInt16BigEndian(head);
            if (marker == StartOfScan)
                return frame is null ? throw PictureHeader.Broken("JPEG", "pixels without a size before them") : frame with { End = Math.Min(file.Length, at + length) };
            if (frame is null && marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
            {
                if (file.ReadAtLeast(head[..6], 6, throwOnEndOfStream: false) < 6) break;
                frame = Frame(head, isProgressive: (marker & 3) == 2);
            }

            at += Math.Max(2, (int)length);
        }

        throw PictureHeader.Broken("JPEG", "the header is broken or cut off");
    }

    // Progressive files need all their coefficients at once, two bytes each.
    private static PictureHeader Frame(ReadOnlySpan<byte> frame, bool isProgressive)
    {
        var channels = frame[5] == 1 ? 1 : 3;
        return new(ImageFormat.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), BinaryPrimitives.ReadUInt16BigEndian(frame[1..]), channels, frame[0], isProgressive ? 2 * frame[5] : 0, 0);
    }

    // The next marker's code, with the place behind it; 0 where there is none. Bytes between segments are passed over, as decoders do.
    private static int Marker(Stream file, ref long at)
    {
        file.Position = Math.Min(at, file.Length);
        var previous = 0;
        for (var end = at + MostStrayBytes; at < end && file.ReadByte() is var value and >= 0; previous = value)
        {
            at++;
            if (previous == 0xff && value is not (0 or 0xff)) return value;
        }

        return 0;
    }
}
