using System.Globalization;
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

/// <summary>Which batch every move of a run sees: over the ends of stages, and where the run is stopped and goes on.</summary>
public sealed class DealOrderTests : Playground
{
    // A critic with two moves and a generator; then the generator alone.
    private sealed class Bookkeeper : GanSystem<Batch>, ISampler
    {
        private readonly Linear _generator;

        public Bookkeeper(List<string> moves)
        {
            _generator = Network("generator", new Linear(2, 2));
            var critic = Network("critic", new Linear(2, 1));
            Player<Batch> Of(string name, Module mine) => new(name, Role.Other, [mine], new SgdOptions(1e-3), round =>
            {
                moves.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {round.Step}: {round.Batch.X.Mean().Item()}"));
                return new() { [name] = critic.Forward(_generator.Forward(round.Batch.X)).Mean() };
            });
            Stages =
            [
                new("two", [Of("critic", critic) with { Steps = _ => 2 }, Of("generator", _generator)]),
                new("one", [Of("alone", _generator)]),
            ];
        }

        public override IReadOnlyList<Module> Generators => [_generator];

        public Latent Latent => new(2);

        public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);
    }

    // Batch k holds nothing but k.
    private sealed class Counting(DataSet data, int size) : BatchSource(data, size, 1)
    {
        public override TensorOwner Deal(long index, Device? device = null)
        {
            using var scope = TensorScope.Open();
            return new Batch(Tensor.Ones([Size, 2]) * index);
        }
    }

    private static readonly Recipe s_recipe = new()
    {
        Data = "gaussians-8",
        DataFingerprint = new('0', 32),
        System = "bookkeeper",
        Options = [],
        Training = new(StringComparer.Ordinal) { ["batch"] = "4" },
        Budget = new(Steps: 6),
        Seed = 1,
    };

    // Plays until a step and stops there; goes on where the folder has a checkpoint.
    private List<string> Play(string folder, long stopAt = long.MaxValue)
    {
        var moves = new List<string>();
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var stop = new CancellationTokenSource();
        var path = Path.Combine(Folder, folder);
        using var run = Directory.Exists(path) ? RunFolder.Open(path) : RunFolder.Create(path, s_recipe);
        var watch = new Watch(record =>
        {
            if (record.Step >= stopAt)
                stop.Cancel();
        });
        using var system = new Bookkeeper(moves);
        var source = new Counting(DataCatalog.Open("gaussians-8", Context), 4);
        var options = new TrainingOptions { Batch = 4, ReportEvery = 1, HealthShare = 0, GridSamples = 4 };
        using var trainer = new Trainer(system, source, s_recipe, options, streams, run, null, watch);
        if (run.ListCheckpoints() is [.., var newest])
            trainer.Resume(Checkpoint.Read(newest));
        trainer.Run(stop.Token);
        return moves;
    }

    private static readonly string[] s_whole =
    [
        "critic 0: 0", "critic 0: 1", "generator 0: 1",
        "critic 1: 2", "critic 1: 3", "generator 1: 3",
        "critic 2: 4", "critic 2: 5", "generator 2: 5",
        "alone 0: 6", "alone 1: 7", "alone 2: 8",
    ];

    [Fact]
    public void Batches_are_dealt_in_order_and_none_is_left_out_or_dealt_twice_where_a_stage_ends() =>
        Assert.Equal(s_whole, Play("whole"));

    // Within the first stage, at its end, and within the second.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_run_that_is_stopped_and_goes_on_sees_the_batches_it_would_have_seen(long stopAt)
    {
        List<string> before = Play("run", stopAt), after = Play("run");
        Assert.NotEmpty(before);
        Assert.NotEmpty(after);
        Assert.Equal(s_whole, before.Concat(after));
    }
}
