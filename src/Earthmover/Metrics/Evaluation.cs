using System.Diagnostics;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Points;
using Earthmover.Metrics.Features;
using Earthmover.Metrics.Tables;

namespace Earthmover.Metrics;

/// <summary>Compares generated samples with real ones: every metric with its interval, its protocol and its floor.</summary>
/// <remarks>
/// Real samples are drawn without replacement: n to compare with, and n others that take the place of the generated ones for the floor.
/// Points with masses are drawn by them, independently.
/// </remarks>
public sealed class Evaluation : IDisposable
{
    // Of coordinates: differences of a thousandth of smaller ones have no square.
    private const double Smallest = 1e-140;

    private readonly DataSet _real, _generated;
    private readonly DataSet? _heldOut;
    private readonly FeatureExtractor _extractor, _raw;
    private readonly FeatureCache _cache;
    private readonly Dictionary<(string Role, MetricSpace Space), FeatureSet> _features = [];
    private readonly Rows _realRows, _freshRows, _generatedRows, _heldOutRows;

    // Of data that count alike each sample at most once; of points with masses drawn by them, after which they count alike.
    private sealed record Rows(int[] Chosen, bool Alike = false);

    /// <summary>Chooses the samples.</summary>
    /// <param name="generated">Samples to judge.</param>
    /// <param name="real">Real data; what the generator was trained on, where memorization is asked for.</param>
    /// <param name="heldOut">Real data that was not used for training, or null.</param>
    /// <param name="n">Samples on each side.</param>
    /// <param name="seed">Seed of the choice.</param>
    /// <param name="extractor">Features; disposed with this object.</param>
    /// <param name="cache">Where features of real data are kept.</param>
    /// <exception cref="UserException">The data does not fit, or has too few samples.</exception>
    public Evaluation(
        DataSet generated, DataSet real, DataSet? heldOut, int n, long seed,
        FeatureExtractor extractor, FeatureCache cache)
    {
        var notes = new List<string>();
        generated = Matched(generated, real, notes);
        heldOut = heldOut is null ? null : Matched(heldOut, real, notes);
        Notes = [.. PointColumns.NotesOf(heldOut is null ? [generated, real] : [generated, real, heldOut]), .. notes,
            .. SamenessOf(generated, real)];
        (_generated, _real, _heldOut, Count) = (generated, real, heldOut, n);
        _cache = cache;
        RequireSameShape(generated, real);
        if (heldOut is not null)
            RequireSameShape(heldOut, real);
        foreach (var points in new[] { generated, real, heldOut }.OfType<PointSet>())
            RequireSquares(points);
        if (real is TableSet table)
        {
            extractor.Dispose();
            var features = new TableFeatures(table, [.. new[] { generated, heldOut }.OfType<TableSet>()]);
            _raw = _extractor = features;
            var rows = TableParts.Of(generated, real, heldOut, n, seed);
            Notes = [.. Notes, .. TableMetrics.NotesOf(MeasuredTable.Of(table), rows, features.MostRows)];
            (_realRows, _freshRows, _generatedRows) = (new(rows.Real), new(rows.Fresh), new(rows.Generated));
            _heldOutRows = heldOut is null ? new([]) : _freshRows;
            return;
        }
        (_extractor, _raw) = (extractor, new RawFeatures());
        // Data against itself must not meet its own copies.
        var same = IsItself(generated, real);
        var needed = (same ? 3 : 2) * n;
        if (n < 2)
            throw new UserException($"cannot compare {n} samples; use -n 2 or more");
        if (needed > real.Count)
            throw new UserException(
                $"-n {n} needs {needed} real samples ({n} to compare with and {n} others for the floor{(same ? $", {n} to judge" : "")}), "
                + $"and {real.Name} has {real.Count}; use -n {real.Count / (same ? 3 : 2)} or less");
        if (n > generated.Count)
            throw new UserException(
                $"-n {n} is more than the {generated.Count} samples of {generated.Name}; use -n {generated.Count} or less");
        var parts = Choose(real, n, same ? 3 : 2, seed);
        (_realRows, _freshRows) = (parts[0], parts[1]);
        _generatedRows = same ? parts[2] : Choose(generated, n, 1, seed + 1)[0];
        _heldOutRows = heldOut is null ? new([]) : Choose(heldOut, Math.Min(n, heldOut.Count), 1, seed + 2)[0];
        Notes = [.. Notes, .. new[] { generated, real }.OfType<PointSet>().Where(points =>
            points.Masses is not null && points.Count > n).Select(points =>
            $"{points.Name} has masses, and {n:N0} points are drawn of its {points.Count:N0} by them, as in training; "
                + $"{Invocation.Of("distance")} takes all").Distinct()];
    }

    /// <summary>
    /// Whether data are to be judged against themselves: then no sample is to meet itself. A copy in another place is judged as what it is.
    /// </summary>
    internal static bool IsItself(DataSet generated, DataSet real) =>
        generated.Fingerprint == real.Fingerprint && PlaceOf(generated) == PlaceOf(real);

    // How it is read does not change what it is.
    private static string PlaceOf(DataSet data) => DataAddress.Parse(data.Name).Name;

    private static IEnumerable<string> SamenessOf(DataSet generated, DataSet real)
    {
        if (IsItself(generated, real))
            yield return $"{real.Name} is judged against itself: parts of it that share no sample, so nothing is a copy of anything";
        else if (generated.Fingerprint == real.Fingerprint)
            yield return $"{generated.Name} holds exactly what {real.Name} holds";
    }

    private static void RequireSquares(PointSet points)
    {
        var largest = points.Values.Max(Math.Abs);
        if (largest is > 0 and < Smallest)
            throw new UserException(
                $"{points.Name} has no coordinate beyond {largest:g2}, and squares of such numbers leave float64; use smaller units");
    }

    // Columns by their names, in the order of the real ones.
    private static DataSet Matched(DataSet data, DataSet real, List<string> notes) =>
        data is TableSet table && real is TableSet other ? table.Like(other) : PointColumns.Match(data, real, notes);

    private static Rows[] Choose(DataSet data, int n, int parts, long seed)
    {
        // All of them with their masses are more than any draw.
        if (MassLaw.Of(data) is { } law && (n < data.Count || parts > 1))
        {
            var random = new SeededRandom(seed, "subset by mass");
            return [.. Enumerable.Range(0, parts).Select(_ => new Rows(law.Rows(n, random), Alike: true))];
        }
        var order = Subset.Order(data.Count, seed);
        return [.. Enumerable.Range(0, parts).Select(part => new Rows(order[(part * n)..((part + 1) * n)]))];
    }

    /// <summary>Samples on each side.</summary>
    public int Count { get; }

    /// <summary>What was decided about the data, one line each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Whether the features come with classes.</summary>
    public bool Classifies => _extractor.IsClassifier;

    /// <summary>Measures.</summary>
    /// <param name="metric">What to measure.</param>
    /// <param name="withFloor">Whether to measure the floor too, which takes as long again.</param>
    /// <param name="progress">Told what is being done and the share done of it.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">The metric does not fit the data or the extractor.</exception>
    public IReadOnlyList<MetricResult> Measure(Metric metric, bool withFloor = true,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        RequireFit(metric);
        var n = Math.Min(Count, metric.Largest);
        // Measures of rows as they are say themselves how many they take of each.
        var most = metric.Space == MetricSpace.Rows ? int.MaxValue : n;
        FeatureSet Of(string role) => FeaturesOf(role, metric.Space, progress, cancellation).Take(most);
        FeatureSet x = Of("generated"), y = Of("real");
        var z = metric.NeedsHeldOut ? Of("held-out") : metric.Space == MetricSpace.Rows ? Of("fresh") : null;
        var measure = metric.For(_real);
        progress?.Report(new($"measuring {metric.Name}", 0));
        cancellation.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        try
        {
            var readings = measure(x, y, z, cancellation);
            var seconds = clock.Elapsed.TotalSeconds;
            progress?.Report(new($"measuring {metric.Name}", 0.5));
            var floors = withFloor && metric.Floor is null
                ? measure(metric.FloorIsOfReal ? y.Take(x.Count) : Of("fresh"), y, z, cancellation).ToDictionary(r => r.Name, r => r.Value)
                : [];
            progress?.Report(new($"measuring {metric.Name}", 1));
            double? FloorOf(string name) => floors.TryGetValue(name, out var floor) ? floor : metric.Floor;
            return [.. readings.Select(r => new MetricResult(NameOf(metric, r), r.Value, r.Low95, r.High95, r.Interval, FloorOf(r.Name), n,
                ProtocolOf(metric, y.Protocol), metric.BetterOf(r.Name), r.PValue) { Seconds = seconds })];
        }
        catch (ArgumentException e)
        {
            throw new UserException($"{metric.Name} cannot be measured: {e.Message.Split(" (Parameter")[0].TrimEnd('.')}");
        }
    }

    /// <summary>Every column and the worst pairs of generated rows, for a report; null for what is no table.</summary>
    /// <param name="progress">Told what is being done.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public TablePortrait? Portrait(IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (_real is not TableSet table)
            return null;
        progress?.Report(new("drawing the columns", 0));
        MeasuredTable Of(string role) => FeaturesOf(role, MetricSpace.Rows, progress, cancellation).Table!;
        var times = table.Fields.Where(field => field.Kind == FieldKind.Time && field.Format!.Contains('y', StringComparison.Ordinal))
            .Select(field => field.Name).ToHashSet();
        return TablePortrait.Of(Of("generated").Take(Count), Of("real"), Of("fresh"), times);
    }

    /// <summary>Refuses a metric that cannot be measured here.</summary>
    /// <param name="metric">The metric.</param>
    /// <exception cref="UserException">Why not.</exception>
    public void RequireFit(Metric metric)
    {
        if (metric.Misfit(_real) is { } reason)
            throw new UserException($"{metric.Name} does not fit {_real.Name}: {reason}");
        var weighted = new[] { _generated, _real, _heldOut }.OfType<PointSet>().FirstOrDefault(points => points.Masses is not null);
        if (weighted is not null && !metric.TakesMasses)
        {
            var others = string.Join(" and ", MetricCatalog.All.Where(m => m.TakesMasses).Select(m => m.Name));
            throw new UserException($"{metric.Name} does not take the masses of {weighted.Name}; {others} do, or leave ?masses= out");
        }
        if (metric.Space == MetricSpace.Ways)
            throw new UserException($"{metric.Name} is measured on ways between latent vectors, which only a run draws: "
                + $"ask for it by {Invocation.Of("evaluate")}");
        if (metric.NeedsClasses && !_extractor.IsClassifier)
            throw new UserException($"{metric.Name} needs features with classes; use --features fmnist or --inception FILE");
        if (metric.NeedsHeldOut && _heldOut is null)
            throw new UserException($"{metric.Name} needs real data that was not used for training; give it with --held-out DATA");
    }

    /// <summary>Refuses two data sets whose samples cannot be compared with each other.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    /// <exception cref="UserException">They differ in kind or shape.</exception>
    public static void RequireSameShape(DataSet a, DataSet b)
    {
        if (a.GetType() != b.GetType())
            throw new UserException($"{a.Name} and {b.Name} are data of different kinds: {KindOf(a)} and {KindOf(b)}");
        if (a is TableSet table)
        {
            _ = table.Like((TableSet)b);
            return;
        }
        using var raw = new RawFeatures();
        string first = raw.ProtocolOf(a), second = raw.ProtocolOf(b);
        if (first != second)
            throw new UserException(
                $"{a.Name} and {b.Name} differ in shape: {first.Split(";u8")[0]} and {second.Split(";u8")[0]}"
                + $"{(a is ImageSet ? "; bring them to one with ?size=WxH&channels=rgb" : "")}");
    }

    private static string KindOf(DataSet data) =>
        data switch { ImageSet => "pictures", PointSet => "points", TableSet => "a table", _ => "text" };

    private string NameOf(Metric metric, MetricValue reading) =>
        metric.Space == MetricSpace.Features ? _extractor.Qualify(reading.Name) : reading.Name;

    // The reference belongs to it: the same generator has other distances to other data.
    private string ProtocolOf(Metric metric, string features) =>
        string.Join(';', new[] { features, metric.Settings, $"against {_real.Fingerprint[..12]}{OfRows(metric)}" }
            .Where(part => part.Length > 0));

    // The real rows that all are compared with are more than those on each side.
    private string OfRows(Metric metric) => metric.Space == MetricSpace.Rows ? $", {_realRows.Chosen.Length} rows" : "";

    private FeatureSet FeaturesOf(string role, MetricSpace space, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        if (_real is TableSet)
            space = MetricSpace.Rows;
        if (_features.TryGetValue((role, space), out var known))
            return known;
        var (data, rows) = role switch
        {
            "generated" => (_generated, _generatedRows),
            "real" => (_real, _realRows),
            "fresh" => (_real is TableSet && _heldOut is not null ? _heldOut : _real, _freshRows),
            _ => (_heldOut!, _heldOutRows),
        };
        var some = Subset.Of(data, rows.Chosen, rows.Alike);
        var extractor = space == MetricSpace.Raw ? _raw : _extractor;
        var told = progress.Part((int count) => new WorkProgress($"features of {role} samples", (double)count / rows.Chosen.Length));
        return _features[(role, space)] = role == "generated" ? extractor.Extract(some, told, cancellation)
            : _cache.Extract(extractor, some, told, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _extractor.Dispose();
        _raw.Dispose();
    }
}
