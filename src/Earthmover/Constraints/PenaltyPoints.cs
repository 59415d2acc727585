using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Constraints;

/// <summary>
/// Where a penalty looks at the critic's slope: the six choices compared by WGAN-div (arXiv:1712.01026). ε ~ U[0, 1] is drawn for every
/// sample, from the random stream <c>penalty</c>.
/// </summary>
/// <remarks>
/// Each choice gives N points, one per row, so that a conditional critic x ↦ D(x, y) finds a point beside every y. Where a choice mixes
/// kinds, the rows are dealt
/// out evenly (first half real, second half fake) rather than by coin: the same mean with less noise. Rows of a batch are taken to be in
/// random order.
/// </remarks>
public enum PenaltyPoints
{
    /// <summary>x + ε (G(z) − x).</summary>
    Interpolated,
    /// <summary>Real samples.</summary>
    Real,
    /// <summary>Generated samples.</summary>
    Fake,
    /// <summary>Half of the points real, half generated.</summary>
    Both,
    /// <summary>Between two real samples, or between two generated ones: half of each.</summary>
    InterpolatedWithin,
    /// <summary>Between two samples drawn from real and generated ones together.</summary>
    InterpolatedMixture,
}

/// <summary>Draws penalty points.</summary>
public static class PenaltySampler
{
    /// <summary>Points at which to differentiate: leaves of a new graph.</summary>
    /// <param name="points">Which.</param>
    /// <param name="real">Real samples [N, …].</param>
    /// <param name="fake">Generated samples [M, …].</param>
    /// <returns>[min(N, M), …]; all of the batch where only one is looked at.</returns>
    public static Tensor Draw(this PenaltyPoints points, Tensor real, Tensor fake)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        return scope.Keep(points switch
        {
            PenaltyPoints.Real => real.Detach(),
            PenaltyPoints.Fake => fake.Detach(),
            _ => Mixed(points, real, fake),
        }).RequireGrad();
    }

    // The same point of every segment for all: a + ε(b − a) with one ε per row.
    internal static Tensor Between(Tensor a, Tensor b, Tensor ε) => Op.Add_(Op.Mul_(b - a, ε), a);

    // ε [N, 1, …, 1] beside x [N, …].
    internal static Tensor Fractions(Tensor x)
    {
        var shape = new long[x.Rank];
        Array.Fill(shape, 1);
        shape[0] = x.Size(0);
        return Tensor.Uniform(shape, RandomStreams.Current["penalty"], type: x.DType);
    }

    internal static (Tensor Real, Tensor Fake) Paired(Tensor real, Tensor fake)
    {
        var count = Math.Min(real.Size(0), fake.Size(0));
        return (real.Detach().Narrow(0, 0, count), fake.Detach().Narrow(0, 0, count));
    }

    private static Tensor Mixed(PenaltyPoints points, Tensor real, Tensor fake)
    {
        var (x, y) = Paired(real, fake);
        if (points == PenaltyPoints.Interpolated)
            return Between(x, y, Fractions(x));
        var count = x.Size(0);
        var half = (count + 1) / 2;
        Tensor a = x.Narrow(0, 0, half), b = y.Narrow(0, half, count - half);
        var both = Tensor.Cat([a, b]);
        return points switch
        {
            PenaltyPoints.Both => both,
            PenaltyPoints.InterpolatedWithin => Between(both, Tensor.Cat([Op.Roll(a, [1], [0]), Op.Roll(b, [1], [0])]), Fractions(both)),
            // A quarter turn of (real half, fake half) pairs real–real, real–fake, fake–fake and fake–real in equal parts, as two draws
            // from the mixture do.
            PenaltyPoints.InterpolatedMixture => Between(both, Op.Roll(both, [(count + 3) / 4], [0]), Fractions(both)),
            _ => throw new ArgumentOutOfRangeException(nameof(points), points, "not a choice of penalty points"),
        };
    }
}
