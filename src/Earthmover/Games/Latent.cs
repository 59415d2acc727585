using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>The law of latent vectors: independent coordinates, first those of N(0, 1), then those that are uniform on [−1, 1].</summary>
/// <param name="Normals">Coordinates of N(0, 1).</param>
/// <param name="Uniforms">Coordinates that are uniform on [−1, 1].</param>
public sealed record Latent(int Normals, int Uniforms = 0)
{
    /// <summary>No latent vector: what is made follows from its input alone.</summary>
    public static Latent None { get; } = new(0);

    /// <summary>Length of the vector.</summary>
    public int Size => Normals + Uniforms;

    /// <summary>
    /// Keeps the uniform coordinates of vectors within [−1, 1], in place: what the law never draws, no generator has seen.
    /// </summary>
    /// <param name="z">[N, <see cref="Size"/>].</param>
    internal void Confine(Tensor z)
    {
        if (Uniforms == 0)
            return;
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var uniforms = z.Narrow(1, Normals, Uniforms);
        uniforms.CopyFrom(uniforms.Clamp(-1, 1));
    }

    /// <summary>A generator with virtual batch normalization by vectors of this law.</summary>
    /// <param name="generator">The generator, which is taken over.</param>
    /// <param name="references">How many vectors; 0 leaves it as it is.</param>
    /// <exception cref="ArgumentException">It has no batch normalization, or there are too few vectors.</exception>
    public Module WithVirtualBatch(Module generator, int references)
    {
        using var scope = TensorScope.Open();
        return references == 0 ? generator : new VirtualBatch(generator, Sample(references, RandomStreams.Current["init"]));
    }

    /// <summary>Latent vectors [N, <see cref="Size"/>] from the random stream <c>latent</c>.</summary>
    public Tensor Sample(long count) => Sample(count, RandomStreams.Current["latent"]);

    /// <summary>Latent vectors [N, <see cref="Size"/>] from a stream.</summary>
    public Tensor Sample(long count, RandomGenerator from)
    {
        if (Uniforms == 0)
            return Tensor.Normal([count, Normals], from);
        if (Normals == 0)
            return Tensor.Uniform([count, Uniforms], from, -1, 1);
        using var scope = TensorScope.Open();
        return scope.Keep(Tensor.Cat([Tensor.Normal([count, Normals], from), Tensor.Uniform([count, Uniforms], from, -1, 1)], 1));
    }
}
