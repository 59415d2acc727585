using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Editing;

/// <summary>
/// Poisson cloning: inside a mask the differences of one picture, outside of it and on its border the other picture as it is. Pérez,
/// Gangnet and Blake, "Poisson Image Editing", 2003.
/// </summary>
/// <remarks>
/// Where the mask is an equation without a closed form is left; conjugate gradients solve it, which is why it is for small pictures.
/// </remarks>
internal static class Seamless
{
    private const double Accuracy = 1e-7;

    /// <summary>Clones.</summary>
    /// <param name="guide">What is inside [C, H, W].</param>
    /// <param name="background">What is outside [C, H, W].</param>
    /// <param name="mask">1 inside, 0 outside [1, H, W].</param>
    /// <returns>[C, H, W].</returns>
    public static Tensor Clone(Tensor guide, Tensor background, Tensor mask)
    {
        using var scope = TensorScope.Open();
        // At least one pixel is held, or the colors would be free: the one that is the least inside.
        var edge = mask.Amin(-1).Amin(-1).Item() + 1e-6;
        var free = Op.Gt(mask, edge).To(DType.Float64);
        Tensor Held(Tensor x) => x * free;
        Tensor Laplace(Tensor x)
        {
            using var turn = TensorScope.Open();
            var (across, down) = GaussianPoisson.Differences(x);
            return turn.Keep(Held(GaussianPoisson.Gather(across, down)));
        }
        var (acrossInside, downInside) = Weights.Of(mask.To(DType.Float64));
        var (across, down) = GaussianPoisson.Differences((guide - background).To(DType.Float64));
        var wanted = Held(GaussianPoisson.Gather(across * acrossInside, down * downInside));
        return scope.Keep(background + Solve(Laplace, wanted, (int)mask.ElementCount).To(background.DType));
    }

    // Conjugate gradients, each plane on its own way; from zero, so that what is not free stays as it is.
    private static Tensor Solve(Func<Tensor, Tensor> of, Tensor b, int most)
    {
        using var scope = TensorScope.Open();
        static Tensor Dot(Tensor a, Tensor b) => (a * b).Sum([-2, -1], keep: true);
        var (x, r) = (Op.ZerosLike(b), b.Clone());
        var p = r.Clone();
        var norm = Dot(r, r).Clone();
        var enough = Accuracy * Accuracy * b.ElementCount;
        for (var step = 0; step < most && norm.Sum().Item() > enough; step++)
        {
            using var turn = TensorScope.Open();
            var ap = of(p);
            // A plane that is solved already has nothing left to go by.
            var rate = norm / (Dot(p, ap) + 1e-300);
            x.CopyFrom(x + rate * p);
            r.CopyFrom(r - rate * ap);
            var next = Dot(r, r);
            p.CopyFrom(r + next / (norm + 1e-300) * p);
            norm.CopyFrom(next);
        }
        return scope.Keep(x);
    }

    /// <summary>How far a difference of neighbors is inside a mask: as far as the outer of the two.</summary>
    internal static class Weights
    {
        /// <summary>Of the differences to the right [..., H, W − 1] and down [..., H − 1, W].</summary>
        /// <param name="mask">[..., H, W].</param>
        public static (Tensor Across, Tensor Down) Of(Tensor mask)
        {
            var (h, w) = (mask.Size(-2), mask.Size(-1));
            return (mask.Narrow(-1, 1, w - 1).Minimum(mask.Narrow(-1, 0, w - 1)),
                mask.Narrow(-2, 1, h - 1).Minimum(mask.Narrow(-2, 0, h - 1)));
        }
    }
}
