using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Torch;
using Earthmover.Transport;

namespace Earthmover.Claims.Lab;

/// <summary>Pictures as points, and how good generated ones are.</summary>
public static class Pictures
{
    /// <summary>Some pictures as points of [0, 1]^D.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="rows">Which.</param>
    public static PointCloud Cloud(DataSet data, ReadOnlySpan<int> rows)
    {
        var images = (ImageSet)data;
        var values = new float[rows.Length * images.Shape.Size];
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < images.Shape.Size; j++)
                values[i * images.Shape.Size + j] = images[rows[i]][j] / 255f;
        return PointCloud.From(values.AsSpan(), rows.Length, images.Shape.Size, images.Name);
    }

    /// <summary>All pictures as points of [0, 1]^D.</summary>
    public static PointCloud Cloud(DataSet data) => Cloud(data, [.. Enumerable.Range(0, data.Count)]);

    /// <summary>Points of the transport library as a tensor [N, D] of Float32, in the innermost scope.</summary>
    public static Tensor ToTensor(PointCloud cloud)
    {
        var values = new float[cloud.Count * cloud.Dimension];
        for (var i = 0; i < cloud.Count; i++)
            for (var j = 0; j < cloud.Dimension; j++)
                values[i * cloud.Dimension + j] = (float)cloud[i, j];
        return Tensor.From<float>(values, [cloud.Count, cloud.Dimension]);
    }

    /// <summary>Fréchet distance in the features of this program's own Fashion-MNIST classifier, between generated and as many real pictures. Not the FID of papers, which other features give.</summary>
    /// <param name="generated">Pictures.</param>
    /// <param name="real">Real pictures, of which the first as many are taken.</param>
    public static double Distance(DataSet generated, DataSet real)
    {
        using var extractor = new FashionFeatures();
        var rows = Subset.Order(real.Count, 17).AsSpan(0, Math.Min(real.Count, generated.Count));
        return FrechetDistance.Between(extractor.Extract(generated), extractor.Extract(Subset.Of(real, rows)));
    }
}
