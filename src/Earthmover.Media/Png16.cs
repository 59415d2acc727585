using System.Buffers.Binary;
using System.IO.Compression;

namespace Earthmover.Media;

/// <summary>PNGs of 16 bits per channel whose values use only the lower ones, as cameras and scanners of 10 to 14 bits write them: read so that their own white becomes white.</summary>
public static class Png16
{
    /// <summary>Decodes to 8 bits per channel.</summary>
    /// <param name="data">The whole file.</param>
    /// <param name="bits">Bits that are used, 8 to 16: 2^bits − 1 becomes 255, and what is above it too.</param>
    /// <param name="maxPixels">Refuses larger pictures, in pixels.</param>
    /// <exception cref="MediaException">Not such a PNG, broken, cut off or too large.</exception>
    public static Image Decode(byte[] data, int bits, long maxPixels = ImageFile.DefaultMaxPixels)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 16);
        using var file = new MemoryStream(data, writable: false);
        var header = PictureHeader.Read(file);
        if (header is not { Format: ImageFormat.Png, Depth: 16 }) throw new MediaException(MediaProblem.Unsupported, "not a PNG of 16 bits");
        if (header.Pixels > maxPixels || header.Pixels * header.Channels > Array.MaxLength) throw new MediaException(MediaProblem.TooLarge, $"{header.Width}x{header.Height} pixels are too many");
        // Byte 25 is the kind of pixels, byte 28 the interlacing.
        var samples = data[25] switch { 0 => 1, 2 => 3, 4 => 2, _ => 4 };
        if (data[28] != 0 || samples != header.Channels) throw new MediaException(MediaProblem.Unsupported, "PNG: with interlacing or a transparent colour the used bits cannot be chosen; save it without");

        var (width, height) = ((int)header.Width, (int)header.Height);
        var pixels = new byte[width * height * samples];
        var (above, row) = (new byte[width * samples * 2], new byte[width * samples * 2]);
        var white = (1 << bits) - 1;
        try
        {
            using var plain = new ZLibStream(PixelData(file), CompressionMode.Decompress);
            for (var y = 0; y < height; y++)
            {
                var filter = plain.ReadByte();
                plain.ReadExactly(row);
                Unfilter(filter, row, above, samples * 2);
                for (var i = 0; i < width * samples; i++)
                {
                    var value = BinaryPrimitives.ReadUInt16BigEndian(row.AsSpan(2 * i));
                    pixels[(y * width * samples) + i] = (byte)Math.Min(255, ((value * 255L) + (white / 2)) / white);
                }

                (above, row) = (row, above);
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw PictureHeader.Broken("PNG", "the pixels are broken or cut off");
        }

        return Image.Adopt(width, height, samples, pixels);
    }

    private static MemoryStream PixelData(Stream file)
    {
        var data = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (var at = 8L; PngHeader.Chunk(file, at, out var type, out var length); at += 12 + length)
        {
            if (type != "IDAT") continue;
            for (var left = Math.Min(length, file.Length - file.Position); left > 0;)
            {
                var count = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                data.Write(buffer, 0, count);
                left -= count;
            }
        }

        data.Position = 0;
        return data;
    }

    // Each byte was written as its difference from what the bytes to the left (a), above (b) and above left (c) foretell.
    private static void Unfilter(int filter, byte[] row, byte[] above, int step)
    {
        if (filter is < 0 or > 4) throw new InvalidDataException();
        for (var i = 0; i < row.Length; i++)
        {
            int a = i >= step ? row[i - step] : 0, b = above[i], c = i >= step ? above[i - step] : 0;
            row[i] += (byte)(filter switch { 1 => a, 2 => b, 3 => (a + b) / 2, 4 => Paeth(a, b, c), _ => 0 });
        }
    }

    private static int Paeth(int a, int b, int c)
    {
        var (toA, toB, toC) = (Math.Abs(b - c), Math.Abs(a - c), Math.Abs(a + b - c - c));
        return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
    }
}
