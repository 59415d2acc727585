using System.Collections.Concurrent;
using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Sessions;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Serve.Tests;

/// <summary>Small runs of every kind, trained once for all tests; their data are gone when they are served.</summary>
public sealed class TrainedModels : IDisposable
{
    private readonly long _before;
    private readonly string _folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;

    public TrainedModels()
    {
        Directory.CreateDirectory(Runs);
        var random = new Random(1);
        foreach (var (name, count) in new[] { ("pets/cat", 6), ("pets/dog", 6), ("pairs/A", 6), ("pairs/B", 6) })
            for (var i = 0; i < count; i++)
                PutPicture(Path.Combine("data", name, $"{i}.png"), random);
        File.WriteAllLines(At("data", "lines.txt"), Enumerable.Range(0, 8).Select(i => $"ab{i}"));
        Train("pets", At("data", "pets"), "projection", "width=4", "batch=4");
        Train("sketches", At("data", "pairs"), "pix2pix", "width=4", "batch=2");
        Train("lines", $"{At("data", "lines.txt")}?length=8", "wgan-gp", "width=4", "batch=4");
        Train("points", "gaussians-8", "wgan-gp", "width=16", "batch=32");
        Train("inverted", "gaussians-8", "bigan", "width=16", "batch=32");
        Train("told", At("data", "pets"), "acgan", "width=4", "batch=4");
        Train("styled", At("data", "pets"), "stylegan", "width=4", "batch=4");
        for (var i = 0; i < 6; i++)
        {
            PutPicture(Path.Combine("data", "described", $"{i}.png"), random);
            File.WriteAllText(At("data", "described", $"{i}.txt"), $"a {(i % 2 == 0 ? "red" : "blue")} bag");
        }
        Train("described", $"{At("data", "described")}?captions=yes", "gan-cls", "width=4", "batch=4", "latent_size=5");
        Train("fonts", "glyphs?size=16&characters=latin&fonts=DejaVuSans-Bold,DejaVuSerif", "zi2zi", "width=4", "batch=4");
        Train("turned", "rotation-toy", "cyclegan", "width=16", "batch=32");
        File.WriteAllLines(At("data", "people.csv"), Enumerable.Range(0, 60)
            .Select(i => $"{i},{i % 9}.5,{(i % 3 == 0 ? "Bern" : "Ulm")},{(i % 4 == 0 ? "" : $"{i % 5}")}").Prepend("id,price,town,rooms"));
        Train("rows", At("data", "people.csv"), "table", "width=8", "batch=20");
        Directory.Delete(At("data"), recursive: true);
        _before = Tensor.LiveCount;
        Server = ModelServer.Open(new(Runs) { Urls = "http://127.0.0.1:0" }, Log.Enqueue);
        Server.Start().GetAwaiter().GetResult();
    }

    /// <summary>The folder that holds them.</summary>
    public string Runs => At("runs");

    /// <summary>A server of all of them, for tests that ask and change nothing.</summary>
    public ModelServer Server { get; }

    /// <summary>What that server has said.</summary>
    public ConcurrentQueue<string> Log { get; } = [];

    /// <summary>A PNG of noise.</summary>
    public static byte[] Picture(int seed, int width = 16, int height = 16)
    {
        var pixels = new byte[width * height];
        new Random(seed).NextBytes(pixels);
        return ImageFile.EncodePng(new Image(width, height, 1, pixels));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Server.Stop().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
        Assert.Equal(_before, Tensor.LiveCount);
    }

    private string At(params string[] parts) => Path.Combine([_folder, .. parts]);

    private void PutPicture(string name, Random random)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), Picture(random.Next()));
    }

    private void Train(string name, string data, string system, params string[] settings)
    {
        var plan = new RunPlan(data) { System = system, Settings = settings, Budget = new(Steps: 2), Threads = 1 };
        var context = new DataContext { CacheFolder = At("cache") };
        using var run = TrainingRun.Start(plan, Path.Combine(Runs, name), context);
        run.Play(new Silent(), CancellationToken.None);
    }

    private sealed class Silent : ITrainingObserver
    {
        public void Reported(TrainingRecord record, double progress)
        {
        }

        public void Wrote(string path)
        {
        }
    }
}

/// <summary>Tests that share the runs.</summary>
[CollectionDefinition(Name)]
public sealed class Models : ICollectionFixture<TrainedModels>
{
    public const string Name = "trained models";
}
