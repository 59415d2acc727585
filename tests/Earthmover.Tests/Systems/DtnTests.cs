using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Objectives;
using Earthmover.Sessions;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>R53: the losses of DTN; what it keeps of garments is the claim <c>dtn</c>.</summary>
public sealed class DtnTests : LeakTest
{
    private static readonly SystemContext s_context = new(new ImageShape(1, 16, 16)) { ClassShares = [1, 1, 2] };

    private static Dtn.Options Options => new() { Width = 4, CodeSize = 8, Constraint = "none" };

    private static void Play(Dtn.Options options, Action<Dtn, Round<UnpairedBatch>> body)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Dtn(s_context, options);
        var a = Tensor.Uniform([6, 1, 16, 16], streams["data"], -1, 1);
        var b = Tensor.Uniform([6, 1, 16, 16], streams["data"], -1, 1);
        using var batch = new UnpairedBatch(a, b, new(a, Tensor.From<long>([0, 1, 2, 0, 1, 2], [6])));
        using var round = new Round<UnpairedBatch>(batch, 0);
        body(system, round);
    }

    private static Terms LossOf(Dtn system, string player, Round<UnpairedBatch> round) =>
        system.Players.Single(one => one.Name == player).Loss(round);

    private static Tensor F(Dtn system, Tensor x)
    {
        var encoder = (PictureClassifier)system.Networks["encoder"];
        return encoder.Evaluating(() => encoder.Codes(encoder.Maps(x)));
    }

    // Both domains in one pass, as the game has them: batch normalization is in training.
    private static (Tensor OfA, Tensor OfB) Made(Dtn system, UnpairedBatch batch)
    {
        var made = system.Networks["generator"].Forward(Tensor.Cat([F(system, batch.A), F(system, batch.B)]));
        return (made.Narrow(0, 0, 6), made.Narrow(0, 6, 6));
    }

    // −log of the probability that the critic gives to a kind, by hand.
    private static double Is(Dtn system, int kind, Tensor x)
    {
        var logits = system.Networks["critic"].Forward(x);
        var (flat, ways) = (logits.ToArray<float>(), (int)logits.Size(1));
        return Enumerable.Range(0, (int)x.Size(0)).Average(i =>
            Math.Log(Enumerable.Range(0, ways).Sum(k => Math.Exp(flat[(i * ways) + k]))) - flat[(i * ways) + kind]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    public void The_critic_tells_the_kinds_apart_and_the_generator_wants_the_last(int ways) =>
        Play(Options with { Ways = ways }, (system, round) =>
        {
            var (ofA, ofB) = Made(system, round.Batch);
            var terms = LossOf(system, "critic", round);
            Assert.Equal(["G(a)", "G(b)", "b"], terms.Keys);
            Assert.Equal(Is(system, 0, ofA), terms["G(a)"].Item(), 1e-4);
            Assert.Equal(Is(system, ways - 2, ofB), terms["G(b)"].Item(), 1e-4);
            Assert.Equal(Is(system, ways - 1, round.Batch.B), terms["b"].Item(), 1e-4);
            terms = LossOf(system, "generator", round);
            Assert.Equal(Is(system, ways - 1, ofA), terms["G(a)"].Item(), 1e-4);
            Assert.Equal(Is(system, ways - 1, ofB), terms["G(b)"].Item(), 1e-4);
        });

    [Fact]
    public void What_f_sees_stays_and_so_do_samples_of_the_second_domain() => Play(Options with { Variation = 0.5 }, (system, round) =>
    {
        var (ofA, ofB) = Made(system, round.Batch);
        var terms = LossOf(system, "generator", round);
        Tensor f = F(system, round.Batch.A), again = F(system, ofA);
        float[] from = f.ToArray<float>(), to = again.ToArray<float>();
        var turned = Enumerable.Range(0, 6).Average(i =>
        {
            var (v, w) = (from.Skip(8 * i).Take(8).ToArray(), to.Skip(8 * i).Take(8).ToArray());
            return 1 - (v.Zip(w, (x, y) => (double)x * y).Sum() / Math.Sqrt(v.Sum(x => (double)x * x) * w.Sum(y => (double)y * y)));
        });
        Assert.Equal(Options.Constancy * turned, terms["constancy"].Item(), 1e-3);
        Assert.Equal(Options.Identity * (ofB - round.Batch.B).Square().Mean().Item(), terms["identity"].Item(), 1e-4);
        Assert.All(["constancy", "identity"], name => Assert.Equal(TermRole.Reconstruction, terms.Roles[name]));
        Assert.Equal(0.5 * (Roughness.TotalVariation(ofA).Item() + Roughness.TotalVariation(ofB).Item()), terms["variation"].Item(), 1e-5);
    });

    [Fact]
    public void Total_variation_is_the_mean_length_of_differences()
    {
        using var scope = TensorScope.Open();
        // 0 3 | 4 9: at the only place with both neighbors 4 down and 3 beside.
        Assert.Equal(5, Roughness.TotalVariation(Tensor.From<float>([0, 3, 4, 9], [1, 1, 2, 2])).Item(), 1e-5);
        Assert.Equal(0, Roughness.TotalVariation(Tensor.Ones([2, 1, 5, 4])).Item(), 1e-3);
    }

    [Fact]
    public void The_classifier_learns_first_and_then_stays() => Play(Options, (system, round) =>
    {
        Assert.Equal(["encoder", "game"], system.Stages.Select(stage => stage.Name));
        Assert.Equal(["class"], LossOf(system, "encoder", round).Keys);
        Assert.All(system.Stages[1].Players, player => Assert.DoesNotContain(system.Networks["encoder"], player.Networks));
    });

    [Fact]
    public void A_score_is_the_log_of_the_odds_of_the_last_kind() => Play(Options, (system, round) =>
    {
        var x = round.Batch.B;
        var logits = system.Networks["critic"].Forward(x).ToArray<float>();
        var scores = system.Score(x).ToArray<float>();
        for (var i = 0; i < scores.Length; i++)
            Assert.Equal(logits[(3 * i) + 2] - Math.Log(Math.Exp(logits[3 * i]) + Math.Exp(logits[(3 * i) + 1])), scores[i], 1e-4);
    });

    [Fact]
    public void Classes_are_those_of_the_first_domain_where_the_data_is_there_and_where_it_is_not()
    {
        using var scope = TensorScope.Open();
        var shape = new ImageShape(1, 16, 16);
        ImageSet a = new("a", shape, new byte[4 * 256], [0, 1, 1, 1], ["left", "right"]), b = new("b", shape, new byte[3 * 256]);
        a.PairWith(b, Pairing.Unpaired);
        var source = BatchSource.Create(a, Pairing.Unpaired, 3, 1);
        SystemContext with = Session.ContextOf(a, source.Shape), without = Session.ContextOf(SampleSpec.Of(source, Pairing.Unpaired));
        Assert.Equal(["left", "right"], with.ClassNames);
        Assert.Equal(["left", "right"], without.ClassNames);
        Assert.Equal(3, without.ClassShares[1] / without.ClassShares[0], 1e-9);
        using var batch = (UnpairedBatch)source.Deal(0);
        Assert.Equal(3, batch.Examples!.Value.Labels.Size(0));
        AssertTensor.Close(batch.A, batch.Examples!.Value.X, 0);
    }

    [Fact]
    public void Who_has_no_classes_is_told_so()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        Assert.Contains("has none", Assert.Throws<ArgumentException>(() =>
            GanSystem.Build(() => new Dtn(s_context with { ClassShares = [] }, Options))).Message, StringComparison.Ordinal);
    }
}
