using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Objectives;

/// <summary>
/// The (c,ε)-transform objective (arXiv:1910.03875): the c-transform with a soft minimum, the semi-dual of entropic optimal transport
/// between two batches.
/// </summary>
/// <param name="Epsilon">ε &gt; 0 in units of the distance; small against typical distances: 0.1 where they are about 7.</param>
/// <remarks>φ^(c,ε)(y) = −ε log (1/n) Σᵢ exp(−(‖xᵢ − y‖ − φ(xᵢ))/ε) lies in [φᶜ, φᶜ + ε log n], grows with ε, and is smooth.</remarks>
public sealed record EpsilonTransform(double Epsilon = 0.1) : Objective
{
    /// <inheritdoc/>
    public override string Name => "epsilon-transform";

    /// <inheritdoc/>
    public override TermRole Role => TermRole.Dual;

    /// <summary>ε &gt; 0, in units of the distance.</summary>
    public double Epsilon { get; } = Positive(Epsilon);

    /// <inheritdoc/>
    public override bool GeneratorSeesReal => true;

    /// <inheritdoc/>
    public override bool CouplesBatch => true;

    /// <inheritdoc/>
    public override bool SeesSamples => true;

    /// <inheritdoc/>
    public override bool UsesFakeScores => false;

    /// <summary>−(E φ(x) + E φ^(c,ε)(G(z))).</summary>
    /// <exception cref="ArgumentException">The samples are missing.</exception>
    public override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null) => -Value(real, Needed(samples));

    /// <summary>E φ(x) + E φ^(c,ε)(G(z)).</summary>
    /// <exception cref="ArgumentException">The real scores or the samples are missing.</exception>
    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => Value(Needed(real), Needed(samples));

    private Tensor Value(Tensor potential, Samples samples) =>
        TensorScope.Run(() => potential.Mean()
            + Of(WholeBatch.Gather(potential), WholeBatch.Gather(samples.Real), samples.Fake, Epsilon).Mean());

    /// <summary>φ^(c,ε) at every y.</summary>
    /// <param name="potential">φ(xᵢ), [N] or [N, 1].</param>
    /// <param name="x">Where φ is known [N, …].</param>
    /// <param name="y">Where to transform [M, …].</param>
    /// <param name="epsilon">ε &gt; 0.</param>
    /// <returns>[M].</returns>
    public static Tensor Of(Tensor potential, Tensor x, Tensor y, double epsilon)
    {
        _ = Positive(epsilon);
        using var scope = TensorScope.Open();
        var gain = (EuclideanCost.Potential(potential, x).Unsqueeze(1) - EuclideanCost.Distances(x, y)) / epsilon;
        return scope.Keep((Op.Logsumexp(gain, [0]) - Math.Log(x.Size(0))) * -epsilon);
    }

    private static double Positive(double epsilon) => epsilon > 0 && double.IsFinite(epsilon)
        ? epsilon
        : throw new ArgumentOutOfRangeException(
            nameof(epsilon), epsilon, "ε of the (c,ε)-transform must be positive; ε = 0 is the c-transform");
}
