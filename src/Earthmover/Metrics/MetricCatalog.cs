using Earthmover.Data;
using Earthmover.Data.Toys;
using Earthmover.Metrics.Tables;

namespace Earthmover.Metrics;

/// <summary>What a metric looks at.</summary>
public enum MetricSpace
{
    /// <summary>The data itself: pixels, coordinates, characters.</summary>
    Raw,
    /// <summary>Features of an extractor.</summary>
    Features,
    /// <summary>Rows of a table as they are.</summary>
    Rows,
    /// <summary>Features of pictures on ways between latent vectors, which only a run can draw.</summary>
    Ways,
}

/// <summary>
/// A measurement: generated samples, real samples, and real samples that were held out from training where the metric asks for them.
/// </summary>
/// <param name="generated">Generated samples, or, for the floor, fresh real ones.</param>
/// <param name="real">Real samples, as many.</param>
/// <param name="heldOut">Held-out samples; null unless asked for. Of tables, real rows that are none of the others.</param>
/// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
public delegate IReadOnlyList<MetricValue> Measurement(
    FeatureSet generated, FeatureSet real, FeatureSet? heldOut, CancellationToken cancellation);

/// <summary>A metric by name.</summary>
/// <param name="Name">As it is asked for.</param>
/// <param name="Description">One line.</param>
/// <param name="Space">What it looks at.</param>
/// <param name="Better">Which direction is better.</param>
/// <param name="Largest">More samples than this are not used: beyond it the time grows and the value hardly changes.</param>
/// <param name="Settings">What belongs to the protocol beside the features.</param>
public sealed record Metric(string Name, string Description, MetricSpace Space, Better Better, int Largest, string Settings)
{
    /// <summary>Why the metric does not fit some data, or null where it does.</summary>
    public required Func<DataSet, string?> Misfit { get; init; }

    /// <summary>The measurement for some real data.</summary>
    public required Func<DataSet, Measurement> For { get; init; }

    /// <summary>Whether it needs an extractor that classifies.</summary>
    public bool NeedsClasses { get; init; }

    /// <summary>Whether samples may have masses.</summary>
    public bool TakesMasses { get; init; }

    /// <summary>Whether it needs held-out data.</summary>
    public bool NeedsHeldOut { get; init; }

    /// <summary>
    /// Whether the floor is the measurement of the real samples themselves, in the place of the generated ones: what real samples teach.
    /// </summary>
    public bool FloorIsOfReal { get; init; }

    /// <summary>The floor where it is known; null where it is measured.</summary>
    public double? Floor { get; init; }

    /// <summary>Direction of a reading whose metric has several.</summary>
    /// <param name="reading">Name of the reading.</param>
    public Better BetterOf(string reading) => reading is "mode-kl" ? Better.Lower : TableMetrics.BetterOf(reading) ?? Better;
}

/// <summary>The metrics there are.</summary>
public static class MetricCatalog
{
    private const int Any = int.MaxValue;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        In(MetricSpace.Features, "fd", "Fréchet distance of features (FID in those of Inception)", Better.Lower, Any, "",
            (x, y, stop) => [FrechetDistance.Measure(x, y, stop)], NoText),
        In(MetricSpace.Features, "kid", "kernel distance of features, unbiased", Better.Lower, 10_000, "cubic;all pairs",
            (x, y, stop) => [KernelInceptionDistance.Measure(x, y, stop)], NoText),
        In(MetricSpace.Features, "is", "inception score: certain and diverse classes", Better.Higher, Any, "1 split",
            (x, _, _) => [ClassScores.InceptionScore(x)], PicturesOnly) with { NeedsClasses = true },
        In(MetricSpace.Features, "classes", "KL of the histogram of classes from that of real data", Better.Lower, Any, "",
            (x, y, _) => [ClassScores.HistogramDivergence(x, y)], PicturesOnly) with { NeedsClasses = true },
        In(MetricSpace.Features, "prdc", "precision, recall, density and coverage", Better.Higher, 10_000,
            $"k={Manifolds.PrecisionNeighbor},{Manifolds.DensityNeighbor}",
            (x, y, stop) =>
            [
                .. Manifolds.PrecisionRecall(x, y, cancellation: stop), .. Manifolds.DensityCoverage(x, y, cancellation: stop),
            ], NoText),
        In(MetricSpace.Raw, "w1", "exact Wasserstein-1 distance", Better.Lower, 1000, "",
            (x, y, stop) => [TransportDistances.Exact(x, y, 1, stop)], NoText) with { TakesMasses = true },
        In(MetricSpace.Raw, "w2", "exact Wasserstein-2 distance", Better.Lower, 1000, "",
            (x, y, stop) => [TransportDistances.Exact(x, y, 2, stop)], NoText) with { TakesMasses = true },
        In(MetricSpace.Raw, "sliced", "sliced Wasserstein-1 distance", Better.Lower, 10_000, $"{TransportDistances.Directions} directions",
            (x, y, stop) => [TransportDistances.Sliced(x, y, stop)], NoText),
        In(MetricSpace.Features, "w1-features", "exact Wasserstein-1 distance of features", Better.Lower, 1000, "",
            (x, y, stop) => [TransportDistances.Exact(x, y, 1, stop)], PicturesOnly),
        In(MetricSpace.Features, "sliced-features", "sliced Wasserstein-1 distance of features", Better.Lower, 10_000,
            $"{TransportDistances.Directions} directions",
            (x, y, stop) => [TransportDistances.Sliced(x, y, stop)], PicturesOnly),
        In(MetricSpace.Raw, "mmd", "unbiased MMD² with a Gaussian kernel of median width", Better.Lower, 2000, "gaussian;median",
            (x, y, stop) => [TransportDistances.Discrepancy(x, y, stop)], NoText),
        In(MetricSpace.Raw, "ms-ssim", "likeness of pairs inside the set", Better.LikeReal, 2000, "11x11 gaussian",
            (x, _, stop) => [PictureMetrics.Similarity(x, stop)],
            data => PicturesOnly(data) ?? TooSmall((ImageSet)data, 11)),
        In(MetricSpace.Raw, "laplacian", "sharpness, as a multiple of that of real pictures", Better.LikeReal, 5000, "",
            (x, y, _) => [PictureMetrics.LaplacianEnergy(x, y)],
            data => PicturesOnly(data) ?? TooSmall((ImageSet)data, 3)),
        In(MetricSpace.Features, "1nn", "nearest-neighbor test: can the two sets be told apart?", Better.LikeReal, 5000, "",
            (x, y, stop) => [NearestNeighborTests.TwoSample(x, y, stop)], NoText),
        new("path-length", "how much a small step between latent vectors changes what is seen", MetricSpace.Ways, Better.Lower, 2000,
            "pieces of 0.05")
        {
            Misfit = PicturesOnly,
            For = _ => throw new InvalidOperationException("ways are drawn by a run"),
        },
        new("memorization", "nearer to training than to held-out data?", MetricSpace.Features, Better.LikeReal, 5000, "")
        {
            Misfit = NoText,
            For = _ => (x, y, heldOut, stop) => [NearestNeighborTests.Memorization(x, y, heldOut!, stop)],
            NeedsHeldOut = true,
        },
        new("modes", "modes of a mixture, and share of good samples", MetricSpace.Raw, Better.Higher, ModeCoverage.Samples, "3 deviations")
        {
            Misfit = data => data is PointSet { Density: GaussianModes } ? null : "it is no mixture with known modes",
            For = data => (x, _, _, stop) => LawMetrics.Modes(x, (GaussianModes)((PointSet)data).Density!, stop),
        },
        In(MetricSpace.Raw, "js", "Jensen–Shannon divergence of n-grams, n = 1 … 4", Better.Lower, Any,
            "bits;without padding", LawMetrics.NGrams, data => data is TextSet ? null : "it is no text"),
        .. TableMetrics.All,
    ];

    /// <summary>The metrics that are measured when none are named: all that say something about such data in reasonable time.</summary>
    /// <param name="data">The real data.</param>
    /// <param name="classifies">Whether the extractor classifies.</param>
    /// <param name="heldOut">Whether there is held-out data.</param>
    /// <param name="weighted">Whether samples on either side have masses.</param>
    public static IReadOnlyList<Metric> DefaultsFor(DataSet data, bool classifies, bool heldOut, bool weighted = false) =>
        [.. (data switch
        {
            ImageSet => new[]
            {
                "fd", "kid", "is", "classes", "prdc", "w1", "sliced", "w1-features", "ms-ssim", "laplacian", "1nn", "memorization",
            },
            PointSet when weighted => ["w1", "w2"],
            TableSet => ["quality", "detection", "use", "1nn", "w1", "privacy", "membership"],
            PointSet => ["modes", "w1", "sliced", "mmd", "1nn", "prdc"],
            _ => ["js"],
        }).Select(Named).Where(m => m.Misfit(data) is null && (classifies || !m.NeedsClasses) && (heldOut || !m.NeedsHeldOut))];

    /// <summary>A metric by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="UserException">There is none of that name.</exception>
    public static Metric Named(string name) =>
        All.FirstOrDefault(m => m.Name == OldSpelling.Today(name))
        ?? throw new UserException($"there is no metric named '{name}'; there are {string.Join(", ", All.Select(m => m.Name))}");

    private static string? TooSmall(ImageSet pictures, int side) => Math.Min(pictures.Shape.Height, pictures.Shape.Width) < side
        ? $"its pictures have fewer than {side} pixels a side" : null;

    private static Metric In(MetricSpace space, string name, string description, Better better, int largest, string settings,
        Func<FeatureSet, FeatureSet, CancellationToken, IReadOnlyList<MetricValue>> measure, Func<DataSet, string?> misfit) =>
        new(name, description, space, better, largest, settings) { Misfit = misfit, For = _ => (x, y, _, stop) => measure(x, y, stop) };

    private static string? NoText(DataSet data) => data is TextSet ? "it is text; use js" : null;

    private static string? PicturesOnly(DataSet data) => data is ImageSet ? null : "it has no pictures";
}
