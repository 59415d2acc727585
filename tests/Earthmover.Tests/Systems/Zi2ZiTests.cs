using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Systems;

public sealed class Zi2ZiTests : LeakTest
{
    private static readonly ImageShape s_shape = new(1, 16, 16);

    private static Zi2Zi Small(Zi2Zi.Options? options = null) =>
        new(new(s_shape) { ClassShares = [1, 1, 1] }, options ?? new() { Width = 8, EmbeddingSize = 6 });

    private static Tensor Noise(params long[] shape) => Tensor.Uniform(shape, RandomStreams.Current["data"], -1, 1);

    private static Tensor Styles(params long[] styles) => Tensor.From<long>(styles, styles.Length);

    [Fact]
    public void A_style_is_told_by_its_number_or_by_weights_and_the_first_where_nothing_is_said()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        using var system = Small();
        system.Networks["generator"].SetTraining(false);
        var x = Noise(1, 1, 16, 16);
        Tensor Told(Tensor? condition) => system.Translate(x, Direction.AToB, condition);
        Tensor Weighed(params float[] weights) => Told(Tensor.From<float>(weights, [1, 3]));
        Assert.Equal([1, 1, 16, 16], Told(null).Shape);
        AssertTensor.Close(Told(null), Told(Styles(0)), 0);
        AssertTensor.Close(Told(Styles(2)), Weighed(0, 0, 1), 1e-6);
        double Apart(Tensor a, Tensor b) => (a - b).Abs().Mean().Item();
        Assert.True(Apart(Told(Styles(1)), Told(Styles(2))) > 1e-5);
        Assert.True(Apart(Weighed(0, 0.5f, 0.5f), Told(Styles(1))) > 1e-6);
        Assert.True(((Condition.Choice)system.Condition).Mixes);
    }

    // What a style does is learned: each of two makes of a picture something else.
    [Fact]
    public void Two_styles_of_one_picture_are_learned_by_heart()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small(new() { Width = 8, EmbeddingSize = 6, LearningRate = 2e-3 });
        Tensor one = Op.UpsampleNearest2d(Noise(2, 1, 4, 4), [16, 16]) * 0.8, a = Tensor.Cat([one, one]), b = Tensor.Cat([one, -one]);
        var styles = Styles(0, 0, 1, 1);
        using (var game = system.Begin(0, () => new PairedBatch(a.Alias(), b.Alias(), styles.Alias())))
            for (var step = 0; step < 150; step++)
                game.Play(step, observe: false);
        using var pause = Autograd.Pause();
        system.Networks["generator"].SetTraining(false);
        double Miss(Tensor told) => (system.Translate(a, Direction.AToB, told) - b).Abs().Mean().Item();
        Assert.InRange(Miss(styles), 0, 0.25);
        Assert.True(Miss(Styles(1, 1, 0, 0)) > 2 * Miss(styles));
    }

    [Fact]
    public void Shuffled_styles_play_with_every_term_but_L1_as_well()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small(new() { Width = 4, EmbeddingSize = 6, Shuffle = true });
        PairedBatch Deal()
        {
            using var dealing = TensorScope.Open();
            return new(Noise(4, 1, 16, 16), Noise(4, 1, 16, 16), Styles(0, 1, 2, 0));
        }
        using var game = system.Begin(0, Deal);
        var moves = game.Play(0);
        Assert.Equal(["critic", "generator"], moves.Select(move => move.Player));
        Assert.Equal(["non-saturating", "l1", "constant", "style"], moves[1].Terms.Keys);
        Assert.All(moves.SelectMany(move => move.Terms.Values), value => Assert.True(double.IsFinite(value)));
        Assert.Equal(3, game.MovesOf(0));
        // Three scores of 2 log 2 / 2 each at the start, where nothing is told apart.
        Assert.InRange(moves[0].Terms["non-saturating"], 1.5, 3.5);
    }

    [Fact]
    public void Pairs_without_styles_and_of_two_sizes_are_refused_in_words()
    {
        Assert.Contains("told classes", Assert.Throws<ArgumentException>(() => new Zi2Zi(new(s_shape), new())).Message,
            StringComparison.Ordinal);
        var wide = new SystemContext(s_shape) { Target = s_shape with { Width = 32 }, ClassShares = [1, 1] };
        Assert.Contains("one size", Assert.Throws<ArgumentException>(() => new Zi2Zi(wide, new())).Message, StringComparison.Ordinal);
    }
}
