using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

public sealed class GpGanTests : LeakTest
{
    private static Tensor Noise(params long[] shape) => Tensor.Uniform(shape, RandomStreams.Current["data"], -1, 1);

    [Fact]
    public void A_collage_has_its_middle_from_another_of_the_same_class()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        // Sample k is k everywhere.
        var x = Tensor.From<float>([0, 1, 2, 3, 4], [5, 1, 1, 1]).Expand(5, 1, 8, 12);
        var y = Tensor.From<long>([0, 1, 0, 1, 0], 5);
        for (var turn = 0; turn < 20; turn++)
        {
            float[] other = [.. Collage.Others(x, y).Narrow(2, 0, 1).Narrow(3, 0, 1).Contiguous().ToArray<float>()];
            for (var k = 0; k < 5; k++)
            {
                Assert.NotEqual(k, other[k]);
                Assert.Equal(k % 2, other[k] % 2);
            }
        }
        var made = Collage.Paste(x, Collage.Next(x), 0.5);
        for (var k = 0; k < 5; k++)
        {
            var rows = made.Select(0, k).Select(0, 0).Contiguous().ToArray<float>();
            for (var at = 0; at < rows.Length; at++)
            {
                var inside = at / 12 is >= 2 and < 6 && at % 12 is >= 3 and < 9;
                Assert.Equal(inside ? (k + 1) % 5 : k, rows[at]);
            }
        }
        Assert.Equal([0, 1, 2, 3, 4], x.Narrow(2, 3, 1).Narrow(3, 5, 1).Contiguous().ToArray<float>());
    }

    [Fact]
    public void Another_of_the_batch_is_taken_where_there_is_no_class()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var x = Tensor.From<float>([0, 1, 2, 3], [4, 1]);
        var seen = new HashSet<(int, float)>();
        for (var turn = 0; turn < 60; turn++)
        {
            var other = Collage.Others(x, null).ToArray<float>();
            for (var k = 0; k < 4; k++)
                seen.Add((k, other[k]));
        }
        Assert.Equal(12, seen.Count);
        Assert.DoesNotContain(seen, pair => pair.Item1 == (int)pair.Item2);
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public void The_bottleneck_passes_all_channels_to_all_and_the_other_each_to_itself(bool channelWise, bool sameChannel, bool passes)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var network = EncoderDecoder.Create(new(1, 16, 16), 4, 32, channelWise);
        network.SetTraining(false);
        // The layers between the encoder, two halvings of three layers or two, and the decoder's first normalization.
        var decoder = network.Children.Last();
        var features = Noise(1, 8, 4, 4);
        Tensor Bottleneck(Tensor h) => decoder.Children.Take(channelWise ? 1 : 6).Aggregate(h, (x, layer) => layer.Forward(x));
        var changed = features.Clone();
        changed.Narrow(1, 0, 1).Narrow(2, 0, 1).Narrow(3, 0, 1).CopyFrom(Tensor.Ones([1, 1, 1, 1]) * 5);
        var change = (Bottleneck(changed) - Bottleneck(features)).Abs();
        var far = change.Narrow(1, sameChannel ? 0 : 5, 1).Narrow(2, 3, 1).Narrow(3, 3, 1).Item();
        Assert.Equal(passes, far > 0);
    }

    [Fact]
    public void Its_squares_are_told_apart_from_the_game_and_weighed_as_the_paper_does()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new GpGan(new(new ImageShape(1, 16, 16)), new() { Width = 4, CodeSize = 16 });
        using var game = system.Begin(0, () => new Batch(Noise(4, 1, 16, 16)));
        var move = game.Play(0)[^1];
        Assert.Equal(["l2", "wasserstein"], move.Terms.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(TermRole.Reconstruction, move.Roles["l2"]);
        // Uniform pictures, and a generator that begins near zero: their variance, times 0.999.
        Assert.InRange(move.Terms["l2"], 0.3, 0.4);
        Assert.InRange(Math.Abs(move.Terms["wasserstein"]), 0, 1e-3);
        var weights = system.Networks["critic"].Flat.Values;
        Assert.InRange(weights.Abs().Amax(0).Item(), 0, 0.0100001);
    }

    [Fact]
    public void What_is_shown_while_it_trains_are_collages()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new GpGan(new(new ImageShape(1, 16, 16)), new() { Width = 4, CodeSize = 16 });
        var x = Noise(3, 1, 16, 16);
        using var stream = new RandomGenerator(1);
        AssertTensor.Close(Collage.Paste(x, Collage.Next(x), 0.5), Fakes.Of(system).Inputs(3, () => x, stream), 0);
    }
}
