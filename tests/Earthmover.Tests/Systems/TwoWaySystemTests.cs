using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Sessions;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>Systems of two translators; what they recover is said by their claims.</summary>
public sealed class TwoWaySystemTests : LeakTest
{
    private static readonly SystemContext s_plane = new(new SampleShape.Points(2));

    private static UnpairedBatch Deal()
    {
        using var scope = TensorScope.Open();
        var data = RandomStreams.Current["data"];
        return new(Tensor.Normal([32, 2], data), Tensor.Normal([32, 2], data) + 1);
    }

    [Theory]
    [InlineData(DiscoGan.Sides.Both, new[] { "translators", "critic A", "critic B" }, 2, 2)]
    [InlineData(DiscoGan.Sides.OneSided, new[] { "translators", "critic B" }, 2, 1)]
    [InlineData(DiscoGan.Sides.None, new[] { "translators", "critic B" }, 1, 1)]
    public void What_has_to_come_back_decides_who_plays(DiscoGan.Sides back, string[] players, int terms, int ways)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = new DiscoGan(s_plane, new() { Translator = "mlp", Width = 8, Back = back, LearningRate = 1e-2 });
        Assert.Equal(players, system.Players.Select(player => player.Name));
        Assert.Equal(ways, system.Directions.Count);
        var before = system.Networks["b_to_a"].Flat.Values.ToArray<float>();
        using var game = system.Begin(0, Deal);
        Assert.Equal(terms, game.Play(0)[0].Terms.Count);
        Assert.Equal(back == DiscoGan.Sides.None, before.SequenceEqual(system.Networks["b_to_a"].Flat.Values.ToArray<float>()));
    }

    // Of true winters that it has never seen summers are 0.46 away.
    [Theory]
    [InlineData("cyclegan")]
    [InlineData("discogan")]
    public void Summers_come_near_to_winters_in_a_hundred_and_fifty_steps_and_keep_their_place(string name)
    {
        const string Seasons = "scenes?from=summer&to=winter&size=16";
        const int Steps = 150;
        var data = DataCatalog.Open($"{Seasons}&pairs=unpaired&n=100");
        var plan = new RunPlan($"{Seasons}&pairs=unpaired&n=100") { System = name, Budget = new(Steps: Steps), Seed = 1, Threads = 1 };
        using var session = Session.Start(plan.Resolve(data), data);
        using var use = session.Streams.Use();
        var system = Assert.IsAssignableFrom<TwoWaySystem>(session.System);
        var position = 0L;
        using var game = system.Begin(0, () => session.Source.Deal(position++));
        for (var step = 0; step < Steps; step++)
        {
            game.Rate = 1 - (double)step / Steps;
            game.Play(step);
        }
        var pairs = new AlignedSource(DataCatalog.Open($"{Seasons}&split=test&n=64"), 1, 1);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        int[] rows = [.. Enumerable.Range(0, 64)];
        using Batch summers = pairs.Of(rows), winters = pairs.Target.Of(rows);
        double Away(Tensor x) => (x - winters.X).Abs().Mean().Item();
        var ratio = Away(system.Translate(summers.X, Direction.AToB)) / Away(summers.X);
        Assert.True(ratio < 0.5, $"translations are at {ratio:P0} of the distance of what was translated");
    }

    [Fact]
    public void A_critic_of_pairs_is_told_both_ways_apart_and_the_translators_exchange_its_labels()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = new BiGanTranslation(s_plane, new() { Width = 8, LearningRate = 1e-12 });
        Assert.Equal([Direction.AToB, Direction.BToA], system.Directions);
        using var scope = TensorScope.Open();
        using var batch = Deal();
        using var game = system.Begin(0, () => new UnpairedBatch(batch.A.Clone(), batch.B.Clone()));
        var moves = game.Play(0);
        Assert.Equal(["non-saturating", "penalty"], moves[0].Terms.Keys);
        double Score(Tensor left, Tensor right) => system.Networks["critic"].Forward(Tensor.Cat([left, right], 1)).Mean().Item();
        var ofA = Score(batch.A, system.Translate(batch.A, Direction.AToB));
        var ofB = Score(system.Translate(batch.B, Direction.BToA), batch.B);
        // sp(−a) + sp(b) less sp(a) + sp(−b) is b − a: pairs that begin in A are the critic's real ones, and the translators' fakes.
        Assert.Equal(ofB - ofA, moves[0].Terms["non-saturating"] - moves[1].Terms["non-saturating"], 1e-4);
        Assert.True(Math.Abs(ofB - ofA) > 1e-3);
    }

    [Fact]
    public void Translators_of_pairs_go_from_one_domain_to_the_other_and_back()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = new BiGanTranslation(s_plane, new() { Width = 32, LearningRate = 3e-3 });
        using var game = system.Begin(0, Deal);
        for (var step = 0; step < 300; step++)
            game.Play(step);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        using var batch = Deal();
        // The domains lie (1, 1) apart, and translators begin at the identity.
        double[] Mean(Tensor x, Direction way) => [.. system.Translate(x, way).Mean([0]).ToArray<float>().Select(v => (double)v)];
        Assert.All(Mean(batch.A, Direction.AToB), mean => Assert.InRange(mean, 0.5, 1.5));
        Assert.All(Mean(batch.B, Direction.BToA), mean => Assert.InRange(mean, -0.5, 0.5));
    }

    [Fact]
    public void Clipped_critics_stay_within_their_limit()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = new DualGan(s_plane, new() { Width = 8, Constraint = "clipping?limit=0.02", LearningRate = 1e-2 });
        using var game = system.Begin(0, Deal);
        var terms = game.Play(0);
        foreach (var critic in new[] { "critic_a", "critic_b" })
            Assert.All(system.Networks[critic].Flat.Values.ToArray<float>(), weight => Assert.InRange(weight, -0.02f, 0.02f));
        Assert.DoesNotContain("penalty", terms[0].Terms.Keys);
    }

    [Fact]
    public void A_penalty_is_paid_by_each_critic_and_the_translators_pay_for_both_ways()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = new DualGan(s_plane, new() { Width = 8 });
        using var game = system.Begin(0, Deal);
        // Translators begin at the identity, which brings everything back.
        game.Play(0);
        var moves = game.Play(1);
        Assert.Equal([2, 2, 2], moves.Select(move => move.Terms.Count));
        Assert.All(moves.Take(2), move => Assert.True(move.Terms["penalty"] > 0));
        Assert.True(moves[2].Terms["reconstruction"] > 0);
    }
}
