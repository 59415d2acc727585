using System.Diagnostics;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Sessions;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training;

public sealed class TrainerTests : Playground
{
    private string Run => Path.Combine(Folder, "run");

    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Run, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Run, f)).Order(StringComparer.Ordinal);

    [Fact]
    public void A_run_leaves_the_folder_it_promises()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 8), [.. Toy, "sample_every=4", "checkpoint_every=2", "keep_checkpoints=2"], "run");
        Assert.Equal(
            [".lock", "checkpoints/000006.safetensors", "checkpoints/000008.safetensors", "events.out.tfevents.",
                "log.jsonl", "recipe.json", "samples/000004.png", "samples/000008.png", "samples/reals.png"],
            Files().Select(f => f.StartsWith("events", StringComparison.Ordinal) ? f[..20] : f));
        Assert.Equal(8, File.ReadLines(Path.Combine(Run, "log.jsonl")).Count());
    }

    [Fact]
    public void The_recipe_has_every_option_and_every_picture_carries_it()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 2), Toy, "run");
        using var folder = RunFolder.Open(Run);
        var recipe = folder.ReadRecipe();
        Assert.Equal("2", recipe.Options["critic_steps"]);
        Assert.Equal("gradient-penalty?weight=0.1", recipe.Options["constraint"]);
        Assert.Equal("32", recipe.Training["batch"]);
        Assert.Equal(32, recipe.DataFingerprint.Length);
        foreach (var picture in Directory.GetFiles(folder.Samples, "*.png"))
        {
            var texts = ImageFile.ReadPngText(File.ReadAllBytes(picture)).ToDictionary(t => t.Key, t => t.Value);
            Assert.Equal(recipe.ForOthers().ToJson(), Recipe.FromJson(texts["earthmover"], picture).ToJson());
        }
    }

    [Fact]
    public void Data_may_have_more_classes_than_a_system_has_categories()
    {
        var pictures = PutPictures();
        Put("noise-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 48, .. Enumerable.Range(0, 48).Select(i => (byte)(i % 5))]);
        Assert.NotNull(((ImageSet)DataCatalog.Open(pictures, Context)).Labels);
        var watch = new Watch();
        string[] settings = ["categories=2", "width=4", "batch=8", "latent_size=4", "grid_samples=4", "report_every=1", "health_share=1"];
        var run = Play(pictures, "infogan", new(Steps: 3), settings, "run", watch: watch);
        Assert.Equal((3, Ending.Finished), (run.Standing.Step, run.Ending));
        Assert.NotNull(watch.Records[^1].Health);
    }

    [Fact]
    public void Samples_come_from_the_averaged_generator_in_evaluation()
    {
        var watch = new Watch();
        string[] settings = ["width=8", "batch=8", "latent_size=8", "average_images=1e9", "average_ramp_up=1e9",
            "sample_every=1", "grid_samples=4"];
        Play(PutPictures(), "r1-gan", new(Steps: 3), settings, "run", watch: watch);
        // With an endless horizon the average stays at the initial weights: every grid is the same, to the pixel.
        var pictures = Directory.GetFiles(Path.Combine(Run, "samples"), "0*.png").Select(f => ImageFile.Load(f).Pixels.ToArray()).ToList();
        Assert.Equal(3, pictures.Count);
        Assert.All(pictures, p => Assert.Equal(pictures[0], p));
    }

    [Fact]
    public void The_first_and_the_last_step_are_reported_with_the_truth_beside_the_estimate()
    {
        var watch = new Watch();
        Play("gaussians-8", "wgan-gp", new(Steps: 5), [.. Toy[..3], "report_every=1000", "grid_samples=16"], "run", watch: watch);
        Assert.Equal([1, 5], watch.Records.Select(r => r.Step));
        Assert.All(watch.Records,
            r => Assert.Superset(new HashSet<string> { "w_estimate", "w_exact", "w_floor" }, r.Measures.Keys.ToHashSet()));
        Assert.All(watch.Records, r => Assert.True(r.Measures["w_exact"] > 0 && r.Measures["w_floor"] > 0));
        Assert.Equal(["critic", "generator"], watch.Records[0].Moves.Select(m => m.Player));
    }

    [Theory]
    [InlineData("wgan-gp", "w_estimate")]
    [InlineData("hinge", "critic_gap")]
    public void A_report_with_a_look_says_the_numbers_of_the_look(string system, string scores)
    {
        var watch = new Watch();
        Play("gaussians-8", system, new(Steps: 8), [.. Toy, "health_share=1"], "run", watch: watch);
        var looks = watch.Records.Where(record => record.Health is not null).ToList();
        Assert.NotEmpty(looks);
        string[] names = ["w_exact", "w_floor", scores];
        Assert.All(looks, record => Assert.All(names, name =>
            Assert.Equal(record.Health!.Reading.Values[name], record.Measures[name])));
        string[] others = ["w_estimate", "critic_gap"];
        Assert.All(watch.Records, record => Assert.Superset(names.ToHashSet(), record.Measures.Keys.ToHashSet()));
        Assert.All(watch.Records, record => Assert.Single(record.Measures.Keys.Intersect(others)));
    }

    [Fact]
    public void A_run_whose_time_ends_says_the_estimate_as_any_other()
    {
        var watch = new Watch();
        string[] settings = [.. Toy[..3], "report_every=100000", "grid_samples=16", "health_share=1"];
        Play("gaussians-8", "wgan-gp", new(Seconds: 0.2), settings, "run", watch: watch);
        var last = watch.Records[^1];
        Assert.Empty(last.Moves);
        Assert.NotNull(last.Health);
        Assert.All(last.Measures, measure => Assert.True(double.IsFinite(measure.Value), $"{measure.Key} is {measure.Value}"));
        Assert.Equal(last.Health.Reading.Values["w_estimate"], last.Measures["w_estimate"]);
    }

    [Theory]
    [InlineData("gaussians-8", 32, 64)]
    [InlineData("gaussians-8", 100, 100)]
    [InlineData("gaussians-8", 500, 128)]
    [InlineData("gaussians-8?n=50", 32, 25)]
    [InlineData("gaussians-8?n=1", 1, 1)]
    [InlineData("", 8, 16)]
    [InlineData("", 20, 20)]
    public void Reports_and_looks_measure_as_many_samples(string address, int batch, int expected)
    {
        var data = DataCatalog.Open(address.Length > 0 ? address : PutPictures(), Context);
        Assert.Equal(expected, new RealSamples(new BatchSource(data, batch, 1), Device.Cpu).Count());
    }

    [Fact]
    public void A_critic_that_estimates_no_distance_is_not_said_to()
    {
        var watch = new Watch();
        Play("gaussians-8", "hinge", new(Steps: 1), Toy, watch: watch);
        Assert.Contains("critic_gap", watch.Records[0].Measures.Keys);
        Assert.DoesNotContain("w_estimate", watch.Records[0].Measures.Keys);
        Assert.Contains("w_exact", watch.Records[0].Measures.Keys);
    }

    // A batch with a NaN, as a broken reader could deliver it.
    private sealed class Poisoned(DataSet data, int size, long at) : BatchSource(data, size, 1)
    {
        public override TensorOwner Deal(long index, Device? device = null)
        {
            using var scope = TensorScope.Open();
            using var batch = At(index, device);
            return index == at ? new Batch(batch.X * double.NaN) : new Batch(batch.X.Alias());
        }
    }

    [Fact]
    public void Not_a_number_stops_before_the_update_and_keeps_the_last_checkpoint()
    {
        var (recipe, data) = Resolve("gaussians-8", "wgan-gp", new(Steps: 20), [.. Toy, "checkpoint_every=2"]);
        using var session = Session.Start(recipe, data);
        using var folder = RunFolder.Create(Run, recipe);
        using var use = session.Streams.Use();
        using var trainer = new Trainer(session.System, new Poisoned(data, 32, 10), recipe, session.Options, session.Streams, folder);
        var e = Assert.Throws<NotFiniteException>(() => trainer.Run());
        // Two batches for each step: batch 10 belongs to the sixth.
        Assert.Equal(("critic", "term 'wasserstein'", 5), (e.Player, e.What, trainer.Standing.Step));
        Assert.All(session.System.Networks.Values,
            n => Assert.All(n.Parameters(), p => Assert.All(p.Parameter.Value.ToArray<float>(), v => Assert.True(float.IsFinite(v)))));
        Assert.EndsWith("000004.safetensors", folder.ListCheckpoints()[^1], StringComparison.Ordinal);
        Assert.Equal(4, Checkpoint.Read(folder.ListCheckpoints()[^1]).Standing.Step);
    }

    [Fact]
    public void A_failing_reader_is_the_error_that_is_seen()
    {
        var source = new Failing(((DataSet)DataCatalog.Open("gaussians-8", Context)));
        using var loader = new BatchLoader(source);
        Assert.Equal("the disk went away", Assert.Throws<IOException>(() => loader.Next()).Message);
    }

    private sealed class Failing(DataSet data) : BatchSource(data, 4, 1)
    {
        public override TensorOwner Deal(long index, Device? device = null) => throw new IOException("the disk went away");
    }

    [Fact]
    public void What_an_interrupted_save_left_is_cleaned_up()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 4), Toy, "run", stopAt: 2);
        foreach (var left in new[] { "checkpoints/.earthmover-0000000000000001.part",
            "samples/.earthmover-0000000000000002.part", ".earthmover-0000000000000003.part" })
        {
            File.WriteAllText(Path.Combine(Run, left), "half");
            File.SetLastWriteTimeUtc(Path.Combine(Run, left), DateTime.UtcNow.AddMinutes(-1));
        }
        Play("gaussians-8", "wgan-gp", new(Steps: 4), Toy, "run");
        Assert.DoesNotContain(Files(), f => f.EndsWith(".part", StringComparison.Ordinal));
    }

    private void Leaks(long steps)
    {
        var (live, memory) = (0L, 0L);
        var middle = steps / 2;
        var watch = new Watch(r =>
        {
            if (r.Step == middle)
                (live, memory) = (Tensor.LiveCount, Resident());
            if (r.Step == steps)
            {
                // Reports are made at the same point of a step, but the loader may be up to five batches ahead or behind.
                Assert.InRange(Tensor.LiveCount, live - 5, live + 5);
                Assert.True(Resident() - memory < 16 << 20, $"{(Resident() - memory) >> 20} MiB more after {steps - middle} steps");
            }
        });
        Play("gaussians-8", "wgan-gp", new(Steps: steps),
            ["width=16", "batch=32", "critic_steps=1", $"report_every={middle}", "grid_samples=16", "sample_every=1000000"], watch: watch);
        Assert.Contains(watch.Records, r => r.Step == middle);
    }

    private static long Resident()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        return process.WorkingSet64;
    }

    [Fact]
    public void Steps_leave_no_tensors_behind() => Leaks(500);

    [Fact]
    [Trait("Category", "Slow")]
    public void Ten_thousand_steps_leave_no_tensors_and_no_memory_behind() => Leaks(10_000);
}
