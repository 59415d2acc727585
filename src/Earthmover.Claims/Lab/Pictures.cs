using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Metrics.Features;
using Earthmover.Torch;
using Earthmover.Transport;

namespace Earthmover.Claims.Lab;

/// <summary>Pictures as points.</summary>
public static class Pictures
{
    /// <summary>Some pictures as points of [0, 1]^D.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="rows">Which.</param>
    public static PointCloud Cloud(DataSet data, ReadOnlySpan<int> rows) =>
        new RawFeatures().Extract(Subset.Of(data, rows)).ToCloud(data.Name);

    /// <summary>Points of the transport library as a tensor [N, D] of Float32, in the innermost scope.</summary>
    public static Tensor ToTensor(PointCloud cloud)
    {
        var values = new float[cloud.Count * cloud.Dimension];
        for (var i = 0; i < cloud.Count; i++)
            for (var j = 0; j < cloud.Dimension; j++)
                values[i * cloud.Dimension + j] = (float)cloud[i, j];
        return Tensor.From<float>(values, [cloud.Count, cloud.Dimension]).Here();
    }
}
