using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>
/// The original game (arXiv:1406.2661): under the best critic, logit* = log p_r/p_g, the generator minimizes 2·JS(p_r‖p_g) − log 4.
/// </summary>
/// <remarks>The generator's gradient vanishes as soon as the critic is sure of itself.</remarks>
public sealed record Minimax : Objective
{
    /// <inheritdoc/>
    public override string Name => "minimax";

    /// <summary>E −log σ(D(x)) + E −log(1 − σ(D(G(z)))).</summary>
    public override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null) => Logistic.Critic(real, fake);

    /// <summary>E log(1 − σ(D(G(z)))).</summary>
    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => -fake.Softplus().Mean();
}

/// <summary>
/// Logistic loss in the only form that neither overflows nor rounds to zero: −log σ(a) = softplus(−a), −log(1 − σ(a)) = softplus(a).
/// </summary>
internal static class Logistic
{
    public static Tensor Critic(Tensor real, Tensor fake) => (-real).Softplus().Mean() + fake.Softplus().Mean();
}
