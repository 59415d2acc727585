using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>
/// D(x, φ): whether a picture is real and shows what a text says. Features of the picture and the text's vector side by side go through a
/// perceptron, as GAN-CLS joins them where its picture has become small (arXiv:1605.05396, section 4.1).
/// </summary>
public sealed class TextCritic : ConditionalModule
{
    private readonly Module _picture, _judge;

    /// <summary>A critic of pictures and texts.</summary>
    /// <param name="architecture">What looks at the picture.</param>
    /// <param name="options">What that is built for.</param>
    /// <param name="textSize">Length of a text's vector.</param>
    /// <param name="features">Numbers that are left of the picture.</param>
    public TextCritic(Architecture architecture, NetworkOptions options, int textSize, int features = 128)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(options);
        _picture = Add("picture", architecture.Critic(options with { Head = new(Outputs: features) }));
        _judge = Add("judge", new Sequential(
            Activation.LeakyRelu(), new Linear(features + textSize, features, initializer: Initializers.HeNormal),
            Activation.LeakyRelu(), new Linear(features, 1, initializer: Initializers.GlorotUniform)));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Tensor y) => _judge.Forward(Tensor.Cat([_picture.Forward(x), y], 1));
}
