using Earthmover.Games;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Tests.Games;

/// <summary>Who moves when, how often and on which batch.</summary>
public sealed class GameTests : ScalarGame
{
    // min_x xy, then min_y −xy: y already sees where x went.
    [Fact]
    public void A_player_sees_where_those_before_it_went()
    {
        Number x = Start(1), y = Start(3);
        Player<Numbered> first = Player("x", x, _ => x.Theta * y.Theta), second = Player("y", y, _ => -x.Theta * y.Theta);
        using (var game = Begin([first, second]))
            Assert.Equal(["x", "y"], game.Play(0).Select(move => move.Player));
        Assert.Equal((1 - Rate * 3, 3 + Rate * 0.25), (x.Value, y.Value));

        Number u = Start(1), v = Start(3);
        using (var game = Begin([Player("v", v, _ => -u.Theta * v.Theta), Player("u", u, _ => u.Theta * v.Theta)]))
            Assert.Equal(["v", "u"], game.Play(0).Select(move => move.Player));
        Assert.Equal((1 - Rate * 3.25, 3 + Rate * 1), (u.Value, v.Value));
    }

    [Fact]
    public void A_player_moves_nobody_else()
    {
        Number mine = Start(1), other = Start(2);
        using var game = Begin([Player("mine", mine, _ => mine.Theta * other.Theta)]);
        _ = game.Play(0);
        Assert.Equal((0.5, 2), (mine.Value, other.Value));
    }

    [Fact]
    public void Every_move_but_a_rounds_first_gets_a_batch_of_its_own()
    {
        Number critic = Start(8), generator = Start(-8);
        List<int> criticSees = [], generatorSees = [];
        var dealer = new Dealer();
        var first = Follower("critic", critic, criticSees) with { Steps = _ => 3 };
        using var game = Begin([first, Follower("generator", generator, generatorSees)], dealer);
        _ = game.Play(0);
        _ = game.Play(1);
        // The generator plays on the last batch that the critic had.
        Assert.Equal([0, 1, 2, 3, 4, 5], criticSees);
        Assert.Equal([2, 5], generatorSees);
        Assert.Equal(Followed(8, 0, 1, 2, 3, 4, 5), critic.Value);
        Assert.Equal(Followed(-8, 2, 5), generator.Value);
        Assert.Equal(6, dealer.Dealt.Count);
    }

    [Fact]
    public void The_second_of_two_players_with_several_moves_begins_on_the_first_players_last_batch()
    {
        List<int> one = [], two = [];
        Player<Numbered> first = Follower("one", Start(0), one), second = Follower("two", Start(0), two);
        using var game = Begin([first with { Steps = _ => 2 }, second with { Steps = _ => 3 }]);
        _ = game.Play(0);
        _ = game.Play(1);
        Assert.Equal([0, 1, 4, 5], one);
        Assert.Equal([1, 2, 3, 5, 6, 7], two);
    }

    [Fact]
    public void The_number_of_moves_is_asked_of_the_step_and_may_be_none()
    {
        List<int> critic = [], generator = [];
        int Moves(long step) => step == 0 ? 3 : step == 1 ? 0 : 1;
        using var game = Begin([Follower("critic", Start(0), critic) with { Steps = Moves }, Follower("generator", Start(0), generator)]);
        Assert.Equal([4, 1, 2], new long[] { 0, 1, 2 }.Select(game.MovesOf));
        Assert.Equal(["critic", "generator"], game.Play(0).Select(move => move.Player));
        Assert.Equal(["generator"], game.Play(1).Select(move => move.Player));
        Assert.Equal(["critic", "generator"], game.Play(2).Select(move => move.Player));
        Assert.Equal([0, 1, 2, 4], critic);
        Assert.Equal([2, 3, 4], generator);
    }

    [Fact]
    public void Who_moves_every_third_step_moves_at_steps_0_3_and_6()
    {
        List<int> often = [], seldom = [];
        var first = Follower("seldom", Start(0), seldom) with { Every = 3, Steps = _ => 2 };
        using var game = Begin([first, Follower("often", Start(0), often)]);
        var players = Enumerable.Range(0, 7).Select(step => string.Join(' ', game.Play(step).Select(move => move.Player)));
        Assert.Equal(["seldom often", "often", "often", "seldom often", "often", "often", "seldom often"], players);
        Assert.Equal([0, 1, 4, 5, 8, 9], seldom);
        Assert.Equal([1, 2, 3, 5, 6, 7, 9], often);
        Assert.Equal([3, 1, 1, 3], Enumerable.Range(0, 4).Select(step => game.MovesOf(step)));
    }

    [Fact]
    public void A_step_where_nobody_moves_takes_no_batch()
    {
        var dealer = new Dealer();
        using var game = Begin([Follower("seldom", Start(0)) with { Every = 2 }], dealer);
        Assert.Empty(game.Play(1));
        Assert.Empty(dealer.Dealt);
    }

    [Fact]
    public void After_each_move_comes_its_own_after_step_before_anybody_elses_loss()
    {
        Number critic = Start(8), generator = Start(8);
        var events = new List<string>();
        Player<Numbered> Told(string name, Number number) => Player(name, number, _ =>
        {
            events.Add($"{name} at {number.Value}");
            return number.Theta;
        }) with
        { AfterStep = () => events.Add($"{name} moved to {number.Value}") };
        using var game = Begin([Told("critic", critic) with { Steps = _ => 2 }, Told("generator", generator)]);
        _ = game.Play(0);
        string[] expected =
        [
            "critic at 8", "critic moved to 7.75", "critic at 7.75", "critic moved to 7.5",
            "generator at 8", "generator moved to 7.75",
        ];
        Assert.Equal(expected, events);
    }

    [Fact]
    public void What_an_after_step_projects_is_where_the_next_move_starts()
    {
        var number = Start(8);
        using var game = Begin([Player("clipped", number, _ => number.Theta) with
        {
            Steps = _ => 2,
            AfterStep = () => number.Flat.Values.AsSpan<float>().Fill(1),
        }]);
        var move = Assert.Single(game.Play(0));
        // The terms are those of the last move, which began where the projection had put it.
        Assert.Equal(1, move.Terms["clipped"]);
    }

    [Fact]
    public void A_schedule_multiplies_the_step_size_of_every_player()
    {
        Number a = Start(1), b = Start(1);
        using var game = Begin([Player("a", a, _ => a.Theta), Player("b", b, _ => 2 * b.Theta)]);
        game.Rate = 0.5;
        _ = game.Play(0);
        Assert.Equal((1 - Rate / 2, 1 - Rate), (a.Value, b.Value));
    }

    [Fact]
    public void A_network_that_is_named_twice_moves_once_and_all_of_a_players_networks_move()
    {
        Number a = Start(1), b = Start(1);
        using var game = Begin([new("both", Role.Other, [a, b, a], new SgdOptions(Rate),
            _ => new() { ["sum"] = 3 * a.Theta + 4 * b.Theta })]);
        var move = Assert.Single(game.Play(0));
        Assert.Equal((1 - 3 * Rate, 1 - 4 * Rate), (a.Value, b.Value));
        Assert.Equal(5, move.GradientNorm);
        Assert.Equal(["both.0", "both.1"], game.Optimizers.Select(o => o.Name));
        Assert.All(game.Optimizers, o => Assert.Equal(1, o.Optimizer.StepCount));
    }

    [Fact]
    public void A_step_shows_each_players_last_move_and_unobserved_it_goes_the_same_way()
    {
        (Number critic, Number generator) Play(bool observe)
        {
            Number critic = Start(8), generator = Start(-8);
            using var game = Begin([Follower("critic", critic) with { Steps = _ => 2 }, Follower("generator", generator)]);
            var moves = game.Play(0, observe);
            Assert.Equal(observe ? ["critic", "generator"] : [], moves.Select(move => move.Player));
            if (observe)
                Assert.Equal((Math.Pow(Followed(8, 0) - 1, 2) / 2, 5), (moves[0].Terms["critic"], moves[0].GradientNorm));
            return (critic, generator);
        }
        var (seen, unseen) = (Play(observe: true), Play(observe: false));
        Assert.Equal((seen.critic.Value, seen.generator.Value), (unseen.critic.Value, unseen.generator.Value));
        Assert.Equal(Followed(8, 0, 1), seen.critic.Value);
    }

    [Fact]
    public void A_step_that_is_broken_off_says_after_how_many_moves_and_frees_its_batch()
    {
        Number critic = Start(8), generator = Start(8);
        var dealer = new Dealer();
        using var game = Begin([Follower("critic", critic) with { Steps = _ => 3 }, Follower("generator", generator)], dealer);
        var asked = 0;
        var e = Assert.Throws<BrokenOffException>(() => game.Play(0, goesOn: () => asked++ < 2));
        Assert.Equal((2, 3), (e.Played, asked));
        Assert.Equal((Followed(8, 0, 1), 8), (critic.Value, generator.Value));
        Assert.Equal(2, dealer.Dealt.Count);
        Assert.All(dealer.Dealt, batch => Assert.True(batch.IsDisposed));
    }
}
