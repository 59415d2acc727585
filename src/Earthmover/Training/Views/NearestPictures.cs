using Earthmover.Data.Dealing;
using Earthmover.Health;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Training.Views;

/// <summary>Finds the training pictures that generated ones are most like: copies show there.</summary>
public static class NearestPictures
{
    // So many numbers are looked at within a few seconds; of larger data, pictures at even distances.
    private const long MostNumbers = 1L << 28;

    private const int Block = 1024;

    /// <summary>The rows of the nearest pictures by Euclidean distance, nearest first.</summary>
    /// <param name="pictures">[N, …].</param>
    /// <param name="data">Where to look.</param>
    /// <param name="count">How many for each, from 1 upwards; fewer where the data has fewer.</param>
    /// <returns>Rows of the data, [N][count].</returns>
    public static int[][] Find(Tensor pictures, BatchSource data, int count)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var x = pictures.Flatten(1);
        long total = data.Data.Count, looked = Math.Min(total, Math.Max(count, MostNumbers / x.Size(1)));
        var nearest = Enumerable.Range(0, (int)x.Size(0)).Select(_ => new List<(float Distance, int Row)>()).ToArray();
        for (var from = 0L; from < looked; from += Block)
        {
            using var inner = TensorScope.Open();
            int[] rows = [.. Enumerable.Range(0, (int)Math.Min(Block, looked - from)).Select(i => (int)((from + i) * total / looked))];
            using var batch = data.Of(rows, pictures.Device);
            var k = Math.Min(count, rows.Length);
            var (distances, indices) = Op.Topk(Landmarks.Distances(x, batch.X.Flatten(1)), k, 1, largest: false);
            float[] distance = distances.ToArray<float>();
            long[] index = indices.ToArray<long>();
            for (var i = 0; i < distance.Length; i++)
                nearest[i / k].Add((distance[i], rows[index[i]]));
        }
        return [.. nearest.Select(found => found.Order().Take(count).Select(f => f.Row).ToArray())];
    }
}
