using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Tests.Games;

/// <summary>Stages whose players move together, each on half of the batch at a time: one half on each of two threads.</summary>
public sealed class HalvesTests : ThreadedScalarGame
{
    private static Player<Batch> Of(string name, Module mine, Loss<Batch> loss) =>
        new(name, Role.Other, [mine], new SgdOptions(Rate), loss);

    private static Game<Batch> Begin(int threads, Func<Batch> next, params Player<Batch>[] players)
    {
        Runtime.Threads = new(threads, 1);
        return new(new("game", players) { IsSimultaneous = true, SharesGraph = true, DividesBatch = true }, next);
    }

    // 0, 1, 2, …: of 16 numbers the mean is 7.5, of their first and second half 3.5 and 11.5.
    private static Batch Counting(int count)
    {
        using var scope = TensorScope.Open();
        return new(Tensor.From<float>([.. Enumerable.Range(0, count).Select(i => (float)i)], [count]));
    }

    [Theory]
    [InlineData(16, 1)]
    [InlineData(16, 2)]
    [InlineData(17, 2)] // 8 and 9: the mean of the two means would be another
    [InlineData(15, 2)]
    public void Gradients_and_terms_of_means_are_those_of_the_whole_batch(int count, int threads)
    {
        using var use = Streams.Use();
        Number x = Start(1), y = Start(3);
        using var game = Begin(threads, () => Counting(count),
            Of("x", x, round => Watched(x.Theta * round.Batch.X.Mean(), round)),
            Of("y", y, round => Watched(y.Theta * 2.0 * round.Batch.X.Mean(), round)));
        var moves = game.Play(0);
        var mean = (count - 1) / 2.0;
        Assert.Equal(1 - Rate * mean, x.Value, 1e-5);
        Assert.Equal(3 - Rate * 2 * mean, y.Value, 1e-5);
        Assert.Equal(mean, moves[0].Terms["loss"], 1e-5);
        Assert.Equal(6 * mean, moves[1].Terms["loss"], 1e-5);
        Assert.Equal(mean, moves[0].Terms["mean"], 1e-5);
        Assert.Equal(mean, moves[0].GradientNorm, 1e-5);
        Assert.Equal(TermRole.Penalty, moves[0].Roles["loss"]);

        static Terms Watched(Tensor loss, Round<Batch> round)
        {
            var terms = new Terms { ["loss", TermRole.Penalty] = loss };
            terms.Observed["mean"] = round.Batch.X.Mean();
            return terms;
        }
    }

    [Fact]
    public void Each_thread_sees_its_own_half_and_what_is_shared_is_shared_within_it()
    {
        using var use = Streams.Use();
        Number x = Start(1), y = Start(3);
        var seen = new List<(string Player, int Thread, long First, double Shared)>();
        Loss<Batch> Loss(string name, Number number) => round =>
        {
            var shared = round.Once("mean", () => round.Batch.X.Mean());
            lock (seen)
                seen.Add((name, Environment.CurrentManagedThreadId, (long)round.Batch.X.Narrow(0, 0, 1).Sum().Item(), shared.Item()));
            return new() { [name] = number.Theta * shared };
        };
        using var game = Begin(2, () => Counting(16), Of("x", x, Loss("x", x)), Of("y", y, Loss("y", y)));
        _ = game.Play(0);
        Assert.Equal(2, seen.Select(s => s.Thread).Distinct().Count());
        foreach (var half in seen.GroupBy(s => s.Thread))
        {
            Assert.Equal(["x", "y"], half.Select(s => s.Player));
            Assert.Equal(half.Key == Environment.CurrentManagedThreadId ? [(0, 3.5)] : [(8, 11.5)],
                half.Select(s => (s.First, s.Shared)).Distinct());
        }
    }

    [Fact]
    public void A_batch_too_small_to_be_halved_is_played_here_with_all_threads()
    {
        using var use = Streams.Use();
        Number x = Start(1), y = Start(3);
        var seen = new HashSet<(int Thread, int OpenMp, long Count)>();
        Loss<Batch> Loss(Number number) => round =>
        {
            lock (seen)
                seen.Add((Environment.CurrentManagedThreadId, Runtime.Threads.OpenMp, round.Batch.Count));
            return new() { ["loss"] = number.Theta * round.Batch.X.Mean() };
        };
        using var game = Begin(2, () => Counting(15), Of("x", x, Loss(x)), Of("y", y, Loss(y)));
        _ = game.Play(0);
        Assert.Equal([(Environment.CurrentManagedThreadId, 2, 15)], seen);
        Assert.Equal(1, Runtime.Threads.OpenMp);
    }

    // A term, and with it a gradient, where a half has large numbers.
    [Fact]
    public void What_one_half_does_not_have_counts_as_nothing_there()
    {
        using var use = Streams.Use();
        Number x = Start(1), y = Start(3);
        Terms Now(Round<Batch> round, string name, Func<double, bool> counts, Tensor term)
        {
            var mean = round.Batch.X.Mean().Item();
            var terms = new Terms { ["always"] = y.Theta * 1.0 };
            if (counts(mean))
                (terms[name], terms.Observed[name + " seen"]) = (term, Tensor.Of(mean));
            return terms;
        }
        using var game = Begin(2, () => Counting(16), Of("x", x, round => Now(round, "large", mean => mean > 10, x.Theta * 4.0)),
            Of("y", y, round => Now(round, "small", mean => mean < 10, y.Theta * 2.0)));
        var moves = game.Play(0);
        Assert.Equal((1 - Rate * 2, 3 - Rate * 2), (x.Value, y.Value));
        Assert.Equal((2, 11.5 / 2), (moves[0].Terms["large"], moves[0].Terms["large seen"]));
        Assert.Equal((3, 3.5 / 2), (moves[1].Terms["small"], moves[1].Terms["small seen"]));
    }

    [Fact]
    public void Spectral_normalization_moves_at_every_pass_and_is_refused()
    {
        using var use = Streams.Use();
        using var scope = TensorScope.Open();
        using var critic = new Linear(1, 1, reparametrization: Reparametrization.Spectral);
        var e = Assert.Throws<ArgumentException>(() => Begin(1, () => Counting(16), Of("critic", critic, _ => [])));
        Assert.Contains("spectral", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Two_players_differentiate_one_graph(int threads)
    {
        using var use = Streams.Use();
        Number x = Start(1), y = Start(3);
        Tensor Product(Round<Batch> round) => round.Once("product", () => x.Theta * y.Theta * round.Batch.X.Mean());
        using var game = Begin(threads, () => Counting(16),
            Of("x", x, round => new() { ["x"] = Product(round) }), Of("y", y, round => new() { ["y"] = Product(round) * -1.0 }));
        _ = game.Play(0);
        Assert.Equal((1 - Rate * 3 * 7.5, 3 + Rate * 1 * 7.5), (x.Value, y.Value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public void Nobody_moves_where_one_half_meets_no_number(int sick)
    {
        using var use = Streams.Use();
        Number x = Start(1), y = Start(3);
        var bad = true;
        Batch Next()
        {
            using var scope = TensorScope.Open();
            return new(Tensor.From<float>([.. Enumerable.Range(0, 16).Select(i => bad && i == sick ? float.NaN : 1f)], [16]));
        }
        using var game = Begin(2, Next, Of("x", x, round => new() { ["x"] = x.Theta * round.Batch.X.Mean() }),
            Of("y", y, round => new() { ["y"] = y.Theta * 1.0 }));
        var e = Assert.Throws<NotFiniteException>(() => game.Play(0));
        Assert.Equal(("x", "term 'x'"), (e.Player, e.What));
        Assert.Equal((1, 3), (x.Value, y.Value));
        bad = false;
        _ = game.Play(0);
        Assert.Equal((1 - Rate, 3 - Rate), (x.Value, y.Value));
    }

    // The second half's numbers are not among the streams that a run saves.
    [Fact]
    public void A_step_that_is_played_again_draws_the_same_on_both_halves()
    {
        (List<double> Numbers, byte[] StateAtTwo) Drawn(long from, byte[]? state)
        {
            using var streams = new RandomStreams(7);
            using var use = streams.Use();
            if (state is not null)
                streams["z"].State = state;
            Number x = Start(1), y = Start(3);
            var drawn = new List<double>();
            Loss<Batch> Loss(Number number) => round =>
            {
                var z = round.Once("z", () => Tensor.Normal([4], RandomStreams.Current["z"]).Mean());
                lock (drawn)
                    drawn.Add(z.Item());
                return new() { ["loss"] = number.Theta * z };
            };
            using var game = Begin(2, () => Counting(16), Of("x", x, Loss(x)), Of("y", y, Loss(y)));
            for (var step = from; step < 4; step++)
            {
                if (step == 2)
                {
                    drawn.Clear();
                    state = streams["z"].State;
                }
                _ = game.Play(step);
            }
            return ([.. drawn.Distinct().Order()], state!);
        }
        var whole = Drawn(0, null);
        Assert.Equal(4, whole.Numbers.Count); // two steps of two halves, all different
        Assert.Equal(whole.Numbers, Drawn(2, whole.StateAtTwo).Numbers);
    }

    [Fact]
    public void Running_statistics_remember_one_half()
    {
        using var use = Streams.Use();
        using var scope = TensorScope.Open();
        using var norm = new BatchNorm(1);
        using Number other = Start(1);
        using var game = Begin(2, () => Counting(16),
            Of("norm", norm, round => new() { ["loss"] = norm.Forward(round.Batch.X.Reshape(-1, 1)).Mean() }),
            Of("other", other, _ => new() { ["loss"] = other.Theta * 1.0 }));
        _ = game.Play(0);
        Assert.Equal(0.1 * 3.5, norm.Buffers().Single(b => b.Path == "running_mean").Buffer.Value.Item(), 1e-5);
    }

    [Fact]
    public void Parts_of_a_batch_have_its_rows_once()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.From<float>([0, 1, 2, 3, 4], [5]);
        var labels = Tensor.From<long>([5, 6, 7, 8, 9], [5]);
        using var batch = new Batch(x, labels);
        using Batch first = batch.Part(0, 2), second = batch.Part(1, 2);
        Assert.Equal([0, 1], first.X.ToArray<float>());
        Assert.Equal([2, 3, 4], second.X.ToArray<float>());
        Assert.Equal([7, 8, 9], second.Labels!.ToArray<long>());
        Assert.Equal([5, 6], first.Examples!.Value.Labels.ToArray<long>());

        // Others whose class is known are divided as well.
        using var told = new Batch(Tensor.Zeros([4]), null, new(Tensor.From<float>([1, 2], [2]), Tensor.From<long>([3, 4], [2])));
        using var half = told.Part(1, 2);
        Assert.Equal(2, half.Count);
        Assert.Equal([2f], half.Examples!.Value.X.ToArray<float>());
        Assert.Equal([4], half.Examples.Value.Labels.ToArray<long>());
    }
}
