using Earthmover.Objectives;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Objectives;

public sealed class SmoothingTests : LeakTest
{
    [Theory]
    [InlineData("minimax")]
    [InlineData("non-saturating")]
    [InlineData("kl-update")]
    public void Real_samples_are_to_be_nearly_real_and_generated_ones_not_at_all(string name)
    {
        using var scope = TensorScope.Open();
        Tensor real = Tensor.From<float>([1, -2], [2]).RequireGrad(), fake = Tensor.From<float>([0.5f, -1], [2]).RequireGrad();
        var objective = Objective.Named($"{name}?smoothing=0.1");
        double Log(double score) => Math.Log(1 / (1 + Math.Exp(-score)));
        // −0.9 log σ(d) − 0.1 log(1 − σ(d)) − log(1 − σ(f)).
        var expected = new[] { 1.0, -2 }.Average(d => -0.9 * Log(d) - 0.1 * Log(-d)) + new[] { 0.5, -1 }.Average(f => -Log(-f));
        Assert.Equal(expected, objective.Critic(real, fake).Item(), 1e-6);
        // A critic that is 90 % sure of a real sample is where it should be.
        var sure = Tensor.From<float>([(float)Math.Log(9)], [1]).RequireGrad();
        Assert.Equal(0, Autograd.Gradient(objective.Critic(sure, fake), sure).Item(), 1e-6);
        Assert.Equal(Objective.Named(name).Critic(real, fake).Item(), Objective.Named($"{name}?smoothing=0").Critic(real, fake).Item());
    }

    [Theory]
    [InlineData("-0.1")]
    [InlineData("0.5")]
    public void A_target_beyond_undecided_is_refused(string smoothing) => Assert.Contains("smoothing is at least 0 and below 0.5",
        Assert.Throws<ArgumentException>(() => Objective.Named($"non-saturating?smoothing={smoothing}")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("minimax")]
    [InlineData("non-saturating")]
    [InlineData("kl-update")]
    public void A_share_of_the_labels_is_told_wrong(string name)
    {
        using var streams = new RandomStreams(3);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        const int n = 200_000;
        Tensor real = Tensor.Ones([n]) * 2, fake = -Tensor.Ones([n]);
        double Cost(double score) => Math.Log(1 + Math.Exp(-score));
        // Of real samples 3 in 10 cost what a generated one of this score does, and the other way round.
        var expected = 0.7 * Cost(2) + 0.3 * Cost(-2) + 0.7 * Cost(1) + 0.3 * Cost(-1);
        var objective = Objective.Named($"{name}?flips=0.3");
        Assert.Equal(expected, objective.Critic(real, fake).Item(), 0.01);
        // Other samples in each batch.
        Assert.NotEqual(objective.Critic(real, fake).Item(), objective.Critic(real, fake).Item());
    }

    [Fact]
    public void More_wrong_labels_than_right_ones_are_refused() => Assert.Contains("flips is at least 0 and below 0.5",
        Assert.Throws<ArgumentException>(() => Objective.Named("minimax?flips=0.5")).Message, StringComparison.Ordinal);
}
