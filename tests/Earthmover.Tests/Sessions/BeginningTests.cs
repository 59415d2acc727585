using Earthmover.Sessions;
using Earthmover.Tests.Training;
using Earthmover.Torch;
using Earthmover.Torch.Files;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Sessions;

/// <summary>Runs that begin from the weights of others.</summary>
public sealed class BeginningTests : Playground
{
    private readonly ThreadSplit _before = Runtime.Threads;

    // A run divides the threads of the process.
    protected override void TearDown()
    {
        Runtime.Threads = _before;
        base.TearDown();
    }

    private static readonly string[] s_averaged = ["average_images=100", "health_share=0"];

    private string At(string name) => Path.Combine(Folder, name);

    private RunPlan Plan(int steps, string? init, params string[] settings) => new("gaussians-8")
    {
        System = init is null ? "wgan-gp" : null,
        Init = init is null ? null : At(init),
        Settings = init is null ? [.. Toy, .. s_averaged, .. settings] : ["batch=32", "report_every=1", .. s_averaged, .. settings],
        Budget = new(Steps: steps),
        Threads = 1,
        Seed = init is null ? 1 : 2,
    };

    private TrainingOutcome Train(string folder, RunPlan plan, ITrainingObserver? watch = null, CancellationToken stop = default)
    {
        using var run = TrainingRun.Start(plan, At(folder), Context);
        return run.Play(watch ?? new Watch(), stop);
    }

    private TrainingOutcome GoOn(string folder, params string[] settings)
    {
        using var run = TrainingRun.Resume(At(folder), new(Settings: settings), Context);
        return run.Play(new Watch(), default);
    }

    private StoredCheckpoint Saved(string folder, int step) =>
        Checkpoint.Read(Path.Combine(At(folder), "checkpoints", $"{step:D6}.safetensors"));

    private string Put(string file, IEnumerable<(string Name, StoredTensor Tensor)> tensors)
    {
        Safetensors.Write(At(file), tensors.ToDictionary(t => t.Name, t => t.Tensor), new Dictionary<string, string>());
        return At(file);
    }

    private static void Same(StoredCheckpoint one, StoredCheckpoint other, Func<string, bool> which)
    {
        var names = one.Tensors.Keys.Where(which).ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Equal(one.Tensors[name].Bytes, other.Tensors[name].Bytes));
    }

    [Fact]
    public void Networks_and_averages_are_taken_and_nothing_else()
    {
        Train("first", Plan(5, null));
        Train("next", Plan(4, "first"));
        StoredCheckpoint source = Saved("first", 5), begun = Saved("next", 0);
        Same(source, begun, name => name.StartsWith("networks/", StringComparison.Ordinal));
        Same(source, begun, name => name.StartsWith("average/", StringComparison.Ordinal));
        Assert.NotEqual(source.Tensors["average/0/0.weight"].Bytes, source.Tensors["networks/generator/0.weight"].Bytes);
        Assert.All(begun.Tensors.Where(t => t.Key.StartsWith("optimizer/", StringComparison.Ordinal)),
            moment => Assert.All(moment.Value.Bytes, value => Assert.Equal(0, value)));
        Assert.Equal(new Standing(), begun.Standing);
        // System and options are those of the run that it begins from.
        Assert.Equal(source.Recipe.Options, begun.Recipe.Options);
        Assert.Equal(new Origin(At("first"), 5, source.Standing.Images, begun.Recipe.Origin!.Hash), begun.Recipe.Origin);
        Assert.Equal("first", begun.Recipe.ForOthers().Origin!.From);
    }

    [Fact]
    public void A_run_goes_on_bit_for_bit_when_what_it_began_from_is_gone()
    {
        Train("first", Plan(5, null));
        var whole = Train("whole", Plan(6, "first")).StateHash;
        using var stop = new CancellationTokenSource();
        var watch = new Watch(record =>
        {
            if (record.Step == 3)
                stop.Cancel();
        });
        Train("stopped", Plan(6, "first"), watch, stop.Token);
        Directory.Delete(At("first"), recursive: true);
        Assert.Equal(whole, GoOn("stopped").StateHash);
        // From its own first state, too.
        foreach (var later in new[] { "000003", "000006" })
            File.Delete(Path.Combine(At("stopped"), "checkpoints", $"{later}.safetensors"));
        Assert.Equal(whole, GoOn("stopped").StateHash);
        // Killed before that was written, it cannot begin again.
        Directory.Delete(Path.Combine(At("stopped"), "checkpoints"), recursive: true);
        Assert.Contains(At("first"), Assert.Throws<UserException>(() => GoOn("stopped")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_named_with_both_shapes_before_anything_is_written()
    {
        Train("first", Plan(1, null));
        var refusal = Assert.Throws<UserException>(() => Train("next", Plan(1, "first", "width=8"))).Message;
        Assert.Contains("network 'generator', parameter '0.weight' is [8, 2] here and [16, 2] there", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
        Assert.Throws<UserException>(() => TrainingRun.Rehearse(Plan(1, "first", "width=8"), Context));
        Assert.False(Directory.Exists(At("next")));
        Assert.Contains("nowhere", Assert.Throws<UserException>(() => Train("next", Plan(1, "nowhere"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_named_tensors_begins_the_networks_that_it_names()
    {
        Train("first", Plan(3, null));
        var source = Saved("first", 3);
        const string network = "networks/generator/";
        var generator = source.Tensors.Where(t => t.Key.StartsWith(network, StringComparison.Ordinal))
            .Select(t => (t.Key[network.Length..], t.Value)).ToList();
        Put("plain.safetensors", generator);
        Put("named.safetensors", generator.Select(t => ($"generator.{t.Item1}", t.Value)));
        foreach (var file in new[] { "plain", "named" })
        {
            var plan = Plan(1, null) with { Init = At($"{file}.safetensors"), Seed = 9 };
            Train(file, plan);
            Same(source, Saved(file, 0), name => name.StartsWith(network, StringComparison.Ordinal));
            Assert.NotEqual(source.Tensors["networks/critic/1.weight"].Bytes, Saved(file, 0).Tensors["networks/critic/1.weight"].Bytes);
        }
        var other = Put("other.safetensors", generator.Select(t => ($"x.{t.Item1}", t.Value)));
        Assert.Contains("has no weights of this system's networks (generator, critic)",
            Assert.Throws<UserException>(() => Train("x", Plan(1, null) with { Init = other })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frozen_layers_of_the_critic_stay_as_they_were()
    {
        Train("first", Plan(3, null));
        Train("next", Plan(4, "first", "freeze_critic_layers=2"));
        StoredCheckpoint source = Saved("first", 3), after = Saved("next", 4);
        string[] frozen = ["1.weight", "1.bias", "3.weight", "3.bias"];
        Same(source, after, name => frozen.Contains(name.Replace("networks/critic/", "", StringComparison.Ordinal)));
        foreach (var name in new[] { "networks/critic/5.weight", "networks/critic/7.weight", "networks/generator/0.weight" })
            Assert.NotEqual(source.Tensors[name].Bytes, after.Tensors[name].Bytes);
        Assert.Contains("leaves nothing of the critic to learn, which has 4 layers; freeze 3 or fewer",
            Assert.Throws<UserException>(() => Train("x", Plan(1, "first", "freeze_critic_layers=4"))).Message, StringComparison.Ordinal);
        Assert.Contains("--init",
            Assert.Throws<UserException>(() => Train("x", Plan(1, null, "freeze_critic_layers=1"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_sizes_and_rhythm_change_on_the_way_and_the_recipe_tells()
    {
        Train("run", Plan(3, null));
        var before = Saved("run", 3).Recipe.Options["learning_rate"];
        using (var run = TrainingRun.Resume(At("run"), new(new(Steps: 6), Settings: ["learning_rate=1e-2", "report_every=2"]), Context))
            run.Play(new Watch(), default);
        var changed = Saved("run", 6);
        Assert.Equal([new(3, "learning_rate", before, "0.01"), new(3, "report_every", "1", "2")], changed.Recipe.Changes);
        Assert.Equal("0.01", changed.Recipe.Options["learning_rate"]);
        // Another rate leads elsewhere, another rhythm does not.
        Train("plain", Plan(3, null));
        using (var run = TrainingRun.Resume(At("plain"), new(new(Steps: 6), Settings: ["report_every=3"]), Context))
            run.Play(new Watch(), default);
        Train("twice", Plan(3, null));
        using (var run = TrainingRun.Resume(At("twice"), new(new(Steps: 6)), Context))
            Assert.Equal(Saved("plain", 6).StateHash, run.Play(new Watch(), default).StateHash);
        Assert.NotEqual(changed.StateHash, Saved("plain", 6).StateHash);
        // It goes on with what it has become.
        using (var run = TrainingRun.Resume(At("run"), new(new(Steps: 7)), Context))
            run.Play(new Watch(), default);
        Assert.Equal("0.01", Saved("run", 7).Recipe.Options["learning_rate"]);
    }

    [Theory]
    [InlineData("width=8", "width is part of what the run has become")]
    [InlineData("learning_rates=1", "did you mean learning_rate?")]
    [InlineData("learning_rate=fast", "takes a number")]
    [InlineData("learning_rate=-1", "learning_rate")]
    [InlineData("decay=sudden", "decay")]
    public void What_cannot_change_on_the_way_is_refused_in_one_line(string setting, string why)
    {
        Train("run", Plan(1, null));
        var refusal = Assert.Throws<UserException>(() => GoOn("run", setting)).Message;
        Assert.Contains(why, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
        using var folder = RunFolder.Open(At("run"));
        Assert.Null(folder.ReadRecipe().Changes);
    }
}
