using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>How far normal laws are from N(0, I).</summary>
public static class StandardNormal
{
    /// <summary>
    /// KL(N(μ, σ²)‖N(0, 1)) in nats, the mean over coordinates and samples, a tensor without axes (arXiv:1312.6114, appendix B).
    /// </summary>
    /// <param name="mean">μ [N, D].</param>
    /// <param name="logVariance">log σ² [N, D].</param>
    public static Tensor Divergence(Tensor mean, Tensor logVariance)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(logVariance);
        return 0.5 * (mean.Square() + logVariance.Exp() - 1 - logVariance).Mean();
    }
}
