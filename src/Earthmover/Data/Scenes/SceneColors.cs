using System.Numerics;

namespace Earthmover.Data.Scenes;

/// <summary>The colors of a season at an hour.</summary>
internal sealed class SceneColors
{
    /// <summary>Mixes them.</summary>
    /// <param name="layout">Whose hour it is.</param>
    /// <param name="isWinter">The season.</param>
    public SceneColors(SceneLayout layout, bool isWinter)
    {
        var dusk = layout.Dusk;
        IsWinter = isWinter;
        Zenith = Vector3.Lerp(isWinter ? Of(104, 144, 190) : Of(52, 112, 200), Of(58, 62, 118), dusk);
        Haze = Vector3.Lerp(isWinter ? Of(222, 230, 238) : Of(192, 220, 240), isWinter ? Of(250, 190, 160) : Of(252, 172, 108), dusk);
        Sun = Vector3.Lerp(Of(255, 252, 235), Of(255, 196, 110), dusk);
        // Light of the sun and of the sky; late, the one is warm and the other weak.
        Light = Vector3.Lerp(new(1.08f, 1.05f, 0.98f), new(1.12f, 0.84f, 0.62f), dusk);
        Shade = Vector3.Lerp(isWinter ? new(0.66f, 0.74f, 0.9f) : new(0.5f, 0.58f, 0.66f), new(0.4f, 0.38f, 0.52f), dusk);
    }

    /// <summary>Whether it is winter.</summary>
    public bool IsWinter { get; }

    /// <summary>The sky above.</summary>
    public Vector3 Zenith { get; }

    /// <summary>The sky at the horizon, and what is far away.</summary>
    public Vector3 Haze { get; }

    /// <summary>The sun.</summary>
    public Vector3 Sun { get; }

    /// <summary>What full light makes of white.</summary>
    public Vector3 Light { get; }

    /// <summary>What shade makes of white.</summary>
    public Vector3 Shade { get; }

    /// <summary>A color in the light.</summary>
    /// <param name="color">The color.</param>
    /// <param name="light">0 in the shade, 1 towards the sun.</param>
    /// <param name="depth">0 at the horizon, where haze covers it, 1 near.</param>
    public Vector3 Lit(Vector3 color, float light, float depth)
    {
        var lit = color * Vector3.Lerp(Shade, Light, Math.Clamp(light, 0, 1));
        return Vector3.Lerp(lit, Haze, 0.72f * (1 - depth) * (1 - depth));
    }

    /// <summary>A color by its bytes.</summary>
    public static Vector3 Of(int r, int g, int b) => new Vector3(r, g, b) / 255;
}
