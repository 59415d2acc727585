using Earthmover.Torch;
using Earthmover.Torch.Operators;

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

    /// <summary>
    /// Share of samples in [0, 0.5) whose label the critic is told wrong, others in each batch; from the stream <c>labels</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public double Flips
    {
        get;
        init => field = value is >= 0 and < 0.5 ? value
            : throw new ArgumentException($"{Name}: flips is at least 0 and below 0.5, not {value}");
    }

    /// <summary>−(1 − s) E log σ(D(x)) − s E log(1 − σ(D(x))) − E log(1 − σ(D(G(z)))).</summary>
    public sealed override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null)
    {
        if (Flips > 0)
            (real, fake) = (Told(real), Told(fake));
        var loss = (-real).Softplus().Mean() + fake.Softplus().Mean();
        // softplus(a) = softplus(−a) + a.
        return Smoothing == 0 ? loss : loss + Smoothing * real.Mean();
    }

    // A sample of the other label costs what its negative score costs.
    private Tensor Told(Tensor scores)
    {
        var u = Tensor.Uniform(scores.Shape, RandomStreams.Current["labels"]).Like(scores);
        return Op.Where(Op.Lt(u, (Scalar)Flips), -scores, scores);
    }
}
