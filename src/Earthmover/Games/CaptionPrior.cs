using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>The texts that a system is told, and the captions of its data.</summary>
/// <param name="Symbols">V, symbols that there are; number 0 is the padding after the end.</param>
/// <param name="Length">L, places of a text.</param>
/// <param name="Captions">Captions of the data as numbers of symbols, each once and each [L].</param>
/// <param name="Shares">How often each occurs, in any unit [K].</param>
public sealed record CaptionLaw(int Symbols, int Length, IReadOnlyList<int[]> Captions, IReadOnlyList<double> Shares);

/// <summary>The law of captions: each as often as it occurs in the data.</summary>
public sealed class CaptionPrior : IDisposable
{
    private readonly ClassPrior _which;
    private readonly TensorOwner _owner = new();
    private readonly Tensor _codes; // Int64 [K, L]

    /// <summary>A law of captions.</summary>
    /// <param name="law">The captions.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public CaptionPrior(CaptionLaw? law)
    {
        if (law is null || law.Captions.Count == 0)
            throw new ArgumentException("this system is told captions, and the data has none");
        (Law, _which) = (law, new(law.Shares));
        using var scope = TensorScope.Open();
        long[] codes = [.. law.Captions.SelectMany(caption => caption.Select(code => (long)code))];
        _codes = _owner.Adopt(Tensor.From<long>(codes, [law.Captions.Count, law.Length], RandomStreams.Current.Device));
    }

    /// <summary>The captions.</summary>
    public CaptionLaw Law { get; }

    /// <summary>Captions that numbers of N(0, 1) choose, so that a latent vector can say its caption.</summary>
    /// <param name="normal">[N, 1].</param>
    /// <returns>Int64 [N, L].</returns>
    public Tensor Choose(Tensor normal)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(_codes.IndexSelect(0, _which.Choose(normal)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _which.Dispose();
        _owner.Dispose();
    }
}
