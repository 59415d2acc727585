using Earthmover.Torch;

namespace Earthmover.Constraints;

/// <summary>WGAN-div (arXiv:1712.01026): k E‖∇D(x̂)‖ᵖ, under which the game minimizes a symmetric divergence for p &gt; 1.</summary>
/// <param name="K">k ≥ 0.</param>
/// <param name="P">p ≥ 1; the paper's best is (2, 6), and (½, 2) is the squared W₋₁,₂.</param>
/// <remarks>The critic's difference is not an estimate of W₁: on parallel lines at distance θ its slope is (θ/(kp))^(1/(p−1)).</remarks>
public sealed record WganDiv(double K = 2, double P = 6) : Constraint
{
    /// <inheritdoc/>
    public override string Name => "wgan-div";

    /// <inheritdoc/>
    public override bool IsPerSample => true;

    /// <summary>k ≥ 0.</summary>
    public double K { get; } = Slope.Weight(K, nameof(K));

    /// <summary>p ≥ 1.</summary>
    public double P { get; } = P >= 1 ? P : throw new ArgumentOutOfRangeException(nameof(P), P, "the power of WGAN-div is at least 1");

    /// <summary>x̂, where the slope is looked at.</summary>
    public PenaltyPoints Points { get; init; }

    /// <inheritdoc/>
    public override Tensor Of(Func<Tensor, Tensor> critic, Tensor real, Tensor fake)
    {
        using var scope = TensorScope.Open();
        var gradient = Slope.Gradient(critic, Points.Draw(real, fake));
        // For even p the root, and its infinite derivative at a flat critic, never appear.
        var powers = P % 2 == 0 ? gradient.SquaredNormPerSample().Pow(P / 2) : gradient.NormPerSample().Pow(P);
        return scope.Keep(K * powers.Mean());
    }
}
