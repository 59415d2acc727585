using System.Buffers.Binary;

namespace Earthmover.Media.Formats;

/// <summary>A JPEG, read by libjpeg-turbo. Previews and profiles in front of the pixels are stepped over, however long they are.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Components">Values per pixel in the file: 1 gray, 3 colors, 4 inks.</param>
/// <param name="Depth">Bits per value.</param>
/// <param name="IsProgressive">Whether the picture comes in several scans, from coarse to fine.</param>
internal sealed record JpegLayout(long Width, long Height, int Components, int Depth, bool IsProgressive)
    : Layout(ImageFormat.Jpeg, Width, Height, Components == 1 ? 1 : 3, Depth)
{
    private const int StartOfScan = 0xda, EndOfImage = 0xd9, ExifSegment = 0xe1, AdobeSegment = 0xee, MostStrayBytes = 1 << 16;

    /// <summary>Whether Adobe's marker is there, with which inks are stored inverted: 255 is none.</summary>
    public bool HasAdobeMarker { get; init; }

    /// <inheritdoc/>
    public override bool IsCmyk => Components == 4;

    // Progressive files need all their coefficients at once, two bytes each; inks are turned into colors in their place.
    /// <inheritdoc/>
    public override int Working => (IsProgressive ? 2 * Components : 0) + (IsCmyk ? 1 : 0);

    /// <summary>Reads the markers before the pixels.</summary>
    public static new JpegLayout Read(Stream file)
    {
        JpegLayout? frame = null;
        var (orientation, hasAdobe) = (0, false);
        Span<byte> head = stackalloc byte[8];
        var at = 2L;
        while (Marker(file, ref at) is var marker and > 0 && marker != EndOfImage && at < PictureHeader.LongestBeforePixels)
        {
            // These stand alone.
            if (marker is 0x01 or (>= 0xd0 and <= 0xd8)) continue;
            if (file.ReadAtLeast(head[..2], 2, throwOnEndOfStream: false) < 2) break;
            var length = Math.Max((ushort)2, BinaryPrimitives.ReadUInt16BigEndian(head));
            if (marker == StartOfScan)
            {
                if (frame is null) throw Broken("JPEG", "pixels without a size before them");
                var end = Math.Min(file.Length, at + length);
                return frame with { Orientation = Math.Max(1, orientation), HasAdobeMarker = hasAdobe, End = end };
            }

            if (frame is null && marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
            {
                if (file.ReadAtLeast(head[..6], 6, throwOnEndOfStream: false) < 6) break;
                frame = Frame(head, isProgressive: (marker & 3) == 2);
            }

            // The first block that is one counts.
            if (orientation == 0 && marker == ExifSegment)
            {
                var block = Content(file, length - 2);
                if (block.AsSpan().StartsWith("Exif\0\0"u8)) orientation = Exif.Orientation(block);
            }

            // Adobe's marker has twelve bytes.
            if (marker == AdobeSegment && length >= 14) hasAdobe |= Content(file, 12).AsSpan().StartsWith("Adobe"u8);
            at += length;
        }

        throw Broken("JPEG", "the header is broken or cut off");
    }

    /// <inheritdoc/>
    public override DecodedPicture Decode(ReadOnlySpan<byte> file, int usedBits)
    {
        var picture = TurboJpeg.Decode(file, this);
        if (IsCmyk) picture.Narrow(3, ToRgb);
        return picture;
    }

    private static JpegLayout Frame(ReadOnlySpan<byte> frame, bool isProgressive)
    {
        int depth = frame[0], components = frame[5];
        if (components is not (1 or 3 or 4))
            throw new MediaException(MediaProblem.Unsupported, $"JPEG: {components} components of an unknown kind");
        if (depth != 8) throw new MediaException(MediaProblem.Unsupported, $"JPEG: {depth} bits per channel are not read");
        var (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(frame[1..]), BinaryPrimitives.ReadUInt16BigEndian(frame[3..]));
        return new JpegLayout(width, height, components, depth, isProgressive) { End = 0 };
    }

    private static byte[] Content(Stream file, int length)
    {
        var content = new byte[length];
        return content[..file.ReadAtLeast(content, length, throwOnEndOfStream: false)];
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

    // What paper shows under four inks.
    private void ToRgb(ReadOnlySpan<byte> inks, Span<byte> rgb)
    {
        var flip = HasAdobeMarker ? 0 : 255;
        var light = inks[3] ^ flip;
        for (var c = 0; c < 3; c++) rgb[c] = (byte)((((inks[c] ^ flip) * light) + 127) / 255);
    }
}
