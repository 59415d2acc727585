using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Tests.Games;

/// <summary>Stages whose players differentiate at the same point, on one thread and on two.</summary>
public sealed class SimultaneousTests : ThreadedScalarGame
{
    private static Game<Numbered> BeginTogether(IReadOnlyList<Player<Numbered>> players, int threads, Dealer? dealer = null)
    {
        Runtime.Threads = new(threads, 1);
        return new(new("game", players) { IsSimultaneous = true }, (dealer ?? new()).Next);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void All_differentiate_at_the_same_point_and_then_all_move(int threads)
    {
        using var use = Streams.Use();
        Number x = Start(1), y = Start(3);
        var dealer = new Dealer();
        using var game = BeginTogether([Player("x", x, _ => x.Theta * y.Theta), Player("y", y, _ => -x.Theta * y.Theta)], threads, dealer);
        Assert.Equal(["x", "y"], game.Play(0).Select(move => move.Player));
        // In turn, y would have gone to 3 + 0.25 · 0.25.
        Assert.Equal((1 - Rate * 3, 3 + Rate * 1), (x.Value, y.Value));
        _ = game.Play(1);
        Assert.Equal((0.25 - Rate * 3.25, 3.25 + Rate * 0.25), (x.Value, y.Value));
        Assert.Equal(2, dealer.Dealt.Count);
        Assert.All(dealer.Dealt, batch => Assert.True(batch.IsDisposed));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void All_see_the_same_round_and_whoever_asks_second_waits(int threads)
    {
        using var use = Streams.Use();
        Number x = Start(1), y = Start(3);
        var computed = 0;
        Tensor Shared(Round<Numbered> round) => round.Once("batch", () =>
        {
            Interlocked.Increment(ref computed);
            Thread.Sleep(20);
            return Tensor.Of(round.Batch.Index + 2);
        });
        Player<Numbered> Of(string name, Number number) => Player(name, number, round => number.Theta * Shared(round));
        using var game = BeginTogether([Of("x", x), Of("y", y)], threads);
        _ = game.Play(0);
        Assert.Equal(1, computed);
        Assert.Equal((1 - Rate * 2, 3 - Rate * 2), (x.Value, y.Value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void After_steps_come_when_all_have_differentiated_in_the_order_of_the_players(int threads)
    {
        using var use = Streams.Use();
        Number x = Start(1), y = Start(3);
        var events = new List<string>();
        Player<Numbered> Told(string name, Number number) => Player(name, number, _ =>
        {
            lock (events)
                events.Add("a loss");
            return number.Theta;
        }) with
        { AfterStep = () => events.Add($"{name} moved to {number.Value}") };
        using var game = BeginTogether([Told("x", x), Told("y", y)], threads);
        _ = game.Play(0);
        Assert.Equal(["a loss", "a loss", "x moved to 0.75", "y moved to 2.75"], events);
    }

    [Theory]
    [InlineData(1, "x")]
    [InlineData(1, "y")]
    [InlineData(2, "x")]
    [InlineData(2, "y")]
    public void Nobody_moves_where_one_of_them_meets_no_number(int threads, string sick)
    {
        using var use = Streams.Use();
        Number x = Start(1), y = Start(3);
        var bad = true;
        Player<Numbered> Of(string name, Number number) => Player(name, number, _ => number.Theta * (bad && name == sick ? double.NaN : 1));
        var dealer = new Dealer();
        using var game = BeginTogether([Of("x", x), Of("y", y)], threads, dealer);
        var e = Assert.Throws<NotFiniteException>(() => game.Play(0));
        Assert.Equal((sick, $"term '{sick}'"), (e.Player, e.What));
        Assert.Equal((1, 3), (x.Value, y.Value));
        Assert.True(Assert.Single(dealer.Dealt).IsDisposed);
        // The second thread is as ready as before.
        bad = false;
        _ = game.Play(0);
        Assert.Equal((1 - Rate, 3 - Rate), (x.Value, y.Value));
    }

    [Fact]
    public void Three_players_move_together_as_well()
    {
        using var use = Streams.Use();
        Number a = Start(1), b = Start(2), c = Start(3);
        Player<Numbered> Of(string name, Number number) => Player(name, number, _ => a.Theta * b.Theta * c.Theta);
        using var game = BeginTogether([Of("a", a), Of("b", b), Of("c", c)], threads: 2);
        Assert.Equal(3, game.Play(0).Count);
        Assert.Equal((1 - Rate * 6, 2 - Rate * 3, 3 - Rate * 2), (a.Value, b.Value, c.Value));
    }

    [Fact]
    public void The_second_player_differentiates_on_a_thread_of_its_own_with_the_same_streams()
    {
        using var use = Streams.Use();
        Number x = Start(1), y = Start(3);
        var threads = new Dictionary<string, (int Id, RandomStreams Streams, int OpenMp)>();
        Player<Numbered> Of(string name, Number number) => Player(name, number, _ =>
        {
            lock (threads)
                threads[name] = (Environment.CurrentManagedThreadId, RandomStreams.Current, Runtime.Threads.OpenMp);
            return number.Theta;
        });
        using var game = BeginTogether([Of("x", x), Of("y", y)], threads: 2);
        _ = game.Play(0);
        Assert.Equal(Environment.CurrentManagedThreadId, threads["x"].Id);
        Assert.NotEqual(threads["x"].Id, threads["y"].Id);
        Assert.Same(threads["x"].Streams, threads["y"].Streams);
        Assert.Equal((1, 1), (threads["x"].OpenMp, threads["y"].OpenMp));
    }

    // TF32 is a switch of the whole process.
    [Fact]
    public void In_tf32_all_play_on_one_thread()
    {
        using var use = Streams.Use();
        var threads = new HashSet<int>();
        Player<Numbered> Of(string name, Number number) => Player(name, number, _ =>
        {
            lock (threads)
                threads.Add(Environment.CurrentManagedThreadId);
            return number.Theta;
        });
        Runtime.Open(Device.Cpu, Precision.Tf32);
        try
        {
            using var game = BeginTogether([Of("x", Start(1)), Of("y", Start(3))], threads: 2);
            _ = game.Play(0);
        }
        finally
        {
            Runtime.Open(Device.Cpu);
        }
        Assert.Equal([Environment.CurrentManagedThreadId], threads);
    }

    [Fact]
    public void A_stage_after_another_has_as_many_threads_as_the_first()
    {
        using var use = Streams.Use();
        Number x = Start(1), y = Start(3);
        Player<Numbered>[] players = [Player("x", x, _ => x.Theta), Player("y", y, _ => y.Theta)];
        BeginTogether(players, threads: 2).Dispose();
        Assert.Equal(new(2, 1), Runtime.Threads);
    }

    // Small enough for one thread inside every operation, so that two players on two threads add up the same sums as one after the other.
    [Fact]
    public void On_two_threads_it_goes_to_the_same_bits_as_on_one()
    {
        (float[], float[]) Train(int threads)
        {
            using var streams = new RandomStreams(1);
            using var use = streams.Use();
            using var scope = TensorScope.Open();
            using Module critic = Mlp(), generator = Mlp();
            Player<Numbered> Of(string name, Module mine, double sign) => new(name, Role.Other, [mine], new AdamOptions(1e-2), _ =>
            {
                var z = Tensor.Normal([16, 4], RandomStreams.Current[name]);
                return new() { [name] = sign * critic.Forward(generator.Forward(z)).Mean() };
            });
            using var game = BeginTogether([Of("critic", critic, 1), Of("generator", generator, -1)], threads);
            for (var step = 0; step < 20; step++)
                _ = game.Play(step, observe: false);
            return (critic.Flat.Values.ToArray<float>(), generator.Flat.Values.ToArray<float>());
        }
        static Sequential Mlp() => new(new Linear(4, 16), Activation.LeakyRelu(), new Linear(16, 4));
        var (one, two) = (Train(1), Train(2));
        Assert.Equal(one.Item1, two.Item1);
        Assert.Equal(one.Item2, two.Item2);
    }
}
