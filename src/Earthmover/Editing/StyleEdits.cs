using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Editing;

/// <summary>What can be done with the styles of a generator that is told one at every layer (arXiv:1812.04948).</summary>
public static class StyleEdits
{
    /// <summary>Samples of styles that are moved towards the mean style: mean + ψ · (w − mean), section B.</summary>
    /// <param name="styled">The generator.</param>
    /// <param name="z">Latent vectors [N, Z].</param>
    /// <param name="truncation">ψ: 1 leaves styles as they are, at 0 all samples are that of the mean style.</param>
    /// <returns>[N, …].</returns>
    public static Tensor Truncated(IStylist styled, Tensor z, double truncation)
    {
        ArgumentNullException.ThrowIfNull(styled);
        using var scope = TensorScope.Open();
        return scope.Keep(styled.Synthesize(Everywhere(styled, TruncatedStyles(styled, z, truncation))));
    }

    /// <summary>Samples of two styles each, section 3.1: the first layers are told one, the others another.</summary>
    /// <param name="styled">The generator.</param>
    /// <param name="coarse">Latent vectors of what the first layers are told [N, Z].</param>
    /// <param name="fine">Latent vectors of what the others are told [N, Z].</param>
    /// <param name="from">The first layer that is told the second style, 0 to L.</param>
    /// <param name="truncation">ψ of both.</param>
    /// <returns>[N, …].</returns>
    public static Tensor Crossed(IStylist styled, Tensor coarse, Tensor fine, int from, double truncation = 1)
    {
        ArgumentNullException.ThrowIfNull(styled);
        using var scope = TensorScope.Open();
        Tensor first = Everywhere(styled, TruncatedStyles(styled, coarse, truncation)),
            second = Everywhere(styled, TruncatedStyles(styled, fine, truncation));
        return scope.Keep(styled.Synthesize(Tensor.Cat([first.Narrow(1, 0, from), second.Narrow(1, from, styled.Layers - from)], 1)));
    }

    /// <summary>One style at every layer: [N, S] → [N, L, S].</summary>
    /// <param name="styled">The generator.</param>
    /// <param name="style">[N, S].</param>
    internal static Tensor Everywhere(IStylist styled, Tensor style) =>
        style.Unsqueeze(1).Expand([style.Size(0), styled.Layers, style.Size(1)]);

    private static Tensor TruncatedStyles(IStylist styled, Tensor z, double truncation)
    {
        var w = styled.Styles(z);
        return truncation == 1 ? w : styled.MeanStyle + (w - styled.MeanStyle) * truncation;
    }
}
