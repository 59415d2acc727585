using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>The original critic (arXiv:1406.2661): its score is the logit of the probability that a sample is real.</summary>
/// <remarks>
/// In the only form that neither overflows nor rounds to zero: −log σ(a) = softplus(−a), −log(1 − σ(a)) = softplus(a).
/// </remarks>
public abstract record Logistic : Objective
{
    /// <summary>
    /// s, by how much the critic is to be less sure of real samples, in [0, 0.5): one-sided label smoothing (arXiv:1606.03498, section
    /// 3.4), whose targets are 1 − s and 0.
    /// </summary>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public double Smoothing
    {
        get;
        init => field = value is >= 0 and < 0.5 ? value
            : throw new ArgumentException($"{Name}: smoothing is at least 0 and below 0.5, not {value}; the paper has 0.1");
    }

    /// <summary>−(1 − s) E log σ(D(x)) − s E log(1 − σ(D(x))) − E log(1 − σ(D(G(z)))).</summary>
    public sealed override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null)
    {
        var loss = (-real).Softplus().Mean() + fake.Softplus().Mean();
        // softplus(a) = softplus(−a) + a.
        return Smoothing == 0 ? loss : loss + Smoothing * real.Mean();
    }
}
