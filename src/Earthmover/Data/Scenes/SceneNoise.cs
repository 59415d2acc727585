namespace Earthmover.Data.Scenes;

/// <summary>Smooth noise of the plane, a function of its place and its seed alone.</summary>
/// <param name="seed">Another seed, another noise.</param>
internal readonly struct SceneNoise(uint seed)
{
    /// <summary>Noise whose features have a size of one.</summary>
    /// <returns>0 to 1.</returns>
    public float At(float x, float y)
    {
        int left = (int)MathF.Floor(x), top = (int)MathF.Floor(y);
        float u = Ease(x - left), v = Ease(y - top);
        float above = Mix(Corner(left, top), Corner(left + 1, top), u), below = Mix(Corner(left, top + 1), Corner(left + 1, top + 1), u);
        return Mix(above, below, v);
    }

    /// <summary>The same with finer and finer detail, each half as strong and half as large as the one before.</summary>
    /// <param name="x">Across.</param>
    /// <param name="y">Down.</param>
    /// <param name="octaves">How many sizes of detail.</param>
    /// <returns>0 to 1, mostly near the middle.</returns>
    public float Fractal(float x, float y, int octaves)
    {
        var (sum, weight, total) = (0f, 1f, 0f);
        for (var i = 0; i < octaves; i++)
        {
            sum += weight * At(x, y);
            total += weight;
            // Shifted, so that the lattices of two sizes do not coincide.
            (x, y, weight) = ((x * 2) + 17.3f, (y * 2) + 9.7f, weight / 2);
        }

        return sum / total;
    }

    /// <summary>From one value to another.</summary>
    public static float Mix(float from, float to, float share) => from + ((to - from) * share);

    /// <summary>0 below the first bound, 1 above the second, smooth between.</summary>
    public static float Step(float low, float high, float value) => Ease(Math.Clamp((value - low) / (high - low), 0, 1));

    private static float Ease(float t) => t * t * (3 - (2 * t));

    private float Corner(int x, int y)
    {
        var h = unchecked(((uint)x * 0x8da6b343u) ^ ((uint)y * 0xd8163841u) ^ (seed * 0xcb1ab31fu));
        h = unchecked((h ^ (h >> 15)) * 0x2c1b3c6du);
        h = unchecked((h ^ (h >> 12)) * 0x297a2d39u);
        return (h ^ (h >> 15)) * (1f / uint.MaxValue);
    }
}
