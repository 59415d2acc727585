using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>Changes of an image's size, as modules.</summary>
public static class Resampling
{
    /// <summary>Every pixel four times: [N, C, H, W] → [N, C, 2H, 2W].</summary>
    public static Module NearestUp() =>
        new Lambda(x => Op.UpsampleNearest2d(x, [2 * x.Size(2), 2 * x.Size(3)]), "nn.Upsample(scale_factor=2)");

    /// <summary>Mean of every 2 × 2 pixels: [N, C, H, W] → [N, C, H/2, W/2].</summary>
    public static Module AverageDown() => new Lambda(x => Op.AvgPool2d(x, [2, 2]), "nn.AvgPool2d(2)");

    /// <summary>Channels to pixels: [N, 4C, H, W] → [N, C, 2H, 2W] (arXiv:1609.05158).</summary>
    public static Module PixelShuffle() => new Lambda(Kernel.PixelShuffle, "nn.PixelShuffle(2)");

    /// <summary>Means of 2 × 2 pixels at every pixel: [N, C, H, W] → the same. What alternates from pixel to pixel it takes away.</summary>
    public static Module Smooth() => new Lambda(Kernel.Smooth, "nn.Sequential(nn.ReplicationPad2d((1, 0, 1, 0)), nn.AvgPool2d(2, 1))");

    /// <summary>
    /// Pictures, and beside them, <paramref name="gain"/> times, how pixels differ from <see cref="Smooth"/>'s means:
    /// [N, C, H, W] → [N, 2C, H, W].
    /// </summary>
    public static Module WithDetail(float gain) => new Lambda(x => Tensor.Cat([x, gain * (x - Kernel.Smooth(x))], 1),
        twin => twin.Class("WithDetail", """
        class WithDetail(nn.Module):
            def __init__(self, gain):
                super().__init__()
                self.gain = gain
                self.smooth = nn.Sequential(nn.ReplicationPad2d((1, 0, 1, 0)), nn.AvgPool2d(2, 1))

            def forward(self, x):
                return torch.cat([x, self.gain * (x - self.smooth(x))], 1)
        """) + $"({TorchTwin.Number(gain)})");

    /// <summary>
    /// [1, 2, 1] ⊗ [1, 2, 1] / 16 at every pixel, those at the border once more around it: [N, C, H, W] → the same.
    /// </summary>
    public static Module Blur() => new Lambda(
        x => Op.AvgPool2d(Op.AvgPool2d(Op.ReplicationPad2d(x, [1, 1, 1, 1]), [2, 2], [1, 1]), [2, 2], [1, 1]),
        "nn.Sequential(nn.ReplicationPad2d(1), nn.AvgPool2d(2, 1), nn.AvgPool2d(2, 1))");

    /// <summary>Mirrors <paramref name="pixels"/> rows and columns around the image: [N, C, H, W] → [N, C, H + 2p, W + 2p].</summary>
    public static Module ReflectionPad(int pixels) =>
        new Lambda(x => Op.ReflectionPad2d(x, [pixels, pixels, pixels, pixels]), $"nn.ReflectionPad2d({pixels})");

    /// <summary>Keeps the upper left corner: [N, C, H, W] → [N, C, height, width].</summary>
    public static Module Crop(int height, int width) => new Lambda(x => x.Narrow(2, 0, height).Narrow(3, 0, width),
        twin => twin.Class("Crop", """
        class Crop(nn.Module):
            def __init__(self, height, width):
                super().__init__()
                self.height, self.width = height, width

            def forward(self, x):
                return x[:, :, :self.height, :self.width]
        """) + $"({height}, {width})");
}
