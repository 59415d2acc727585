namespace Earthmover.Transport;

/// <summary>Centers of equal mass.</summary>
/// <param name="Centers">[k, d]</param>
/// <param name="Cost">Exact W₂² between the points and the centers of mass 1/k each, certified.</param>
/// <param name="Iterations">Transports solved.</param>
/// <param name="Converged">Whether the cost stopped falling.</param>
public sealed record OtMeansResult(PointCloud Centers, double Cost, int Iterations, bool Converged);

/// <summary>
/// The k points of mass 1/k each that are nearest to a cloud in W₂: like k-means, but every center must serve the same mass
/// (Cuturi and Doucet 2014, free-support barycenter of one measure). Alternates exact transport and barycentric projection;
/// the cost falls in every step.
/// </summary>
public static class OtMeans
{
    /// <summary>Finds a local minimum.</summary>
    /// <param name="x">The points.</param>
    /// <param name="k">Number of centers, 1 … n.</param>
    /// <param name="seed">Of the k-means++ start.</param>
    /// <param name="maxIterations">Limit. Default 50.</param>
    /// <param name="cancellation">Checked in every solve.</param>
    /// <exception cref="ArgumentException">k is not in 1 … n or maxIterations is below 1.</exception>
    /// <exception cref="UncertifiedTransportException">A transport could not be certified.</exception>
    public static OtMeansResult Fit(PointCloud x, int k, ulong seed = 0, int maxIterations = 50, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (maxIterations < 1)
            throw new ArgumentException($"maxIterations is {maxIterations}; it must be at least 1.");
        var d = x.Dimension;
        var centers = Clustering.KMeans(x, k, seed, 1, cancellation: cancellation).Centers;
        var cost = double.PositiveInfinity;
        for (var iteration = 1; ; iteration++)
        {
            var result = ExactTransport.Solve(x, centers, GroundCost.SquaredEuclidean, null, cancellation).EnsureCertified();
            if (result.Cost >= cost * (1 - 1e-9) || iteration == maxIterations)
                return new OtMeansResult(centers, result.Cost, iteration, result.Cost >= cost * (1 - 1e-9));
            cost = result.Cost;
            var sums = new double[k * d];
            var masses = new double[k];
            for (var e = 0; e < result.Plan.Count; e++)
            {
                var (i, j, mass) = (result.Plan.Source[e], result.Plan.Target[e], result.Plan.Mass[e]);
                masses[j] += mass;
                for (var c = 0; c < d; c++)
                    sums[j * d + c] += mass * x[i, c];
            }
            for (var j = 0; j < k; j++)
            {
                for (var c = 0; c < d; c++)
                    sums[j * d + c] /= masses[j];
            }
            centers = PointCloud.From(sums, k, d, "centers");
        }
    }
}
