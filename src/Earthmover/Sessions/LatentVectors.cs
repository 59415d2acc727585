using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Sessions;

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

    /// <summary>The same as a tensor [count, size] in the innermost scope.</summary>
    /// <inheritdoc cref="Draw"/>
    public static Tensor OnDevice(Latent law, long seed, string stream, int first, int count, Device device) =>
        Tensor.From<float>(Draw(law, seed, stream, first, count), [count, law.Size], device);
}
