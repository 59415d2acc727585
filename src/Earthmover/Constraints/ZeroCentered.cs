using Earthmover.Torch;

namespace Earthmover.Constraints;

/// <summary>R1 (arXiv:1801.04406): γ/2 · E‖∇D(x)‖² at real samples. The game converges locally, to a flat critic.</summary>
/// <param name="Gamma">γ ≥ 0, with the convention of γ/2.</param>
public sealed record R1(double Gamma = 10) : Constraint
{
    /// <inheritdoc/>
    public override string Name => "r1";

    /// <inheritdoc/>
    public override bool IsPerSample => true;

    /// <inheritdoc/>
    public override bool TakesPacks => true;

    /// <summary>γ ≥ 0.</summary>
    public double Gamma { get; } = Slope.Weight(Gamma, nameof(Gamma));

    /// <inheritdoc/>
    public override Tensor Of(Func<Tensor, Tensor> critic, Tensor real, Tensor fake) =>
        ZeroCentered.Penalty(critic, PenaltyPoints.Real, real, fake, Gamma);
}

/// <summary>R2 (arXiv:1801.04406): γ/2 · E‖∇D(G(z))‖² at generated samples.</summary>
/// <param name="Gamma">γ ≥ 0, with the convention of γ/2.</param>
public sealed record R2(double Gamma = 10) : Constraint
{
    /// <inheritdoc/>
    public override string Name => "r2";

    /// <inheritdoc/>
    public override bool IsPerSample => true;

    /// <inheritdoc/>
    public override bool TakesPacks => true;

    /// <summary>γ ≥ 0.</summary>
    public double Gamma { get; } = Slope.Weight(Gamma, nameof(Gamma));

    /// <inheritdoc/>
    public override Tensor Of(Func<Tensor, Tensor> critic, Tensor real, Tensor fake) =>
        ZeroCentered.Penalty(critic, PenaltyPoints.Fake, real, fake, Gamma);
}

/// <summary>R1 and R2 together, as in R3GAN (arXiv:2501.05441): γ/2 · (E‖∇D(x)‖² + E‖∇D(G(z))‖²).</summary>
/// <param name="Gamma">γ ≥ 0, with the convention of γ/2, for both.</param>
public sealed record R1R2(double Gamma = 10) : Constraint
{
    /// <inheritdoc/>
    public override string Name => "r1-r2";

    /// <inheritdoc/>
    public override bool IsPerSample => true;

    /// <inheritdoc/>
    public override bool TakesPacks => true;

    /// <summary>γ ≥ 0.</summary>
    public double Gamma { get; } = Slope.Weight(Gamma, nameof(Gamma));

    /// <inheritdoc/>
    public override Tensor Of(Func<Tensor, Tensor> critic, Tensor real, Tensor fake) => TensorScope.Run(() =>
        ZeroCentered.Penalty(critic, PenaltyPoints.Real, real, fake, Gamma)
        + ZeroCentered.Penalty(critic, PenaltyPoints.Fake, real, fake, Gamma));
}

internal static class ZeroCentered
{
    public static Tensor Penalty(Func<Tensor, Tensor> critic, PenaltyPoints points, Tensor real, Tensor fake, double gamma) =>
        TensorScope.Run(() => gamma / 2 * Slope.Gradient(critic, points.Draw(real, fake)).SquaredNormPerSample().Mean());
}
