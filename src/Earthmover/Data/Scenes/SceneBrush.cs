using System.Numerics;

namespace Earthmover.Data.Scenes;

/// <summary>A painter's hand: short strokes of one color each, from a palette of ten.</summary>
internal static class SceneBrush
{
    // Ultramarine to yellow, as of post-impressionist landscapes: dark to bright, cold to warm.
    private static readonly Vector3[] s_paints =
    [
        SceneColors.Of(28, 34, 62), SceneColors.Of(38, 66, 128), SceneColors.Of(70, 116, 178), SceneColors.Of(138, 178, 204),
        SceneColors.Of(34, 78, 66), SceneColors.Of(96, 132, 62), SceneColors.Of(172, 178, 82),
        SceneColors.Of(122, 70, 48), SceneColors.Of(222, 172, 66), SceneColors.Of(244, 230, 178),
    ];

    /// <summary>The picture of a canvas in strokes.</summary>
    /// <param name="canvas">The canvas.</param>
    /// <param name="planes">Takes [3, side, side].</param>
    public static void CopyPainting(SceneCanvas canvas, Span<byte> planes)
    {
        canvas.CopyPicture(planes);
        var side = canvas.Side / 2;
        var (area, from) = (side * side, planes.ToArray());
        Vector3 At(int at) => new Vector3(from[at], from[at + area], from[at + (2 * area)]) / 255;
        for (var at = 0; at < area; at++)
            Put(planes, area, at, Nearest(At(at)));
        // Strokes over that ground, six by two at 64 pixels, each at a slope of its own.
        var (length, breadth) = (Math.Max(2, side * 3 / 32), Math.Max(1, side / 32));
        var noise = new SceneNoise(977);
        for (var top = 0; top < side; top += breadth)
            for (var left = -(top / breadth % 2 * length / 2); left < side; left += length)
            {
                var slope = (noise.At(left * 0.11f, top * 0.11f) - 0.5f) * 2;
                var (x, y) = (Math.Clamp(left + (length / 2), 0, side - 1), Math.Clamp(top + (breadth / 2), 0, side - 1));
                var at = (y * side) + x;
                // A little brighter or darker than what is there, so that plain sky has strokes too.
                var light = (noise.At(left * 0.9f, top * 0.9f) - 0.5f) * 0.22f;
                var color = Nearest(At(at) + new Vector3(light));
                for (var i = 0; i < length * breadth; i++)
                {
                    var (along, across) = (i % length, i / length);
                    var (column, row) = (left + along, top + across + (int)MathF.Round(slope * (along - (length / 2f)) / 2));
                    if (column >= 0 && column < side && row >= 0 && row < side)
                        Put(planes, area, (row * side) + column, color);
                }
            }
    }

    private static void Put(Span<byte> planes, int area, int at, Vector3 color)
    {
        for (var c = 0; c < 3; c++)
            planes[(c * area) + at] = (byte)((color[c] * 255) + 0.5f);
    }

    private static Vector3 Nearest(Vector3 color) => s_paints.MinBy(paint => Vector3.DistanceSquared(paint, color));
}
