using Earthmover.Data;
using Earthmover.Nn;

namespace Earthmover.Networks;

/// <summary>Networks that guess numbers of samples: [N, …] → [N, outputs].</summary>
public static class PredictorNetwork
{
    /// <summary>DCGAN's critic with batch normalization where it takes such images (arXiv:1609.03552), else a perceptron.</summary>
    /// <param name="shape">The samples.</param>
    /// <param name="outputs">How many numbers.</param>
    /// <param name="width">Channels at half size.</param>
    public static Module Create(SampleShape shape, int outputs, int width = 16)
    {
        var head = new CriticHead(outputs);
        return shape is SampleShape.Image { Shape: var image } && Pyramid.Fits(image)
            ? Dcgan.Critic(image, width, Normalization.Batch, head: head)
            : Mlp.Critic(shape, [512, 256], nonlinearity: Nonlinearity.LeakyRelu, head: head);
    }
}
