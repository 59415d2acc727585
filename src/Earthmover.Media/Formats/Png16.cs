using System.Buffers.Binary;
using System.IO.Compression;

namespace Earthmover.Media.Formats;

/// <summary>
/// The pixels of PNGs of 16 bits per channel. Skia cuts the lower half off; here values are scaled and rounded.
/// Cameras and scanners of 10 to 14 bits use only the lower bits: these are read so that their own white becomes white.
/// </summary>
internal static class Png16
{
    private readonly record struct Pass(int Left, int Top, int Across, int Down);

    private static readonly Pass[] s_whole = [new(0, 0, 1, 1)];

    private static readonly Pass[] s_interlaced =
        [new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2)];

    /// <summary>Decodes to 8 bits per channel.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="layout">What its header says.</param>
    /// <param name="usedBits">Bits that are used, 8 to 16: 2^bits − 1 becomes 255, and what is above it too.</param>
    public static DecodedPicture Decode(ReadOnlySpan<byte> file, PngLayout layout, int usedBits)
    {
        using var compressed = new MemoryStream();
        ushort[]? key = null;
        var chunks = new PngChunks(file);
        while (chunks.Next())
        {
            if (chunks.Type.SequenceEqual("IDAT"u8)) compressed.Write(chunks.Data);
            if (chunks.Type.SequenceEqual("tRNS"u8)) key = KeyOf(chunks.Data, layout.Samples);
        }

        if (layout.HasKey && key is null) throw new MediaException(MediaProblem.Corrupt, "PNG: the transparent color is broken");
        compressed.Position = 0;
        var picture = DecodedPicture.Allocate(layout);
        try
        {
            using var plain = new ZLibStream(compressed, CompressionMode.Decompress);
            foreach (var pass in layout.IsInterlaced ? s_interlaced : s_whole) Read(plain, pass, picture, layout.Samples, key, usedBits);
            return picture;
        }
        catch (Exception error)
        {
            picture.Dispose();
            if (error is not (InvalidDataException or EndOfStreamException)) throw;
            throw new MediaException(MediaProblem.Corrupt, "PNG: the pixels are broken or cut off");
        }
    }

    private static ushort[]? KeyOf(ReadOnlySpan<byte> data, int samples)
    {
        if (data.Length < 2 * samples) return null;
        var key = new ushort[samples];
        for (var i = 0; i < samples; i++) key[i] = BinaryPrimitives.ReadUInt16BigEndian(data[(2 * i)..]);
        return key;
    }

    private static void Read(Stream plain, Pass pass, DecodedPicture picture, int samples, ushort[]? key, int usedBits)
    {
        var columns = (picture.Width - pass.Left + pass.Across - 1) / pass.Across;
        if (columns <= 0) return;
        var white = (1 << usedBits) - 1;
        var step = samples * 2;
        var (above, row) = (new byte[columns * step], new byte[columns * step]);
        for (var y = pass.Top; y < picture.Height; y += pass.Down)
        {
            var filter = plain.ReadByte();
            plain.ReadExactly(row);
            Unfilter(filter, row, above, step);
            var target = picture.RowToFill(y);
            for (var i = 0; i < columns; i++)
            {
                var at = (pass.Left + (i * pass.Across)) * picture.Channels;
                var isKey = key is not null;
                for (var k = 0; k < samples; k++)
                {
                    var value = BinaryPrimitives.ReadUInt16BigEndian(row.AsSpan((i * step) + (2 * k)));
                    isKey = isKey && value == key![k];
                    target[at + k] = (byte)Math.Min(255, ((value * 255L) + (white / 2)) / white);
                }

                if (key is not null) target[at + samples] = isKey ? (byte)0 : (byte)255;
            }

            (above, row) = (row, above);
        }
    }

    // Each byte was written as its difference from what the bytes to the left (a), above (b) and above left (c) foretell.
    private static void Unfilter(int filter, byte[] row, byte[] above, int step)
    {
        if (filter < 0) throw new EndOfStreamException();
        if (filter > 4) throw new InvalidDataException();
        for (var i = 0; i < row.Length; i++)
        {
            int a = i >= step ? row[i - step] : 0, b = above[i], c = i >= step ? above[i - step] : 0;
            row[i] += PngFilter.Foretold(filter, a, b, c);
        }
    }
}
