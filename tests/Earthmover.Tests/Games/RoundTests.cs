using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Tests.Games;

/// <summary>What a round shares, and how long it lasts.</summary>
public sealed class RoundTests : ScalarGame
{
    [Fact]
    public void What_is_shared_is_computed_once_and_is_what_it_was_before_anybody_moved()
    {
        Number translator = Start(2), critic = Start(0);
        var computed = 0;
        Tensor Shared(Round<Numbered> round) => round.Once("G", () =>
        {
            computed++;
            return 3 * translator.Theta;
        });
        var second = Player("critic", critic, round => critic.Theta * Shared(round).Detach());
        using var game = Begin([Player("translator", translator, Shared), second]);
        _ = game.Play(0);
        Assert.Equal(1, computed);
        // The first player differentiates what is shared; the second sees 3 · 2, and not what the translator has become.
        Assert.Equal((2 - Rate * 3, -Rate * 6), (translator.Value, critic.Value));
        _ = game.Play(1);
        Assert.Equal(2, computed);
    }

    [Fact]
    public void Names_tell_shared_tensors_apart()
    {
        using var scope = TensorScope.Open();
        using var round = new Round<Numbered>(new(0), 0);
        Tensor one = round.Once("one", () => Tensor.Of(1)), two = round.Once("two", () => Tensor.Of(2));
        Assert.Same(one, round.Once("one", () => throw new InvalidOperationException("computed again")));
        Assert.Equal((1, 2), (one.Item(), two.Item()));
    }

    [Fact]
    public void A_second_move_gets_a_round_in_which_nothing_is_shared_yet()
    {
        var number = Start(0);
        var shared = new List<double>();
        using var game = Begin([Player("follower", number, round =>
        {
            var batch = round.Once("batch", () => Tensor.Of(round.Batch.Index));
            shared.Add(batch.Item());
            return (number.Theta - batch).Square() / 2;
        }) with
        { Steps = _ => 3 }]);
        _ = game.Play(0);
        Assert.Equal([0, 1, 2], shared);
        Assert.Equal(Followed(0, 0, 1, 2), number.Value);
    }

    [Fact]
    public void The_next_player_shares_the_round_of_the_last_move_before_it()
    {
        var seen = new List<double>();
        Tensor Look(Round<Numbered> round, Number number)
        {
            seen.Add(round.Once("batch", () => Tensor.Of(10 * round.Batch.Index)).Item());
            return number.Theta;
        }
        Number a = Start(0), b = Start(0);
        using var game = Begin([Player("a", a, round => Look(round, a)) with { Steps = _ => 2 }, Player("b", b, round => Look(round, b))]);
        _ = game.Play(0);
        Assert.Equal([0, 10, 10], seen);
    }

    [Fact]
    public void Every_round_knows_the_number_of_its_step()
    {
        var steps = new List<long>();
        var number = Start(0);
        using var game = Begin([Player("a", number, round =>
        {
            steps.Add(round.Step);
            return number.Theta;
        }) with
        { Steps = _ => 2 }]);
        _ = game.Play(7);
        _ = game.Play(41);
        Assert.Equal([7, 7, 41, 41], steps);
    }

    [Fact]
    public void A_batch_lives_as_long_as_its_round_and_no_longer()
    {
        var dealer = new Dealer();
        var number = Start(0);
        var alive = new List<string>();
        Tensor Look()
        {
            alive.Add(string.Join(' ', dealer.Dealt.Where(batch => !batch.IsDisposed).Select(batch => batch.Index)));
            return number.Theta;
        }
        using var game = Begin([Player("a", number, _ => Look()) with { Steps = _ => 2 }, Player("b", Start(0), _ => Look())], dealer);
        _ = game.Play(0);
        Assert.Equal(["0", "1", "1"], alive);
        Assert.All(dealer.Dealt, batch => Assert.True(batch.IsDisposed));
    }

    [Fact]
    public void A_loss_that_fails_leaves_neither_its_batch_nor_what_was_shared()
    {
        var dealer = new Dealer();
        var number = Start(1);
        using var game = Begin([Player("a", number, round =>
        {
            _ = round.Once("shared", () => Tensor.Of(1));
            throw new InvalidOperationException("a loss went wrong");
        })], dealer);
        var before = Tensor.LiveCount;
        Assert.Equal("a loss went wrong", Assert.Throws<InvalidOperationException>(() => game.Play(0)).Message);
        Assert.Equal(before, Tensor.LiveCount);
        Assert.True(Assert.Single(dealer.Dealt).IsDisposed);
        Assert.Equal(1, number.Value);
    }
}
