using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Editing;

/// <summary>
/// The Gaussian–Poisson equation: the planes whose differences come nearest to given ones, and whose colors, seen without detail, to
/// others.
/// Wu et al., "GP-GAN: Towards Realistic High-Resolution Image Blending", 2017, arXiv:1703.07195, section 3.3.
/// </summary>
/// <remarks>
/// <code>
/// min_y  |∇y − v|² + β |G_σ y − G_σ x|²
/// Y = (D + β g² X) / (λ + β g²),  D of ∇ᵀv,  λ = 4 − 2 cos ω₁ − 2 cos ω₂,  g = exp(−σ²(ω₁² + ω₂²)/2)
/// </code>
/// ∇ are differences of neighbors, none across the border, and capitals are cosine transforms, in which the equation is a division.
/// </remarks>
internal static class GaussianPoisson
{
    /// <summary>Solves it.</summary>
    /// <param name="across">v from each pixel to its right neighbor [..., H, W − 1].</param>
    /// <param name="down">v from each pixel to the one below [..., H − 1, W].</param>
    /// <param name="colors">x [..., H, W].</param>
    /// <param name="beta">β &gt; 0.</param>
    /// <param name="sigma">σ, pixels.</param>
    /// <returns>y [..., H, W].</returns>
    public static Tensor Solve(Tensor across, Tensor down, Tensor colors, double beta, double sigma)
    {
        using var scope = TensorScope.Open();
        Tensor rows = Cosines.Frequencies(colors, colors.Rank - 2), columns = Cosines.Frequencies(colors, colors.Rank - 1);
        var laplace = (2 - 2 * Op.Cos(rows)) + (2 - 2 * Op.Cos(columns));
        var gauss = (rows.Square() * (-sigma * sigma)).Exp() * (columns.Square() * (-sigma * sigma)).Exp() * beta;
        var given = Cosines.Forward(Gather(across, down)) + gauss * Cosines.Forward(colors);
        return scope.Keep(Cosines.Inverse(given / (laplace + gauss)));
    }

    /// <summary>∇: differences to the right neighbor [..., H, W − 1] and to the one below [..., H − 1, W].</summary>
    /// <param name="x">[..., H, W].</param>
    public static (Tensor Across, Tensor Down) Differences(Tensor x)
    {
        var (h, w) = (x.Size(-2), x.Size(-1));
        return (x.Narrow(-1, 1, w - 1) - x.Narrow(-1, 0, w - 1), x.Narrow(-2, 1, h - 1) - x.Narrow(-2, 0, h - 1));
    }

    /// <summary>∇ᵀ: what the differences around each pixel sum to [..., H, W].</summary>
    /// <param name="across">[..., H, W − 1].</param>
    /// <param name="down">[..., H − 1, W].</param>
    public static Tensor Gather(Tensor across, Tensor down)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(Op.ConstantPadNd(across, [1, 0]) - Op.ConstantPadNd(across, [0, 1])
            + (Op.ConstantPadNd(down, [0, 0, 1, 0]) - Op.ConstantPadNd(down, [0, 0, 0, 1])));
    }
}
