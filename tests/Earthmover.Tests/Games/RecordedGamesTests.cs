using System.Security.Cryptography;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Nn.Optimizers;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Games;

// The recorder on the processor, where a recording is the same code once more, on the batches and with the number of the step that were
// recorded: it ends in the same bits only where every step of a kind does the same, and reads what it is dealt.
public class RecordedGamesTests : LeakTest
{
    private const int Steps = 20; // of the kind without a penalty are 13, of which the last 10 are played from a recording

    private static readonly SystemContext s_pictures = new(new SampleShape.Image(new ImageShape(1, 12, 12))) { ClassShares = [1, 2, 5] };
    private static readonly SystemContext s_garments = new(new SampleShape.Image(new ImageShape(1, 28, 28)))
    {
        ClassShares = [1, 2, 5],
        ClassNames = ["Bag", "Coat", "Dress"],
    };
    private static readonly SystemContext s_points = new(new SampleShape.Points(2));

    private static readonly Dictionary<string, Func<GanSystem<Batch>>> s_systems = new()
    {
        ["projection"] = () => new ProjectionGan(s_pictures, new() { Width = 4, LatentSize = 3, Constraint = "r1?every=3" }),
        ["projection, augmented"] = () =>
            new ProjectionGan(s_pictures, new() { Width = 4, LatentSize = 3, Augment = "color+translation+cutout" }),
        ["gan"] = () => new Gan(s_points, new() { Width = 8, LatentSize = 2, Constraint = "gradient-penalty?every=3", CriticSteps = "2" }),
        ["ali"] = () => new Ali(s_points, new() { Width = 8, Constraint = "r1?every=3" }),
        ["ali, normalized"] = () => new Ali(s_points, new() { Width = 8, Constraint = "none", BatchNormalization = true }),
        ["cgan"] = () => new Cgan(s_pictures, new() { Width = 4, LatentSize = 3, Constraint = "r1?every=3" }),
        ["acgan"] = () => new AcGan(s_pictures, new() { Width = 4, LatentSize = 3, Constraint = "r1?every=3" }),
        ["infogan"] = () => new InfoGan(s_pictures, new() { Width = 4, LatentSize = 3, Constraint = "r1?every=3" }),
        ["ppgn"] = () => new Ppgn(s_garments, new() { Width = 4, Constraint = "r1?every=3" }),
        ["bigan"] = () => new BiGan(s_points, new() { Width = 8, LatentSize = 2, Constraint = "r1?every=3" }),
        ["lapgan"] = () => new Lapgan(s_pictures, new() { Width = 4, CoarseLatentSize = 4, Coarsest = 6 }),
    };

    public static TheoryData<string> Systems => [.. s_systems.Keys];

    [Theory, MemberData(nameof(Systems))]
    public void Recorded_steps_are_those_of_single_operations(string system)
    {
        var (state, moves) = Played(s_systems[system], new Again(), Steps);
        var (wanted, asTheyAre) = Played(s_systems[system], null, Steps);
        Assert.Equal(wanted, state);
        Assert.Equal(asTheyAre.Count, moves.Count);
        foreach (var (move, other) in moves.Zip(asTheyAre))
        {
            Assert.Equal((other.Player, other.GradientNorm), (move.Player, move.GradientNorm));
            Assert.Equal(other.Terms, move.Terms);
        }
        Assert.NotEqual(wanted, Played(s_systems[system], new Again(), Steps - 1).State);
    }

    [Theory, MemberData(nameof(Systems))]
    public void A_game_that_begins_anew_half_way_goes_on_to_the_same_state(string system)
    {
        var wanted = Played(s_systems[system], new Again(), Steps).State;
        Assert.Equal(wanted, Played(s_systems[system], new Again(), Steps, restart: 11).State);
        Assert.Equal(wanted, Played(s_systems[system], null, Steps, restart: 11).State);
    }

    [Fact]
    public void Players_that_move_together_are_dealt_one_batch_and_recorded_as_one_step_of_each_kind()
    {
        var recorder = new Again();
        _ = Played(s_systems["projection"], recorder, Steps);
        Assert.Equal(2, recorder.Recorded);
    }

    // What hinges on numbers that the host reads would be frozen in a recording.
    [Fact]
    public void Systems_whose_host_decides_are_not_recorded()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var began = new Began(s_pictures with { Shape = new SampleShape.Image(new ImageShape(1, 16, 16)) }, new() { Width = 4 });
        using var cycle = new CycleGan(s_points, new() { Width = 4 });
        foreach (var system in new GanSystem[] { began, cycle })
        {
            using var game = system.Begin(0, () => throw new InvalidOperationException("nothing is played"));
            RecordWork record = new Again().Record;
            var reason = game is Game<Batch> plain ? plain.RecordWith(record) : ((Game<UnpairedBatch>)game).RecordWith(record);
            Assert.Contains("more than their number", reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_step_that_looks_at_numbers_is_played_as_it_is_and_the_reason_told()
    {
        var looked = 0;
        GanSystem<Batch> Looking()
        {
            looked = 0;
            return s_systems["projection"]();
        }
        Stage<Batch> Looks(Stage<Batch> stage) => stage with
        {
            Players = [.. stage.Players.Select(player => player with
            {
                Loss = round =>
                {
                    looked += round.Batch.X.Mean().Item() > -2 ? 1 : 0;
                    return player.Loss(round);
                },
            })],
        };
        var problems = new List<string?>();
        var (state, _) = Played(Looking, new Again { AtOnce = true }, Steps, change: Looks, problems: problems);
        Assert.Equal(2 * Steps, looked);
        Assert.Contains("waits for the device", Assert.Single(problems), StringComparison.Ordinal);
        Assert.Equal(Played(s_systems["projection"], null, Steps).State, state);
    }

    // Half of a recording would be of no use, and the device plays it as a whole.
    [Fact]
    public void A_step_is_broken_off_as_long_as_it_is_not_recorded()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Gan(s_points, new() { Width = 8, LatentSize = 2 });
        using var game = new Game<Batch>(OnDevice(system.Stages[0]), () => Deal(s_points, streams["data"]));
        var recorder = new Again { AtOnce = true };
        Assert.Null(game.RecordWith(recorder.Record));
        Assert.Throws<BrokenOffException>(() => game.Play(0, goesOn: () => false));
        for (var step = 0; step < 4; step++)
            _ = game.Play(step, goesOn: step < 2 ? () => true : () => false);
        Assert.Equal(1, recorder.Recorded);
    }

    [Fact]
    public void On_a_device_one_thread_plays_for_all()
    {
        var threads = Runtime.Threads;
        Runtime.Threads = new(2, 1);
        try
        {
            using var streams = new RandomStreams(1);
            using var use = streams.Use();
            using var scope = TensorScope.Open();
            using var system = s_systems["projection"]();
            using var game = new Game<Batch>(OnDevice(system.Stages[0]), () => throw new InvalidOperationException("nothing is played"));
            Assert.Equal(2, Runtime.Threads.OpenMp);
        }
        finally
        {
            Runtime.Threads = threads;
        }
    }

    // Parameters, buffers, moments and counts, as text; and every step's moves.
    private static (string State, IReadOnlyList<Move> Moves) Played(
        Func<GanSystem<Batch>> build, Again? recorder, int steps, int restart = -1,
        Func<Stage<Batch>, Stage<Batch>>? change = null, List<string?>? problems = null)
    {
        using RandomStreams streams = new(7), data = new(8);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = build();
        var shape = system is Ppgn ? s_garments : system.Networks.ContainsKey("encoder") || system is Gan ? s_points : s_pictures;
        var stage = OnDevice((change ?? (s => s))(system.Stages[0]));
        Game<Batch> Begin()
        {
            var begun = new Game<Batch>(stage, () => Deal(shape, data["data"]));
            Assert.Null(recorder is null ? null : begun.RecordWith(recorder.Record));
            return begun;
        }
        var moves = new List<Move>();
        var game = Begin();
        try
        {
            for (var step = 0; step < steps; step++)
            {
                if (step == restart)
                {
                    var next = Begin();
                    GoOn(game, next);
                    game.Dispose();
                    game = next;
                }
                game.Rate = 1 - 0.5 * step / steps;
                moves.AddRange(game.Play(step, observe: step % 2 == 0));
            }
            game.Settle(steps);
            problems?.Add(game.RecordingProblem);
            return (State(system, game), moves);
        }
        finally
        {
            game.Dispose();
        }
    }

    private static Stage<Batch> OnDevice(Stage<Batch> stage) => stage with
    {
        Players = [.. stage.Players.Select(player => player with { Optimizer = player.Optimizer with { AsOnDevice = true } })],
    };

    private static Batch Deal(SystemContext context, RandomGenerator from)
    {
        using var scope = TensorScope.Open();
        return context.ClassShares.Count == 0 ? new(Tensor.Normal([8, 2], from))
            : new(Tensor.Uniform([8, .. context.Shape.Axes], from, -1, 1), Tensor.Integers([8], context.ClassShares.Count, from));
    }

    private static void GoOn(Game<Batch> from, Game<Batch> to)
    {
        foreach (var ((_, optimizer), (_, next)) in from.Optimizers.Zip(to.Optimizers))
        {
            next.StepCount = optimizer.StepCount;
            foreach (var (name, moment) in optimizer.State)
                next.State[name].CopyFrom(moment);
        }
    }

    private static string State(GanSystem<Batch> system, Game<Batch> game)
    {
        static string Of(Tensor tensor) => Convert.ToHexString(SHA256.HashData(tensor.ToBytes()));
        var networks = system.Networks.Select(pair => (Name: pair.Key, Network: pair.Value)).ToArray();
        var parameters = networks.Select(n => $"{n.Name} {Of(n.Network.Flat.Values)}");
        var buffers = networks.SelectMany(n => n.Network.Buffers().Select(b => $"{n.Name}.{b.Path} {Of(b.Buffer.Value)}"));
        var moments = game.Optimizers.SelectMany(o => o.Optimizer.State.Select(m => $"{o.Name}.{m.Key} {Of(m.Value)}"));
        var counts = game.Optimizers.Select(o => $"{o.Name} {o.Optimizer.StepCount}");
        return string.Join('\n', [.. parameters, .. buffers, .. moments, .. counts]);
    }

    private sealed class Again
    {
        public int Recorded { get; private set; }

        // Does the work when it is recorded too, as far as it comes.
        public bool AtOnce { get; init; }

        public IRecording Record(RandomStreams streams, Action work)
        {
            if (AtOnce)
                Recording.Rehearse(work);
            Recorded++;
            return new Work(work);
        }

        private sealed class Work(Action work) : IRecording
        {
            public void Play() => Recording.Rehearse(work);

            public void Dispose()
            {
            }
        }
    }
}
