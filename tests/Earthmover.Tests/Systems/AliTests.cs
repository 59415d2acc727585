using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>R51: the losses and the encoder of ALI; modes, codes and reconstructions are the claim <c>ali</c>.</summary>
public sealed class AliTests : LeakTest
{
    [Fact]
    public void The_players_have_the_same_loss_with_the_roles_exchanged()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Ali(new(new SampleShape.Points(2)), new() { Width = 8 });
        using var batch = new Batch(Tensor.Normal([6, 2], streams["data"]));
        using var round = new Round<Batch>(batch, 0);
        double critic = system.Players[0].Loss(round)["non-saturating"].Item(),
            others = system.Players[1].Loss(round)["non-saturating"].Item();
        // sp(a) − sp(−a) = a, so the difference of the losses is E D(G(z), z) − E D(x, E(x)) times two minus itself exchanged: it is linear
        // in the scores.
        var D = system.Networks["critic"];
        Tensor Pair(string name) => round.Once(name, () => throw new InvalidOperationException());
        AssertTensor.Close(batch.X, Pair("(x, E(x))").Narrow(1, 0, 2), 0);
        AssertTensor.Close(Pair("z"), Pair("(G(z), z)").Narrow(1, 2, 2), 0);
        var (real, fake) = (D.Forward(Pair("(x, E(x))")), D.Forward(Pair("(G(z), z)")));
        Assert.Equal((fake.Mean() - real.Mean()).Item(), critic - others, 1e-5);
        Assert.Equal(((-real).Softplus().Mean() + fake.Softplus().Mean()).Item(), critic, 1e-5);
    }

    [Fact]
    public void The_encoder_is_stochastic()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Ali(new(new SampleShape.Points(2)), new() { Width = 8 });
        var x = Tensor.Normal([6, 2], streams["data"]);
        Tensor Draw() => system.Encode(x, system.EncodingNoise.Sample(6, streams["latent"]));
        Tensor first = Draw(), second = Draw();
        Assert.Equal([6, 2], first.Shape);
        Assert.True((first - second).Abs().Amin(1).Amin(0).Item() > 0);
    }

    private static Batch Pictures(long[]? labels, long[]? few = null)
    {
        var data = RandomStreams.Current["data"];
        Tensor Some() => Tensor.Normal([4, 1, 4, 4], data);
        return new(Some(), labels is null ? null : Tensor.From<long>(labels, [4]),
            few is null ? null : new Examples(Some(), Tensor.From<long>(few, [4])));
    }

    private static readonly SystemContext s_classes = new(new SampleShape.Image(new(1, 4, 4))) { ClassShares = [1, 1, 1] };

    [Fact]
    public void Told_the_class_both_sides_of_a_pair_bear_it()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new ConditionalAli(s_classes, new() { Width = 8, LatentSize = 2 });
        using var batch = Pictures([0, 1, 2, 1]);
        using var round = new Round<Batch>(batch, 0);
        foreach (var player in system.Players)
            player.Loss(round);
        Tensor Pair(string name) => round.Once(name, () => throw new InvalidOperationException());
        float[] told = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0];
        Assert.Equal(told, Pair("(x, E(x))").Narrow(1, 18, 3).Contiguous().ToArray<float>());
        Assert.Equal(told, Pair("z").Narrow(1, 2, 3).Contiguous().ToArray<float>());
        // The generator hears it, and what it is told outweighs the number that would choose.
        var z = system.Latent.Sample(4);
        var asked = system.Generate(z, Tensor.From<long>([2, 2, 2, 2], [4]));
        Assert.Equal([4, 1, 4, 4], asked.Shape);
        Assert.True((asked - system.Generate(z, Tensor.From<long>([0, 0, 0, 0], [4]))).Abs().Mean().Item() > 1e-4);
        Assert.Equal([4, 2], system.Encode(batch.X).Shape);
    }

    [Fact]
    public void From_labeled_samples_the_critic_learns_classes_and_the_others_do_not_hear_of_them()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new SemiAli(s_classes, new() { Width = 32, LatentSize = 2, LearningRate = 3e-3 });
        using var first = Pictures(null, [0, 1, 2, 1]);
        using (var round = new Round<Batch>(first, 0))
        {
            Assert.Contains("class", system.Players[0].Loss(round).Keys);
            Assert.DoesNotContain("class", system.Players[1].Loss(round).Keys);
        }
        // Labeled samples that say their class by their brightness.
        using var game = system.Begin(0, () =>
        {
            using var turn = TensorScope.Open();
            var y = Tensor.Integers([16], 3, streams["data"]);
            var noise = 0.1 * Tensor.Normal([16, 1, 4, 4], streams["data"]);
            var x = (y.To(DType.Float32).Reshape(16, 1, 1, 1) - 1).Expand([16, 1, 4, 4]) * 0.8 + noise;
            return new Batch(x.Detach(), null, new Examples(x.Clone(), y));
        });
        for (var step = 0; step < 150; step++)
            game.Play(step, observe: false);
        var probe = (Tensor.From<float>([-0.8f, 0, 0.8f], [3, 1, 1, 1])).Expand([3, 1, 4, 4]).Contiguous();
        var named = system.Classify(probe);
        Assert.Equal([0, 1, 2], named.Argmax(1).ToArray<long>());
        AssertTensor.Close(Tensor.Ones([3]), named.Sum([1]), 1e-5);
    }
}
