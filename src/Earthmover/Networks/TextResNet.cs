using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>
/// The 1-D residual pair of WGAN-GP for characters (arXiv:1704.00028): texts are sequences of probability vectors over the vocabulary.
/// </summary>
public static class TextResNet
{
    private const double Scale = 0.3; // of a block's residual
    private const int Window = 5;

    /// <summary>G: z [N, latent] → probability vectors [N, V, L], all places at once.</summary>
    /// <param name="shape">The texts.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="width">Channels of every block.</param>
    /// <param name="blocks">Residual blocks.</param>
    /// <param name="normalization">In front of every rectifier; the paper has none.</param>
    public static Module Generator(
        SampleShape.Text shape, int latent = 128, int width = 512, int blocks = 5, Normalization normalization = Normalization.None) =>
        new Sequential([
            new Linear(latent, width * shape.Length,
                initializer: Initializers.GlorotUniform, reparametrization: normalization.Reparametrization),
            Shapes.Reshape(width, shape.Length),
            .. Enumerable.Range(0, blocks).Select(_ => Block(width, normalization)),
            new Conv1d(width, shape.Vocabulary, 1,
                initializer: Initializers.GlorotUniform, reparametrization: normalization.Reparametrization),
            Activation.Softmax()]);

    /// <summary>D: probability vectors or one-hot texts [N, V, L] → scores [N, 1]; the generator mirrored.</summary>
    /// <param name="shape">The texts.</param>
    /// <param name="width">Channels of every block.</param>
    /// <param name="blocks">Residual blocks.</param>
    /// <param name="normalization">In front of every rectifier; the paper has none.</param>
    /// <param name="head">On its features; a score and nothing else when absent.</param>
    public static Module Critic(
        SampleShape.Text shape, int width = 512, int blocks = 5, Normalization normalization = Normalization.None,
        CriticHead? head = null) =>
        new Sequential([
            new Conv1d(shape.Vocabulary, width, 1,
                initializer: Initializers.GlorotUniform, reparametrization: normalization.Reparametrization),
            .. Enumerable.Range(0, blocks).Select(_ => Block(width, normalization)),
            Shapes.Flatten(),
            .. (head ?? CriticHead.Score).On(width * shape.Length, Initializers.GlorotUniform, normalization)]);

    private static Residual Block(int width, Normalization norm)
    {
        Conv1d Conv(bool bias) => new(width, width, Window, Window / 2, bias, Initializers.HeUniform, norm.Reparametrization);
        var body = new Sequential([
            .. norm.Layers(width), Activation.Relu(), Conv(!norm.AbsorbsBias),
            .. norm.Layers(width), Activation.Relu(), Conv(true)]);
        return new(body, scale: Scale);
    }
}
