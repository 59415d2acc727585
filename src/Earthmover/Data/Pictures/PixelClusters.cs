using System.Numerics;
using Earthmover.Transport;

namespace Earthmover.Data.Pictures;

/// <summary>
/// Stand-in classes for pictures without any: k-means on small versions of the pictures. A generator that is told the cluster has fewer
/// kinds of picture to keep apart.
/// </summary>
public static class PixelClusters
{
    private const int LargestSide = 16, MostClusters = 40, PicturesPerCluster = 150, PicturesForCenters = 6000;

    /// <summary>The same pictures with a class each; unchanged where they have classes already.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="seed">Seed of the first centers.</param>
    public static ImageSet Label(ImageSet images, long seed)
    {
        if (images.ClassNames is not null)
            return images;
        var k = Math.Clamp(images.Count / PicturesPerCluster, 1, MostClusters);
        var (points, d) = Shrink(images);
        var some = Math.Min(images.Count, PicturesForCenters);
        var chosen = new float[some * d];
        for (var i = 0; i < some; i++)
            points.AsSpan((int)(i * (long)images.Count / some) * d, d).CopyTo(chosen.AsSpan(i * d));
        var centers = Clustering.KMeans(PointCloud.From(chosen, some, d), k, (ulong)seed, maxIterations: 15).Centers.ToDoubles();
        var compact = Array.ConvertAll(centers, value => (float)value);
        var labels = new int[images.Count];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = Nearest(points.AsSpan(i * d, d), compact, k);
        var labeled = new ImageSet(images.Name, images.Shape, images.Pixels, labels,
            [.. Enumerable.Range(1, k).Select(c => $"cluster {c}")])
        {
            Files = images.Files,
            Problems = images.Problems,
            Notes = images.Notes,
        };
        if (images.Counterpart is { } other) labeled.PairWith(other, images.Pairing);
        return labeled;
    }

    // Means of square blocks, so that no side is above LargestSide [N, d], values in [0, 1].
    private static (float[] Points, int Dimension) Shrink(ImageSet images)
    {
        var (c, h, w) = (images.Shape.Channels, images.Shape.Height, images.Shape.Width);
        var block = (Math.Max(h, w) + LargestSide - 1) / LargestSide;
        int rows = (h + block - 1) / block, columns = (w + block - 1) / block, d = c * rows * columns;
        var points = new float[checked(images.Count * d)];
        for (var i = 0; i < images.Count; i++)
        {
            var pixels = images[i];
            var point = points.AsSpan(i * d, d);
            for (var p = 0; p < pixels.Length; p++)
            {
                int channel = p / (h * w), row = p / w % h, column = p % w;
                point[(channel * rows + row / block) * columns + column / block] += pixels[p] / (255f * block * block);
            }
        }
        return (points, d);
    }

    private static int Nearest(ReadOnlySpan<float> point, ReadOnlySpan<float> centers, int k)
    {
        var (best, least) = (0, float.PositiveInfinity);
        for (var c = 0; c < k; c++)
        {
            var center = centers.Slice(c * point.Length, point.Length);
            var sum = Vector<float>.Zero;
            var j = 0;
            for (; j <= point.Length - Vector<float>.Count; j += Vector<float>.Count)
            {
                var difference = new Vector<float>(point[j..]) - new Vector<float>(center[j..]);
                sum += difference * difference;
            }
            var squares = Vector.Sum(sum);
            for (; j < point.Length; j++)
                squares += (point[j] - center[j]) * (point[j] - center[j]);
            if (squares < least)
                (best, least) = (c, squares);
        }
        return best;
    }
}
