using Earthmover.Data;
using Earthmover.Data.Pictures;

namespace Earthmover.Tests.Data.Pictures;

public class PixelClustersTests
{
    [Fact]
    public void Dark_and_light_pictures_fall_apart()
    {
        var shape = new ImageShape(1, 8, 8);
        var pixels = new byte[400 * shape.Size];
        for (var i = 0; i < 400; i += 2)
            pixels.AsSpan(i * shape.Size, shape.Size).Fill((byte)(200 + i % 50));
        var labeled = PixelClusters.Label(new ImageSet("two", shape, pixels), seed: 1);
        Assert.Equal(2, labeled.ClassNames!.Count);
        Assert.All(Enumerable.Range(0, 400), i => Assert.Equal(labeled.Labels![i % 2], labeled.Labels[i]));
        Assert.NotEqual(labeled.Labels![0], labeled.Labels[1]);
    }

    [Fact]
    public void Pictures_with_classes_keep_them()
    {
        var images = new ImageSet("classes", new ImageShape(1, 2, 2), new byte[8], [0, 1], ["a", "b"]);
        Assert.Same(images, PixelClusters.Label(images, 1));
    }
}
