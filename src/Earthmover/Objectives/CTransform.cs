using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Objectives;

/// <summary>
/// The dual of W₁ between two batches through the c-transform (arXiv:1910.03875): any critic φ is admissible, so no constraint is needed.
/// </summary>
/// <remarks>
/// φᶜ(y) = minᵢ ‖xᵢ − y‖ − φ(xᵢ) over the real batch; W₁ = sup_φ E φ(x) + E φᶜ(y), always a lower bound of the batch's own W₁, which
/// exceeds that of the
/// populations. Both players use the same value: the critic raises it, the generator lowers it through ‖xᵢ − y‖ at the minimum. Scores of
/// fakes are not used.
/// </remarks>
public sealed record CTransform : Objective
{
    /// <inheritdoc/>
    public override string Name => "c-transform";

    /// <inheritdoc/>
    public override TermRole Role => TermRole.Dual;

    /// <inheritdoc/>
    public override bool GeneratorSeesReal => true;

    /// <inheritdoc/>
    public override bool CouplesBatch => true;

    /// <inheritdoc/>
    public override bool SeesSamples => true;

    /// <inheritdoc/>
    public override bool UsesFakeScores => false;

    /// <summary>−(E φ(x) + E φᶜ(G(z))).</summary>
    /// <exception cref="ArgumentException">The samples are missing.</exception>
    public override Tensor Critic(Tensor real, Tensor fake, Samples? samples = null) => -Value(real, Needed(samples));

    /// <summary>E φ(x) + E φᶜ(G(z)).</summary>
    /// <exception cref="ArgumentException">The real scores or the samples are missing.</exception>
    public override Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null) => Value(Needed(real), Needed(samples));

    private static Tensor Value(Tensor potential, Samples samples) =>
        TensorScope.Run(() => potential.Mean()
            + Of(WholeBatch.Gather(potential), WholeBatch.Gather(samples.Real), samples.Fake).Mean());

    /// <summary>φᶜ at every y.</summary>
    /// <param name="potential">φ(xᵢ), [N] or [N, 1].</param>
    /// <param name="x">Where φ is known [N, …].</param>
    /// <param name="y">Where to transform [M, …].</param>
    /// <returns>[M].</returns>
    public static Tensor Of(Tensor potential, Tensor x, Tensor y)
    {
        using var scope = TensorScope.Open();
        var φ = EuclideanCost.Potential(potential, x);
        // Only the pairs at the minimum carry a gradient: the matrix chooses them, and their distances are computed again, exactly.
        using var nearest = Choose();
        return scope.Keep((x.IndexSelect(0, nearest) - y).NormPerSample() - φ.IndexSelect(0, nearest));

        Tensor Choose()
        {
            using var pause = Autograd.Pause();
            return TensorScope.Run(() => Op.Argmin(EuclideanCost.Distances(x.Detach(), y.Detach()) - φ.Detach().Unsqueeze(1), 0));
        }
    }
}
