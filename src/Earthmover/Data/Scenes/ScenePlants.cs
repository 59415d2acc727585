using System.Numerics;

namespace Earthmover.Data.Scenes;

/// <summary>Trees of two kinds.</summary>
internal static class ScenePlants
{
    /// <summary>Paints a tree.</summary>
    /// <param name="canvas">Onto this.</param>
    /// <param name="colors">Of the season.</param>
    /// <param name="tree">The tree.</param>
    /// <param name="sun">Place of the sun across.</param>
    public static void Paint(SceneCanvas canvas, SceneColors colors, Tree tree, float sun)
    {
        var (noise, wide) = (new SceneNoise(tree.Seed), tree.Height * (tree.IsConifer ? 0.3f : 0.55f));
        var work = new Work(canvas, colors, tree, noise, sun < tree.X ? -1 : 1);
        var balls = tree.IsConifer ? [] : Enumerable.Range(0, 5).Select(i => BallOfLeaves(noise, i)).ToArray();
        for (var y = canvas.Place(tree.Y - (tree.Height * 1.05f)); y <= canvas.Place(tree.Y); y++)
            for (var x = canvas.Place(tree.X - wide); x <= canvas.Place(tree.X + wide); x++)
            {
                // From the foot: up to 1 at the top, and across.
                var (u, v) = ((canvas.At(x) - tree.X) / tree.Height, (tree.Y - canvas.At(y)) / tree.Height);
                if (v < 0) continue;
                if (tree.IsConifer) Conifer(work, x, y, u, v);
                else Broadleaf(work, balls, x, y, u, v);
            }
    }

    // One of the balls of leaves that a crown consists of.
    private static (Vector2 Middle, float Radius) BallOfLeaves(SceneNoise noise, int i) =>
        (new((noise.At(i * 3.7f, 5) - 0.5f) * 0.5f, 0.48f + (0.34f * noise.At(i * 5.3f, 50))), 0.17f + (0.09f * noise.At(i * 2.9f, 80)));

    private readonly record struct Work(SceneCanvas Canvas, SceneColors Colors, Tree Tree, SceneNoise Noise, int Side);

    private static void Conifer(Work work, int x, int y, float u, float v)
    {
        var (canvas, colors, tree, noise, side) = work;
        // Tiers of branches, each wider at its lower end.
        var tier = (v * 6) - MathF.Floor(v * 6);
        var half = 0.25f * (1 - v) * (1.12f - (0.42f * tier)) * (0.82f + (0.36f * noise.At(v * 26, u > 0 ? 3 : 9)));
        if (v > 0.08f && MathF.Abs(u) < half)
        {
            var light = 0.45f + (side * u / Math.Max(half, 0.01f) * 0.35f) - (0.25f * tier) + (0.35f * (noise.At(u * 60, v * 60) - 0.4f));
            var green = Vector3.Lerp(SceneColors.Of(24, 62, 44), SceneColors.Of(62, 106, 62), noise.At(u * 30, v * 40));
            if (colors.IsWinter)
            {
                // Snow lies on what points up.
                var lies = SceneNoise.Step(0.45f, 0.75f, 1 - tier + (0.5f * (noise.At(u * 22, v * 30) - 0.5f)));
                (green, light) = (Vector3.Lerp(green, SceneColors.Of(238, 243, 252), 0.85f * lies), Math.Max(light, 0.6f * lies));
            }

            canvas.Paint(x, y, colors.Lit(green, light, tree.Depth), SceneLabel.Conifer);
        }
        else if (v <= 0.1f && MathF.Abs(u) < 0.028f)
            canvas.Paint(x, y, colors.Lit(SceneColors.Of(84, 62, 46), 0.4f, tree.Depth), SceneLabel.Conifer);
    }

    private static void Broadleaf(Work work, (Vector2 Middle, float Radius)[] balls, int x, int y, float u, float v)
    {
        var (canvas, colors, tree, noise, side) = work;
        var (crown, across, up) = (0f, 0f, 0f);
        // How deep in the deepest ball, and which way its surface looks.
        for (var i = 0; i < balls.Length; i++)
        {
            var (middle, usual) = balls[i];
            var radius = usual + (0.05f * (noise.At((u * 22) + i, v * 22) - 0.5f));
            var inside = 1 - (Vector2.Distance(new(u, v), middle) / radius);
            if (inside > crown) (crown, across, up) = (inside, (u - middle.X) / radius, (v - middle.Y) / radius);
        }

        var trunk = v < 0.5f && MathF.Abs(u + (0.02f * MathF.Sin(v * 9))) < 0.034f - (0.03f * v);
        if (trunk)
            canvas.Paint(x, y, colors.Lit(SceneColors.Of(92, 70, 52), 0.45f + (side * u * 6), tree.Depth), SceneLabel.Broadleaf);
        if (crown <= 0) return;
        if (!colors.IsWinter)
        {
            var leaves = Vector3.Lerp(SceneColors.Of(52, 98, 34), SceneColors.Of(128, 160, 58), noise.Fractal(u * 18, v * 18, 3));
            var light = 0.42f + (0.32f * side * across) + (0.35f * up) + (0.5f * (noise.At(u * 48, v * 48) - 0.5f));
            canvas.Paint(x, y, colors.Lit(leaves, light, tree.Depth), SceneLabel.Broadleaf);
            return;
        }

        // Twigs: thin where the noise passes its middle, with snow on them.
        var twigs = SceneNoise.Step(0.16f, 0.02f, MathF.Abs(noise.Fractal(u * 16, v * 12, 2) - 0.5f)) * SceneNoise.Step(0, 0.25f, crown);
        var snow = SceneNoise.Step(0.5f, 0.7f, noise.At(u * 36, v * 36));
        var bark = Vector3.Lerp(SceneColors.Of(92, 76, 66), SceneColors.Of(232, 238, 248), snow);
        canvas.Paint(x, y, colors.Lit(bark, 0.55f, tree.Depth), SceneLabel.Broadleaf, 0.2f + (0.7f * twigs));
        canvas.Labels[(y * canvas.Side) + x] = SceneLabel.Broadleaf;
    }
}
