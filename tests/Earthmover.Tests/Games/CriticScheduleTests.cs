using Earthmover.Games;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
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
    public void A_constant_schedule_is_constant() => Assert.All(Enumerable.Range(0, 1001), t => Assert.Equal(3, CriticSchedule.Constant(3).Steps(t)));

    [Fact]
    public void An_adaptive_schedule_ends_when_the_estimate_settles_and_starts_afresh()
    {
        var schedule = CriticSchedule.Adaptive(tolerance: 0.01, window: 2, most: 50);
        int Play()
        {
            var most = schedule.Steps(0);
            for (var i = 1; i <= most; i++)
                if (schedule.Until!(new("critic", new Dictionary<string, double> { ["wasserstein"] = -(1 - Math.Pow(0.5, i)) }, 0)))
                    return i;
            return most;
        }
        // Means of 1 − 2⁻ⁱ over two moves: 0.97656 and 0.99414 at i = 8 differ by more than 1 %, 0.98828 and 0.99707 at i = 9 do not.
        Assert.Equal(9, Play());
        Assert.Equal(9, Play());
    }

    [Fact]
    public void An_adaptive_schedule_needs_its_term()
    {
        var schedule = CriticSchedule.Adaptive("estimate");
        Assert.Contains("estimate", Assert.Throws<ArgumentException>(() => schedule.Until!(new("critic", new Dictionary<string, double> { ["hinge"] = 1 }, 0))).Message);
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
        int dealt = 0, asked = 0;
        var player = new Player<NoBatch>("critic", Role.Critic, [network], new AdamOptions(1e-3),
            _ => new() { ["wasserstein"] = network.Forward(Tensor.Ones([1, 1])).Sum() })
        {
            Steps = _ => 7,
            Until = move => ++asked == stopAfter,
        };
        using var game = new Game<NoBatch>(new("game", [player]), () =>
        {
            dealt++;
            return new();
        });
        var moves = game.Play(0);
        Assert.Equal((most, most), (dealt, asked));
        Assert.True(Assert.Single(moves).Terms.ContainsKey("wasserstein"));
        Assert.Empty(game.Play(1, observe: false));
    }
}
