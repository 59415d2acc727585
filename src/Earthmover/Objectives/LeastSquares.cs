using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>
/// Least squares (LSGAN, arXiv:1611.04076): scores are pulled to targets. The best critic is (b·p_r + a·p_g)/(p_r + p_g).
/// </summary>
/// <param name="A">a, the critic's target for generated samples.</param>
/// <param name="B">b, the critic's target for real samples.</param>
/// <param name="C">c, the generator's target.</param>
/// <remarks>(a, b, c) = (0, 1, 1) is the usual choice; (−1, 1, 0) minimizes the Pearson χ² between p_r + p_g and 2p_g.</remarks>
public sealed record LeastSquares(double A = 0, double B = 1, double C = 1) : Objective
{
    /// <inheritdoc/>
    public override string Name => "least-squares";

    /// <summary>½ E (D(x) − b)² + ½ E (D(G(z)) − a)².</summary>
    public override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null) =>
        0.5 * ((real - B).Square().Mean() + (fake - A).Square().Mean());

    /// <summary>½ E (D(G(z)) − c)².</summary>
    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => 0.5 * (fake - C).Square().Mean();
}
