using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>
/// The original critic with the generator of AffGAN (arXiv:1610.04490): under the best critic, −D(G(z)) = log p_g/p_r, so the generator
/// descends KL(p_g‖p_r).
/// </summary>
public sealed record KlUpdate : Logistic
{
    /// <inheritdoc/>
    public override string Name => "kl-update";

    /// <summary>−E log(σ/(1 − σ)) = −E D(G(z)).</summary>
    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => -fake.Mean();
}
