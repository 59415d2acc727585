using Earthmover.Torch;

namespace Earthmover.Editing;

/// <summary>What a user's strokes ask of a picture of the size that the sampler makes.</summary>
/// <param name="Colors">Wanted values, as the sampler makes them [1, C, H, W].</param>
/// <param name="ColorCover">How much of each pixel has one, 0 to 1 [1, 1, H, W].</param>
/// <param name="Lines">Drawn lines, bright on dark [1, 1, H, W].</param>
/// <param name="LineCover">How much each pixel is to look like the lines, 0 to 1 [1, 1, H, W].</param>
public sealed record Guide(Tensor Colors, Tensor ColorCover, Tensor Lines, Tensor LineCover)
{
    private const double LineWeight = 0.2;

    /// <summary>How far samples are from what is asked [N]: squared errors under color, differences of directions under lines.</summary>
    /// <param name="samples">[N, C, H, W].</param>
    public Tensor Errors(Tensor samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        using var scope = TensorScope.Open();
        // In units of a picture whose values are 0 to 1.
        var errors = Mean((samples - Colors).Square().Mean([1], keep: true) / 4, ColorCover);
        if (LineCover.Sum().Item() > 0)
        {
            var cell = SoftHog.CellOf(samples.Size(2), samples.Size(3));
            var apart = (SoftHog.Of(samples, cell) - SoftHog.Of(Lines, cell)).Square().Mean([1], keep: true);
            errors += LineWeight * Mean(apart, SoftHog.Pooled(LineCover, cell));
        }
        return scope.Keep(errors);
    }

    private static Tensor Mean(Tensor values, Tensor cover) => (values * cover).Flatten(1).Sum([1]) / (cover.Sum() + 1e-6);
}
