using Earthmover.Games;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Tests.Games;

/// <summary>What a player minimizes, what is only shown, and what happens where it is not a number.</summary>
public sealed class TermsTests : ScalarGame
{
    private static Player<Numbered> Of(Number number, Func<Terms> terms) =>
        new("player", Role.Other, [number], new SgdOptions(Rate), _ => terms());

    [Fact]
    public void A_player_minimizes_the_sum_of_its_terms_and_shows_each_in_order()
    {
        var x = Start(2);
        Terms Sum() => new() { ["square"] = x.Theta.Square(), ["linear"] = -3 * x.Theta, ["constant"] = Tensor.Of(7) };
        using var game = Begin([Of(x, Sum)]);
        var move = Assert.Single(game.Play(0));
        Assert.Equal([("square", 4.0), ("linear", -6.0), ("constant", 7.0)], move.Terms.Select(term => (term.Key, term.Value)));
        Assert.Equal(1, move.GradientNorm);
        Assert.Equal(2 - Rate * (2 * 2 - 3), x.Value);
    }

    [Fact]
    public void The_total_is_the_sum_and_its_gradient_the_sum_of_theirs()
    {
        using var scope = TensorScope.Open();
        Number x = Start(2), y = Start(5), absent = Start(1);
        var terms = new Terms { ["product"] = x.Theta * y.Theta, ["square"] = x.Theta.Square(), ["linear"] = 4 * y.Theta };
        Assert.Equal(10 + 4 + 20, terms.Total.Item());
        var gradients = terms.Gradients([x.Theta, y.Theta, absent.Theta]);
        Assert.Equal((5 + 4, 2 + 4), (gradients[0]!.Item(), gradients[1]!.Item()));
        Assert.Null(gradients[2]);
    }

    [Fact]
    public void A_term_that_is_null_is_none()
    {
        using var scope = TensorScope.Open();
        var terms = new Terms
        {
            ["square", TermRole.Distance] = Start(2).Theta.Square(),
            ["penalty", TermRole.Penalty] = null,
        };
        Assert.Equal(("square", TermRole.Distance), Assert.Single(terms.Roles.Select(role => (role.Key, role.Value))));
        Assert.Equal(4, terms.Total.Item());
    }

    [Fact]
    public void A_leaf_that_does_not_take_part_stays_where_it_is()
    {
        Number x = Start(2), absent = Start(1);
        var takesPart = true;
        using var game = new Game<Numbered>(new("game", [new("player", Role.Other, [x, absent], new SgdOptions(Rate),
            _ => new() { ["sum"] = takesPart ? x.Theta + absent.Theta : x.Theta })]), new Dealer().Next);
        _ = game.Play(0);
        takesPart = false;
        // The gradient of the step before is not used again.
        Assert.Equal(1, Assert.Single(game.Play(1)).GradientNorm);
        Assert.Equal((2 - 2 * Rate, 1 - Rate), (x.Value, absent.Value));
    }

    [Fact]
    public void What_is_only_observed_is_shown_and_moves_nothing()
    {
        var x = Start(2);
        using var game = Begin([Of(x, () => new() { ["square"] = x.Theta.Square(), Observed = { ["k"] = 100 * x.Theta } })]);
        var move = Assert.Single(game.Play(0));
        Assert.Equal([("square", 4.0), ("k", 200.0)], move.Terms.Select(term => (term.Key, term.Value)));
        Assert.Equal((4, 2 - Rate * 4), (move.GradientNorm, x.Value));
    }

    [Fact]
    public void An_observation_that_is_not_a_number_is_shown_as_it_is()
    {
        var x = Start(2);
        using var game = Begin([Of(x, () => new() { ["square"] = x.Theta.Square(), Observed = { ["k"] = Tensor.Of(double.NaN) } })]);
        Assert.True(double.IsNaN(Assert.Single(game.Play(0)).Terms["k"]));
        Assert.Equal(1, x.Value);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void The_first_bad_term_is_named_and_nothing_moves(double bad)
    {
        Number x = Start(2), y = Start(3);
        var after = 0;
        Player<Numbered> sick = Of(x, () => new() { ["fine"] = x.Theta.Square(), ["sick"] = x.Theta * bad, ["sicker"] = x.Theta * bad });
        using var game = Begin([sick with { AfterStep = () => after++ }, Player("second", y, _ => y.Theta)]);
        var e = Assert.Throws<NotFiniteException>(() => game.Play(4));
        Assert.Equal(("player", "term 'sick'"), (e.Player, e.What));
        Assert.Equal("player: term 'sick' is not finite at step 5; it was not applied", e.Message);
        Assert.Equal((2, 3, 0), (x.Value, y.Value, after));
        Assert.All(game.Optimizers, o => Assert.Equal(0, o.Optimizer.StepCount));
    }

    [Fact]
    public void Who_moved_before_the_bad_term_stays_moved_and_the_game_goes_on_from_there()
    {
        Number x = Start(2), y = Start(3);
        var bad = true;
        using var game = Begin([Player("first", x, _ => x.Theta), Player("second", y, _ => y.Theta * (bad ? double.NaN : 1))]);
        Assert.Equal("second", Assert.Throws<NotFiniteException>(() => game.Play(0)).Player);
        Assert.Equal((2 - Rate, 3), (x.Value, y.Value));
        bad = false;
        _ = game.Play(0);
        Assert.Equal((2 - 2 * Rate, 3 - Rate), (x.Value, y.Value));
    }

    // √x at 0: the term is 0, its slope is infinite.
    [Fact]
    public void Where_all_terms_are_finite_the_parameter_with_the_bad_gradient_is_named()
    {
        Number fine = Start(2), sick = Start(0);
        using var game = new Game<Numbered>(new("game", [new("player", Role.Other, [fine, sick], new SgdOptions(Rate),
            _ => new() { ["root"] = fine.Theta + sick.Theta.Sqrt() })]), new Dealer().Next);
        Assert.Equal("gradient of theta", Assert.Throws<NotFiniteException>(() => game.Play(0)).What);
        Assert.Equal((2, 0), (fine.Value, sick.Value));
    }

    [Fact]
    public void Finite_gradients_whose_squares_are_not_are_refused_as_well()
    {
        var x = Start(1);
        using var game = Begin([Of(x, () => new() { ["steep"] = x.Theta * 1e25 })]);
        Assert.StartsWith("player: ", Assert.Throws<NotFiniteException>(() => game.Play(0)).Message, StringComparison.Ordinal);
        Assert.Equal(1, x.Value);
    }
}
