using System.Diagnostics;
using Earthmover.Transport;

namespace Earthmover.Metrics;

/// <summary>A distance between two sets of samples, with its proof where it is exact.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Value">The distance; W₂ and the sliced distance are rooted, the Fréchet distance and MMD² are not, as is the
/// custom.</param>
/// <param name="Dual">A proven lower bound of the exact distance, or null.</param>
/// <param name="Gap">Value − dual, or null.</param>
/// <param name="Certified">Whether value and dual agree to the solver's tolerance; null where nothing exact is claimed.</param>
/// <param name="N">Samples of the first set.</param>
/// <param name="M">Samples of the second set.</param>
/// <param name="D">Numbers per sample.</param>
/// <param name="SolveSeconds">Wall time of search and proof; of all solves together where there are several.</param>
/// <param name="CostSeconds">Wall time of the cost matrix; 0 where costs were made on demand.</param>
/// <param name="Protocol">What was compared.</param>
public sealed record DistanceResult(
    string Metric, double Value, double? Dual, double? Gap, bool? Certified, int N, int M, int D,
    double SolveSeconds, double CostSeconds, string Protocol)
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

    private const int Many = 1000;

    /// <summary>Whether a distance solves a transport problem between all pairs.</summary>
    /// <param name="metric">Its name.</param>
    public static bool IsExhaustive(string metric) => metric is "w1" or "w2" or "sinkhorn";

    /// <summary>Measures a distance.</summary>
    /// <param name="metric">One of <see cref="Names"/>.</param>
    /// <param name="x">One set.</param>
    /// <param name="y">The other.</param>
    /// <param name="epsilon">Sinkhorn's regularization in units of distance; a twentieth of the median distance when absent.</param>
    /// <param name="progress">Told what the solver does.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">The metric does not exist or does not take masses, or there are too few samples.</exception>
    public static DistanceResult Measure(
        string metric, FeatureSet x, FeatureSet y, double? epsilon = null,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        x.RequireSameSpace(y);
        if (!Names.Contains(metric))
            throw new UserException($"there is no distance named '{metric}'; there are {string.Join(", ", Names)}");
        var weighted = (x.Masses ?? y.Masses) is not null;
        if (weighted && !IsExhaustive(metric))
            throw new UserException($"the data has masses, which {metric} does not take; use w1, w2 or sinkhorn, or leave ?masses= out");
        if (metric is "fd" or "mmd" && Math.Min(x.Count, y.Count) < 2)
            throw new UserException($"{metric} needs at least 2 samples on each side; there are {x.Count} and {y.Count}");
        var exponent = SampleScale.Exponent(x, y);
        var clock = Stopwatch.StartNew();
        cancellation.ThrowIfCancellationRequested();
        var result = In(metric, SampleScale.Divided(x, exponent), SampleScale.Divided(y, exponent), exponent, epsilon,
            progress, cancellation);
        var power = metric switch { "fd" => 2, "mmd" => 0, _ => 1 };
        double By(double value) => Math.ScaleB(value, power * exponent);
        if (result.Value != 0 && By(result.Value) is 0 or double.PositiveInfinity)
            throw new UserException($"{metric} is a square that these coordinates take out of float64; "
                + $"divide the data by {Math.ScaleB(1, exponent):g1} first");
        return result with
        {
            Value = By(result.Value),
            Dual = result.Dual is { } dual ? By(dual) : null,
            Gap = result.Gap is { } gap ? By(gap) : null,
            ValueError = result.ValueError is { } error && double.IsFinite(error) ? By(error) : null,
            StandardError = result.StandardError is { } standard ? By(standard) : null,
            Divergence = result.Divergence is { } divergence ? By(divergence) : null,
            SolveSeconds = result.SolveSeconds > 0 ? result.SolveSeconds : clock.Elapsed.TotalSeconds,
        };
    }

    private static DistanceResult In(
        string metric, FeatureSet x, FeatureSet y, int exponent, double? epsilon,
        IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        DistanceResult Plain(double value, double? error, string method) =>
            new(metric, value, null, null, null, x.Count, y.Count, x.Dimension, 0, 0, x.Protocol)
            {
                Method = method,
                ValueError = error,
                Advice = Lost(metric, value, error, y),
            };
        switch (metric)
        {
            case "w1" or "w2":
                return Exact(metric, x, y, progress, cancellation);
            case "sinkhorn":
                return EntropicDistance.Measure(x, y, exponent, epsilon, progress, cancellation);
            case "sliced":
                var sliced = Ot.SlicedWasserstein(
                    x.ToCloud("x"), y.ToCloud("y"), p: 1, projections: TransportDistances.Directions, seed: 1, cancellation: cancellation);
                return Plain(sliced.Value, sliced.ValueError, $"W1, {sliced.Directions} directions") with
                {
                    StandardError = sliced.StandardError,
                };
            case "fd":
                var (u, v) = SampleScale.Centered(x, y);
                // Sums of squares of all coordinates cancel; a decomposition adds its own rounding per dimension.
                return Plain(FrechetDistance.Between(u, v), 4e-16 * (x.Dimension + 10) * SampleScale.MeanSquare(u, v), "squared");
            default:
                var width = TransportDistances.MedianDistance(y);
                var square = KernelDiscrepancy.GaussianMmdSquared(x.ToCloud("x"), y.ToCloud("y"), width, cancellation);
                return Plain(square, null, $"squared, unbiased, gaussian of width {Math.ScaleB(width, exponent):g4}");
        }
    }

    // An estimate says nothing where rounding, as beside an outlier, is more than a thousandth of it; a value near 0 of ordinary sets is as
    // good as 0.
    private static string? Lost(string metric, double value, double? error, FeatureSet y)
    {
        if (!double.IsFinite(value))
            return $"the {metric} is not a number for these coordinates; divide the data by their largest";
        var width = TransportDistances.MedianDistance(y);
        var negligible = 1e-6 * (metric == "fd" ? width * width : width);
        return error is not { } lost || lost <= 1e-3 * Math.Abs(value) || lost <= negligible
            ? null
            : $"rounding can be {100 * lost / Math.Abs(value):g2} % of this distance: "
                + "one coordinate is so large that the digits of the others vanish beside it; "
                + "leave the outlier out, or measure w1, which is exact";
    }

    // What a solver tells, in the words of this library.
    internal static IProgress<TransportProgress>? Told(IProgress<WorkProgress>? progress) =>
        progress.Part((TransportProgress at) => new WorkProgress(at.Stage, at.Share));

    private static DistanceResult Exact(string metric, FeatureSet x, FeatureSet y,
        IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var cost = metric == "w1" ? GroundCost.Euclidean : GroundCost.SquaredEuclidean;
        var problem = new TransportProblem(new PointCloudGeometry(x.ToCloud("x"), y.ToCloud("y"), cost), WeightsOf(x), WeightsOf(y));
        var result = ExactTransport.Solve(problem, new TransportOptions { Progress = Told(progress) }, cancellation: cancellation);
        var (value, dual) = (result.Distance, result.DualDistance);
        var stats = result.Stats;
        return new(metric, value, dual, value - dual, result.Certified, x.Count, y.Count, x.Dimension,
            stats.SolveSeconds + stats.CertificateSeconds, stats.CostSeconds, x.Protocol)
        {
            ValueError = result.DistanceError,
            Method = stats.Solver,
            Advice = result.Certified ? null
                : $"the {metric} could not be proven: it lies between the dual and the value"
                    + (result.DistanceError > result.Distance - result.DualDistance ? $", give or take {result.DistanceError:g2}" : "")
                    + $"; leave outliers out{Fewer(x, y)}",
        };
    }

    // Where the digits are lost to a few samples, fewer still are no help.
    internal static bool IsMany(FeatureSet x, FeatureSet y) => Math.Max(x.Count, y.Count) > Many && (x.Masses ?? y.Masses) is null;

    private static string Fewer(FeatureSet x, FeatureSet y) => IsMany(x, y) ? ", or use fewer samples (-n)" : "";

    // A table may hold counts; a law has the sum 1.
    internal static WeightVector? WeightsOf(FeatureSet x)
    {
        if (x.Masses is not { } masses)
            return null;
        return masses.Max() > 0
            ? WeightVector.Law(masses, "masses")
            : throw new UserException("all masses are zero; a law needs some mass");
    }
}
