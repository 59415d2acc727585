using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Sessions;
using Earthmover.Sessions.Comparing;
using Earthmover.Sessions.Exports;
using Earthmover.Sessions.Judging;
using Earthmover.Sessions.Pictures;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Walks;
using Earthmover.Testing;
using Earthmover.Tests.Training;
using Earthmover.Torch;

namespace Earthmover.Tests.Sessions;

/// <summary>Long calls are ended by a token: at once, with nothing written and no tensor left alive.</summary>
public sealed class CancellationTests : Playground
{
    private const string Law = "gaussians-8";

    private static readonly string[] s_tiny = ["width=4", "batch=4", "report_every=2", "grid_samples=4", "health_share=0"];

    private readonly long _before = Tensor.LiveCount;

    protected override void TearDown()
    {
        base.TearDown();
        Assert.Equal(_before, Tensor.LiveCount);
    }

    private string At(string name) => Path.Combine(Folder, name);

    private TrainedRun Trained(string name, string data, string system, params string[] settings)
    {
        if (!Directory.Exists(At(name)))
            Play(data, system, new(Steps: 2), settings, name);
        return TrainedRun.Open(At(name), Context);
    }

    private TrainedRun Points(string name = "points") => Trained(name, Law, "wgan-gp", [.. Toy, "health_share=0"]);

    private static IEnumerable<T> Each<T>(Action<IProgress<T>, CancellationToken> call)
    {
        // Already ended; then ended by whoever is told how far it is.
        foreach (var isEarly in new[] { true, false })
        {
            var (before, late) = (Tensor.LiveCount, new List<T>());
            using var ended = new CancellationTokenSource();
            if (isEarly)
                ended.Cancel();
            var told = new Telling<T>(at =>
            {
                if (ended.IsCancellationRequested)
                    late.Add(at);
                ended.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(() => call(told, ended.Token));
            Assert.Equal(before, Tensor.LiveCount);
            // A report may be on its way.
            Assert.InRange(late.Count, 0, 1);
            foreach (var one in late)
                yield return one;
        }
    }

    private static void Ends<T>(Action<IProgress<T>, CancellationToken> call) => _ = Each(call).ToList();

    private static void EndsEarly(Action<CancellationToken> call)
    {
        var before = Tensor.LiveCount;
        Assert.ThrowsAny<OperationCanceledException>(() => call(new(canceled: true)));
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void Drawing_ends()
    {
        using var run = Points();
        Ends<double>((progress, stop) => RunSamples.Draw(run, "run", 300, 1, progress, stop));
        Ends<double>((progress, stop) => LatentWalk.Within(run, 1, 3).Draw(100, null, progress, stop));
        using (run.Streams.Use())
            Ends<double>((progress, stop) =>
                SampleWriter.Draw(run, 300, SampleWriter.Random(run, 1), progress: progress, cancellation: stop));
        var walk = new WalkPlan { Target = WalkPlan.TargetOf(null, At("walk.csv")), Rows = 3, Frames = 100 };
        Ends<WorkProgress>((progress, stop) => walk.Write(run, progress, stop));
        Assert.False(File.Exists(At("walk.csv")));
        EndsEarly(stop => _ = new SharedBlocks(run, stop));
    }

    [Fact]
    public void Looking_at_new_samples_ends()
    {
        using var run = Points();
        var sent = new SentSamples([], [[0, 1], [1, 0], [1, 1]]);
        var (scores, search) = (new RunScores(run), new RunProjection(run));
        var (judged, searched) = (scores.Take(sent), search.Take(sent));
        Ends<double>((progress, stop) => scores.Score(judged, progress, stop));
        Ends<double>((progress, stop) => search.Project(searched, 1, new() { Steps = 8 }, progress, stop));
        using var teller = Trained("told", PutFolders("cat", "dog"), "acgan", s_tiny);
        var (classes, pictures) = (new RunClassification(teller), Path.Combine(Folder, "pictures", "cat"));
        var told = classes.Read([pictures]);
        Ends<double>((progress, stop) => classes.Classify(told, progress, stop));
        EndsEarly(stop => classes.Read([pictures], stop));
        using var turned = Trained("turned", "rotation-toy", "cyclegan", "width=16", "batch=32", "report_every=2", "health_share=0");
        var way = Translation.Of(turned);
        var taken = way.Take(sent);
        Ends<double>((progress, stop) => way.Translate(taken, progress, stop));
    }

    [Fact]
    public void Pictures_that_were_written_are_taken_back()
    {
        using var run = Trained("told", PutFolders("cat", "dog"), "acgan", s_tiny);
        using var use = run.Streams.Use();
        var samples = SampleWriter.Draw(run, 5, SampleWriter.Random(run, 1));
        using var ended = new CancellationTokenSource();
        // Each picture says how it was made; with the third, it is enough.
        string How(int sample)
        {
            if (sample == 2 && Directory.Exists(At("out")))
                ended.Cancel();
            return $"{sample}";
        }
        Assert.ThrowsAny<OperationCanceledException>(() =>
            SampleWriter.Write(run, samples, SampleTarget.Of(null, At("out")), How, cancellation: ended.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(At("out")));
        Assert.Equal([At("out")], SampleWriter.Write(run, samples, SampleTarget.Of(null, At("out")), sample => $"{sample}"));
        Assert.Equal(5, Directory.EnumerateFiles(At("out")).Count());
    }

    [Fact]
    public void Exports_end_and_write_nothing()
    {
        using var run = Points();
        var path = At("points.onnx");
        Ends<double>((progress, stop) => RunExport.ToOnnx(run, null, path, progress, stop));
        EndsEarly(stop => WeightExport.ToSafetensors(run, null, At("points.safetensors"), hasPython: true, stop));
        Assert.Empty(Directory.EnumerateFiles(Folder, "points.*"));
        RunExport.ToOnnx(run, null, path);
        Ends<double>((progress, stop) => ExportedSamples.Draw(path, 600, 1, progress, stop));
    }

    [Fact]
    public void Measuring_ends()
    {
        using (var run = Points())
            Ends<WorkProgress>((progress, stop) => new RunScoring(Law) { Count = 200 }.Of(run, "run", true, progress, stop));
        Ends<WorkProgress>((progress, stop) => new Comparison(At("points"), Law) { Count = 200 }.Measure(progress, stop));
        using (Points("other"))
        {
        }
        using var comparison = RunComparison.Open([At("points"), At("other")], Context);
        Ends<WorkProgress>((progress, stop) =>
            comparison.Measure(null, (address, _) => new(address) { Count = 200 }, progress, stop));
        Ends<WorkProgress>((progress, stop) => ComparisonPage.Write(At("page.html"), comparison, null, 1, progress, stop));
        Assert.False(File.Exists(At("page.html")));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            RunComparison.Open([At("points"), At("other")], Context with { Cancellation = new(canceled: true) }));
    }

    [Fact]
    public void Every_metric_and_every_distance_ends()
    {
        DataSet real = DataCatalog.Open($"{Law}?n=400&seed=1"), made = DataCatalog.Open($"{Law}?n=200&seed=2");
        using var evaluation = new Evaluation(made, real, DataCatalog.Open($"{Law}?n=200&seed=3"), 100, 1, new RawFeatures(), new(""));
        var metrics = MetricCatalog.All.Where(metric => metric.Misfit(real) is null && !metric.NeedsClasses).ToList();
        Assert.True(metrics.Count >= 9, $"{metrics.Count} metrics");
        foreach (var metric in metrics)
        {
            Ends<WorkProgress>((progress, stop) => evaluation.Measure(metric, true, progress, stop));
            Assert.NotEmpty(evaluation.Measure(metric));
        }
        using var raw = new RawFeatures();
        FeatureSet x = raw.Extract(made), y = raw.Extract(real);
        foreach (var name in SampleDistance.Names)
            EndsEarly(stop => SampleDistance.Measure(name, x, y, cancellation: stop));
        Ends<WorkProgress>((progress, stop) => SampleDistance.Measure("sinkhorn", x, y, null, progress, stop));
    }

    [Fact]
    public void Reading_and_its_features_end()
    {
        var folder = PutFolders("cat", "dog");
        Ends<DataProgress>((progress, stop) =>
            DataCatalog.Open(folder, Context with { CacheFolder = "", Progress = progress, Cancellation = stop, Threads = 1 }));
        var pictures = new ImageSet("noise", new(1, 28, 28), new byte[1100 * 784]);
        using var features = new FashionFeatures();
        Ends<int>((progress, stop) => features.Extract(pictures, progress, stop));
        var cache = new FeatureCache(At("cache"));
        Ends<int>((progress, stop) => cache.Extract(features, pictures, progress, stop));
        Assert.False(Directory.Exists(Path.Combine(At("cache"), "features")));
    }
}
