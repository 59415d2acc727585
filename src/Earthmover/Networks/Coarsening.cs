using Earthmover.Data;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Networks;

/// <summary>
/// A, which makes a sample coarse by the means of its blocks, pixels of a square or neighboring coordinates, with its exact pseudoinverse
/// A⁺, which repeats each mean over its block: A A⁺ = I.
/// </summary>
/// <remarks>The projection is that of Sønderby et al., 2017, arXiv:1610.04490, equation 5.</remarks>
public sealed class Coarsening
{
    private readonly SampleShape _coarse;
    private readonly int _factor;

    /// <summary>From fine samples to coarse ones.</summary>
    /// <param name="coarse">What A makes: pictures or points.</param>
    /// <param name="fine">What it takes.</param>
    /// <exception cref="ArgumentException">Blocks of one size do not fill the fine samples.</exception>
    public Coarsening(SampleShape coarse, SampleShape fine)
    {
        ArgumentNullException.ThrowIfNull(coarse);
        ArgumentNullException.ThrowIfNull(fine);
        _coarse = coarse;
        _factor = (coarse, fine) switch
        {
            (SampleShape.Image { Shape: var a }, SampleShape.Image { Shape: var b }) when a.Channels == b.Channels
                && b.Width / a.Width is > 1 and var k && (b.Height, b.Width) == (k * a.Height, k * a.Width) => k,
            (SampleShape.Points a, SampleShape.Points b) when b.Dimension / a.Dimension is > 1 and var k
                && b.Dimension == k * a.Dimension => k,
            _ => throw new ArgumentException("this system makes coarse samples fine: those of the second domain are "
                + "a whole number of times as large as those of the first, with as many channels, "
                + $"not {fine.Words} beside {coarse.Words}; "
                + "as in photos?size=16|photos?size=64&pairs=aligned"),
        };
    }

    /// <summary>How often the sides of a coarse picture double to those of a fine one.</summary>
    /// <exception cref="ArgumentException">They are not doubled.</exception>
    public int Doublings => int.IsPow2(_factor) ? int.Log2(_factor)
        : throw new ArgumentException($"pictures grow by doubling: 2, 4 or 8 times, not {_factor} times");

    /// <summary>A y: [N, …] of fine samples → [N, …] of coarse ones.</summary>
    public Tensor Coarse(Tensor y) => _coarse is SampleShape.Image ? Op.AvgPool2d(y, [_factor, _factor])
        : y.Reshape(y.Size(0), _coarse.Size, _factor).Mean([2]);

    /// <summary>A⁺ x: [N, …] of coarse samples → [N, …] of fine ones.</summary>
    public Tensor Enlarged(Tensor x) => _coarse is SampleShape.Image
        ? Op.UpsampleNearest2d(x, [_factor * x.Size(2), _factor * x.Size(3)])
        : x.Reshape(x.Size(0), _coarse.Size, 1).Expand(x.Size(0), _coarse.Size, _factor).Reshape(x.Size(0), _coarse.Size * _factor);

    /// <summary>(I − A⁺A) y + A⁺ x: the nearest to y of what A makes x of.</summary>
    /// <param name="y">Fine samples [N, …].</param>
    /// <param name="x">Coarse samples [N, …].</param>
    public Tensor Projected(Tensor y, Tensor x)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(y + Enlarged(x - Coarse(y)));
    }
}
