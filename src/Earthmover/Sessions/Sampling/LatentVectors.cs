using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Sessions.Sampling;

/// <summary>
/// Latent vectors of samples, by the managed generator: vector k of a seed is the same for any number of samples, on every machine, and for
/// an exported generator.
/// </summary>
public static class LatentVectors
{
    /// <summary>Draws vectors.</summary>
    /// <param name="law">Their law.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="stream">What they are for, so that other uses of one seed differ.</param>
    /// <param name="first">Number of the first, from 0.</param>
    /// <param name="count">How many.</param>
    /// <returns>[count × size], one vector after another.</returns>
    public static float[] Draw(Latent law, long seed, string stream, int first, int count) =>
        SeededVectors.Draw(law.Normals, law.Uniforms, seed, stream, first, count);

    /// <summary>
    /// Given vectors as rows of a whole block, as samples are drawn: networks then see the same sizes, and a sample is the same in whatever
    /// company its vector came.
    /// </summary>
    /// <param name="given">Vectors, one after another [N × size].</param>
    /// <param name="size">Length of a vector.</param>
    /// <param name="first">The first that is wanted.</param>
    /// <param name="count">How many, up to a block.</param>
    /// <param name="device">Where they are wanted.</param>
    /// <returns>[block, size]; what is left over repeats the last.</returns>
    internal static Tensor BlockOf(float[] given, int size, int first, int count, Device device)
    {
        var block = new float[RunSamples.Block * size];
        for (var i = 0; i < RunSamples.Block; i++)
            given.AsSpan((first + Math.Min(i, count - 1)) * size, size).CopyTo(block.AsSpan(i * size));
        return Tensor.From<float>(block, [RunSamples.Block, size], device);
    }

    /// <summary>The same as a tensor [count, size] in the innermost scope.</summary>
    /// <inheritdoc cref="Draw"/>
    public static Tensor OnDevice(Latent law, long seed, string stream, int first, int count, Device device) =>
        Tensor.From<float>(Draw(law, seed, stream, first, count), [count, law.Size], device);
}
