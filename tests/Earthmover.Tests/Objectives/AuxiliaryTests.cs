using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Objectives;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Objectives;

public sealed class AuxiliaryTests : LeakTest
{
    [Fact]
    public void Feature_matching_is_the_squared_distance_of_mean_features_and_moves_the_generated_ones_alone()
    {
        using var scope = TensorScope.Open();
        Tensor real = Tensor.From<float>([1, 2, 3, 4], [2, 2]).RequireGrad(), fake = Tensor.From<float>([0, 0, 2, 2], [2, 2]).RequireGrad();
        var term = new FeatureMatching(3).Of(x => 2 * x, real, fake)!;
        // Means (4, 6) and (2, 2): 3 (4 + 16).
        Assert.Equal(60, term.Item(), 1e-5);
        var gradients = Autograd.Gradients(term, [real, fake], allowUnused: true);
        Assert.Null(gradients[0]);
        // 3 · 2 (2 − 4) · 2 / 2 and 3 · 2 (2 − 6) · 2 / 2.
        AssertTensor.Close(Tensor.From<float>([-12, -24, -12, -24], [2, 2]), gradients[1]!, 1e-5);
    }

    [Theory]
    [InlineData("none", "non-saturating")]
    [InlineData("feature-matching?weight=2", "non-saturating feature-matching")]
    [InlineData("feature-matching?alone=true", "feature-matching")]
    public void The_game_of_two_takes_it_beside_the_scores_or_instead_of_them(string auxiliary, string terms)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Gan(new(new SampleShape.Points(2)), new() { Width = 4, LatentSize = 2, Auxiliary = auxiliary });
        using var batch = new Batch(Tensor.Normal([8, 2], streams["data"]));
        using var round = new Round<Batch>(batch, 0);
        var loss = system.Players[1].Loss(round);
        Assert.Equal(terms, string.Join(' ', loss.Keys));
        Assert.All(loss.Keys, name =>
            Assert.Equal(name == "feature-matching" ? TermRole.Auxiliary : TermRole.Adversarial, loss.Roles[name]));
        Assert.Contains(loss.Gradients(system.Players[1].Networks.SelectMany(n => n.Parameters()).Select(p => p.Parameter.Value).ToList()),
            gradient => gradient is not null && gradient.Abs().Sum().Item() > 0);
    }
}
