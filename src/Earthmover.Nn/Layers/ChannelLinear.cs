using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>
/// A linear map of the places of each channel, channel by channel (arXiv:1604.07379, section 3.2): [N, C, H, W] → the same.
/// </summary>
public sealed class ChannelLinear : Module
{
    private readonly Parameter _weight, _bias;

    /// <summary>A layer of <paramref name="channels"/> maps.</summary>
    /// <param name="channels">C.</param>
    /// <param name="places">H · W.</param>
    /// <param name="initializer">Of the weights [C, places, places].</param>
    public ChannelLinear(int channels, int places, Initializer? initializer = null)
    {
        using var scope = TensorScope.Open();
        _weight = AddParameter("weight", (initializer ?? Initializers.Default)([channels, places, places], places, places));
        _bias = AddParameter("bias", Initializers.Constant(0)([channels, 1, places], places, places));
    }

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path) => null;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        // Channels are the batch of the products.
        var places = x.Flatten(2).Transpose(0, 1);
        return (Op.Bmm(places, _weight.Value.To(places.DType)) + _bias.Value).Transpose(0, 1).Reshape(x.Shape);
    }
}
