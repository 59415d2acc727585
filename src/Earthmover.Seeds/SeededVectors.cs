namespace Earthmover;

/// <summary>
/// Latent vectors of a seed: vector k is the same for any number of samples, on every machine, for a run and for what is exported of it.
/// </summary>
public static class SeededVectors
{
    /// <summary>The stream that the vectors of samples are drawn from.</summary>
    public const string Samples = "sample";

    /// <summary>Draws vectors.</summary>
    /// <param name="normals">Coordinates of N(0, 1), which come first.</param>
    /// <param name="uniforms">Coordinates that are uniform on [−1, 1].</param>
    /// <param name="seed">The seed.</param>
    /// <param name="stream">What they are for, so that other uses of one seed differ.</param>
    /// <param name="first">Number of the first, from 0.</param>
    /// <param name="count">How many.</param>
    /// <returns>[count × (normals + uniforms)], one vector after another.</returns>
    public static float[] Draw(int normals, int uniforms, long seed, string stream, int first, int count)
    {
        var size = normals + uniforms;
        var values = new float[checked(count * size)];
        for (var k = 0; k < count; k++)
        {
            var random = new SeededRandom(seed, $"{stream}/{first + k}");
            var vector = values.AsSpan(k * size, size);
            for (var i = 0; i < normals; i++)
                vector[i] = (float)random.NextGaussian();
            for (var i = normals; i < size; i++)
                vector[i] = (float)(2 * random.NextDouble() - 1);
        }
        return values;
    }
}
