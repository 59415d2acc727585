using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Constraints;

/// <summary>Which two points a finite difference is taken between.</summary>
public enum SecantPairs
{
    /// <summary>
    /// Two independent points of the same segment between a real and a generated sample: the slope along the transport. Few secants reach
    /// the ends of a segment, so a critic that can bend is steeper there.
    /// </summary>
    SameSegment,
    /// <summary>
    /// Points of two segments: in many dimensions their direction is nearly orthogonal to any gradient, so the slope itself ends above K.
    /// </summary>
    Independent,
    /// <summary>
    /// A point of a segment and the one a small step further along it: nearest to <see cref="GradientPenalty"/>, without its second
    /// derivative.
    /// </summary>
    SmallStep,
}

/// <summary>
/// Penalty of the slope between two points, λ E ((D(x₁) − D(x₂)) / ‖x₁ − x₂‖ − K)², x₁ nearer to the real sample. No derivative of a
/// derivative is needed.
/// </summary>
/// <param name="Weight">λ ≥ 0.</param>
/// <remarks>
/// A secant is never steeper than the function, so this bounds the slope from below only; see <see cref="SecantPairs"/> for what that
/// means. The slope keeps its sign:
/// with |D(x₁) − D(x₂)| instead a critic that starts upside down stays so, because λ(|s| − 1)² − θs has a second minimum at s = −(1 −
/// θ/(2λ)), behind a wall of height λ.
/// </remarks>
public sealed record FiniteDifferencePenalty(double Weight = 10) : Constraint
{
    private readonly int _power = 2;
    private readonly double _step = 0.01;

    /// <inheritdoc/>
    public override string Name => "finite-difference";

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

    /// <summary>x₁ and x₂.</summary>
    public SecantPairs Pairs { get; init; }

    /// <summary>
    /// The slope counts with its sign, upwards from fake to real. Without it, and always for <see cref="SecantPairs.Independent"/>, its
    /// absolute value counts.
    /// </summary>
    public bool Oriented { get; init; } = true;

    /// <summary>Length of the small step as a share of its segment, in (0, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside.</exception>
    public double Step
    {
        get => _step;
        init => _step = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "a step is a share of its segment, above 0 and at most 1");
    }

    /// <inheritdoc/>
    public override Tensor Of(Func<Tensor, Tensor> critic, Tensor real, Tensor fake)
    {
        using var scope = TensorScope.Open();
        var (a, b) = Points(real, fake);
        var rise = (critic(a) - critic(b)).Reshape(a.Size(0), -1).Sum([1]);
        if (!Oriented || Pairs == SecantPairs.Independent)
            rise = rise.Abs();
        var run = (a - b).NormPerSample() + 1e-8;
        return scope.Keep(Weight * Slope.Cost(rise / run, Center, OneSided, Power));
    }

    // The first point is the one nearer to its real sample, where both are on one segment.
    private (Tensor, Tensor) Points(Tensor real, Tensor fake)
    {
        using var pause = Autograd.Pause();
        var (x, y) = PenaltySampler.Paired(real, fake);
        Tensor ε = PenaltySampler.Fractions(x), δ = Pairs == SecantPairs.SmallStep ? ε + Step : PenaltySampler.Fractions(x);
        return Pairs == SecantPairs.Independent
            ? (PenaltySampler.Between(x, y, ε), Op.Roll(PenaltySampler.Between(x, y, δ), [1], [0]))
            : (PenaltySampler.Between(x, y, ε.Minimum(δ)), PenaltySampler.Between(x, y, ε.Maximum(δ)));
    }
}
