using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Games;

public class CriticScheduleTests : LeakTest
{
    [Fact]
    public void Calls_of_the_wgan_schedule_add_up()
    {
        var schedule = CriticSchedule.Wgan();
        var calls = Enumerable.Range(0, 1001).Sum(t => schedule.Steps(t));
        Assert.Equal(25 * 100 + 2 * 100 + (1001 - 25 - 2) * 5, calls);
        Assert.Equal([100, 100, 5, 5, 100, 5], new[] { 0, 24, 25, 499, 500, 501 }.Select(t => schedule.Steps(t)));
        Assert.Null(schedule.Until);
    }

    [Fact]
    public void A_constant_schedule_is_constant() =>
        Assert.All(Enumerable.Range(0, 1001), t => Assert.Equal(3, CriticSchedule.Constant(3).Steps(t)));

    private static Move Shown(double estimate, TermRole role = TermRole.Distance) =>
        new("critic", new Dictionary<string, double> { ["game"] = -estimate, ["penalty"] = 100 * estimate, ["k"] = 7 }, 0)
        {
            Roles = new Dictionary<string, TermRole> { ["game"] = role, ["penalty"] = TermRole.Penalty },
        };

    // How many moves are made of those that are shown.
    private static int Moves(CriticSchedule schedule, Func<int, Move> shown)
    {
        var moves = new List<Move>();
        while (moves.Count < schedule.Steps(0))
        {
            moves.Add(shown(moves.Count + 1));
            if (schedule.Until!(moves))
                break;
        }
        return moves.Count;
    }

    [Theory]
    [InlineData(TermRole.Adversarial)]
    [InlineData(TermRole.Distance)]
    [InlineData(TermRole.Dual)]
    public void An_adaptive_schedule_ends_when_the_loss_of_the_scores_settles(TermRole role)
    {
        var schedule = CriticSchedule.Adaptive(tolerance: 0.01, window: 2, most: 50);
        // Means of 1 − 2⁻ⁱ over two moves: 0.97656 and 0.99414 at i = 8 differ by more than 1 %, 0.98828 and 0.99707 at i = 9 do not.
        int Play() => Moves(schedule, i => Shown(1 - Math.Pow(0.5, i), role));
        Assert.Equal(9, Play());
        Assert.Equal(9, Play());
    }

    [Fact]
    public void It_looks_at_two_whole_windows_and_goes_on_to_the_most()
    {
        Assert.Equal(4, Moves(CriticSchedule.Adaptive(window: 2), _ => Shown(1)));
        Assert.Equal(50, Moves(CriticSchedule.Adaptive(window: 2, most: 50), i => Shown(Math.Pow(2, i))));
    }

    [Fact]
    public void Penalties_and_what_is_only_observed_keep_no_schedule_waiting() =>
        Assert.Equal(4, Moves(CriticSchedule.Adaptive(window: 2, most: 50), i => new("critic",
            new Dictionary<string, double> { ["game"] = 1, ["penalty"] = Math.Pow(2, i), ["k"] = Math.Pow(2, i) }, 0)
        {
            Roles = new Dictionary<string, TermRole> { ["game"] = TermRole.Adversarial, ["penalty"] = TermRole.Penalty },
        }));

    [Theory]
    [InlineData("3", 3)]
    [InlineData("wgan", 100)]
    [InlineData("adaptive", 100)]
    public void A_schedule_is_known_by_its_name(string name, int first)
    {
        var schedule = CriticSchedule.Named(name);
        Assert.Equal(first, schedule.Steps(0));
        Assert.Equal(name == "adaptive", schedule.Until is not null);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("100001")]
    [InlineData("often")]
    public void Any_other_name_is_refused_with_those_there_are(string name) =>
        Assert.Contains("wgan or adaptive",
            Assert.Throws<ArgumentException>(() => CriticSchedule.Named(name)).Message, StringComparison.Ordinal);

    // A critic that hardly moves has settled as soon as two windows are full; one that climbs without end never has.
    [Theory]
    [InlineData(1e-9, 10)]
    [InlineData(1e-2, 100)]
    public void A_gan_plays_by_it(double learningRate, int moves)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var gan = new Gan(new(new SampleShape.Points(2)),
            new() { Objective = "wasserstein", CriticSteps = "adaptive", LearningRate = learningRate, Width = 8, LatentSize = 2 });
        var dealt = 0;
        using var game = gan.Begin(0, () =>
        {
            dealt++;
            return new Batch(Tensor.Ones([16, 2]) * 1e3);
        });
        for (var step = 1; step <= 3; step++)
        {
            Assert.Equal(["critic", "generator"], game.Play(step).Select(move => move.Player));
            Assert.Equal(step * moves, dealt);
        }
        Assert.Equal(101, game.MovesOf(0));
    }

    [Fact]
    public void A_critic_moves_at_least_once() => Assert.Throws<ArgumentOutOfRangeException>(() => CriticSchedule.Wgan(moves: 0));

    private sealed class NoBatch : IDisposable
    {
        public void Dispose()
        {
        }
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(100, 7)]
    public void A_player_moves_until_it_is_told_to_stop_and_shows_its_last_move(int stopAfter, int most)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var network = new Linear(1, 1);
        var dealt = 0;
        List<int> asked = [];
        var player = new Player<NoBatch>("critic", Role.Critic, [network], new AdamOptions(1e-3),
            _ => new() { ["wasserstein"] = network.Forward(Tensor.Ones([1, 1])).Sum() })
        {
            Steps = _ => 7,
            Until = moves =>
            {
                asked.Add(moves.Count);
                return moves.Count == stopAfter;
            },
        };
        using var game = new Game<NoBatch>(new("game", [player]), () =>
        {
            dealt++;
            return new();
        });
        var moves = game.Play(0);
        Assert.Equal(most, dealt);
        Assert.Equal(Enumerable.Range(1, most), asked);
        Assert.True(Assert.Single(moves).Terms.ContainsKey("wasserstein"));
        // The next step starts afresh, and is asked for as many moves where nobody looks.
        Assert.Empty(game.Play(1, observe: false));
        Assert.Equal([.. Enumerable.Range(1, most), .. Enumerable.Range(1, most)], asked);
    }
}
