using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>How much a picture changes from place to place (Rudin, Osher and Fatemi, 1992).</summary>
public static class Roughness
{
    /// <summary>Mean over places of the length of the difference to the next row and column.</summary>
    /// <param name="x">Pictures [N, C, H, W], of two rows and columns at least.</param>
    /// <returns>A tensor without axes.</returns>
    public static Tensor TotalVariation(Tensor x)
    {
        using var scope = TensorScope.Open();
        long h = x.Size(2) - 1, w = x.Size(3) - 1;
        Tensor here = x.Narrow(2, 0, h).Narrow(3, 0, w),
            below = x.Narrow(2, 1, h).Narrow(3, 0, w) - here, beside = x.Narrow(2, 0, h).Narrow(3, 1, w) - here;
        return scope.Keep((below.Square() + beside.Square() + 1e-8).Sqrt().Mean()); // has a slope where nothing changes
    }
}
