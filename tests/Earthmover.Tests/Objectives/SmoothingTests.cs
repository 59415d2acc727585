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
}
