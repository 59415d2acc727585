using System.Text;

namespace Earthmover.Data.Formats;

/// <summary>
/// The lines of a UTF-8 text, one at a time and trimmed; empty ones are passed over. Of a very long line only its start is kept.
/// </summary>
internal static class TextFile
{
    private const int Block = 1 << 16;

    /// <summary>Reads a file from its start to its end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">Characters of a line that are kept, code units.</param>
    /// <returns>The line, and whether it went on.</returns>
    /// <exception cref="UserException">Unreadable, or not a UTF-8 text.</exception>
    public static IEnumerable<(string Text, bool IsCut)> Lines(string path, int most)
    {
        using var file = DataFile.Open(path);
        var decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
        var bytes = new byte[Block];
        var characters = new char[Block + 4];
        var line = new StringBuilder();
        var isCut = false;
        for (long at = 0, got = -1; got != 0; at += got)
        {
            got = Read(path, file, bytes);
            var count = Decode(path, decoder, bytes.AsSpan(0, (int)got), characters, at);
            for (var i = 0; i < count;)
            {
                var end = characters.AsSpan(i, count - i).IndexOf('\n');
                var part = characters.AsMemory(i, (end < 0 ? count : i + end) - i);
                isCut |= !Append(line, part.Span, most);
                i += part.Length + (end < 0 ? 0 : 1);
                if (end < 0) continue;
                if (Trimmed(line) is { Length: > 0 } whole) yield return (whole, isCut);
                line.Clear();
                isCut = false;
            }
        }

        if (Trimmed(line) is { Length: > 0 } last) yield return (last, isCut);
    }

    // Nothing is kept of the spaces before a line, so that a line of nothing else takes nothing.
    private static bool Append(StringBuilder line, ReadOnlySpan<char> part, int most)
    {
        if (line.Length == 0) part = part.TrimStart().TrimStart('\uFEFF').TrimStart();
        var room = most - line.Length;
        line.Append(part[..Math.Min(room, part.Length)]);
        return part.Length <= room || part[room..].IsWhiteSpace();
    }

    private static string Trimmed(StringBuilder line) => line.ToString().Trim();

    private static int Read(string path, Stream file, byte[] into)
    {
        try
        {
            return file.Read(into);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read: {DataFile.Reason(error)}");
        }
    }

    private static int Decode(string path, Decoder decoder, ReadOnlySpan<byte> bytes, char[] characters, long at)
    {
        try
        {
            var count = decoder.GetChars(bytes, characters, flush: bytes.IsEmpty);
            return characters.AsSpan(0, count).Contains('\0')
                ? throw new UserException($"{path} is not a UTF-8 text (it contains zero bytes); save it as UTF-8")
                : count;
        }
        catch (DecoderFallbackException error)
        {
            throw new UserException($"{path} is not a UTF-8 text (byte {at + error.Index}); save it as UTF-8");
        }
    }
}
