using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training;

/// <summary>A system whose losses change a state of its own, in two stages: what BEGAN, pools and LAPGAN need of a checkpoint.</summary>
public sealed class SavedStateTests : Playground
{
    private sealed class Balance : ISavedState
    {
        public double Value { get; set; } = 1;

        public IReadOnlyDictionary<string, Tensor> Capture() => new Dictionary<string, Tensor> { ["k"] = Tensor.Of(Value, DType.Float64) };

        public void Restore(IReadOnlyDictionary<string, Tensor> state) => Value = state["k"].Item();
    }

    private sealed class Balanced : GanSystem<Batch>, ISampler
    {
        private readonly Module _generator;

        public Balanced()
        {
            Module generator = _generator = Network("generator", new Linear(2, 2)), critic = Network("critic", new Linear(2, 1));
            var k = State("balance", new Balance());
            var z = new Latent(2);
            Tensor Gap(Round<Batch> round) => critic.Forward(generator.Forward(z.Sample(8))).Mean() - critic.Forward(round.Batch.X).Mean();
            Player<Batch> Moves(string name, Module network, double sign) =>
                new(name, Role.Other, [network], new AdamOptions { LearningRate = 0.01 },
                    round => new() { ["score"] = Gap(round) * (sign * k.Value) })
                { AfterStep = () => k.Value *= 1.01 };
            Stages = [new("first", [Moves("critic", critic, 1), Moves("generator", generator, -1)], 1),
                new("second", [Moves("generator", generator, -1)], 2)];
        }

        public override IReadOnlyList<Module> Generators => [_generator];
        public Latent Latent => new(2);
        public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);
    }

    private (Standing, string) Balanced_run(RunFolder? folder, long stopAt, StoredCheckpoint? from = null)
    {
        string[] settings = ["batch=8", "report_every=1", "checkpoint_every=1", "keep_checkpoints=100"];
        var (recipe, data) = Resolve("gaussians-8", "wgan-gp", new(Steps: 12), settings);
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var stop = new CancellationTokenSource();
        using var system = new Balanced();
        var options = OptionBinder.With(new TrainingOptions(), new Dictionary<string, string>(recipe.Training));
        using var trainer = new Trainer(system, new BatchSource(data, 8, 1), recipe, options, streams, folder, null, new Watch(r =>
        {
            if (r.Step >= stopAt)
                stop.Cancel();
        }));
        if (from is not null)
            trainer.Resume(from);
        trainer.Run(stop.Token);
        return (trainer.Standing with { Seconds = 0 }, trainer.StateHash);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)] // the last step of the first stage
    [InlineData(5)]
    [InlineData(11)]
    public void A_run_resumes_bit_for_bit_in_any_stage(long at)
    {
        var whole = Balanced_run(null, long.MaxValue);
        var (recipe, _) = Resolve("gaussians-8", "wgan-gp", new(Steps: 12), ["batch=8"]);
        using var folder = RunFolder.Create(Path.Combine(Folder, "run"), recipe);
        Balanced_run(folder, at);
        var resumed = Balanced_run(folder, long.MaxValue, Checkpoint.Read(folder.CheckpointPath(at)));
        Assert.Equal(whole, resumed);
        Assert.Equal(1, whole.Item1.Stage);
    }
}
