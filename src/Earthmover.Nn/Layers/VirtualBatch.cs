using Earthmover.Torch;

namespace Earthmover.Nn.Layers;

/// <summary>
/// Virtual batch normalization (arXiv:1606.03498, section 3.5) of a whole network: its batch normalizations take their statistics from
/// inputs that were drawn once, and from the sample itself, so that samples of a batch no longer depend on each other.
/// </summary>
/// <remarks>
/// The inputs of reference go through the network before those that are asked for, at every pass, which costs as much as theirs would: the
/// statistics follow the weights. Of R of them and one sample, each counts as one: mean = (R·m + own) / (R + 1).
/// </remarks>
public sealed class VirtualBatch : Module
{
    private readonly Module _network;
    private readonly Buffer _reference; // [R, …]

    /// <summary>Takes a network over.</summary>
    /// <param name="network">The network.</param>
    /// <param name="reference">Inputs of reference [R, …], R at least 2; taken over.</param>
    /// <exception cref="ArgumentException">The network has no batch normalization, or there are too few inputs.</exception>
    public VirtualBatch(Module network, Tensor reference)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(reference);
        var layers = network.SelfAndBelow().OfType<BatchNorm>().ToList();
        if (layers.Count == 0 || reference.Size(0) < 2)
        {
            network.Dispose();
            throw new ArgumentException(layers.Count == 0
                ? "virtual batch normalization takes the place of batch normalization, and this network has none"
                : "virtual batch normalization needs two inputs of reference or more");
        }
        (_network, _reference) = (Add("network", network), AddBuffer("reference", reference));
        foreach (var layer in layers)
            layer.References = (int)reference.Size(0);
    }

    /// <inheritdoc/>
    public override bool CouplesBatch => false;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        var rows = _reference.Value.Size(0);
        return _network.Forward(Tensor.Cat([_reference.Value.Like(x), x])).Narrow(0, rows, x.Size(0));
    }
}
