using Earthmover.Media;

namespace Earthmover.Data.Pairs;

/// <summary>
/// Garments printed in one color on a ground of another, with some noise: what they show is as it was, and how they look is chance. Ink may
/// be darker than its ground.
/// </summary>
internal static class FashionPrints
{
    private const int Contrast = 128, Noise = 12;

    /// <summary>The prints.</summary>
    /// <param name="address">The address, for the result.</param>
    /// <param name="garments">Gray pictures.</param>
    public static ImageSet Print(DataAddress address, ImageSet garments)
    {
        var (shape, area) = (InColor(garments.Shape), garments.Shape.Height * garments.Shape.Width);
        DataMemory.Check(address.ToString(), garments.Count, shape);
        var pixels = new byte[garments.Count * shape.Size];
        Parallel.For(0, garments.Count, i =>
        {
            var random = new SeededRandom(i, "prints");
            var (ground, ink) = Colors(random);
            var target = pixels.AsSpan(i * shape.Size, shape.Size);
            for (var at = 0; at < target.Length; at++)
            {
                var (channel, share) = (at / area, garments[i][at % area]);
                var color = ground[channel] + ((ink[channel] - ground[channel]) * share / 255);
                target[at] = (byte)Math.Clamp(color + random.NextInt((2 * Noise) + 1) - Noise, 0, 255);
            }
        });
        return new ImageSet(address.ToString(), shape, pixels, garments.Codes, garments.ClassNames);
    }

    /// <summary>The garments themselves, in as many channels as their prints.</summary>
    /// <param name="address">The address, for the result.</param>
    /// <param name="garments">Gray pictures.</param>
    public static ImageSet Plain(DataAddress address, ImageSet garments)
    {
        var (shape, area) = (InColor(garments.Shape), garments.Shape.Height * garments.Shape.Width);
        DataMemory.Check(address.ToString(), garments.Count, shape);
        var pixels = new byte[garments.Count * shape.Size];
        for (var i = 0; i < garments.Count; i++)
            for (var channel = 0; channel < shape.Channels; channel++)
                garments[i].CopyTo(pixels.AsSpan((i * shape.Size) + (channel * area), area));
        return new ImageSet(address.ToString(), shape, pixels, garments.Codes, garments.ClassNames);
    }

    private static ImageShape InColor(ImageShape shape) => shape with { Channels = 3 };

    // Far enough apart for the garment to be seen.
    private static (int[] Ground, int[] Ink) Colors(SeededRandom random)
    {
        while (true)
        {
            int[] ground = Color(random), ink = Color(random);
            if (Math.Abs(Luma(ground) - Luma(ink)) >= Contrast)
                return (ground, ink);
        }
    }

    private static int[] Color(SeededRandom random) => [random.NextInt(256), random.NextInt(256), random.NextInt(256)];

    private static int Luma(int[] color) => new Rgb((byte)color[0], (byte)color[1], (byte)color[2]).Luma;
}
