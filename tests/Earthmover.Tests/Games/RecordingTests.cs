using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Games;

public class RecordingTests : LeakTest
{
    [Fact]
    public void The_processor_does_not_record_and_says_so()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var gan = new Gan(new(new SampleShape.Points(2)), new());
        using var game = gan.Begin(0, () => new Batch(Tensor.Zeros([4, 2])));
        Assert.Contains("CUDA", game.Record(), StringComparison.Ordinal);
        _ = game.Play(0);
        game.Settle(1);
    }

    [Fact]
    public void Steps_with_and_without_a_lazy_penalty_are_of_two_kinds()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var gan = new Gan(new(new SampleShape.Points(2)), new() { Constraint = "r1?every=3" });
        var phase = gan.Stages[0].Phase!;
        Assert.Equal([0, 1, 1, 0], Enumerable.Range(0, 4).Select(step => phase(step)));
    }

    // What a device would find only when it is asked: the first gradient that is not finite stops every player, and the next look tells.
    [Fact]
    public void A_bad_gradient_stops_all_players_on_a_device_until_it_is_seen()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using Linear one = new(1, 1), two = new(1, 1);
        var bad = false;
        Player<Batch> Of(string name, Linear network) => new(name, Role.Other, [network], new AdamOptions(0.1) { AsOnDevice = true },
            round => new() { ["term"] = network.Forward(round.Batch.X).Sum() * (bad && name == "one" ? double.NaN : 1) });
        using var game = new Game<Batch>(new("game", [Of("one", one), Of("two", two)]), () => new Batch(Tensor.Ones([4, 1])));
        float[] Weights() => [.. one.Flat.Values.ToArray<float>(), .. two.Flat.Values.ToArray<float>()];
        var moves = game.Play(0);
        Assert.Equal(["one", "two"], moves.Select(move => move.Player));
        Assert.All(moves, move => Assert.True(move.GradientNorm > 0));
        bad = true;
        var before = Weights();
        _ = game.Play(1, observe: false);
        bad = false;
        _ = game.Play(2, observe: false);
        Assert.Equal(before, Weights());
        var failure = Assert.Throws<NotFiniteException>(() => game.Play(3));
        Assert.Contains("by step 4", failure.Message, StringComparison.Ordinal);
        Assert.Throws<NotFiniteException>(() => game.Settle(4));
    }
}
