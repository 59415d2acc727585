using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>R44: EBGAN's energy, margin and pulling term; that energies meet is the claim <c>ebgan</c>.</summary>
public sealed class EbganTests : LeakTest
{
    private static Ebgan Small(double margin, double pulling = 0.1) => new(new(new ImageShape(1, 16, 16)),
        new() { Width = 4, LatentSize = 4, CodeSize = 4, Margin = margin, PullingAway = pulling });

    private static Batch Noise() => new(Tensor.Uniform([8, 1, 16, 16], RandomStreams.Current["data"], -1, 1));

    [Fact]
    public void Codes_are_alike_or_at_right_angles()
    {
        using var scope = TensorScope.Open();
        Assert.Equal(1, Ebgan.SquaredCosine(Tensor.From<float>([1, 2, 2, 4, -3, -6], [3, 2])).Item(), 1e-6);
        Assert.Equal(0, Ebgan.SquaredCosine(Tensor.From<float>([1, 0, 0, 5], [2, 2])).Item(), 1e-6);
        // cos² of 45° for each pair of a right angle and its half: (0 + ½ + ½) / 3.
        Assert.Equal(1.0 / 3, Ebgan.SquaredCosine(Tensor.From<float>([1, 0, 0, 1, 1, 1], [3, 2])).Item(), 1e-6);
    }

    [Fact]
    public void Beyond_its_margin_a_sample_moves_the_critic_no_more()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        double Generated(double margin)
        {
            using var system = Small(margin);
            using var game = system.Begin(0, Noise);
            return game.Play(0)[0].Terms["generated"];
        }
        Assert.Equal(0, Generated(1e-6));
        Assert.InRange(Generated(100), 90, 100);
    }

    [Fact]
    public void The_generator_moves_faster_than_the_critic()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = Small(1);
        double RateOf(int player) => ((Nn.Optimizers.AdamOptions)system.Players[player].Optimizer).LearningRate;
        Assert.Equal((1e-3, 8e-3), (RateOf(0), RateOf(1)));
    }

    [Fact]
    public void A_score_is_a_sample_s_own_energy()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small(1);
        using var batch = Noise();
        var x = batch.X;
        var together = system.Score(x);
        Assert.Equal([8, 1], together.Shape);
        AssertTensor.Close(together.Narrow(0, 3, 1), system.Score(x.Narrow(0, 3, 1)), 1e-6);
        Assert.All(together.ToArray<float>(), score => Assert.True(score < 0));
    }

    [Fact]
    public void Without_its_weight_there_is_no_pulling_term()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        foreach (var (weight, terms) in new[] { (0.0, 1), (0.1, 2) })
        {
            using var system = Small(1, weight);
            using var game = system.Begin(0, Noise);
            Assert.Equal(terms, game.Play(0)[1].Terms.Count);
        }
    }
}
