using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Sessions;
using Earthmover.Tests.Data;
using Earthmover.Training;
using Earthmover.Training.Runs;
using Earthmover.Training.Views;

namespace Earthmover.Tests.Training;

/// <summary>Plays small runs in a folder of its own.</summary>
public abstract class Playground : TemporaryFolder
{
    protected static string[] Toy { get; } = ["width=16", "batch=32", "critic_steps=2", "report_every=1", "grid_samples=16"];

    /// <summary>An observer from functions.</summary>
    protected sealed class Watch(Action<TrainingRecord>? reported = null, Action<string>? wrote = null) : ITrainingObserver
    {
        public List<TrainingRecord> Records { get; } = [];

        public void Reported(TrainingRecord record, double progress)
        {
            Records.Add(record);
            reported?.Invoke(record);
        }

        public void Wrote(string path) => wrote?.Invoke(path);
    }

    /// <summary>What a run on one thread would play, and on which data.</summary>
    protected (Recipe Recipe, DataSet Data) Resolve(string data, string system, Budget budget, string[] settings) =>
        new RunPlan(data) { System = system, Settings = settings, Budget = budget, Threads = 1 }.Resolve(Context);

    /// <summary>Plays until the budget or a step; begins anew or at the folder's newest checkpoint.</summary>
    protected (Standing Standing, string Hash, Ending Ending) Play(string data, string system, Budget budget, string[] settings,
        string? folder = null, long stopAt = long.MaxValue, ITrainingObserver? watch = null)
    {
        using var stop = new CancellationTokenSource();
        var stopper = new Watch(record =>
        {
            if (record.Step >= stopAt)
                stop.Cancel();
        });
        var path = folder is null ? null : Path.Combine(Folder, folder);
        var resume = path is not null && Directory.Exists(path);
        using var run = path is null ? null : resume ? RunFolder.Open(path) : null;
        var (asked, opened) = Resolve(data, system, budget, settings);
        using var session = Session.Start(asked, opened);
        var recipe = session.Recipe; // which says what samples are, too
        using var made = path is null || resume ? null : RunFolder.Create(path, recipe);
        using var use = session.Streams.Use();
        ITrainingObserver[] observers = watch is null ? [stopper] : [stopper, watch];
        using var trainer = new Trainer(session.System, session.Source, recipe, session.Options, session.Streams,
            run ?? made, ISampleView.Of(session.Source, recipe), observers)
        { HeldOut = session.HeldOut };
        if (resume)
            trainer.Resume(Session.NewestCheckpoint(run!));
        var ending = trainer.Run(stop.Token);
        return (trainer.Standing, trainer.StateHash, ending);
    }

    /// <summary>An IDX file of noise pictures, 28×28.</summary>
    protected string PutPictures(int count = 48)
    {
        var random = new Random(3);
        var pixels = new byte[count * 784];
        random.NextBytes(pixels);
        return Put("noise-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, (byte)count, 0, 0, 0, 28, 0, 0, 0, 28, .. pixels]);
    }

    /// <summary>A folder of folders of noise, as PNG files: classes, or domains.</summary>
    protected string PutFolders(int side, params (string Name, int Channels)[] folders)
    {
        var all = Path.Combine(Folder, "pictures");
        var random = new SeededRandom(5);
        foreach (var (name, channels) in folders)
            for (var i = 0; i < 8; i++)
            {
                var pixels = new byte[side * side * channels];
                for (var k = 0; k < pixels.Length; k++)
                    pixels[k] = (byte)random.NextInt(256);
                ImageFile.SavePng(Path.Combine(all, name, $"{i}.png"), new Image(side, side, channels, pixels));
            }
        return all;
    }

    /// <summary>The same in gray, 16×16.</summary>
    /// <summary>Eight colored pictures of 16 x 16 with captions of three kinds; their address.</summary>
    protected string PutCaptions()
    {
        var all = PutFolders(16, ("described", 3));
        string[] colors = ["red", "green", "blue"];
        Put("pictures/described/captions.csv", "file,caption\n"
            + string.Concat(Enumerable.Range(0, 8).Select(i => $"{i}.png,a {colors[i % 3]} noise\n")));
        return $"{all}?captions=yes&labels=none";
    }

    protected string PutFolders(params string[] names) => PutFolders(16, [.. names.Select(name => (name, 1))]);
}
