using Earthmover.Nn.PyTorch;
using Earthmover.Torch;

namespace Earthmover.Nn.Layers;

/// <summary>What is learned in the place of a layer's weight.</summary>
public enum Reparametrization
{
    /// <summary>The weight itself.</summary>
    None,
    /// <summary>W / σ(W): the weight's matrix has spectral norm one (arXiv:1802.05957).</summary>
    Spectral,
    /// <summary>g · V / ‖V‖ per output: length and direction apart (arXiv:1602.07868).</summary>
    Weight,
}

/// <summary>A layer with a weight, which may be reparametrized, and a bias.</summary>
public abstract class WeightedLayer : Module
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias, _gain;
    private readonly SpectralNorm? _spectral;
    private readonly int _outputAxis;

    private protected WeightedLayer(ReadOnlySpan<long> shape, int outputAxis, long fanIn, long fanOut, bool bias,
        Initializer? initializer, Reparametrization reparametrization, Initializer? biases = null)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        _outputAxis = outputAxis;
        MachineMemory.RequireFor(shape);
        _weight = AddParameter("weight", (initializer ?? Initializers.Default)(shape, fanIn, fanOut));
        biases ??= initializer is null ? Initializers.Default : Initializers.Constant(0);
        _bias = bias ? AddParameter("bias", biases([shape[outputAxis]], fanIn, fanOut)) : null;
        _gain = reparametrization == Reparametrization.Weight ? AddParameter("gain", Lengths()) : null;
        _spectral = reparametrization == Reparametrization.Spectral
            ? new(AddBuffer("spectral_u", Tensor.Normal([shape[outputAxis]], RandomStreams.Current["init"])), _weight.Value, outputAxis)
            : null;
    }

    /// <inheritdoc/>
    public override bool HasSpectralNorm => _spectral is not null;

    /// <summary>The weight that the layer applies. In training, spectral normalization takes one power iteration here.</summary>
    protected Tensor EffectiveWeight() =>
        _spectral?.Normalize(_weight.Value, IsTraining) ??
        (_gain is null ? _weight.Value : _weight.Value * (_gain.Value / Lengths()));

    /// <summary>Gives the twin the weight that the layer applies, and the bias.</summary>
    /// <returns>The weight's shape, and the last argument of the layer in PyTorch, which has a bias unless told otherwise.</returns>
    private protected (long[] Shape, string End) PutInto(TorchTwin twin, string path)
    {
        var weight = EffectiveWeight();
        twin.Put($"{path}weight", weight);
        if (Bias is { } bias)
            twin.Put($"{path}bias", bias);
        return (weight.Shape, Bias is null ? ", bias=False" : "");
    }

    /// <summary>The bias [out], or null.</summary>
    protected Tensor? Bias => _bias?.Value;

    // Euclidean norm of every output's weights, shaped to broadcast over the weight.
    private Tensor Lengths()
    {
        var others = Enumerable.Range(0, _weight.Value.Rank).Where(axis => axis != _outputAxis).Select(axis => (long)axis).ToArray();
        return (_weight.Value.Square().Sum(others, keep: true) + 1e-12).Sqrt();
    }
}
