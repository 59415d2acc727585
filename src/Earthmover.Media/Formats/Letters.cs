using SkiaSharp;

namespace Earthmover.Media.Formats;

/// <summary>Letters that have colors of their own, as Skia draws them.</summary>
internal static class Letters
{
    /// <summary>Draws one.</summary>
    /// <param name="font">The font.</param>
    /// <param name="character">A character that it has.</param>
    /// <param name="at">The place of its origin.</param>
    /// <param name="side">Pixels of a side.</param>
    /// <returns>RGBA, clear where nothing is drawn, [side, side]; null where nothing is.</returns>
    public static unsafe Image? Draw(SKFont font, string character, SKPoint at, int side)
    {
        using var surface = SKSurface.Create(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        surface.Canvas.Clear(SKColors.Transparent);
        surface.Canvas.DrawText(character, at, SKTextAlign.Left, font, ink);
        var pixels = new byte[checked(side * side * 4)];
        fixed (byte* start = pixels)
        {
            var plain = new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            using var drawn = surface.Snapshot();
            if (!drawn.ReadPixels(plain, (nint)start, side * 4, 0, 0)) return null;
        }

        return Array.Exists(pixels, value => value != 0) ? Image.Adopt(side, side, 4, pixels) : null;
    }
}
