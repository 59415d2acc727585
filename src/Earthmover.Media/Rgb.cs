using System.Globalization;

namespace Earthmover.Media;

/// <summary>An opaque sRGB color.</summary>
/// <param name="R">Red, 0–255.</param>
/// <param name="G">Green, 0–255.</param>
/// <param name="B">Blue, 0–255.</param>
public readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>Black.</summary>
    public static Rgb Black { get; } = new(0, 0, 0);

    /// <summary>White.</summary>
    public static Rgb White { get; } = new(255, 255, 255);

    /// <summary>Reads <c>black</c>, <c>white</c>, <c>gray</c>, <c>#rgb</c> or <c>#rrggbb</c> (the sign may be left out).</summary>
    /// <param name="text">The text to read.</param>
    /// <param name="color">The color, when the text is one.</param>
    /// <returns>Whether the text is a color.</returns>
    public static bool TryParse(string text, out Rgb color)
    {
        ArgumentNullException.ThrowIfNull(text);
        color = Black;
        switch (text)
        {
            case "black": return true;
            case "white": color = White; return true;
            case "gray" or "grey": color = new Rgb(128, 128, 128); return true;
        }

        var digits = text.StartsWith('#') ? text[1..] : text;
        if (digits.Length == 3) digits = string.Concat(digits.Select(c => new string(c, 2)));
        if (digits.Length != 6
            || !int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        color = new Rgb((byte)(value >> 16), (byte)(value >> 8), (byte)value);
        return true;
    }

    /// <summary>Luma with the weights of ITU-R BT.601, as <see cref="ImageOperations.ToGray"/> uses them.</summary>
    public byte Luma => (byte)(((19595 * R) + (38470 * G) + (7471 * B) + 32768) >> 16);

    /// <inheritdoc/>
    public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";
}
