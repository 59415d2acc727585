using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Editing;

/// <summary>
/// Histograms of oriented gradients that can be differentiated: how strongly, around each place, brightness changes in each of
/// eight directions. Zhu et al., 2016, arXiv:1609.03552, section 4.1, as in the authors' program.
/// </summary>
/// <remarks>
/// <code>
/// h_θ = max(0, |g_θ| − cos(π/8) |g|) / (1 − cos(π/8)),  pooled in windows that fall off linearly, of length one at each place
/// </code>
/// </remarks>
internal static class SoftHog
{
    private const int Directions = 8;

    /// <summary>The side of a cell for pictures of a size: an eighth of the shorter side, at least 2 pixels.</summary>
    public static int CellOf(long height, long width) => (int)Math.Max(2, Math.Min(height, width) / 8);

    /// <summary>Histograms [N, 8, h, w] of pictures.</summary>
    /// <param name="pictures">[N, C, H, W].</param>
    /// <param name="cell">The side of a cell, pixels.</param>
    public static Tensor Of(Tensor pictures, int cell)
    {
        using var scope = TensorScope.Open();
        var gray = Op.ReplicationPad2d(pictures.Mean([1], keep: true), [1, 1, 1, 1]);
        var across = Tensor.From<float>([-1, 0, 1, -2, 0, 2, -1, 0, 1], [1, 1, 3, 3], pictures.Device) / 4;
        Tensor gx = Op.Conv2d(gray, across), gy = Op.Conv2d(gray, across.Transpose(2, 3).Contiguous());
        var strength = (gx.Square() + gy.Square() + 1e-6).Sqrt();
        var narrow = Math.Cos(Math.PI / Directions);
        var parts = Enumerable.Range(0, Directions).Select(k =>
        {
            var angle = Math.PI * k / Directions;
            return ((gx * Math.Cos(angle) + gy * Math.Sin(angle)).Abs() - strength * narrow).Relu() / (1 - narrow);
        });
        var pooled = Pooled(Tensor.Cat([.. parts], 1), cell);
        return scope.Keep(pooled / (pooled.Square().Sum([1], keep: true) + 1e-4).Sqrt());
    }

    /// <summary>How much of each cell something covers [N, 1, h, w].</summary>
    /// <param name="cover">[N, 1, H, W], 0 to 1.</param>
    /// <param name="cell">The side of a cell, pixels.</param>
    public static Tensor Pooled(Tensor cover, int cell)
    {
        // A mean of means falls off linearly.
        var padding = cell / 2;
        var spread = Op.AvgPool2d(cover, [cell, cell], [1, 1], [padding, padding], count_include_pad: false);
        return Op.AvgPool2d(spread, [cell, cell], [cell, cell], ceil_mode: true, count_include_pad: false);
    }
}
