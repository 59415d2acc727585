using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>
/// Hinge loss (arXiv:1705.02894; with spectral normalization arXiv:1802.05957): scores that are right by more than one no longer move the
/// critic.
/// </summary>
public sealed record Hinge : Objective
{
    /// <inheritdoc/>
    public override string Name => "hinge";

    /// <summary>E max(0, 1 − D(x)) + E max(0, 1 + D(G(z))).</summary>
    public override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null) => (1 - real).Relu().Mean() + (1 + fake).Relu().Mean();

    /// <summary>−E D(G(z)).</summary>
    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => -fake.Mean();
}
