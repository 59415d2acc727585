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
    public static Module Critic(
        SampleShape shape, IReadOnlyList<int> hidden,
        Normalization normalization = Normalization.None, Nonlinearity? nonlinearity = null, Initializer? initializer = null,
        CriticHead? head = null) =>
        new Sequential([
            Shapes.Flatten(),
            .. Hidden(shape.Size, hidden, normalization.WithoutLayers, normalization, nonlinearity ?? Nonlinearity.Relu, initializer),
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
        int inputs, IReadOnlyList<int> hidden, Normalization first, Normalization others, Nonlinearity act, Initializer? initializer)
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
                .. norm.Layers(units * act.Channels), act.Make()];
        });
    }

    private static Linear Last(int inputs, int outputs, Normalization normalization, Initializer? initializer) =>
        new(inputs, outputs, initializer: initializer ?? Initializers.GlorotUniform,
            reparametrization: normalization.Reparametrization, biases: Initializers.Default);
}
