using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>
/// Multilayer perceptrons for samples of any shape; He's initialization in front of the nonlinearities and Glorot's at the end, unless
/// another is given.
/// </summary>
/// <remarks>
/// Biases are drawn as LibTorch draws them, from U(±1/√fan-in): with zeros every kink of a rectifier network in the plane would start at
/// the origin.
/// </remarks>
public static class Mlp
{
    /// <summary>G: z [N, latent] → samples [N, …]; images end in tanh, texts in a softmax over the vocabulary, points in nothing.</summary>
    /// <param name="shape">The samples.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="normalization">Between the layers.</param>
    /// <param name="nonlinearity">Between the layers; a rectifier when absent.</param>
    /// <param name="initializer">Of the weights of all layers.</param>
    public static Module Generator(
        SampleShape shape, int latent, IReadOnlyList<int> hidden,
        Normalization normalization = Normalization.None, Nonlinearity? nonlinearity = null, Initializer? initializer = null) =>
        new Sequential([
            .. Hidden(latent, hidden, normalization, normalization, nonlinearity ?? Nonlinearity.Relu, initializer),
            Last(hidden.Count == 0 ? latent : hidden[^1], shape.Size, normalization, initializer),
            Shapes.Reshape(shape.Axes),
            .. Output(shape)]);

    /// <summary>D: samples [N, …] → scores [N, 1]; the first layer is not normalized.</summary>
    /// <param name="shape">The samples.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="normalization">Between the layers.</param>
    /// <param name="nonlinearity">Between the layers; a rectifier when absent.</param>
    /// <param name="initializer">Of the weights of all layers.</param>
    /// <param name="head">On its features; a score and nothing else when absent.</param>
    /// <param name="noise">Deviation of what is added in training to the samples, and to every hidden layer; none when absent.</param>
    public static Module Critic(
        SampleShape shape, IReadOnlyList<int> hidden,
        Normalization normalization = Normalization.None, Nonlinearity? nonlinearity = null, Initializer? initializer = null,
        CriticHead? head = null, (double Samples, double Hidden)? noise = null) =>
        new Sequential([
            Shapes.Flatten(),
            .. noise is { Samples: var deviation } ? [new GaussianNoise(deviation)] : Array.Empty<Module>(),
            .. Hidden(shape.Size, hidden, normalization.WithoutLayers, normalization, nonlinearity ?? Nonlinearity.Relu, initializer,
                noise?.Hidden),
            .. (head ?? CriticHead.Score).On(
                hidden.Count == 0 ? shape.Size : hidden[^1], initializer ?? Initializers.GlorotUniform, normalization,
                Initializers.Default)]);

    private static IEnumerable<Module> Output(SampleShape shape) => shape switch
    {
        SampleShape.Image => [Activation.Tanh()],
        SampleShape.Text => [Activation.Softmax()],
        _ => [],
    };

    private static IEnumerable<Module> Hidden(
        int inputs, IReadOnlyList<int> hidden, Normalization first, Normalization others, Nonlinearity act, Initializer? initializer,
        double? noise = null)
    {
        if (others == Normalization.Instance)
            throw new ArgumentException(
                "a perceptron has no places to normalize over: instance normalization needs a convolutional network");
        return hidden.SelectMany((units, i) =>
        {
            var norm = i == 0 ? first : others;
            return (IEnumerable<Module>)[
                new Linear(i == 0 ? inputs : hidden[i - 1], units * act.Channels, !norm.AbsorbsBias,
                    initializer ?? Initializers.HeNormal, norm.Reparametrization, Initializers.Default),
                .. norm.Layers(units * act.Channels), act.Make(),
                .. noise is { } deviation ? [new GaussianNoise(deviation)] : Array.Empty<Module>()];
        });
    }

    /// <summary>
    /// The perceptrons of semi-supervised learning (arXiv:1606.03498, section 5.1): batch normalization and softplus in the generator, five
    /// hidden layers with weight normalization in the critic, and noise on all of them.
    /// </summary>
    internal static class Noisy
    {
        /// <summary>G: z [N, latent] → samples [N, …].</summary>
        /// <param name="shape">The samples.</param>
        /// <param name="latent">Length of z.</param>
        /// <param name="width">Units of the critic's first layer, twice as many as of the generator's.</param>
        public static Module Generator(SampleShape shape, int latent, int width) =>
            Mlp.Generator(shape, latent, [Half(width), Half(width)], Normalization.Batch, Nonlinearity.Softplus);

        /// <summary>D: samples [N, …] → scores.</summary>
        /// <param name="shape">The samples.</param>
        /// <param name="width">Units of the first layer.</param>
        /// <param name="normalization">Of the weights where none is wished for, as in the paper.</param>
        /// <param name="head">On its features.</param>
        public static Module Critic(SampleShape shape, int width, Normalization normalization, CriticHead head) =>
            Mlp.Critic(shape, [width, Half(width), Half(Half(width)), Half(Half(width)), Half(Half(width))],
                normalization == Normalization.None ? Normalization.Weight : normalization, Nonlinearity.Relu, head: head,
                noise: (0.3, 0.5));

        private static int Half(int width) => Math.Max(1, width / 2);
    }

    private static Linear Last(int inputs, int outputs, Normalization normalization, Initializer? initializer) =>
        new(inputs, outputs, initializer: initializer ?? Initializers.GlorotUniform,
            reparametrization: normalization.Reparametrization, biases: Initializers.Default);
}
