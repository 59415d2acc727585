using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>R47: the pool and the losses of CycleGAN; what it recovers of a rotation is the claim <c>cyclegan</c>.</summary>
public sealed class CycleGanTests : LeakTest
{
    private static readonly CycleGan.Options s_toy =
        (CycleGan.Options)SystemCatalog.Named("cyclegan").Defaults[new(DataKind.Points, Pairing.Unpaired)].Options;

    [Fact]
    public void A_pool_hands_back_what_it_is_given_until_it_is_full_and_half_of_it_later()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var pool = new SamplePool(50, [1]);
        static Tensor Numbers(int from, int count) =>
            Tensor.From<float>([.. Enumerable.Range(from, count).Select(i => (float)i)], [count, 1]);

        Assert.Equal(Numbers(0, 50).ToArray<float>(), pool.Exchange(Numbers(0, 50).RequireGrad()).ToArray<float>());
        Assert.Equal(50, pool.Count);
        var later = Enumerable.Range(1, 20).SelectMany(i => pool.Exchange(Numbers(50 * i, 50)).ToArray<float>()).ToArray();
        var old = Enumerable.Range(0, 1000).Count(i => later[i] != 50 + i);
        Assert.InRange(old, 440, 560); // Binomial(1000, ½): ±3.8 deviations
        Assert.Equal(50, pool.Count);
        // A sample leaves the pool at most once, and none is lost: 1050 went in, 50 are still there.
        var held = pool.Capture()["samples"].ToArray<float>();
        var seen = Enumerable.Range(0, 50).Select(i => (float)i).Concat(later).ToArray();
        Assert.All(held, h => Assert.True(h < 1050));
        Assert.Equal(50, held.Distinct().Count());
        Assert.Equal(1050 - held.Count(h => !seen.Contains(h)), seen.Distinct().Count());
    }

    [Fact]
    public void A_pool_owns_copies_without_a_graph_and_is_restored()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using SamplePool pool = new(3, [2]), other = new(3, [2]), none = new(0, [2]);
        var x = Tensor.Ones([2, 2]).RequireGrad();
        var twice = x * 2;
        var given = pool.Exchange(twice);
        Assert.True(twice.RequiresGrad);
        Assert.False(given.RequiresGrad);
        using (Autograd.Pause())
            x.CopyFrom(Tensor.Zeros([2, 2]));
        Assert.All(pool.Capture()["samples"].ToArray<float>(), v => Assert.Equal(2, v));
        other.Restore(pool.Capture());
        Assert.Equal(2, other.Count);
        AssertTensor.Close(pool.Capture()["samples"], other.Capture()["samples"], 0);
        Assert.Empty(none.Capture());
        AssertTensor.Close(x.Detach(), none.Exchange(x), 0);
    }

    // Residual translators start as the identity, which closes every cycle: they are moved away from it, so that each term has something to
    // say.
    [Fact]
    public void Losses_are_those_of_the_paper()
    {
        const double Cycle = 3, Identity = 0.5;
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new CycleGan(new(new SampleShape.Points(2)), s_toy with { Width = 8, Cycle = Cycle, Identity = Identity });
        Module aToB = system.Networks["a_to_b"], bToA = system.Networks["b_to_a"];
        Disturb(aToB, streams);
        Disturb(bToA, streams);
        Tensor a = Tensor.Normal([5, 2], streams["data"]), b = Tensor.Normal([5, 2], streams["data"]) + 1;
        using var batch = new UnpairedBatch(a.Clone(), b.Clone());
        using var round = new Round<UnpairedBatch>(batch, 0);
        Func<Tensor, Tensor> G = aToB.Forward, F = bToA.Forward;
        Func<Tensor, Tensor> DA = system.Networks["critic_a"].Forward, DB = system.Networks["critic_b"].Forward;
        static double Length(Tensor x) => x.Abs().Mean().Item();
        static double Square(Tensor x) => x.Square().Mean().Item();

        var terms = system.Players[0].Loss(round);
        Assert.Equal(["adversarial", "cycle", "identity"], terms.Keys);
        Assert.Equal(Square(DB(G(a)) - 1) + Square(DA(F(b)) - 1), terms["adversarial"].Item(), 1e-5);
        Assert.Equal(Cycle * (Length(F(G(a)) - a) + Length(G(F(b)) - b)), terms["cycle"].Item(), 1e-5);
        Assert.Equal(Cycle * Identity * (Length(G(b) - b) + Length(F(a) - a)), terms["identity"].Item(), 1e-5);
        Assert.All(terms, term => Assert.True(term.Value.Item() > 0.1, $"{term.Key} is {term.Value.Item()}, and shows nothing"));

        Assert.Equal((Square(DA(a) - 1) + Square(DA(F(b)))) / 2, system.Players[1].Loss(round)["least-squares"].Item(), 1e-5);
        Assert.Equal((Square(DB(b) - 1) + Square(DB(G(a)))) / 2, system.Players[2].Loss(round)["least-squares"].Item(), 1e-5);
    }

    private static void Disturb(Module network, RandomStreams streams)
    {
        using var pause = Autograd.Pause();
        network.Flat.Values.CopyFrom(network.Flat.Values + 0.3 * Tensor.Normal(network.Flat.Values.Shape, streams["disturbance"]));
    }
}
