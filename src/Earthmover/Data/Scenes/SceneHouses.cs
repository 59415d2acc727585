using System.Numerics;

namespace Earthmover.Data.Scenes;

/// <summary>Houses: a wall with a door and windows, a roof and a chimney.</summary>
internal static class SceneHouses
{
    private static readonly (Vector3 Wall, Vector3 Roof)[] s_kinds =
    [
        (SceneColors.Of(236, 226, 204), SceneColors.Of(158, 62, 46)), (SceneColors.Of(150, 60, 48), SceneColors.Of(70, 66, 72)),
        (SceneColors.Of(214, 178, 120), SceneColors.Of(108, 70, 52)), (SceneColors.Of(230, 232, 236), SceneColors.Of(72, 84, 104)),
    ];

    /// <summary>Paints a house.</summary>
    /// <param name="canvas">Onto this.</param>
    /// <param name="colors">Of the season.</param>
    /// <param name="house">The house.</param>
    /// <param name="scene">Where it stands.</param>
    public static void Paint(SceneCanvas canvas, SceneColors colors, House house, SceneLayout scene)
    {
        var (wall, roof) = s_kinds[house.Kind];
        var (noise, depth) = (new SceneNoise(scene.Noise + 7), Math.Min(1, house.Depth + 0.2f));
        for (var y = canvas.Place(house.Y - house.Width); y <= canvas.Place(house.Y); y++)
            for (var x = canvas.Place(house.X - (0.62f * house.Width)); x <= canvas.Place(house.X + (0.62f * house.Width)); x++)
            {
                // In widths of the house: across from its middle, up from its foot.
                var (u, v) = ((canvas.At(x) - house.X) / house.Width, (house.Y - canvas.At(y)) / house.Width);
                if (v < 0) continue;
                var facing = 0.72f + ((scene.SunX < house.X ? -u : u) * 0.35f);
                var rise = (v - 0.4f) / 0.3f;
                if (MathF.Abs(u - 0.28f) < 0.05f && v is > 0.55f and < 0.82f)
                    Put(SceneColors.Of(110, 76, 66), facing, SceneLabel.Roof, snow: v > 0.77f);
                if (v < 0.42f && MathF.Abs(u) < 0.5f)
                    Put(Front(u, v), facing, SceneLabel.Wall);
                if (rise is >= 0 and < 1 && MathF.Abs(u) < 0.57f - (0.17f * rise))
                    Put(roof * (0.85f + (0.3f * noise.At(u * 40, v * 60))), facing + 0.15f, SceneLabel.Roof, snow: rise > 0.12f);

                void Put(Vector3 color, float light, SceneLabel label, bool snow = false) => canvas.Paint(x, y,
                    colors.Lit(snow && colors.IsWinter ? SceneColors.Of(240, 244, 252) : color, light, depth), label);
            }

        Vector3 Front(float u, float v)
        {
            if (MathF.Abs(u) < 0.075f && v < 0.27f) return SceneColors.Of(88, 56, 40);
            var isWindow = MathF.Abs(MathF.Abs(u) - 0.29f) < 0.085f && v is > 0.14f and < 0.29f;
            if (!isWindow) return wall * (0.94f + (0.1f * noise.At(u * 30, v * 80)));
            // Somebody is at home when it gets dark.
            return Vector3.Lerp(SceneColors.Of(62, 78, 98), new Vector3(1.35f, 1.1f, 0.55f), SceneNoise.Step(0.35f, 0.6f, scene.Dusk));
        }
    }
}
