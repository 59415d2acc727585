using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Systems;

public sealed class Pix2PixTests : LeakTest
{
    private static Pix2Pix Small(Pix2Pix.Options? options = null) =>
        new(new(new ImageShape(1, 16, 16)) { Target = new ImageShape(3, 16, 16) }, options ?? new() { Width = 8, PatchHalvings = 1 });

    private static Tensor Noise(params long[] shape) => Tensor.Uniform(shape, RandomStreams.Current["data"], -1, 1);

    [Fact]
    public void A_translation_does_not_depend_on_its_neighbors()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        system.Networks["generator"].SetTraining(false);
        var x = Noise(5, 1, 16, 16);
        var together = system.Translate(x, Direction.AToB);
        Assert.Equal([5, 3, 16, 16], together.Shape);
        for (var i = 0; i < 5; i++)
            AssertTensor.Close(together.Narrow(0, i, 1), system.Translate(x.Narrow(0, i, 1), Direction.AToB), 1e-6);
    }

    [Fact]
    public void Four_pairs_are_learned_by_heart()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small(new() { Width = 16, PatchHalvings = 1, Adversarial = false, LearningRate = 3e-3 });
        Tensor a = Noise(4, 1, 16, 16), b = Noise(4, 3, 4, 4);
        b = Op.UpsampleNearest2d(b, [16, 16]) * 0.8;
        using var game = system.Begin(0, () => new PairedBatch(a.Alias(), b.Alias()));
        for (var step = 0; step < 300; step++)
            game.Play(step, observe: false);
        using var pause = Autograd.Pause();
        system.Networks["generator"].SetTraining(false);
        Assert.InRange((system.Translate(a, Direction.AToB) - b).Abs().Mean().Item(), 0, 0.1);
    }

    [Fact]
    public void Joined_layers_keep_detail_that_a_bottleneck_loses()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        double Loss(bool skips)
        {
            using var system = new Pix2Pix(new(new ImageShape(1, 16, 16)),
                new() { Width = 8, Skips = skips, Adversarial = false, PatchHalvings = 1, LearningRate = 3e-3 });
            // Noise is all detail; what is wanted is the same noise. Fine detail alone may be lost where sizes are doubled.
            PairedBatch Deal()
            {
                using var dealing = TensorScope.Open();
                var x = Op.UpsampleNearest2d(Noise(16, 1, 4, 4), [16, 16]);
                return new(x, x.Clone());
            }
            using var game = system.Begin(0, Deal);
            return Enumerable.Range(0, 250).Select(step => game.Play(step)[^1].Terms["l1"]).TakeLast(10).Average();
        }
        double joined = Loss(skips: true), plain = Loss(skips: false);
        Assert.True(joined < 0.8 * plain, $"L1 {joined:0.0} with joined layers, {plain:0.0} without");
    }

    // What changes in a critic's score is what it sees: the input or not, a pixel, a patch, or everything.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 16)]
    [InlineData(3, 32)]
    public void A_critic_sees_single_pixels_patches_or_the_whole_picture(int halvings, int seen)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var critic = PatchCritic.Create(new(1, 32, 32), 4, halvings);
        var x = Noise(1, 1, 32, 32).RequireGrad();
        var map = critic.Forward(x);
        // Instance normalization reaches everywhere, and weakly; what a score looks at is where its slope is large.
        var slope = Autograd.Gradient(map.Select(2, map.Size(2) / 2).Select(2, map.Size(3) / 2).Sum(), x).Abs().Reshape(32, 32);
        var strong = Op.Gt(slope, 0.1 * slope.Amax(0).Amax(0).Item()).To(DType.Float32);
        var (rows, columns) = (strong.Amax(1).Sum().Item(), strong.Amax(0).Sum().Item());
        Assert.InRange(rows, Math.Max(1, seen / 4), seen);
        Assert.InRange(columns, Math.Max(1, seen / 4), seen);
    }

    [Fact]
    public void A_critic_without_a_condition_sees_the_translation_alone()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using Pix2Pix told = Small(), alone = Small(new() { Width = 8, PatchHalvings = 1, Conditional = false });
        Assert.Equal(4, told.Networks["critic"].Parameters().First().Parameter.Value.Size(1));
        Assert.Equal(3, alone.Networks["critic"].Parameters().First().Parameter.Value.Size(1));
        using var game = alone.Begin(0, () => new PairedBatch(Noise(2, 1, 16, 16), Noise(2, 3, 16, 16)));
        Assert.All(game.Play(0).SelectMany(move => move.Terms.Values), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Pairs_of_two_sizes_and_sides_that_cannot_be_halved_are_refused_in_words()
    {
        Assert.Contains("one size", Assert.Throws<ArgumentException>(() =>
            new Pix2Pix(new(new ImageShape(1, 16, 16)) { Target = new ImageShape(1, 32, 32) }, new())).Message, StringComparison.Ordinal);
        Assert.Contains("even", Assert.Throws<ArgumentException>(() => UNet.Create(new(1, 15, 15), 1)).Message, StringComparison.Ordinal);
    }
}
