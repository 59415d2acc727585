using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Tests.Training;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Tests.Systems;

public sealed class SaganTests : Playground
{
    private static Sagan Small(bool attention = true, int side = 16) => new(
        new(new ImageShape(1, side, side)) { ClassShares = [1, 1, 2] },
        new() { Width = 8, LatentSize = 5, Attention = attention });

    private static IEnumerable<Module> Below(Module module) => module.Children.SelectMany(Below).Prepend(module);

    [Fact]
    public void The_last_number_chooses_the_class()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        using var still = new Still(system); // in training the vectors of the power iteration move with every pass
        AssertSampler.ChoosesByTheLastNumber(system, (-1, 0), (-0.3f, 1), (1, 2));
    }

    [Theory]
    [InlineData(16, 8)]
    [InlineData(28, 14)]
    [InlineData(32, 16)]
    [InlineData(64, 16)]
    public void Both_networks_attend_at_one_size_and_every_weight_has_norm_one(int side, int attends)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small(side: side);
        List<(int, int)> seen = [];
        var z = system.Latent.Sample(2);
        using (new AttentionWatch((_, height, width) => seen.Add((height, width))))
            system.Score(system.Generate(z), Tensor.From<long>([0, 1], [2]));
        Assert.Equal([(attends, attends), (attends, attends)], seen);
        foreach (var network in system.Networks.Values)
        {
            Assert.Single(Below(network), module => module is SelfAttention);
            // Gains and biases of the generator's normalization are no weights of a layer.
            var weights = Below(network).OfType<WeightedLayer>()
                .Where(layer => layer is not Embedding || network == system.Networks["critic"]);
            Assert.All(weights, layer => Assert.True(layer.HasSpectralNorm));
        }
        using var plain = Small(attention: false, side);
        Assert.DoesNotContain(plain.Networks.Values.SelectMany(Below), module => module is SelfAttention);
    }

    [Fact]
    public void The_critic_moves_four_times_as_far()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = Small();
        double RateOf(int player) => ((Nn.Optimizers.AdamOptions)system.Players[player].Optimizer).LearningRate;
        Assert.Equal((4e-4, 1e-4), (RateOf(0), RateOf(1)));
    }

    [Fact]
    public void Its_critic_can_be_held_flat_beside_its_norms()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = new Sagan(new(new ImageShape(1, 16, 16)) { ClassShares = [1] },
            new() { Width = 4, LatentSize = 4, Constraint = "r1?gamma=10&every=2" });
        using var game = system.Begin(0, () => new Batch(
            Tensor.Uniform([4, 1, 16, 16], RandomStreams.Current["data"], -1, 1), Tensor.From<long>([0, 0, 0, 0], [4])));
        var penalties = Enumerable.Range(0, 4).Select(step => game.Play(step)[0].Terms.ContainsKey("penalty"));
        Assert.Equal([true, false, true, false], penalties);
    }

    [Theory]
    [InlineData("sagan", true)]
    [InlineData("projection", false)]
    public void A_run_that_attends_shows_where(string system, bool attends)
    {
        Play(PutFolders(16, ("a", 1), ("b", 1)), system, new(Steps: 2), ["width=4", "batch=4", "latent_size=6", "grid_samples=8"], "run");
        var sheet = Path.Combine(Folder, "run", "samples", "where-places-of-samples-look.png");
        Assert.Equal(attends, File.Exists(sheet));
        // Two columns of a sample and four maps, four rows of them, at five times their size.
        if (attends)
            Assert.Equal((2 * 5 * 84 + 12, 4 * 84 + 4), (ImageFile.Load(sheet).Width, ImageFile.Load(sheet).Height));
    }
}
