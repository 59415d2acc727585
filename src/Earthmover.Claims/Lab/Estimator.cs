using Earthmover.Constraints;
using Earthmover.Networks;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Claims.Lab;

/// <summary>A way to read W₁ off a critic: what it maximizes, and what holds its slope.</summary>
/// <param name="Name">Short, for figures.</param>
/// <param name="Objective">The objective.</param>
/// <param name="Constraint">The constraint.</param>
public sealed record Estimator(string Name, Objective Objective, Constraint Constraint)
{
    /// <summary>WGAN: weights clipped to ±0.01.</summary>
    public static Estimator Clipping { get; } = new("clipping", new Wasserstein(), new WeightClipping(0.01));

    /// <summary>Spectral normalization of every layer.</summary>
    public static Estimator Spectral { get; } = new("spectral norm", new Wasserstein(), new SpectralNormalization());

    /// <summary>WGAN-GP, λ = 10.</summary>
    public static Estimator Penalty { get; } = new("gradient penalty", new Wasserstein(), new GradientPenalty(10));

    /// <summary>WGAN-LP, λ = 10.</summary>
    public static Estimator OneSided { get; } = new("one-sided penalty", new Wasserstein(), new GradientPenalty(10) { OneSided = true });

    /// <summary>The c-transform.</summary>
    public static Estimator Transform { get; } = new("c-transform", new CTransform(), new NoConstraint());

    /// <summary>The (c, 0.1)-transform.</summary>
    public static Estimator Smooth { get; } = new("(c, 0.1)-transform", new EpsilonTransform(0.1), new NoConstraint());

    /// <summary>The six that are compared, the crude ones first.</summary>
    public static IReadOnlyList<Estimator> All { get; } = [Clipping, Spectral, Penalty, OneSided, Transform, Smooth];

    /// <summary>What a critic's layers must be built with.</summary>
    public Normalization Normalization => Constraint.NeedsSpectralNorm ? Normalization.Spectral : Normalization.None;

    /// <summary>The critic's loss with the penalty.</summary>
    /// <param name="D">The critic: samples → scores [N, 1].</param>
    /// <param name="x">Real samples [N, …].</param>
    /// <param name="y">Other samples [N, …]; a penalty looks between rows of the same number.</param>
    public Tensor Loss(Func<Tensor, Tensor> D, Tensor x, Tensor y)
    {
        var loss = Bare(D, x, y);
        return Constraint.Of(D, x, y) is { } penalty ? loss + penalty : loss;
    }

    /// <summary>The generator's loss.</summary>
    /// <param name="D">The critic.</param>
    /// <param name="x">Real samples.</param>
    /// <param name="y">Generated samples, with their graph.</param>
    public Tensor GeneratorLoss(Func<Tensor, Tensor> D, Tensor x, Tensor y)
    {
        var real = Objective.GeneratorSeesReal ? D(x) : null;
        return Objective.Generator(Objective.UsesFakeScores ? D(y) : real!, real, new(x, y));
    }

    /// <summary>What the critic says that W₁ is between two batches, in units of the samples.</summary>
    /// <param name="D">The critic.</param>
    /// <param name="x">Real samples.</param>
    /// <param name="y">Other samples.</param>
    public double Estimate(Func<Tensor, Tensor> D, Tensor x, Tensor y) => Autograd.NoGrad(() => -Bare(D, x, y).Item());

    private Tensor Bare(Func<Tensor, Tensor> D, Tensor x, Tensor y)
    {
        var real = D(x);
        return Objective.Critic(real, Objective.UsesFakeScores ? D(y) : real, new(x, y));
    }
}
