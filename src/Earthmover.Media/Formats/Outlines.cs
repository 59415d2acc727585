using SkiaSharp;

namespace Earthmover.Media.Formats;

/// <summary>Outlines of letters, filled.</summary>
internal static class Outlines
{
    /// <summary>Fills outlines. Skia's own letters are made bolder, for screens on which light and dark do not mix as bytes do.</summary>
    /// <param name="font">The font.</param>
    /// <param name="letters">Its letters, each with the place of its origin.</param>
    /// <param name="coverage">Takes how much of each pixel is ink, 0–255, <c>[height, width]</c>; all 0 before.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static unsafe void Fill(SKFont font, IEnumerable<(ushort Glyph, SKPoint At)> letters, byte[] coverage, int width, int height)
    {
        fixed (byte* pixels = coverage)
        {
            var mask = new SKImageInfo(width, height, SKColorType.Alpha8, SKAlphaType.Premul);
            using var surface = SKSurface.Create(mask, (nint)pixels, width);
            using var ink = new SKPaint { Color = SKColors.White, IsAntialias = true };
            foreach (var (glyph, at) in letters)
            {
                using var outline = font.GetGlyphPath(glyph);
                if (outline is null) continue;
                surface.Canvas.Save();
                surface.Canvas.Translate(at.X, at.Y);
                surface.Canvas.DrawPath(outline, ink);
                surface.Canvas.Restore();
            }

            surface.Flush();
        }
    }
}
