using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Editing;

/// <summary>The latent vectors of a sampler as its codes, where an encoder finds them: a chain then moves in them.</summary>
/// <param name="sampler">G.</param>
/// <param name="encoder">E.</param>
public sealed class LatentCodes(ISampler sampler, IEncoder encoder) : ICoder
{
    /// <summary>What a chain moves in: the codes of a system that has some, else its latent vectors, where it has an encoder.</summary>
    /// <param name="system">In evaluation mode.</param>
    /// <returns>Null where it has neither.</returns>
    public static ICoder? Of(GanSystem system) => system switch
    {
        ICoder coder => coder,
        ISampler sampler and IEncoder encoder => new LatentCodes(sampler, encoder),
        _ => null,
    };

    /// <inheritdoc/>
    public Tensor Begin(Tensor z) => z;

    /// <inheritdoc/>
    public Tensor Decode(Tensor h) => sampler.Generate(h);

    /// <inheritdoc/>
    public Tensor CodesOf(Tensor x) => encoder.Encode(x);

    /// <inheritdoc/>
    public Tensor Confine(Tensor h)
    {
        var within = h.Clone();
        sampler.Latent.Confine(within);
        return within;
    }
}
