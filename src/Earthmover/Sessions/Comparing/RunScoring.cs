using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Sessions.Sampling;

namespace Earthmover.Sessions.Comparing;

/// <summary>A metric of one run, measured on several draws of latent vectors and of real samples.</summary>
/// <param name="Name">Name of the quantity.</param>
/// <param name="Better">Which direction is better.</param>
/// <param name="Protocol">How it was measured.</param>
/// <param name="N">Samples on each side of a draw.</param>
/// <param name="Values">The value of each draw.</param>
/// <param name="Floor">What fresh real samples read, on average; null where it was not measured.</param>
public sealed record RunScore(string Name, Better Better, string Protocol, int N, IReadOnlyList<double> Values, double? Floor)
{
    /// <summary>Mean over the draws.</summary>
    public double Value => Statistics.Mean([.. Values]);

    /// <summary>How bad it is: the value where lower is better, its negative where higher is, else its distance from the floor.</summary>
    public double Loss => LossOf(Value);

    /// <summary>The same of one value.</summary>
    /// <param name="value">The value.</param>
    public double LossOf(double value) => Better switch
    {
        Better.Lower => value,
        Better.Higher => -value,
        _ => Math.Abs(value - (Floor ?? 0)),
    };
}

/// <summary>
/// Measures runs in the same way, so that their numbers may be compared: the same draws of latent vectors and real samples for all.
/// </summary>
/// <param name="Against">Real data.</param>
public sealed record RunScoring(string Against)
{
    private const int Points = 1000, Pictures = 2000;

    private readonly Dictionary<long, DataSet> _reals = [];

    /// <summary>Samples on each side of a draw when nobody says it, for help: of points, of others.</summary>
    public static (int Points, int Others) Usual => (Points, Pictures);

    /// <summary>The metrics; empty for a few that fit the data and take little time.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>Samples on each side of a draw; null for as many as suit the data.</summary>
    public int? Count { get; init; }

    /// <summary>Draws.</summary>
    public int Draws { get; init; } = 5;

    /// <summary>Seed of the first draw; the next have the next.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Features of pictures by name; null for those that fit.</summary>
    public string? Features { get; init; }

    /// <summary>Inception's weights, a file; null without.</summary>
    public string? Inception { get; init; }

    /// <summary>The metrics that a run and its data are enough for.</summary>
    public static IEnumerable<Metric> Known => MetricCatalog.All.Where(IsShared);

    // What looks at one run alone is evaluate's.
    private static bool IsShared(Metric metric) => !metric.NeedsHeldOut && metric.Space != MetricSpace.Ways;

    /// <summary>Metrics by their names, checked before anything is drawn.</summary>
    /// <param name="names">Names, several of them in one text if need be.</param>
    /// <exception cref="UserException">There is none of a name, or it needs more than a run and its data.</exception>
    public static IReadOnlyList<Metric> Named(IEnumerable<string> names) =>
        [.. names.SelectMany(name => name.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Distinct().Select(MetricCatalog.Named).Select(metric => IsShared(metric) ? metric : throw new UserException(
                $"{metric.Name} {(metric.NeedsHeldOut ? "needs real data that was not used for training" : "looks at a run alone")}; "
                + $"{Invocation.Of("evaluate")} measures it, run by run"))];

    /// <summary>Measures a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="withFloor">Whether to measure the floor of all metrics, which is the same for all runs and takes as long again.</param>
    /// <param name="progress">Told what is done and the share of this run's work.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">The data are not to be had, or do not fit.</exception>
    public IReadOnlyList<RunScore> Of(TrainedRun run, string name, bool withFloor,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        var draws = new List<IReadOnlyList<MetricResult>>();
        for (var draw = 0; draw < Draws; draw++)
        {
            var turn = draw;
            IProgress<WorkProgress>? Within(double from, double length) => progress.Part((WorkProgress at) =>
                new WorkProgress($"{name}: {at.Stage}", (turn + from + length * at.Share) / Draws));
            var seed = Seed + draw;
            var real = Real(seed, Within(0, 0), cancellation);
            using var features = SampleSets.Features(Features, Inception, real, Within(0, 0), cancellation);
            // Several draws of several runs: of what takes long, half of what is usual.
            var most = Math.Min(real is PointSet ? Points : Pictures, features.UsualCount / 2);
            var count = Count ?? Math.Min(most, real.Count / 2);
            if (count < 2)
                throw new UserException($"{real.Name} has too few samples to measure against: {real.Count}; at least 4 are needed");
            var generated = RunSamples.Draw(run, name, count, seed,
                Within(0, 0.5).Part((double share) => new WorkProgress($"drawing {count:N0} samples", share)), cancellation);
            Evaluation.RequireSameShape(generated, real);
            using var evaluation = new Evaluation(generated, real, null, count, seed, features, SampleSets.Cache);
            IReadOnlyList<Metric> metrics = Metrics.Count > 0 ? Metrics : UsualFor(real);
            draws.Add([.. metrics.SelectMany(metric =>
                evaluation.Measure(metric, withFloor || metric.Better == Better.LikeReal, Within(0.5, 0.5), cancellation))]);
        }
        // What one draw had no number for has none.
        List<MetricResult?> AllOf(string quantity) =>
            draws.ConvertAll(results => results.FirstOrDefault(result => result.Name == quantity));
        return [.. draws[0].Select(first => (First: first, All: AllOf(first.Name)))
            .Where(quantity => quantity.All.TrueForAll(result => result is not null))
            .Select(quantity => ScoreOf(quantity.First, quantity.All!))];
    }

    private static RunScore ScoreOf(MetricResult first, List<MetricResult> draws) =>
        new(first.Name, first.Better, ProtocolOf(draws), first.N, draws.ConvertAll(result => result.Value),
            draws.TrueForAll(result => result.Floor is not null) ? draws.Average(result => result.Floor!.Value) : null);

    // Laws are drawn anew with each seed, which is another reference each time.
    private static string ProtocolOf(List<MetricResult> draws)
    {
        var protocols = draws.Select(result => result.Protocol).Distinct().ToList();
        return protocols.Count == 1 ? protocols[0]
            : protocols[0][..protocols[0].LastIndexOf("against ", StringComparison.Ordinal)] + "against fresh draws";
    }

    private DataSet Real(long seed, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var law = _reals.Values.FirstOrDefault() is PointSet { Source: not null } or PointSet { Density: not null };
        if (_reals.Count > 0 && !law)
            return _reals.Values.First();
        if (_reals.TryGetValue(seed, out var known))
            return known;
        return _reals[seed] = SampleSets.Open(Against, 2 * (Count ?? Points), seed, progress, cancellation: cancellation);
    }

    private static IReadOnlyList<Metric> UsualFor(DataSet real)
    {
        string[] quick = ["fd", "kid", "prdc", "sliced", "modes", "w1", "w2", "js", "quality"];
        var isWeighted = (real as PointSet)?.Masses is not null;
        return [.. MetricCatalog.DefaultsFor(real, classifies: false, heldOut: false, isWeighted)
            .Where(metric => quick.Contains(metric.Name) && !(real is ImageSet && metric.Name == "w1"))];
    }
}
