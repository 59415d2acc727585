using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>
/// The networks of one level of LAPGAN (arXiv:1506.05751), between the coarse image, enlarged, and the image of this level.
/// </summary>
public static class LaplacianLevel
{
    /// <summary>
    /// G: the enlarged coarse image and a plane of noise [N, C + 1, H, W] → the detail that the coarse image lacks [N, C, H, W], which has
    /// both signs and no bound.
    /// </summary>
    /// <param name="channels">C.</param>
    /// <param name="width">Channels between; the paper's 64 or 128.</param>
    public static Module Generator(int channels, int width) => new Sequential(
        new Conv2d(channels + 1, width, 7, 1, 3), Activation.Relu(),
        new Conv2d(width, width, 7, 1, 3), Activation.Relu(),
        new Conv2d(width, channels, 5, 1, 2));

    /// <summary>D: the sum of the enlarged coarse image and a detail [N, C, H, W] → scores [N, 1].</summary>
    /// <param name="shape">The images of this level.</param>
    /// <param name="width">Channels between.</param>
    public static Module Critic(ImageShape shape, int width) => new Sequential(
        new Conv2d(shape.Channels, width, 5, 1, 2), Activation.LeakyRelu(),
        new Conv2d(width, width, 5, 2, 2), Activation.LeakyRelu(),
        Shapes.Flatten(), new Dropout(),
        new Linear(width * ((shape.Height + 1) / 2) * ((shape.Width + 1) / 2), 1));
}
