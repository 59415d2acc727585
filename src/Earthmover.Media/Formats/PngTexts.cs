using System.IO.Compression;
using System.Text;

namespace Earthmover.Media.Formats;

/// <summary>The texts of a PNG.</summary>
internal static class PngTexts
{
    // A text that inflates to more is left out.
    private const int LongestText = 1 << 24;

    private const int MostTexts = 1000;

    /// <summary>Reads all texts, before and behind the pixels; what is not a text as the standard has it is left out.</summary>
    /// <param name="file">The whole file.</param>
    public static List<KeyValuePair<string, string>> Read(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(PngChunks.Signature)) throw new MediaException(MediaProblem.UnknownFormat, "not a PNG file");
        var texts = new List<KeyValuePair<string, string>>();
        var chunks = new PngChunks(file);
        while (chunks.Next())
        {
            var kind = chunks.Type;
            if (!kind.SequenceEqual("tEXt"u8) && !kind.SequenceEqual("zTXt"u8) && !kind.SequenceEqual("iTXt"u8)) continue;
            var end = chunks.Data.IndexOf((byte)0);
            if (end is < 1 or > 79) continue;
            var rest = chunks.Data[(end + 1)..];
            var value = kind.SequenceEqual("tEXt"u8) ? Encoding.Latin1.GetString(rest)
                : kind.SequenceEqual("zTXt"u8) ? Compressed(rest)
                : International(rest);
            if (value is not null && texts.Count < MostTexts) texts.Add(new(Encoding.Latin1.GetString(chunks.Data[..end]), value));
        }

        return texts;
    }

    private static string? Compressed(ReadOnlySpan<byte> rest) =>
        rest.Length > 1 && rest[0] == 0 && Inflated(rest[1..]) is { } text ? Encoding.Latin1.GetString(text) : null;

    // Whether it is compressed, how, the language, and the keyword in that language stand before the text.
    private static string? International(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 2) return null;
        var isCompressed = rest[0] == 1;
        rest = rest[2..];
        for (var skip = 0; skip < 2; skip++)
        {
            var end = rest.IndexOf((byte)0);
            if (end < 0) return null;
            rest = rest[(end + 1)..];
        }

        if (!isCompressed) return Encoding.UTF8.GetString(rest);
        return Inflated(rest) is { } text ? Encoding.UTF8.GetString(text) : null;
    }

    private static byte[]? Inflated(ReadOnlySpan<byte> data)
    {
        try
        {
            using var plain = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
            using var text = new MemoryStream();
            var buffer = new byte[1 << 14];
            for (var count = plain.Read(buffer); count > 0; count = plain.Read(buffer))
            {
                text.Write(buffer, 0, count);
                if (text.Length > LongestText) return null;
            }

            return text.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
