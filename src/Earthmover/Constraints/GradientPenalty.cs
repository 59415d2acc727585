using Earthmover.Torch;

namespace Earthmover.Constraints;

/// <summary>Gradient penalty (WGAN-GP, arXiv:1704.00028): λ E (‖∇D(x̂)‖ − K)².</summary>
/// <param name="Weight">λ ≥ 0.</param>
/// <remarks>
/// A finite λ lets the critic exceed its bound: where every path has length W, its slope is 1 + W/(2λ), and so is the factor by which it
/// overestimates W.
/// One-sided: arXiv:1709.08894. The norm runs over all axes of a sample, with √(Σ + 1e-12).
/// </remarks>
public sealed record GradientPenalty(double Weight = 10) : Constraint
{
    private readonly int _power = 2;

    /// <inheritdoc/>
    public override string Name => OneSided ? "one-sided-penalty" : "gradient-penalty";

    /// <inheritdoc/>
    public override bool IsPerSample => true;

    /// <summary>λ ≥ 0.</summary>
    public double Weight { get; } = Slope.Weight(Weight, nameof(Weight));

    /// <summary>K, the slope that costs nothing.</summary>
    public double Center { get; init; } = 1;

    /// <summary>Only slopes above K cost.</summary>
    public bool OneSided { get; init; }

    /// <summary>Power of the distance to K: 2, or 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither.</exception>
    public int Power { get => _power; init => _power = Slope.Power(value); }

    /// <summary>x̂, where the slope is looked at.</summary>
    public PenaltyPoints Points { get; init; }

    /// <inheritdoc/>
    public override Tensor Of(Func<Tensor, Tensor> critic, Tensor real, Tensor fake)
    {
        using var scope = TensorScope.Open();
        var slopes = Slope.Gradient(critic, Points.Draw(real, fake)).NormPerSample();
        return scope.Keep(Weight * Slope.Cost(slopes, Center, OneSided, Power));
    }
}
