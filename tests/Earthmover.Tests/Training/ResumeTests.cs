using Earthmover.Training;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Tests.Training;

public sealed class ResumeTests : Playground
{
    private void Resumes(string data, string system, long steps, params string[] settings)
    {
        var before = Tensor.LiveCount;
        var budget = new Budget(Steps: steps);
        var (whole, hash, ending) = Play(data, system, budget, settings);
        Assert.Equal((steps, Ending.Finished), (whole.Step, ending));
        var (half, other, stopped) = Play(data, system, budget, settings, "run", stopAt: steps / 2);
        Assert.Equal((steps / 2, Ending.Stopped), (half.Step, stopped));
        Assert.NotEqual(hash, other);
        var (end, resumed, _) = Play(data, system, budget, settings, "run");
        Assert.Equal(whole with { Seconds = 0 }, end with { Seconds = 0 });
        Assert.Equal(hash, resumed);
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void A_toy_run_goes_on_bit_for_bit() => Resumes("gaussians-8", "wgan-gp", 12, Toy);

    [Fact]
    public void So_it_does_with_averages_and_a_falling_learning_rate() =>
        Resumes("gaussians-8", "wgan-gp", 12, [.. Toy, "average_images=1000", "decay=linear"]);

    [Fact]
    public void So_does_a_run_on_pictures_with_lazy_penalty_and_mirrors() =>
        Resumes(PutPictures(), "r1-gan", 6, "width=8", "batch=8", "latent_size=8",
            "report_every=1", "flip=true", "constraint=r1?gamma=1&every=2");

    [Fact]
    public void So_does_spectral_normalization() => Resumes("gaussians-8", "hinge", 10, Toy);

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("wgan-gp")]
    [InlineData("wgan")]
    public void Two_hundred_toy_steps_are_one_hundred_and_one_hundred(string system) => Resumes("gaussians-25", system, 200, Toy);

    [Fact]
    [Trait("Category", "Slow")]
    public void Two_hundred_picture_steps_are_one_hundred_and_one_hundred() =>
        Resumes(PutPictures(), "r1-gan", 200, "batch=8", "report_every=1", "width=8");

    [Theory]
    [InlineData("gaussians-8", "wgan-gp")]
    [InlineData("gaussians-8", "hinge")] // power iterations
    [InlineData("pictures", "dcgan")] // running statistics
    public void Reports_samples_and_checkpoints_do_not_change_the_training(string data, string system)
    {
        data = data == "pictures" ? PutPictures() : data;
        string[] settings = ["width=8", "batch=8", "latent_size=8", "grid_samples=16"];
        var often = Play(data, system, new(Steps: 5), [.. settings, "report_every=1", "sample_every=1", "checkpoint_every=1"], "often");
        var never = Play(data, system, new(Steps: 5), [.. settings, "report_every=1000"]);
        Assert.Equal(never.Hash, often.Hash);
    }

    [Fact]
    public void Kernels_chosen_by_measurement_come_back_with_the_checkpoint()
    {
        var before = KernelChoices.Export();
        try
        {
            string[] settings = ["width=8", "batch=8", "latent_size=8", "report_every=1"];
            var pictures = PutPictures();
            Play(pictures, "r1-gan", new(Steps: 4), settings, "run", stopAt: 2);
            var chosen = KernelChoices.Export();
            Assert.NotEmpty(chosen);
            KernelChoices.Import(new Dictionary<string, string>());
            Play(pictures, "r1-gan", new(Steps: 4), settings, "run", stopAt: 3);
            var now = KernelChoices.Export();
            Assert.All(chosen, pair => Assert.Equal(pair.Value, now[pair.Key]));
        }
        finally
        {
            KernelChoices.Import(before);
        }
    }

    [Fact]
    public void A_run_that_goes_on_leaves_alone_what_runs_beside_it_have_chosen()
    {
        var before = KernelChoices.Export();
        try
        {
            const string Beside = "Forward 1x1x9x9 1x3x3 s1x1 p0x0 xx t1";
            string[] settings = ["width=8", "batch=8", "latent_size=8", "report_every=1"];
            KernelChoices.Import(new Dictionary<string, string>());
            Play("gaussians-8", "wgan-gp", new(Steps: 4), settings, "run", stopAt: 2);
            KernelChoices.Import(new Dictionary<string, string> { [Beside] = "tiles-2" });
            Play("gaussians-8", "wgan-gp", new(Steps: 4), settings, "run", stopAt: 3);
            Assert.Equal("tiles-2", KernelChoices.Export().GetValueOrDefault(Beside));
        }
        finally
        {
            KernelChoices.Import(before);
        }
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 2), Toy, "a");
        Play("gaussians-8", "wgan-lp", new(Steps: 2), Toy, "b");
        var file = Path.Combine(Folder, "b", "checkpoints", "000002.safetensors");
        File.Copy(Path.Combine(Folder, "a", "checkpoints", "000002.safetensors"), file, overwrite: true);
        Assert.Contains("wgan-gp", Refused(() => Play("gaussians-8", "wgan-lp", new(Steps: 4), Toy, "b")), StringComparison.Ordinal);
        Assert.Contains("options",
            Refused(() => Play("gaussians-8", "wgan-gp", new(Steps: 4), [.. Toy, "critic_steps=3"], "a")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_does_not_tell_a_step_twice()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 20), [.. Toy, "checkpoint_every=3"], "run", stopAt: 5);
        var log = Path.Combine(Folder, "run", "log.jsonl");
        File.Delete(Path.Combine(Folder, "run", "checkpoints", "000005.safetensors")); // as if killed after step 5
        File.AppendAllText(log, "{\"step\":6,\"ima"); // within a line
        Play("gaussians-8", "wgan-gp", new(Steps: 20), [.. Toy, "checkpoint_every=3"], "run", stopAt: 7);
        var steps = File.ReadLines(log)
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt64());
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], steps);
    }
}
