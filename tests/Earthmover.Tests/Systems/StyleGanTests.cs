using System.Text;
using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Networks;
using Earthmover.Sessions;
using Earthmover.Sessions.Comparing;
using Earthmover.Sessions.Walks;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Tests.Training;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Tests.Systems;

public sealed class StyleGanTests : Playground
{
    private static StyleGan Small(string constraint = "r1?gamma=1", string minibatch = "deviation?group=4") => new(
        new(new ImageShape(1, 16, 16)),
        new() { Width = 4, LatentSize = 5, StyleSize = 6, Constraint = constraint, Minibatch = minibatch });

    [Fact]
    public void Truncation_takes_variety_away_until_nothing_is_left()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        system.Styles(system.Latent.Sample(64)); // the mean style has seen something
        using var still = new Still(system);
        using var pause = Autograd.Pause();
        var z = system.Latent.Sample(8);
        double Apart(double truncation)
        {
            var made = StyleEdits.Truncated(system, z, truncation);
            return (made - made.Mean([0], keep: true)).Square().Sum().Sqrt().Item();
        }
        double[] apart = [.. new[] { 0, 0.01, 0.1, 1 }.Select(Apart)];
        Assert.Equal(0, apart[0], 1e-4);
        Assert.Equal(apart.Order(), apart);
        Assert.True(apart[3] > 0.01);
        AssertTensor.Close(system.Generate(z), StyleEdits.Truncated(system, z, 1), 0);
    }

    [Fact]
    public void Crossed_samples_are_of_one_style_up_to_a_layer_and_of_the_other_from_it_on()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        using var still = new Still(system);
        Tensor a = system.Latent.Sample(3), b = system.Latent.Sample(3);
        Assert.Equal(6, system.Layers); // two at each of 4, 8 and 16 pixels
        AssertTensor.Close(system.Generate(b), StyleEdits.Crossed(system, a, b, 0), 1e-5);
        AssertTensor.Close(system.Generate(a), StyleEdits.Crossed(system, a, b, 6), 1e-5);
        Tensor w = system.Styles(a).Unsqueeze(1), v = system.Styles(b).Unsqueeze(1);
        AssertTensor.Close(system.Synthesize(Tensor.Cat([w, w, v, v, v, v], 1)), StyleEdits.Crossed(system, a, b, 2), 1e-5);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void In_training_a_second_style_begins_at_a_drawn_layer_with_the_share_that_is_asked_for(double mixing)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var network = new StyleSynthesis(new ImageShape(1, 8, 8), 3, 4, 2, 0.01, 2, mixing);
        network.SetTraining(false);
        var z = Tensor.Normal([64, 3], streams["data"]);
        Tensor other = Tensor.Normal([64, 3], streams["data"]), mixed = network.Mixed(z, other);
        bool[] Same(Tensor made) => [.. (mixed - made).Flatten(1).Abs().Sum([1]).ToArray<float>().Select(d => d < 1e-5)];
        if (mixing == 0)
            Assert.All(Same(network.Forward(z)), Assert.True);
        else
        {
            // Every sample is crossed somewhere between its two, at every layer about as often.
            var at = Enumerable.Range(1, network.Layers - 1).Select(cut =>
            {
                Tensor w = network.Styles(z).Unsqueeze(1), v = network.Styles(other).Unsqueeze(1);
                return Same(network.Synthesize(Tensor.Cat([.. Enumerable.Range(0, network.Layers).Select(i => i < cut ? w : v)], 1)));
            }).ToList();
            Assert.All(Enumerable.Range(0, 64), i => Assert.Equal(1, at.Count(same => same[i])));
            Assert.All(at, same => Assert.InRange(same.Count(s => s), 10, 34));
        }
    }

    [Fact]
    public void The_mean_style_follows_training_alone()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        var z = system.Latent.Sample(7);
        var w = system.Styles(z);
        AssertTensor.Close(w.Mean([0]) * 0.005, system.MeanStyle, 1e-5);
        using var still = new Still(system);
        var before = system.MeanStyle.Clone();
        system.Styles(z);
        AssertTensor.Close(before, system.MeanStyle, 0);
    }

    [Fact]
    public void R1_takes_packs_of_samples_and_is_the_gradient_of_their_scores()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        var critic = Assert.Single(system.Critics);
        var x = Tensor.Normal([8, 1, 16, 16], streams["data"]);
        var penalty = new R1(2).Of(critic.Forward, x, x).Item();
        // γ/2 E ‖∂ Σ D / ∂x‖², pack by pack.
        var expected = new[] { 0, 4 }.Sum(from =>
        {
            var pack = x.Narrow(0, from, 4).Detach().RequireGrad();
            return Autograd.Gradient(critic.Forward(pack).Sum(), pack).Square().Sum().Item();
        }) / 8;
        Assert.Equal(expected, penalty, 1e-4 * expected);
        // Around 1 there is no such pack, and the whole batch is none.
        foreach (var (constraint, minibatch) in new[] { ("gradient-penalty", "deviation?group=4"), ("r1", "deviation") })
            Assert.Contains("couples the samples", Assert.Throws<ArgumentException>(() =>
                GanSystem.Build(() => Small(constraint, minibatch))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_crosses_its_styles_in_one_picture_and_measures_its_ways()
    {
        var pictures = PutPictures();
        Play(pictures, "stylegan", new(Steps: 2),
            ["width=4", "batch=4", "latent_size=6", "grid_samples=8", "health_share=0"], "run");
        var path = Path.Combine(Folder, "run");
        using (var run = TrainedRun.Open(path, Context))
        {
            var picture = Path.Combine(Folder, "mix.png");
            StyleSheet.Write(run, seed: 1, side: 3, from: 2, truncation: 0.5, picture);
            Assert.Equal(4 * (56 + 2) + 2, ImageFile.Load(picture).Width);
            Assert.Contains("crossed from layer 2, truncation 0.5", File.ReadAllText(picture, Encoding.Latin1), StringComparison.Ordinal);
            Assert.Contains("has 6, so 1 to 5", Assert.Throws<UserException>(() =>
                StyleSheet.Write(run, 1, 3, from: 6, 1, picture)).Message, StringComparison.Ordinal);
        }
        var comparison = new Comparison(path, pictures)
        {
            Metrics = [Earthmover.Metrics.MetricCatalog.Named("path-length")],
            Count = 2,
            Features = "raw",
        };
        var result = Assert.Single(comparison.Measure().Results);
        Assert.Equal(("path-length", true), (result.Name, result.Value > 0));
        Assert.Contains("is no run", Assert.Throws<UserException>(() =>
            (comparison with { Samples = comparison.Against }).Measure()).Message, StringComparison.Ordinal);
    }
}
