using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>
/// A perceptron for samples and their latent vectors side by side that hears the latent vector again at every layer, as BiGAN's critic does
/// (arXiv:1605.09782, section 4.2): [N, D + Z] → scores [N, 1],
/// or as many numbers as are asked for.
/// </summary>
public sealed class PairCritic : Module
{
    private readonly Module _act = Activation.LeakyRelu();
    private readonly Linear[] _layers;
    private readonly int _sample, _latent;

    /// <summary>A critic with hidden layers.</summary>
    /// <param name="sample">D, numbers of a sample.</param>
    /// <param name="latent">Z, length of a latent vector.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="outputs">Numbers of a pair.</param>
    public PairCritic(int sample, int latent, IReadOnlyList<int> hidden, int outputs = 1)
    {
        (_sample, _latent) = (sample, latent);
        int[] inputs = [sample, .. hidden], units = [.. hidden, outputs];
        _layers = [.. inputs.Select((count, i) => Add($"{i}", new Linear(count + latent, units[i],
            initializer: i < hidden.Count ? Initializers.HeNormal : Initializers.GlorotUniform)))];
    }

    /// <summary>The same, or a perceptron that hears the latent vector at its first layer alone.</summary>
    /// <param name="shape">The samples.</param>
    /// <param name="latent">Z.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="isHeardEverywhere">At every layer.</param>
    public static Module Create(SampleShape shape, int latent, IReadOnlyList<int> hidden, bool isHeardEverywhere)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return isHeardEverywhere ? new PairCritic(shape.Size, latent, hidden)
            : Mlp.Critic(new SampleShape.Points(shape.Size + latent), hidden, nonlinearity: Nonlinearity.LeakyRelu);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        var z = x.Narrow(1, _sample, _latent);
        var h = _layers[0].Forward(x);
        foreach (var layer in _layers.Skip(1))
            h = layer.Forward(Tensor.Cat([_act.Forward(h), z], 1));
        return h;
    }
}
