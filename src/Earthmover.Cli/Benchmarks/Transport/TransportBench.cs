using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Earthmover.Data.Formats;
using Earthmover.Transport;

namespace Earthmover.Cli.Benchmarks.Transport;

/// <summary>What to measure and how long.</summary>
internal sealed record TransportBenchOptions
{
    /// <summary>Names or parts of names; all when empty.</summary>
    public IReadOnlyList<string> Cases { get; init; } = [];

    /// <summary>The quick selection only.</summary>
    public bool Quick { get; init; }

    /// <summary>Threads of exact solves; every core when 0.</summary>
    public int Threads { get; init; }

    /// <summary>Most runs of a case; the median counts. Fewer when they are long.</summary>
    public int Runs { get; init; } = 5;

    /// <summary>Seconds after which a case is given up.</summary>
    public double Limit { get; init; } = 120;

    /// <summary>Where to write the points of each case as .npy files, for peers; null to keep them.</summary>
    public string? Points { get; init; }

    /// <summary>Print one JSON document instead of a table.</summary>
    public bool Json { get; init; }
}

/// <summary>One measured case. Seconds are medians over the runs.</summary>
internal sealed record TransportRow
{
    public required string Case { get; init; }
    public required string Quantity { get; init; }
    public required string Clouds { get; init; }
    public required int N { get; init; }
    public required int M { get; init; }
    public required int D { get; init; }
    public required bool Weighted { get; init; }
    public required int Threads { get; init; }

    /// <summary>The time that is compared: of the search for solves, of one iteration for Sinkhorn, of everything otherwise.</summary>
    public double Seconds { get; init; }

    public double CostSeconds { get; init; }
    public double CertificateSeconds { get; init; }
    public double TotalSeconds { get; init; }

    public double? Value { get; init; }
    public double? Gap { get; init; }
    public bool? Certified { get; init; }
    public string? Solver { get; init; }
    public string? Detail { get; init; }

    public int Runs { get; init; }
    public double PeakMb { get; init; }

    /// <summary>Why there is no time, or null.</summary>
    public string? Failure { get; init; }
}

/// <summary><c>earthmover bench transport</c>: the table of exact solves and of the estimates around them.</summary>
internal static class TransportBench
{
    private const int Directions = 1000;
    private const int Centers = 64;

    // No further run of a case begins after so long.
    private const double LongSeconds = 5;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Measures and prints.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">No case matches, or an option is out of range.</exception>
    public static int Run(TransportBenchOptions options, TextWriter output)
    {
        if (options.Runs < 1 || !(options.Limit > 0) || options.Threads < 0)
            throw new UserException($"{options.Runs} runs within {options.Limit} seconds on {options.Threads} threads are not possible");
        var cases = Select(options);
        var rows = new List<TransportRow>();
        if (!options.Json)
            output.WriteLine($"{"case",-32} {"seconds",10} {"costs",9} {"proof",9} {"value",14}  how");
        foreach (var one in cases)
        {
            var row = Measure(one, options);
            rows.Add(row);
            if (!options.Json)
                output.WriteLine(Line(row));
        }
        if (options.Json)
            output.WriteLine(JsonSerializer.Serialize(new { Workload = "transport", Rows = rows }, s_json));
        return rows.Any(r => r.Certified == false) ? ErrorBoundary.Failure : ErrorBoundary.Success;
    }

    private static List<TransportCase> Select(TransportBenchOptions options)
    {
        var exact = TransportCase.All.Where(c => options.Cases.Contains(c.Name, StringComparer.Ordinal)).ToList();
        var chosen = exact.Count > 0 && exact.Count == options.Cases.Count
            ? exact
            : [.. TransportCase.All.Where(c => (!options.Quick || c.Quick)
                && (options.Cases.Count == 0 || options.Cases.Any(part => c.Name.Contains(part, StringComparison.Ordinal))))];
        return chosen.Count > 0
            ? chosen
            : throw new UserException($"no case is called '{string.Join(", ", options.Cases)}'; "
                + $"some are {string.Join(", ", TransportCase.All.Take(8).Select(c => c.Name))}");
    }

    private static TransportRow Measure(TransportCase one, TransportBenchOptions options)
    {
        var (x, y) = Clouds.Make(one.Clouds, one.N, one.M, one.D);
        var (a, b) = one.Weighted ? (Clouds.Weights(one.N, 1), Clouds.Weights(one.M, 2)) : (null, null);
        if (options.Points is { } folder)
            Save(folder, one, x, y, a, b);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(options.Limit));
        var run = Runner(one, x, y, a, b, options, stop.Token);
        var empty = new TransportRow
        {
            Case = one.Name,
            Quantity = one.Quantity.ToString().ToLowerInvariant(),
            Clouds = one.Clouds,
            N = one.N,
            M = one.M,
            D = one.D,
            Weighted = one.Weighted,
            Threads = options.Threads > 0 ? Math.Min(options.Threads, Environment.ProcessorCount) : Environment.ProcessorCount,
        };
        var runs = new List<TransportRow>();
        var all = Stopwatch.StartNew();
        try
        {
            // The first of several short runs also waits for the compiler.
            while (runs.Count < options.Runs + 1 && (runs.Count < 1 || all.Elapsed.TotalSeconds < LongSeconds)
                || (runs.Count < 40 && all.Elapsed.TotalSeconds < 0.5))
            {
                var clock = Stopwatch.StartNew();
                var row = run(empty);
                var seconds = clock.Elapsed.TotalSeconds;
                runs.Add(row with { TotalSeconds = seconds, Seconds = row.Seconds > 0 ? row.Seconds : seconds });
            }
        }
        catch (OperationCanceledException)
        {
            return empty with { Failure = $"not finished in {options.Limit} s", PeakMb = Bench.PeakMegabytes() };
        }
        if (runs.Count > 1)
            runs.RemoveAt(0);
        return runs[^1] with
        {
            Seconds = Statistics.Median([.. runs.Select(r => r.Seconds)]),
            CostSeconds = Statistics.Median([.. runs.Select(r => r.CostSeconds)]),
            CertificateSeconds = Statistics.Median([.. runs.Select(r => r.CertificateSeconds)]),
            TotalSeconds = Statistics.Median([.. runs.Select(r => r.TotalSeconds)]),
            Runs = runs.Count,
            PeakMb = Math.Round(Bench.PeakMegabytes(), 1),
        };
    }

    private static Func<TransportRow, TransportRow> Runner(
        TransportCase one, float[] x, float[] y, double[]? a, double[]? b, TransportBenchOptions options, CancellationToken stop)
    {
        var transport = new TransportOptions { Threads = options.Threads };
        PointCloud X() => PointCloud.Over(x, one.N, one.D, "x");
        PointCloud Y() => PointCloud.Over(y, one.M, one.D, "y");
        TransportResult Solve() => ExactTransport.Solve(
            new TransportProblem(
                new PointCloudGeometry(X(), Y()),
                a is null ? null : WeightVector.From(a, "a"),
                b is null ? null : WeightVector.From(b, "b")),
            transport, null, stop);
        switch (one.Quantity)
        {
            case Quantity.Solve:
                return row => Of(row, Solve(), searchOnly: true);
            case Quantity.EndToEnd:
                return row => Of(row, Solve(), searchOnly: false);
            case Quantity.Batch:
                var batch = new BatchTransport(one.N, one.D);
                return row => Of(row, batch.Step(x, y), searchOnly: false);
            case Quantity.Line:
                var (u, v) = (Array.ConvertAll(x, c => (double)c), Array.ConvertAll(y, c => (double)c));
                return row => row with { Value = Ot.Wasserstein1D(u, v) };
            case Quantity.Sliced:
                return row => row with { Value = Ot.SlicedWasserstein(X(), Y(), 2, Directions).Value };
            case Quantity.Frechet:
                return row => row with { Value = Ot.FrechetDistanceSquared(X(), Y()) };
            case Quantity.KMeans:
                return row =>
                {
                    var means = Clustering.KMeans(X(), Centers);
                    return row with { Value = means.Objective, Detail = $"{means.Iterations} iterations" };
                };
            default:
                return Iteration(new PointCloudGeometry(X(), Y()), stop);
        }
    }

    private static TransportRow Of(TransportRow row, TransportResult result, bool searchOnly) => row with
    {
        Seconds = searchOnly ? result.Stats.SolveSeconds : 0,
        Value = result.Cost,
        Gap = result.Gap,
        Certified = result.Certified,
        Solver = result.Stats.Solver,
        Detail = result.Stats.Detail,
        CostSeconds = result.Stats.CostSeconds,
        CertificateSeconds = result.Stats.CertificateSeconds,
    };

    // Two runs that differ in nothing but the number of iterations; neither converges to a tolerance this small.
    private static Func<TransportRow, TransportRow> Iteration(PointCloudGeometry points, CancellationToken stop)
    {
        const int few = 2, many = 22;
        var costs = new double[points.Rows * points.Cols];
        points.FillExactRows(0, points.Rows, costs);
        var problem = new TransportProblem(new MatrixGeometry(costs, points.Rows, points.Cols));
        var epsilon = 0.01 * costs.Average();
        double Time(int iterations)
        {
            var clock = Stopwatch.StartNew();
            SinkhornSolver.Solve(problem, epsilon,
                new() { MaxIterations = iterations, MarginalTolerance = double.Epsilon, Scaling = false }, stop);
            return clock.Elapsed.TotalSeconds;
        }
        return row =>
        {
            var start = Time(few);
            return row with { Seconds = Math.Max(1e-9, (Time(many) - start) / (many - few)) };
        };
    }

    private static void Save(string folder, TransportCase one, float[] x, float[] y, double[]? a, double[]? b)
    {
        Directory.CreateDirectory(folder);
        var name = Path.Combine(folder, one.Name);
        NpyFile.Write<float>(name + ".x.npy", x, one.N, one.D);
        NpyFile.Write<float>(name + ".y.npy", y, one.M, one.D);
        if (a is not null)
            NpyFile.Write<double>(name + ".a.npy", a, a.Length);
        if (b is not null)
            NpyFile.Write<double>(name + ".b.npy", b, b.Length);
    }

    private static string Line(TransportRow row) => row.Failure is not null
        ? $"{row.Case,-32} {row.Failure}"
        : string.Create(CultureInfo.InvariantCulture,
            $"{row.Case,-32} {row.Seconds,10:F5} {row.CostSeconds,9:F4} {row.CertificateSeconds,9:F4} "
                + $"{row.Value,14:G9}  {row.Solver} {(row.Certified == false ? "NOT CERTIFIED " : "")}{row.Detail}");
}
