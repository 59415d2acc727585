using System.Globalization;
using Earthmover.Nn.PyTorch;
using Earthmover.Torch;

namespace Earthmover.Nn.Layers;

/// <summary>In training, adds a draw of N(0, σ²) to every number. Draws from the stream <c>noise</c>.</summary>
/// <param name="deviation">σ, at least 0.</param>
public sealed class GaussianNoise(double deviation) : Module
{
    private readonly double _deviation = deviation >= 0 && double.IsFinite(deviation) ? deviation
        : throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "the deviation of noise is at least 0");

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path) => string.Create(CultureInfo.InvariantCulture,
        $"{twin.Class("GaussianNoise", """
        class GaussianNoise(nn.Module):
            def __init__(self, deviation):
                super().__init__()
                self.deviation = deviation

            def forward(self, x):
                return x + self.deviation * torch.randn_like(x) if self.training else x
        """)}({TorchTwin.Number(_deviation)})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => IsTraining && _deviation > 0
        ? x + Tensor.Normal(x.Shape, RandomStreams.Current["noise"]).Like(x) * _deviation
        : x;
}
