using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>R20: the losses, schedules and networks of R3GAN; how far they lead is the claim <c>r3gan</c>.</summary>
public sealed class R3GanTests : LeakTest
{
    private static readonly ImageShape s_small = new(1, 16, 16);

    private static R3Gan.Options Options => new() { Width = 4, LatentSize = 6 };

    [Fact]
    public void Losses_pair_samples_and_gamma_goes_along_a_cosine()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new R3Gan(new(s_small), Options with { Gamma = "cosine?from=2&to=1" });
        using var batch = new Batch(Tensor.Uniform([4, 1, 16, 16], streams["data"], -1, 1));
        Terms Loss(int player, double progress)
        {
            streams.States = new Dictionary<string, byte[]>(); // all draw the same z
            using var round = new Round<Batch>(batch, 0) { Progress = progress };
            return system.Players[player].Loss(round);
        }
        streams.States = new Dictionary<string, byte[]>();
        var fake = system.Generate(system.Latent.Sample(4, streams["latent"]));
        float[] real = system.Score(batch.X).ToArray<float>(), made = system.Score(fake).ToArray<float>();
        double Sp(IEnumerable<double> values) => values.Average(v => Math.Log(1 + Math.Exp(v)));
        Assert.Equal(Sp(made.Zip(real, (f, r) => (double)f - r)), Loss(0, 0)["relativistic-pairing"].Item(), 1e-5);
        Assert.Equal(Sp(real.Zip(made, (r, f) => (double)r - f)), Loss(1, 0)["relativistic-pairing"].Item(), 1e-5);
        double Slope(Tensor x)
        {
            var at = x.Detach().Clone().RequireGrad();
            return Autograd.Gradient(system.Score(at).Sum(), at).Square().Flatten(1).Sum([1]).Mean().Item();
        }
        // γ/2 of both, times as many as there are steps without.
        var both = 8 * (Slope(batch.X) + Slope(fake)) / 2;
        Assert.Equal(2 * both, Loss(0, 0)["penalty"].Item(), 1e-4 * both);
        Assert.Equal(1.5 * both, Loss(0, 0.5)["penalty"].Item(), 1e-4 * both);
        Assert.Equal(both, Loss(0, 1)["penalty"].Item(), 1e-4 * both);
    }

    [Fact]
    public void Networks_begin_without_their_blocks_and_have_no_normalization()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var generator = ResNeXt.Generator(new(3, 32, 32), 6, 4);
        using var critic = ResNeXt.Critic(new(3, 32, 32), 4);
        Assert.False(critic.CouplesBatch);
        Assert.Empty(generator.Buffers());
        // 32 = 4 · 2³: three sizes below full size, a block each.
        Assert.Equal(3, generator.Children.OfType<Residual>().Count());
        Assert.Equal(3, critic.Children.OfType<Residual>().Count());
        foreach (var network in (Module[])[generator, critic])
            foreach (var block in network.Children.OfType<Residual>())
                Assert.Equal(0, block.Children.First().Children.Last().Parameters().Single().Parameter.Value.Abs().Sum().Item());
    }

    [Fact]
    public void Sizes_change_by_a_window_of_one_two_one()
    {
        using var scope = TensorScope.Open();
        using Module up = new Sequential(Resampling.NearestUp(), Resampling.Smooth()),
            down = new Sequential(Resampling.Smooth(), Resampling.AverageDown());
        var x = Tensor.From<float>([.. Enumerable.Range(0, 64).Select(i => i == 27 ? 16f : 0)], [1, 1, 8, 8]); // row 3, column 3
        var wider = up.Forward(x);
        // The means of two neighbors of 0, 16, 16, 0 along each side.
        Assert.Equal([8f, 16, 8], [.. Enumerable.Range(6, 3).Select(i => (float)wider.Select(3, i).Select(2, 7).Item())]);
        Assert.Equal(64, wider.Sum().Item(), 1e-4);
        Assert.Equal(16.0 / 4, down.Forward(x).Sum().Item(), 1e-4);
    }

    [Theory]
    [InlineData("cosine?from=0.9&to=0.99", 0.9, 0.945, 0.99)]
    [InlineData("linear?from=2&to=0&until=0.5", 2, 0, 0)]
    [InlineData("constant?value=3", 3, 3, 3)]
    public void A_schedule_goes_from_one_end_to_the_other(string text, double first, double middle, double last)
    {
        var ramp = ((Part<Ramp>)text).Value;
        Assert.Equal((first, middle, last), (ramp.At(0), Math.Round(ramp.At(0.5), 9), ramp.At(1)));
        Assert.Equal(first == last, ramp.IsConstant);
    }

    [Fact]
    public void Schedules_outside_of_their_range_are_refused()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        Assert.Contains("beta2 goes from 0", Assert.Throws<ArgumentException>(() => GanSystem.Build(() =>
            new R3Gan(new(s_small), Options with { Beta2 = "linear?from=0.9&to=1.5" }))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ((Part<Ramp>)"cosine?until=0").Value);
    }

    [Fact]
    public void Beta2_is_that_of_the_progress_when_a_step_is_taken()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        var source = new BatchSource(Blobs.Create(64, 8), 4, 1);
        double[] Squares(string beta2)
        {
            using var scope = TensorScope.Open();
            using var own = new RandomStreams(3);
            using var inUse = own.Use();
            using var system = new R3Gan(new(s_small), Options with { Beta2 = beta2 });
            using var game = system.Begin(0, () => source.Deal(0));
            game.Progress = 1;
            game.Play(1);
            return [.. game.Optimizers.Select(o => o.Optimizer.State["square"].Sum().Item())];
        }
        double[] atEnd = Squares("linear?from=0.5&to=0.9"), constant = Squares("constant?value=0.9"), other = Squares("constant?value=0.5");
        Assert.Equal(constant, atEnd);
        Assert.NotEqual(other, atEnd);
    }
}
