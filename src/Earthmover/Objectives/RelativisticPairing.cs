using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>
/// Relativistic pairing GAN with logistic loss (RpGAN, arXiv:1807.00734; the objective of R3GAN, arXiv:2501.05441): the score of a real
/// sample against the score of the generated one in the same row.
/// </summary>
public sealed record RelativisticPairing : Objective
{
    /// <inheritdoc/>
    public override string Name => "relativistic-pairing";

    /// <inheritdoc/>
    public override bool GeneratorSeesReal => true;

    /// <summary>E −log σ(D(x) − D(G(z))).</summary>
    /// <exception cref="ArgumentException">There are not as many real scores as generated ones.</exception>
    public override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null) => Loss(real, fake);

    /// <summary>E −log σ(D(G(z)) − D(x)).</summary>
    /// <exception cref="ArgumentException">The real scores are missing, or there are not as many as generated ones.</exception>
    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => Loss(fake, Needed(real));

    // Flattened, because [N] − [N, 1] would silently be all N² pairs.
    private static Tensor Loss(Tensor up, Tensor down) => up.ElementCount == down.ElementCount
        ? (down.Flatten() - up.Flatten()).Softplus().Mean()
        : throw new ArgumentException($"pairing needs as many real scores as generated ones, not {up} and {down}");
}
