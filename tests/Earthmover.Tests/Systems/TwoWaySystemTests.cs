using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>DiscoGAN and DualGAN; what they recover is said by their claims.</summary>
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

    [Fact]
    public void A_critic_of_pairs_is_told_both_ways_apart_and_the_translators_exchange_its_labels()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = new BiGanTranslation(s_plane, new() { Width = 8, LearningRate = 1e-9 });
        Assert.Equal([Direction.AToB, Direction.BToA], system.Directions);
        using var game = system.Begin(0, Deal);
        var moves = game.Play(0);
        Assert.Equal(["non-saturating", "penalty"], moves[0].Terms.Keys);
        // Where the critic knows nothing both pay 2 log 2, and the sum of both losses is least there.
        var (critic, translators) = (moves[0].Terms["non-saturating"], moves[1].Terms["non-saturating"]);
        Assert.True(critic + translators >= 4 * Math.Log(2) - 1e-6);
        Assert.InRange(critic, 0.5, 4);
        // Both translators learn.
        var before = system.Networks["b_to_a"].Flat.Values.ToArray<float>();
        using var other = new BiGanTranslation(s_plane, new() { Width = 8 });
        using var second = other.Begin(0, Deal);
        float[] a = other.Networks["a_to_b"].Flat.Values.ToArray<float>(), b = other.Networks["b_to_a"].Flat.Values.ToArray<float>();
        second.Play(0);
        Assert.NotEqual(a, other.Networks["a_to_b"].Flat.Values.ToArray<float>());
        Assert.NotEqual(b, other.Networks["b_to_a"].Flat.Values.ToArray<float>());
        Assert.Equal(before.Length, b.Length);
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
