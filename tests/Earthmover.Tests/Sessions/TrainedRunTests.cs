using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Sessions;
using Earthmover.Sessions.Sampling;
using Earthmover.Tests.Training;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Sessions;

/// <summary>A run from its first step to its samples by code alone: no terminal, and afterwards no data.</summary>
public sealed class TrainedRunTests : Playground
{
    private static readonly string[] s_pictures =
        ["width=8", "batch=8", "latent_size=8", "report_every=1", "sample_every=2", "grid_samples=4", "health_share=0"];

    private string Run => Path.Combine(Folder, "run");

    private byte[] Samples(string run, int count = 5)
    {
        using var trained = TrainedRun.Open(run, Context);
        return [.. ((ImageSet)RunSamples.Draw(trained, run, count, seed: 3)).Pixels];
    }

    [Fact]
    public void A_run_says_nothing_to_a_terminal_and_everything_to_its_observers()
    {
        var (standard, error) = (Console.Out, Console.Error);
        using StringWriter output = new(), problems = new();
        var written = new List<string>();
        var watch = new Watch(wrote: written.Add);
        try
        {
            Console.SetOut(output);
            Console.SetError(problems);
            var (standing, _, ending) = Play("gaussians-8", "wgan-gp", new(Steps: 4), [.. Toy, "sample_every=2"], "run", watch: watch);
            Assert.Equal((4, Ending.Finished), (standing.Step, ending));
        }
        finally
        {
            Console.SetOut(standard);
            Console.SetError(error);
        }
        Assert.Equal(("", ""), (output.ToString(), problems.ToString()));
        Assert.Equal([1, 2, 3, 4], watch.Records.Select(record => record.Step));
        Assert.Contains(written, path => path.EndsWith("000002.png", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stop_ends_the_step_and_saves_and_the_run_goes_on_to_the_same_bits()
    {
        var whole = Play("gaussians-8", "wgan-gp", new(Steps: 6), Toy).Hash;
        var (standing, _, ending) = Play("gaussians-8", "wgan-gp", new(Steps: 6), Toy, "run", stopAt: 2);
        Assert.Equal((2, Ending.Stopped), (standing.Step, ending));
        using (var folder = RunFolder.Open(Run))
            Assert.Equal(2, Checkpoint.Read(folder.ListCheckpoints()[^1]).Standing.Step);
        var (_, hash, last) = Play("gaussians-8", "wgan-gp", new(Steps: 6), Toy, "run");
        Assert.Equal((Ending.Finished, whole), (last, hash));
    }

    [Fact]
    public void A_run_is_opened_without_its_data_and_gives_the_samples_that_it_gave()
    {
        var data = PutPictures();
        Play(data, "r1-gan", new(Steps: 3), s_pictures, "run");
        var before = Samples(Run);
        Assert.True(before.Distinct().Count() > 10);
        File.Delete(data);
        var elsewhere = Path.Combine(Folder, "elsewhere");
        Directory.Move(Run, elsewhere);
        Assert.Equal(before, Samples(elsewhere));
        // Fewer are the first of more.
        Assert.Equal(before[..(3 * 784)], Samples(elsewhere, 3));
        using var trained = TrainedRun.Open(elsewhere, Context);
        Assert.Null(trained.FindReals());
        Assert.Equal(8, trained.Ability<ISampler>().Latent.Size);
        Assert.Equal(new SampleShape.Image(new(1, 28, 28)), trained.Spec.Shape);
    }

    [Fact]
    public void What_measures_against_the_data_still_asks_for_them_by_name()
    {
        var data = PutPictures();
        Play(data, "r1-gan", new(Steps: 2), s_pictures, "run");
        File.Delete(data);
        var refusal = Assert.Throws<UserException>(() => Checkup.Of(Run, Context)).Message;
        Assert.Contains(Path.GetFileName(data), refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_the_averaged_generator_in_evaluation()
    {
        Play(PutPictures(), "r1-gan", new(Steps: 3), [.. s_pictures, "average_images=1e9", "average_ramp_up=1e9"], "run");
        using var trained = TrainedRun.Open(Run, Context);
        Assert.All(trained.System.Generators, generator => Assert.False(generator.IsTraining));
        // With an endless horizon the average stays where the run began, whatever was learned since.
        using var folder = RunFolder.Open(Run);
        var (recipe, opened) = (folder.ReadRecipe(), RunData.Open(folder.ReadRecipe(), Context));
        using var fresh = Session.Start(recipe, opened);
        double Way(string network)
        {
            using var scope = TensorScope.Open();
            return (fresh.System.Networks[network].Flat.Values - trained.System.Networks[network].Flat.Values).Square().Sum().Sqrt().Item();
        }
        Assert.InRange(Way("generator"), 0, 1e-4);
        Assert.InRange(Way("critic"), 1e-2, 1e3);
    }

    [Fact]
    public void An_ability_that_a_system_lacks_is_refused_with_those_that_have_it()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 1), Toy, "run");
        using var trained = TrainedRun.Open(Run, Context);
        var refusal = Assert.Throws<UserException>(() => trained.Ability<ITranslator>()).Message;
        Assert.Contains("wgan-gp", refusal, StringComparison.Ordinal);
        Assert.Contains("cyclegan", refusal, StringComparison.Ordinal);
        Assert.Contains("ali", Assert.Throws<UserException>(() => trained.Ability<IEncoder>()).Message, StringComparison.Ordinal);
        Assert.NotNull(trained.Ability<IScorer>());
    }

    [Fact]
    public void What_is_no_run_or_has_no_checkpoint_is_refused_in_one_line()
    {
        string Refusal(string run)
        {
            var message = Assert.Throws<UserException>(() => TrainedRun.Open(run, Context).Dispose()).Message;
            Assert.DoesNotContain('\n', message);
            return message;
        }
        Assert.Contains("nowhere", Refusal(Path.Combine(Folder, "nowhere")), StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(Folder, "empty"));
        Assert.Contains("empty", Refusal(Path.Combine(Folder, "empty")), StringComparison.Ordinal);
        Play("gaussians-8", "wgan-gp", new(Steps: 1), Toy, "run");
        Directory.Delete(Path.Combine(Run, "checkpoints"), recursive: true);
        Assert.Contains("checkpoint", Refusal(Run), StringComparison.Ordinal);
    }
}
