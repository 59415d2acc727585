using Earthmover.Torch;

namespace Earthmover.Constraints;

/// <summary>Drift term (arXiv:1710.10196, appendix A.1): ε E D(x)² keeps the critic's scores near zero, which a Wasserstein objective leaves free to wander. It costs nothing but the scores that are there already, and combines with any constraint.</summary>
/// <param name="Weight">ε ≥ 0.</param>
public sealed record CriticDrift(double Weight = 1e-3)
{
    /// <summary>ε ≥ 0.</summary>
    public double Weight { get; } = Slope.Weight(Weight, nameof(Weight));

    /// <summary>The term, a tensor without axes.</summary>
    /// <param name="real">Scores of real samples, any shape.</param>
    public Tensor Of(Tensor real) => Weight * real.Square().Mean();
}
