using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn;

/// <summary>One of several, by a given number: what is chosen follows from its inputs.</summary>
public static class Categorical
{
    /// <summary>One of several for each row, as likely as the softmax of its logits says.</summary>
    /// <param name="logits">Logarithms of their shares, up to a constant of each row [N, K].</param>
    /// <param name="u">Uniform on [−1, 1] [N, 1].</param>
    /// <returns>1 at the place of the one, else 0 [N, K].</returns>
    public static Tensor Choose(Tensor logits, Tensor u)
    {
        using var scope = TensorScope.Open();
        // The last place is what is left.
        var below = Op.Cumsum(Op.Softmax(logits, 1), 1).Narrow(1, 0, logits.Size(1) - 1);
        var chosen = Op.Lt(below, (u + 1) / 2).To(DType.Int64).Sum([1]);
        return scope.Keep(Op.OneHot(chosen, logits.Size(1)).To(logits.DType));
    }
}
