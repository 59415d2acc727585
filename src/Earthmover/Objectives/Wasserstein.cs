using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>
/// Wasserstein objective (arXiv:1701.07875): the critic's mean difference, whose negative estimates K·W₁ under a K-Lipschitz critic.
/// </summary>
public sealed record Wasserstein : Objective
{
    /// <inheritdoc/>
    public override string Name => "wasserstein";

    /// <inheritdoc/>
    public override TermRole Role => TermRole.Distance;

    /// <summary>E D(G(z)) − E D(x).</summary>
    public override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null) => fake.Mean() - real.Mean();

    /// <summary>−E D(G(z)).</summary>
    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => -fake.Mean();
}
