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
}
