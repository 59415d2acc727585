using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>
/// Relativistic average GAN with logistic loss (RaGAN, arXiv:1807.00734, section 4): a score counts against the mean score of the other
/// kind.
/// </summary>
public sealed record RelativisticAverage : Objective
{
    /// <inheritdoc/>
    public override string Name => "relativistic-average";

    /// <inheritdoc/>
    public override bool GeneratorSeesReal => true;

    /// <inheritdoc/>
    public override bool CouplesBatch => true;

    /// <summary>E −log σ(D(x) − E D(G(z))) + E −log(1 − σ(D(G(z)) − E D(x))).</summary>
    public override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null) => Loss(real, fake);

    /// <summary>The critic's loss with the roles of real and fake exchanged.</summary>
    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => Loss(fake, Needed(real));

    private static Tensor Loss(Tensor up, Tensor down) =>
        (Whole(down) - up).Softplus().Mean() + (down - Whole(up)).Softplus().Mean();

    // The mean score of the whole batch, of which a process may have a share.
    private static Tensor Whole(Tensor scores) => WholeBatch.Average(scores.Mean());
}
