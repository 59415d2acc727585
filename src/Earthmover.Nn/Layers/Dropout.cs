using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>
/// In training, sets every number to zero with a probability and scales the others to keep the mean (Srivastava et al. 2014). Draws from
/// the stream <c>dropout</c>.
/// </summary>
/// <param name="probability">Share of zeros, in [0, 1).</param>
public sealed class Dropout(double probability = 0.5) : Module
{
    private readonly double _keep = probability is >= 0 and < 1 ? 1 - probability
        : throw new ArgumentOutOfRangeException(nameof(probability), probability, "the share of zeros is at least 0 and below 1");

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path) => $"nn.Dropout({TorchTwin.Number(1 - _keep)})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => IsTraining && _keep < 1
        ? x * (Op.Bernoulli_(Tensor.Empty(x.Shape, x.DType, x.Device), _keep, RandomStreams.Current["dropout"]) / _keep)
        : x;
}
