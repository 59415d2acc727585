using Earthmover.Data.Toys;
using Earthmover.Torch;
using Earthmover.Transport;

namespace Earthmover.Claims.Lab;

/// <summary>Samples of laws in a few dimensions, from the stream <c>data</c>.</summary>
public static class Points
{
    /// <summary>Points of a round Gaussian [count, dimension].</summary>
    /// <param name="count">How many.</param>
    /// <param name="deviation">Standard deviation of every coordinate.</param>
    /// <param name="mean">Its center, one number for each dimension.</param>
    public static Tensor Gaussian(int count, double deviation, params double[] mean) => TensorScope.Run(() =>
        Tensor.Normal([count, mean.Length], RandomStreams.Current["data"]) * deviation
            + Tensor.From<float>([.. mean.Select(m => (float)m)], mean.Length).Here());

    /// <summary>Points of a mixture of round Gaussians, each component equally likely [count, dimension].</summary>
    /// <param name="count">How many.</param>
    /// <param name="modes">The components, whose weights are not looked at.</param>
    public static Tensor Mixture(int count, IReadOnlyList<GaussianMode> modes) => TensorScope.Run(() =>
    {
        var (stream, d) = (RandomStreams.Current["data"], modes[0].Center.Count);
        var centers = Tensor.From<float>([.. modes.SelectMany(m => m.Center).Select(c => (float)c)], [modes.Count, d]).Here();
        var deviations = Tensor.From<float>([.. modes.Select(m => (float)m.Deviation)], [modes.Count, 1]).Here();
        var which = Tensor.Integers([count], modes.Count, stream);
        return centers.IndexSelect(0, which) + Tensor.Normal([count, d], stream) * deviations.IndexSelect(0, which);
    });

    /// <summary>A sample as points of the transport library.</summary>
    /// <param name="x">[N, …] of Float32.</param>
    public static PointCloud Cloud(Tensor x)
    {
        using var scope = TensorScope.Open();
        var flat = x.Detach().Flatten(1).Contiguous();
        return PointCloud.From(flat.ToArray<float>().AsSpan(), (int)flat.Size(0), (int)flat.Size(1));
    }

    /// <summary>The optimal plan between equally many points, as the partner in y of every row of x.</summary>
    /// <param name="x">[N, …].</param>
    /// <param name="y">[N, …].</param>
    /// <returns>Exact W₁ and [N, …], the rows of y in the order of their partners.</returns>
    public static (double Distance, Tensor Partners) Couple(Tensor x, Tensor y)
    {
        var result = ExactTransport.Solve(Cloud(x), Cloud(y), options: new() { Threads = 1 }).EnsureCertified();
        var plan = result.Assignment ?? throw new InvalidOperationException("the plan of equally many points is no permutation");
        return (result.Cost, y.IndexSelect(0, Tensor.From<long>([.. plan.Select(j => (long)j)], plan.Count).Here()));
    }
}
