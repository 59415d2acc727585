using Earthmover.Data;

namespace Earthmover.Claims.Lab;

/// <summary>Little pictures that a network learns within seconds.</summary>
public static class Blobs
{
    private static readonly ImageShape s_shape = new(1, 16, 16);

    /// <summary>Pictures of 16 × 16, each with a round blob at a random place, on black.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the places.</param>
    public static ImageSet Create(int count, long seed)
    {
        var random = new SeededRandom(seed, "blobs");
        var pixels = new byte[count * s_shape.Size];
        for (var n = 0; n < count; n++)
        {
            double x = 4 + 8 * random.NextDouble(), y = 4 + 8 * random.NextDouble(), r = 2 + 2 * random.NextDouble();
            for (var i = 0; i < s_shape.Size; i++)
                pixels[n * s_shape.Size + i] = (byte)(255 * Math.Exp(-(Math.Pow(i % 16 - x, 2) + Math.Pow(i / 16 - y, 2)) / (2 * r * r)));
        }
        return new("blobs", s_shape, pixels);
    }
}
