using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Objectives;

/// <summary>Euclidean distances between two batches, with a gradient that exists everywhere.</summary>
internal static class EuclideanCost
{
    // Up to this many coordinates the differences themselves [N, M, d] are affordable, and exact.
    private const int FewCoordinates = 8;

    /// <summary>√(‖xᵢ − yⱼ‖² + 1e-12): [N, …], [M, …] → [N, M].</summary>
    public static Tensor Distances(Tensor x, Tensor y)
    {
        using var scope = TensorScope.Open();
        (x, y) = (x.Flatten(1), y.Flatten(1));
        if (x.Size(1) != y.Size(1))
            throw new ArgumentException($"real and generated samples differ in size: {x} and {y}");
        if (x.Size(1) <= FewCoordinates)
            return scope.Keep(((x.Unsqueeze(1) - y.Unsqueeze(0)).Square().Sum([2]) + 1e-12).Sqrt());
        // ‖x‖² + ‖y‖² − 2x·y, around the mean of x, which leaves the distances alone and saves digits.
        var center = x.Detach().Mean([0], keep: true);
        (x, y) = (x - center, y - center);
        var squares = x.Square().Sum([1], keep: true) + y.Square().Sum([1]) - 2 * x.MatMul(y.Transpose(0, 1));
        return scope.Keep((Op.ClampMin(squares, 0) + 1e-12).Sqrt());
    }

    /// <summary>One potential per sample [N], from a critic's [N] or [N, 1].</summary>
    public static Tensor Potential(Tensor scores, Tensor x) => scores.ElementCount == x.Size(0)
        ? scores.Flatten()
        : throw new ArgumentException($"the c-transform needs one score per real sample, not {scores} for {x}: "
            + "a critic that scores patches has no transform");
}
