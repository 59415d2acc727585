using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>z ~ N(0, I) from the random stream <c>latent</c>.</summary>
/// <param name="Size">Length of the vector.</param>
public sealed record Latent(int Size)
{
    /// <summary>Latent vectors [N, <see cref="Size"/>].</summary>
    public Tensor Sample(long count) => Tensor.Normal([count, Size], RandomStreams.Current["latent"]);
}
