using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Earthmover.Media.Formats;

/// <summary>Writes PNGs of 8 bits per channel with texts; Skia's encoder knows neither texts nor gray with alpha.</summary>
internal static class PngWriter
{
    private const int LongestKey = 79;

    /// <summary>Encodes a picture; the texts stand before the pixels.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="texts">Keyword and value; plain ASCII is written as tEXt, everything else as iTXt.</param>
    /// <param name="level">zlib's level, 0 to 9.</param>
    public static byte[] Encode(Image image, IEnumerable<KeyValuePair<string, string>> texts, int level)
    {
        if (level is < 0 or > 9) throw new MediaException(MediaProblem.BadArgument, $"PNG: a level is 0 to 9, not {level}");
        using var file = new MemoryStream();
        file.Write(PngChunks.Signature);
        byte kind = image.Channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 };
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        (header[8], header[9]) = (8, kind);
        Write(file, "IHDR"u8, header);
        foreach (var (key, value) in texts) WriteText(file, key, value);
        Write(file, "IDAT"u8, Compressed(image, level));
        Write(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Write(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        var sum = new Crc32();
        sum.Append(type);
        sum.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, sum.GetCurrentHashAsUInt32());
        file.Write(number);
    }

    private static void WriteText(Stream file, string key, string value)
    {
        if (key.Length is 0 or > LongestKey || !Ascii.IsValid(key))
            throw new MediaException(MediaProblem.BadArgument, "PNG: a text's keyword must have 1 to 79 ASCII characters");
        // Behind the keyword's end: not compressed, no language, no translated keyword.
        if (Ascii.IsValid(value)) Write(file, "tEXt"u8, Encoding.ASCII.GetBytes($"{key}\0{value}"));
        else Write(file, "iTXt"u8, Encoding.UTF8.GetBytes($"{key}\0\0\0\0\0{value}"));
    }

    private static byte[] Compressed(Image image, int level)
    {
        var data = new MemoryStream();
        using (var deflated = new ZLibStream(data, new ZLibCompressionOptions { CompressionLevel = level }))
        {
            var (step, stride) = (image.Channels, image.Width * image.Channels);
            // With the zeros that stand to the left of each row.
            var (row, above) = (new byte[step + stride], new byte[step + stride]);
            var filtered = Enumerable.Range(0, PngFilter.Count).Select(_ => new byte[1 + stride]).ToArray();
            for (var y = 0; y < image.Height; y++)
            {
                image.Row(y).CopyTo(row.AsSpan(step));
                deflated.Write(filtered[level == 0 ? Filter(0, row, above, filtered[0]) : Best(row, above, filtered)]);
                (row, above) = (above, row);
            }
        }

        return data.ToArray();
    }

    // The filter whose differences are smallest, as the standard advises.
    private static int Best(byte[] row, byte[] above, byte[][] filtered)
    {
        var (best, least) = (0, long.MaxValue);
        for (var filter = 0; filter < PngFilter.Count; filter++)
        {
            _ = Filter(filter, row, above, filtered[filter]);
            var sum = 0L;
            foreach (var difference in filtered[filter].AsSpan(1)) sum += Math.Abs((int)(sbyte)difference);
            if (sum < least) (best, least) = (filter, sum);
        }

        return best;
    }

    // One loop for each filter: asking in every byte which it is takes three times as long.
    private static int Filter(int filter, byte[] row, byte[] above, byte[] result)
    {
        result[0] = (byte)filter;
        var target = result.AsSpan(1);
        var step = row.Length - target.Length;
        ReadOnlySpan<byte> here = row.AsSpan(step), left = row.AsSpan(0, target.Length);
        ReadOnlySpan<byte> up = above.AsSpan(step, target.Length), corner = above.AsSpan(0, target.Length);
        switch (filter)
        {
            case 0:
                here.CopyTo(target);
                break;
            case 1:
                for (var i = 0; i < target.Length; i++) target[i] = (byte)(here[i] - left[i]);
                break;
            case 2:
                for (var i = 0; i < target.Length; i++) target[i] = (byte)(here[i] - up[i]);
                break;
            case 3:
                for (var i = 0; i < target.Length; i++) target[i] = (byte)(here[i] - ((left[i] + up[i]) / 2));
                break;
            default:
                for (var i = 0; i < target.Length; i++) target[i] = (byte)(here[i] - PngFilter.Nearest(left[i], up[i], corner[i]));
                break;
        }

        return filter;
    }
}
