using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

public sealed class BiGanTests : LeakTest
{
    [Fact]
    public void The_generator_and_the_encoder_play_with_the_labels_exchanged()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new BiGan(new(new SampleShape.Points(2)), new() { Width = 8, LatentSize = 2, Constraint = "none" });
        var critic = system.Networks["critic"];
        // A critic that says 0 to everything: sp(0) + sp(0) for both players.
        using (Autograd.Pause())
            critic.Flat.Values.CopyFrom(critic.Flat.Values * 0);
        using var batch = new Batch(Tensor.Normal([8, 2], streams["data"]));
        using var round = new Round<Batch>(batch, 0);
        Assert.All(system.Players, player => Assert.Equal(2 * Math.Log(2), player.Loss(round)["non-saturating"].Item(), 1e-6));
        Assert.Equal([Role.Critic, Role.Generator], system.Players.Select(player => player.Role));
    }

    [Fact]
    public void The_encoder_learns_to_invert_the_generator()
    {
        using var streams = new RandomStreams(3);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new BiGan(new(new SampleShape.Points(2)), new() { Width = 64, LatentSize = 2, LearningRate = 1e-3 });
        var source = new BatchSource(DataCatalog.Open("gaussian?n=4000"), 128, 3);
        using var stream = new RandomGenerator(1);
        var before = Correlation(system, stream);
        var position = 0;
        using var game = system.Begin(0, () => source.At(position++));
        const int steps = 2500;
        for (var step = 0; step < steps; step++)
        {
            game.Rate = 1 - step / (double)steps;
            game.Play(step, observe: false);
        }
        var after = Correlation(system, stream);
        Assert.True(after > 0.8, $"E(G(z)) and z: correlation {before:0.00} before and {after:0.00} after");
    }

    [Fact]
    public void Codes_lie_where_latent_vectors_do()
    {
        using var streams = new RandomStreams(2);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new BiGan(new(new SampleShape.Points(2)), new() { Width = 8, LatentSize = 2 });
        var codes = system.Encode(Tensor.Normal([50, 2], streams["data"]) * 100);
        Assert.InRange(codes.Abs().ToArray<float>().Max(), 0, 1);
    }

    // Of all coordinates together.
    private static double Correlation(BiGan system, RandomGenerator stream)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        foreach (var network in system.Networks.Values)
            network.SetTraining(false);
        var z = system.Latent.Sample(500, stream);
        var back = system.Encode(system.Generate(z));
        Tensor a = z - z.Mean([0], keep: true), b = back - back.Mean([0], keep: true);
        var correlation = (a * b).Sum().Item() / Math.Sqrt(a.Square().Sum().Item() * b.Square().Sum().Item());
        foreach (var network in system.Networks.Values)
            network.SetTraining(true);
        return correlation;
    }
}
