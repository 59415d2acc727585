using System.Text;

namespace Earthmover;

/// <summary>Text of others, such as the names of files, made harmless for a terminal and for lists of one line each.</summary>
public static class Printable
{
    /// <summary>
    /// The text with every control character as its code, so that a name can neither color a terminal, nor move its cursor, nor begin a
    /// line of its own.
    /// </summary>
    public static string Of(string text) => Of(text, "");

    /// <summary>The same, but ends of lines and tabs stay: for texts that are lines themselves.</summary>
    public static string Lines(string text) => Of(text, "\n\r\t");

    private static string Of(string text, string kept)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Any(c => IsControl(c) && !kept.Contains(c)))
            return text;
        var safe = new StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = c switch
            {
                _ when kept.Contains(c) => safe.Append(c),
                '\t' => safe.Append("\\t"),
                '\n' => safe.Append("\\n"),
                '\r' => safe.Append("\\r"),
                _ when IsControl(c) => safe.Append(CodeOf(c)),
                _ => safe.Append(c),
            };
        return safe.ToString();
    }

    private static string CodeOf(char c) => c < 0x100 ? $"\\x{(int)c:x2}" : $"\\u{(int)c:x4}";

    // Also what turns the direction of writing, separates lines, or is half of a character.
    private static bool IsControl(char c) =>
        char.IsControl(c) || c is (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f' or '\ufeff';
}
