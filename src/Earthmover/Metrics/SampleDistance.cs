using System.Diagnostics;
using Earthmover.Transport;

namespace Earthmover.Metrics;

/// <summary>A distance between two sets of samples, with its proof where it is exact.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Value">The distance; W₂ and the sliced distance are rooted, the Fréchet distance and MMD² are not, as is the custom.</param>
/// <param name="Dual">A proven lower bound of the exact distance, or null.</param>
/// <param name="Gap">Value − dual, or null.</param>
/// <param name="Certified">Whether value and dual agree to the solver's tolerance; null where nothing exact is claimed.</param>
/// <param name="N">Samples of the first set.</param>
/// <param name="M">Samples of the second set.</param>
/// <param name="D">Numbers per sample.</param>
/// <param name="SolveSeconds">Wall time of search and proof.</param>
/// <param name="CostSeconds">Wall time of the cost matrix; 0 where costs were made on demand.</param>
/// <param name="Protocol">What was compared.</param>
public sealed record DistanceResult(
    string Metric, double Value, double? Dual, double? Gap, bool? Certified, int N, int M, int D, double SolveSeconds, double CostSeconds, string Protocol)
{
    /// <summary>What was decided about the data, one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>A bound of what the value can be wrong by, gap and rounding together; null where nothing exact is claimed.</summary>
    public double? ValueError { get; init; }

    /// <summary>Whether an iteration came to its end; null where there is none.</summary>
    public bool? Converged { get; init; }

    /// <summary>What would help where a value is not proven or an iteration did not end; null where nothing is amiss.</summary>
    public string? Advice { get; init; }

    /// <summary>The solver, or settings such as ε and directions.</summary>
    public string Method { get; init; } = "";

    /// <summary>Standard error over directions, for the sliced distance.</summary>
    public double? StandardError { get; init; }

    /// <summary>The Sinkhorn divergence, which is 0 for equal sets, for Sinkhorn's iteration.</summary>
    public double? Divergence { get; init; }
}

/// <summary>Distances between any two sets of samples, of equal or different sizes.</summary>
public static class SampleDistance
{
    /// <summary>Names of the distances.</summary>
    public static IReadOnlyList<string> Names { get; } = ["w1", "w2", "sinkhorn", "sliced", "fd", "mmd"];

    /// <summary>Whether a distance solves a transport problem between all pairs.</summary>
    /// <param name="metric">Its name.</param>
    public static bool IsExhaustive(string metric) => metric is "w1" or "w2" or "sinkhorn";

    /// <summary>Measures a distance.</summary>
    /// <param name="metric">One of <see cref="Names"/>.</param>
    /// <param name="x">One set.</param>
    /// <param name="y">The other.</param>
    /// <param name="epsilon">Sinkhorn's regularisation in units of distance; a twentieth of the median distance when absent.</param>
    /// <param name="progress">Told what the solver does.</param>
    /// <exception cref="UserException">The metric does not exist or does not take masses, or there are too few samples.</exception>
    public static DistanceResult Measure(string metric, FeatureSet x, FeatureSet y, double? epsilon = null, Action<string, double>? progress = null)
    {
        x.RequireSameSpace(y);
        if (!Names.Contains(metric))
            throw new UserException($"there is no distance named '{metric}'; there are {string.Join(", ", Names)}");
        var weighted = (x.Masses ?? y.Masses) is not null;
        if (weighted && !IsExhaustive(metric))
            throw new UserException($"the data has masses, which {metric} does not take; use w1, w2 or sinkhorn, or leave ?masses= out");
        if (metric is "fd" or "mmd" && Math.Min(x.Count, y.Count) < 2)
            throw new UserException($"{metric} needs at least 2 samples on each side; there are {x.Count} and {y.Count}");
        PointCloud u = x.ToCloud("x"), v = y.ToCloud("y");
        var clock = Stopwatch.StartNew();
        DistanceResult Plain(double value, string method) => new(metric, value, null, null, null, x.Count, y.Count, x.Dimension, clock.Elapsed.TotalSeconds, 0, x.Protocol) { Method = method };
        switch (metric)
        {
            case "w1" or "w2":
                return Exact(metric, x, y, new(new PointCloudGeometry(u, v, metric == "w1" ? GroundCost.Euclidean : GroundCost.SquaredEuclidean), WeightsOf(x), WeightsOf(y)), progress);
            case "sinkhorn":
                var scale = epsilon ?? TransportDistances.MedianDistance(y) / 20;
                var result = Ot.Sinkhorn(new(new PointCloudGeometry(u, v), WeightsOf(x), WeightsOf(y)), scale);
                var seconds = clock.Elapsed.TotalSeconds;
                double? divergence = !weighted && result.Converged ? Ot.SinkhornDivergence(u, v, scale) : null;
                return new(metric, result.PlanCost, result.LowerBound, result.PlanCost - result.LowerBound, false, x.Count, y.Count, x.Dimension, seconds, 0, x.Protocol)
                {
                    Method = $"epsilon {scale:g4}, {result.Iterations} iterations, {(result.Converged ? "converged" : "not converged")}",
                    Divergence = divergence,
                };
            case "sliced":
                var sliced = Ot.SlicedWasserstein(u, v, p: 1, projections: TransportDistances.Directions, seed: 1);
                return Plain(sliced.Value, $"W1, {sliced.Directions} directions") with { StandardError = sliced.StandardError };
            case "fd":
                return Plain(FrechetDistance.Between(x, y), "squared");
            default:
                var width = TransportDistances.MedianDistance(y);
                return Plain(KernelDiscrepancy.GaussianMmdSquared(u, v, width), $"squared, unbiased, gaussian of width {width:g4}");
        }
    }

    private static DistanceResult Exact(string metric, FeatureSet x, FeatureSet y, TransportProblem problem, Action<string, double>? progress)
    {
        var result = ExactTransport.Solve(problem, new TransportOptions { Progress = progress });
        var (value, dual) = (result.Distance, result.DualDistance);
        return new(metric, value, dual, value - dual, result.Certified, x.Count, y.Count, x.Dimension, result.Stats.SolveSeconds + result.Stats.CertificateSeconds, result.Stats.CostSeconds, x.Protocol)
        {
            ValueError = result.DistanceError,
            Method = result.Stats.Solver,
        };
    }

    // A table may hold counts; a law has the sum 1.
    internal static WeightVector? WeightsOf(FeatureSet x)
    {
        if (x.Masses is not { } masses)
            return null;
        return masses.Max() > 0 ? WeightVector.Law(masses, "masses") : throw new UserException("all masses are zero; a law needs some mass");
    }
}
