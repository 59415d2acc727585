using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>
/// The generator of GP-GAN (arXiv:1703.07195, section 3.2): DCGAN's critic as the encoder, DCGAN's generator as the decoder, and between
/// them a bottleneck through which all that is known must pass: [N, C, H, W] → [N, C, H, W] in [−1, 1].
/// </summary>
public static class EncoderDecoder
{
    /// <summary>A network for images of a shape.</summary>
    /// <param name="shape">The images.</param>
    /// <param name="width">Channels at half size.</param>
    /// <param name="code">Numbers of the bottleneck, each of which sees the whole image; the paper's 4,000.</param>
    /// <param name="channelWise">The bottleneck of context encoders instead: each channel sees all places of itself alone.</param>
    /// <exception cref="ArgumentException">No such network takes this size.</exception>
    public static Module Create(ImageShape shape, int width, int code, bool channelWise = false)
    {
        var (height, columns, _) = Pyramid.Of(shape, "the blending GAN");
        var (encoder, features) = Dcgan.Encoder(shape, width);
        var places = height * columns;
        IReadOnlyList<Module> bottleneck = channelWise ? [new ChannelLinear(features, places)]
            :
            [
                // On features of as many places as its window a convolution is a linear layer.
                Shapes.Flatten(), new Linear(features * places, code, bias: false, initializer: Initializers.Normal()),
                new BatchNorm(code), Activation.LeakyRelu(),
                new Linear(code, features * places, bias: false, initializer: Initializers.Normal()),
                Shapes.Reshape(features, height, columns),
            ];
        return new Sequential([.. encoder, Dcgan.Decoder(shape, width, bottleneck)]);
    }
}
