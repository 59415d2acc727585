namespace Earthmover.Transport;

/// <summary>Centers and their clusters.</summary>
/// <param name="Centers">[k, d] float32.</param>
/// <param name="Labels">The nearest center of each point, [n].</param>
/// <param name="Masses">Share of the points of each cluster, [k]; sums to 1.</param>
/// <param name="Objective">k-means: Σ‖x − c‖² (inertia); k-medians: Σ‖x − c‖.</param>
/// <param name="Iterations">Iterations made.</param>
/// <param name="Converged">Whether the labels stopped changing and, for k-medians, the objective stopped falling.</param>
public sealed record ClusteringResult(PointCloud Centers, int[] Labels, double[] Masses, double Objective, int Iterations, bool Converged);

/// <summary>
/// k-means (Lloyd 1982, seeded by k-means++, Arthur and Vassilvitskii 2007) and k-medians with Euclidean distance (centers are
/// geometric medians by Weiszfeld's iteration).
/// </summary>
public static class Clustering
{
    private const int BlockRows = 64;

    /// <summary>k-means. Matches <c>sklearn.cluster.KMeans(k, n_init=1, algorithm='lloyd')</c>.</summary>
    /// <param name="x">The points.</param>
    /// <param name="k">Number of centers, 1 … n.</param>
    /// <param name="seed">Of k-means++.</param>
    /// <param name="maxIterations">Limit. Default 300.</param>
    /// <param name="cancellation">Checked once per iteration.</param>
    /// <exception cref="ArgumentException">k is not in 1 … n or maxIterations is below 1.</exception>
    public static ClusteringResult KMeans(
        PointCloud x, int k, ulong seed = 0, int maxIterations = 300, CancellationToken cancellation = default) =>
        Run(x, k, seed, maxIterations, medians: false, cancellation);

    /// <summary>k-medians: minimizes the sum of distances, not of squares.</summary>
    /// <param name="x">The points.</param>
    /// <param name="k">Number of centers, 1 … n.</param>
    /// <param name="seed">Of the seeding.</param>
    /// <param name="maxIterations">Limit. Default 100.</param>
    /// <param name="cancellation">Checked once per iteration.</param>
    /// <exception cref="ArgumentException">k is not in 1 … n or maxIterations is below 1.</exception>
    public static ClusteringResult KMedians(
        PointCloud x, int k, ulong seed = 0, int maxIterations = 100, CancellationToken cancellation = default) =>
        Run(x, k, seed, maxIterations, medians: true, cancellation);

    private static ClusteringResult Run(PointCloud x, int k, ulong seed, int maxIterations, bool medians, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (k < 1 || k > x.Count)
            throw new ArgumentException($"{k} centers for {x.Count} points; k must be in 1 … n.");
        if (maxIterations < 1)
            throw new ArgumentException($"maxIterations is {maxIterations}; it must be at least 1.");
        var (n, d) = (x.Count, x.Dimension);
        var points = x.Singles ?? Array.ConvertAll(x.ToDoubles(), v => (float)v);
        var centers = Seed(points, n, d, k, new NormalSource(seed), medians);
        var labels = new int[n];
        Array.Fill(labels, -1);
        var distances = new double[n];
        var iterations = 0;
        var converged = false;
        var before = double.PositiveInfinity;
        while (iterations < maxIterations && !converged)
        {
            cancellation.ThrowIfCancellationRequested();
            converged = !Assign(points, n, d, centers, k, labels, distances);
            if (medians)
            {
                // Unlike means, medians still move when the labels have come to rest; and their way begins at the means, after the first
                // move.
                var sum = distances.Sum(Math.Sqrt);
                converged &= iterations > 1 && sum >= before * (1 - 1e-6);
                before = sum;
            }
            iterations++;
            if (!converged)
                // The first centers are points of the cloud, where Weiszfeld's weights are infinite and would hold them for ever: they
                // start from the means.
                Move(points, n, d, centers, k, labels, distances, medians && iterations > 1);
        }
        if (!converged)
            Assign(points, n, d, centers, k, labels, distances);
        var masses = new double[k];
        foreach (var label in labels)
            masses[label] += 1.0 / n;
        var objective = medians ? distances.Sum(Math.Sqrt) : distances.Sum();
        return new ClusteringResult(PointCloud.From(centers, k, d, "centers"), labels, masses, objective, iterations, converged);
    }

    // k-means++: each new center is drawn with probability proportional to the (squared) distance from the nearest.
    private static float[] Seed(float[] points, int n, int d, int k, NormalSource source, bool medians)
    {
        var centers = new float[k * d];
        var packed = new PackedPoints<float>(points, n, d);
        var nearest = new double[n];
        Array.Fill(nearest, double.PositiveInfinity);
        var row = new float[n];
        var chosen = source.Below(n);
        for (var c = 0; c < k; c++)
        {
            points.AsSpan(chosen * d, d).CopyTo(centers.AsSpan(c * d));
            packed.Evaluate<SquaredTerm>(centers.AsSpan(c * d, d), 1, row);
            double total = 0;
            for (var i = 0; i < n; i++)
            {
                nearest[i] = Math.Min(nearest[i], medians ? Math.Sqrt(row[i]) : row[i]);
                total += nearest[i];
            }
            var draw = source.Uniform() * total;
            chosen = 0;
            for (var i = 0; i < n - 1 && (draw -= nearest[i]) >= 0; i++)
                chosen = i + 1;
        }
        return centers;
    }

    // Returns whether a label changed; distances are squared.
    private static bool Assign(float[] points, int n, int d, float[] centers, int k, int[] labels, double[] distances)
    {
        var packed = new PackedPoints<float>(centers, k, d);
        var changes = new int[(n + BlockRows - 1) / BlockRows];
        Work.ForBlocks(n, BlockRows, (long)BlockRows * k * d, Environment.ProcessorCount, (from, count) =>
        {
            var block = new float[count * k];
            packed.Evaluate<SquaredTerm>(points.AsSpan(from * d, count * d), count, block);
            for (var i = 0; i < count; i++)
            {
                var best = 0;
                var row = block.AsSpan(i * k, k);
                for (var c = 1; c < k; c++)
                {
                    if (row[c] < row[best])
                        best = c;
                }
                distances[from + i] = row[best];
                if (labels[from + i] != best)
                    changes[from / BlockRows]++;
                labels[from + i] = best;
            }
        }, default);
        return changes.Any(c => c > 0);
    }

    private static void Move(float[] points, int n, int d, float[] centers, int k, int[] labels, double[] distances, bool medians)
    {
        var sums = new double[k * d];
        var weights = new double[k];
        for (var i = 0; i < n; i++)
        {
            // Weiszfeld: a mean weighted by 1/distance. A point on the center would have infinite weight; cap it.
            var weight = medians ? 1 / Math.Max(Math.Sqrt(distances[i]), 1e-12) : 1;
            weights[labels[i]] += weight;
            var point = points.AsSpan(i * d, d);
            var sum = sums.AsSpan(labels[i] * d, d);
            for (var c = 0; c < d; c++)
                sum[c] += weight * point[c];
        }
        for (var c = 0; c < k; c++)
        {
            if (weights[c] == 0)
            {
                // An empty cluster restarts at the point that is served worst.
                var worst = Array.IndexOf(distances, distances.Max());
                distances[worst] = 0;
                points.AsSpan(worst * d, d).CopyTo(centers.AsSpan(c * d));
                continue;
            }
            for (var t = 0; t < d; t++)
                centers[c * d + t] = (float)(sums[c * d + t] / weights[c]);
        }
    }
}
