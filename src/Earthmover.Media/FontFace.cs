using System.Text;
using Earthmover.Media.Formats;
using SkiaSharp;

namespace Earthmover.Media;

/// <summary>Where the ink of a letter lies, in ems from its origin: up and to the right are positive.</summary>
/// <param name="Left">The leftmost ink.</param>
/// <param name="Right">The rightmost ink.</param>
/// <param name="Bottom">The lowest ink.</param>
/// <param name="Top">The highest ink.</param>
public readonly record struct InkBox(double Left, double Right, double Bottom, double Top);

/// <summary>One face of a font file, whose letters are drawn one by one, each for itself.</summary>
public sealed class FontFace : IDisposable
{
    // Large enough that nothing is rounded.
    private const float Em = 1024;

    private readonly SKTypeface _typeface;

    private FontFace(string file, SKTypeface typeface)
    {
        (File, _typeface) = (file, typeface);
        Name = typeface.PostScriptName is { Length: > 0 } own ? own : Path.GetFileNameWithoutExtension(file);
    }

    /// <summary>What it calls itself, such as <c>DejaVuSans-Bold</c>; its file's name where it does not.</summary>
    public string Name { get; }

    /// <summary>The file that it is in.</summary>
    public string File { get; }

    /// <summary>Opens a face.</summary>
    /// <param name="file">A TrueType or OpenType file, or a collection of them.</param>
    /// <param name="face">Which face of a collection.</param>
    /// <returns>Null where the file is no font that can be read, or has no such face.</returns>
    public static FontFace? Open(string file, int face = 0)
    {
        Skia.Require();
        return SKTypeface.FromFile(file, face) is { } typeface ? new(file, typeface) : null;
    }

    /// <summary>Whether it has a letter for a character, and one with ink: what it has not, it would draw as a box.</summary>
    /// <param name="character">The character.</param>
    public bool Has(Rune character) => InkOf(character) is not null;

    /// <summary>Where the ink of a letter lies; null where there is no such letter, or no ink.</summary>
    /// <param name="character">The character.</param>
    public InkBox? InkOf(Rune character)
    {
        using var font = Sized(Em);
        var glyph = font.GetGlyph(character.Value);
        if (glyph == 0) return null;
        using var outline = font.GetGlyphPath(glyph);
        if (outline is null || outline.IsEmpty) return null;
        var box = outline.TightBounds;
        return new(box.Left / Em, box.Right / Em, -box.Bottom / Em, -box.Top / Em);
    }

    /// <summary>Draws a letter into a square: its ink in the middle from left to right.</summary>
    /// <param name="character">A character that it has.</param>
    /// <param name="side">Pixels of a side.</param>
    /// <param name="em">Pixels of an em.</param>
    /// <param name="baseline">The row, from the top, on which letters stand, pixels.</param>
    /// <returns>How much of each pixel is ink, 0–255, <c>[side, side]</c>.</returns>
    /// <exception cref="ArgumentException">It has no such letter.</exception>
    public Image Draw(Rune character, int side, double em, double baseline)
    {
        var ink = InkOf(character) ?? throw new ArgumentException($"{Name} has no letter for {character}", nameof(character));
        using var font = Sized((float)em);
        var coverage = new byte[checked(side * side)];
        var left = (side - ((ink.Left + ink.Right) * em)) / 2;
        Outlines.Fill(font, [(font.GetGlyph(character.Value), new SKPoint((float)left, (float)baseline))], coverage, side, side);
        return Image.Adopt(side, side, 1, coverage);
    }

    /// <summary>Draws a character as the picture in colors that it is in a font of emoji: as large as fits, in the middle.</summary>
    /// <param name="character">The character.</param>
    /// <param name="side">Pixels of a side.</param>
    /// <returns>RGBA, clear where nothing is drawn, <c>[side, side]</c>; null where the font has no such picture.</returns>
    public Image? DrawInColors(Rune character, int side)
    {
        using var probe = Sized(side);
        var glyph = probe.GetGlyph(character.Value);
        probe.GetGlyphWidths([glyph], out var boxes);
        var longest = Math.Max(boxes[0].Width, boxes[0].Height);
        if (glyph == 0 || longest <= 0) return null;
        using var font = Sized(side * side / longest);
        font.GetGlyphWidths([glyph], out boxes);
        return Letters.Draw(font, character.ToString(), new((side / 2f) - boxes[0].MidX, (side / 2f) - boxes[0].MidY), side);
    }

    /// <summary>Frees the face.</summary>
    public void Dispose() => _typeface.Dispose();

    // Without hinting, so that a letter has one form at all sizes.
    private SKFont Sized(float em) => new(_typeface, em) { Edging = SKFontEdging.Antialias, Hinting = SKFontHinting.None, Subpixel = true };
}
