using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>The original critic with a generator whose gradient does not vanish (arXiv:1406.2661, section 3).</summary>
/// <remarks>Under the best critic the generator minimizes KL(p_g‖p_r) − 2·JS(p_r‖p_g) up to a constant (arXiv:1701.04862).</remarks>
public sealed record NonSaturating : Logistic
{
    /// <inheritdoc/>
    public override string Name => "non-saturating";

    /// <summary>E −log σ(D(G(z))).</summary>
    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => (-fake).Softplus().Mean();
}
