using Earthmover.Media.Formats;
using SkiaSharp;

namespace Earthmover.Media;

/// <summary>A line of text as a mask.</summary>
/// <param name="Coverage">How much of each pixel is ink, 0–255, <c>[Height, Width]</c>.</param>
/// <param name="Baseline">The row, from the top, on which the letters stand.</param>
public sealed record TextMask(Image Coverage, int Baseline);

/// <summary>Draws text with a font that lies beside the program in <c>fonts</c>, or of the system.</summary>
public static class Font
{
    // In the order of preference; any other TrueType font does if none of them is there.
    private static readonly string[] Preferred =
        ["DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "FreeSans.ttf", "Arial.ttf"];

    private const int LargestSize = 1000, LongestText = 10_000;

    private static readonly Lazy<string?> DefaultFile = new(() => Find(FontFiles.Folders));

    private static readonly Lazy<SKTypeface> s_typeface = new(() => SKTypeface.FromFile(File)
        ?? throw new MediaException(MediaProblem.Corrupt, $"the font {File} could not be read"));

    /// <summary>The font's file that labels are drawn with, or null when the system has no font.</summary>
    public static string? File => DefaultFile.Value;

    /// <summary>Draws one line of text.</summary>
    /// <param name="text">The text; an empty one gives a mask one pixel wide.</param>
    /// <param name="size">The font's em, in pixels, 1–1000.</param>
    /// <exception cref="MediaException">The system has no font; the message says what to install.</exception>
    public static TextMask Draw(string text, int size)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (size is < 1 or > LargestSize || text.Length > LongestText)
            throw new MediaException(
                MediaProblem.BadArgument, $"text is drawn with 1 to {LargestSize} pixels and at most {LongestText} letters");
        _ = File ?? throw new MediaException(MediaProblem.NotInstalled,
            "no TrueType font was found for labels; install the package fonts-dejavu-core");
        Skia.Require();
        using var font = new SKFont(s_typeface.Value, size)
        {
            Edging = SKFontEdging.Antialias,
            Hinting = SKFontHinting.Slight,
            Subpixel = false,
        };
        // Half a character becomes the sign for an unknown one.
        var glyphs = text.EnumerateRunes().Select(rune => font.GetGlyph(rune.Value)).ToArray();
        var (places, left, width) = Place(font, glyphs);
        var metrics = font.Metrics;
        var (ascent, descent) = ((int)Math.Ceiling(-metrics.Ascent), (int)Math.Ceiling(metrics.Descent));
        var height = Math.Max(1, ascent + descent);
        var coverage = new byte[width * height];
        if (glyphs.Length > 0)
            Outlines.Fill(font, glyphs.Zip(places, (glyph, at) => (glyph, new SKPoint(at.X - left, ascent))), coverage, width, height);
        return new TextMask(Image.Adopt(width, height, 1, coverage), ascent);
    }

    // Where each letter stands, where the ink begins, and how far ink and advances reach: ink may be outside of the advances (italics).
    private static (SKPoint[] Places, int Left, int Width) Place(SKFont font, ushort[] glyphs)
    {
        var advances = font.GetGlyphWidths(glyphs, out var ink);
        var kerning = font.Typeface.GetKerningPairAdjustments(glyphs);
        var scale = font.Size / font.Typeface.UnitsPerEm;
        var places = new SKPoint[glyphs.Length];
        var (x, left, right) = (0f, 0f, 0f);
        for (var i = 0; i < glyphs.Length; i++)
        {
            places[i] = new SKPoint(MathF.Round(x), 0);
            left = Math.Min(left, places[i].X + ink[i].Left);
            right = Math.Max(right, places[i].X + ink[i].Right);
            x += advances[i] + (i < kerning.Length ? kerning[i] * scale : 0);
        }

        var start = (int)Math.Floor(left);
        return (places, start, Math.Max(1, (int)Math.Ceiling(Math.Max(x, right)) - start));
    }

    /// <summary>The best font below the folders, or null.</summary>
    internal static string? Find(IEnumerable<string> folders)
    {
        string? best = null;
        var rank = int.MaxValue;
        foreach (var file in FontFiles.Below(folders, ".ttf"))
        {
            var place = Array.IndexOf(Preferred, Path.GetFileName(file));
            if (place < 0) place = Preferred.Length;
            if (place < rank) (best, rank) = (file, place);
        }

        return best;
    }
}
