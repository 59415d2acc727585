using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>What stands on a critic's features h(x) [N, F]: a linear layer, and before it what looks at the whole batch.</summary>
/// <param name="Outputs">Numbers of a sample; the first is the score.</param>
/// <param name="Minibatch">What looks at the whole batch.</param>
public sealed record CriticHead(int Outputs = 1, Minibatch? Minibatch = null)
{
    /// <summary>A score and nothing else.</summary>
    public static CriticHead Score { get; } = new();

    /// <summary>The two heads of a critic that names classes beside its score.</summary>
    /// <param name="outputs">What it gives [N, 1 + K].</param>
    /// <returns>Scores [N, 1] and logits of the classes [N, K].</returns>
    public static (Tensor Score, Tensor Names) Split(Tensor outputs) =>
        (outputs.Narrow(1, 0, 1), outputs.Narrow(1, 1, outputs.Size(1) - 1));

    /// <summary>h(x) of a critic: what its last linear layer takes, flat.</summary>
    /// <param name="critic">A critic that ends in a head.</param>
    /// <param name="x">Samples [N, …].</param>
    /// <returns>[N, F].</returns>
    /// <exception cref="ArgumentException">It ends otherwise.</exception>
    public static Tensor Features(Module critic, Tensor x)
    {
        var layers = critic.Children.ToList();
        var last = layers.FindLastIndex(layer => layer is Linear);
        // Noise is for what is learned from the features, not for their mean.
        while (last > 0 && layers[last - 1] is GaussianNoise)
            last--;
        if (last < 0)
            throw new ArgumentException("features are what the last linear layer of a critic takes, and this one has none");
        using var scope = TensorScope.Open();
        return scope.Keep(layers.Take(last).Aggregate(x, (h, layer) => layer.Forward(h)));
    }

    /// <summary>The layers.</summary>
    /// <param name="features">F.</param>
    /// <param name="initializer">Of the weights.</param>
    /// <param name="normalization">Of the critic.</param>
    /// <param name="biases">Of the biases; zeros when absent.</param>
    internal IEnumerable<Module> On(int features, Initializer? initializer, Normalization normalization, Initializer? biases = null)
    {
        var (layers, all) = (Minibatch ?? Minibatch.None).On(features);
        return
        [
            .. layers,
            new Linear(all, Outputs, initializer: initializer, reparametrization: normalization.Reparametrization, biases: biases),
        ];
    }
}
