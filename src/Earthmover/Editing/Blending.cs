using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Editing;

/// <summary>How two pictures are blended.</summary>
public sealed record BlendingOptions
{
    /// <summary>The smallest β: below it a solution in single precision would not be one.</summary>
    public const double LeastBeta = 0.01;

    /// <summary>β, how much the colors count beside the differences; at least <see cref="LeastBeta"/>.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>σ, how far detail of the colors is overlooked, in pixels.</summary>
    public double Sigma { get; init; } = 0.5;

    /// <summary>The longer side, in pixels, that the smallest pictures of the pyramid have at most; the paper's 64.</summary>
    public int Coarsest { get; init; } = 64;
}

/// <summary>
/// Sets a part of one picture into another without a seam: a Gaussian–Poisson equation at each size of a Laplacian pyramid, from coarse
/// to fine. Wu et al., "GP-GAN: Towards Realistic High-Resolution Image Blending", 2017, arXiv:1703.07195.
/// </summary>
/// <remarks>
/// <code>
/// x_K  colors of the coarsest size: Poisson cloning of the part, or of what a blending GAN makes of the collage
/// y_k  = argmin |∇y − v_k|² + β |G_σ y − G_σ x_k|²,  v_k differences of the part inside the mask, of the background outside
/// x_k−1 = up(y_k) + the detail that either picture has at that size, each on its side of the mask
/// </code>
/// The paper has no detail in x, which a weight on colors then blurs; it takes the GAN's colors outside of the mask as well.
/// </remarks>
public static class Blending
{
    /// <summary>Blends.</summary>
    /// <param name="foreground">The part's picture [C, H, W], values in [0, 1].</param>
    /// <param name="background">What it is set into [C, H, W].</param>
    /// <param name="mask">How much each pixel belongs to the part, 0 to 1 [1, H, W].</param>
    /// <param name="options">How.</param>
    /// <param name="blended">Collages of the coarsest size [C, h, w] → what a blending GAN makes of them; null goes without.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two sizes with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>[C, H, W], values in [0, 1].</returns>
    public static Tensor Blend(Tensor foreground, Tensor background, Tensor mask, BlendingOptions options,
        Func<Tensor, Tensor>? blended = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(foreground);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Beta, BlendingOptions.LeastBeta, nameof(options));
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        List<Level> levels = [new(foreground, background, mask)];
        while (Math.Max(levels[^1].Height, levels[^1].Width) > options.Coarsest)
            levels.Add(levels[^1].Halved());

        var coarsest = levels[^1];
        var guide = blended is null ? coarsest.Foreground : blended(coarsest.Collage);
        var colors = Seamless.Clone(guide, coarsest.Background, coarsest.Mask);
        var (done, all) = (0.0, levels.Sum(level => (double)level.Height * level.Width));
        for (var k = levels.Count - 1; k >= 0; k--)
        {
            cancellation.ThrowIfCancellationRequested();
            var y = levels[k].Solve(colors, options);
            colors = k == 0 ? y : levels[k - 1].Below(y, levels[k]);
            done += (double)levels[k].Height * levels[k].Width;
            progress?.Report(done / all);
        }
        return scope.Keep(colors.Clamp(0, 1));
    }

    // The two pictures and the mask at one size of the pyramid.
    private sealed record Level(Tensor Foreground, Tensor Background, Tensor Mask)
    {
        public long Height => Mask.Size(1);

        public long Width => Mask.Size(2);

        public Tensor Collage => Mix(Foreground, Background, Mask);

        public Level Halved() => new(Half(Foreground), Half(Background), Half(Mask));

        public Tensor Solve(Tensor colors, BlendingOptions options)
        {
            using var scope = TensorScope.Open();
            var (across, down) = Seamless.Weights.Of(Mask);
            // A channel at a time: a large picture has several times its own size in transforms.
            var planes = Enumerable.Range(0, (int)colors.Size(0)).Select(c =>
            {
                using var turn = TensorScope.Open();
                var inside = GaussianPoisson.Differences(Foreground.Narrow(0, c, 1));
                var outside = GaussianPoisson.Differences(Background.Narrow(0, c, 1));
                return turn.Keep(GaussianPoisson.Solve(Mix(inside.Across, outside.Across, across),
                    Mix(inside.Down, outside.Down, down), colors.Narrow(0, c, 1), options.Beta, options.Sigma));
            });
            return scope.Keep(Tensor.Cat([.. planes]));
        }

        // The solution of the next smaller size with this one's detail.
        public Tensor Below(Tensor y, Level smaller)
        {
            using var scope = TensorScope.Open();
            var detail = Mix(Foreground - Up(smaller.Foreground), Background - Up(smaller.Background), Mask);
            return scope.Keep(Up(y) + detail);
        }

        private Tensor Up(Tensor x) => Op.UpsampleBilinear2d(x.Unsqueeze(0), [Height, Width], align_corners: false).Squeeze(0);

        private static Tensor Half(Tensor x) =>
            Op.AvgPool2d(x.Unsqueeze(0), [2, 2], [2, 2], ceil_mode: true, count_include_pad: false).Squeeze(0);

        private static Tensor Mix(Tensor inside, Tensor outside, Tensor weight) => outside + (inside - outside) * weight;
    }
}
