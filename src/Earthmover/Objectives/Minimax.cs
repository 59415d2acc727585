using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>
/// The original game (arXiv:1406.2661): under the best critic, logit* = log p_r/p_g, the generator minimizes 2·JS(p_r‖p_g) − log 4.
/// </summary>
/// <remarks>The generator's gradient vanishes as soon as the critic is sure of itself.</remarks>
public sealed record Minimax : Logistic
{
    /// <inheritdoc/>
    public override string Name => "minimax";

    /// <summary>E log(1 − σ(D(G(z)))).</summary>
    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => -fake.Softplus().Mean();
}
