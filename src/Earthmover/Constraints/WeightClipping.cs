using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Constraints;

/// <summary>
/// Weight clipping (WGAN, arXiv:1701.07875): after each step of the critic every parameter, biases too, is clipped to [−c, c]. It bounds
/// the slope by some unknown K.
/// </summary>
/// <param name="Limit">c &gt; 0.</param>
public sealed record WeightClipping(double Limit = 0.01) : Constraint
{
    /// <inheritdoc/>
    public override string Name => "clipping";

    /// <summary>c &gt; 0.</summary>
    public double Limit { get; } = Limit > 0
        ? Limit
        : throw new ArgumentOutOfRangeException(nameof(Limit), Limit, "the limit of weight clipping must be positive");

    /// <inheritdoc/>
    public override void Project(Tensor weights)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        _ = Op.Clamp_(weights, -Limit, Limit);
    }
}
