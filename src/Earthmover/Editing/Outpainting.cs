using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Editing;

/// <summary>
/// Goes on with a picture beyond what is seen of it, smoothly: by means of what is seen, over larger and larger places where less is
/// (Gortler and others, "The Lumigraph", 1996).
/// </summary>
internal static class Outpainting
{
    private const double Nothing = 1e-6;

    /// <summary>Fills.</summary>
    /// <param name="picture">[C, H, W].</param>
    /// <param name="seen">How much of each pixel is seen, 0 to 1 [1, H, W].</param>
    /// <returns>The picture where it is seen, and its continuation elsewhere.</returns>
    public static Tensor Fill(Tensor picture, Tensor seen)
    {
        using var scope = TensorScope.Open();
        var (h, w) = (seen.Size(1), seen.Size(2));
        if (Math.Max(h, w) == 1)
            return scope.Keep(picture.Clone());
        static Tensor Half(Tensor x) =>
            Op.AvgPool2d(x.Unsqueeze(0), [2, 2], [2, 2], ceil_mode: true, count_include_pad: false).Squeeze(0);
        var weight = Half(seen);
        var coarse = Half(picture * seen) / (weight + Nothing);
        // Where anything is seen, that is what is there.
        var filled = Fill(coarse, (weight * 4).Clamp(0, 1));
        var around = Op.UpsampleBilinear2d(filled.Unsqueeze(0), [h, w], align_corners: false).Squeeze(0);
        return scope.Keep(around + (picture - around) * seen);
    }
}
