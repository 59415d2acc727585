using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>
/// R37: the pyramid, the losses and the climbing of LAPGAN; what its levels and its chain learn is the claim <c>lapgan</c>.
/// </summary>
public sealed class LapganTests : LeakTest
{
    [Fact]
    public void Halving_takes_means_and_doubling_repeats()
    {
        using var scope = TensorScope.Open();
        var image = Tensor.From<double>([1, 3, 10, 20, 5, 7, 30, 40], [1, 1, 2, 4]);
        Assert.Equal([4.0, 25.0], Lapgan.Halve(image).ToArray<double>());
        Assert.Equal([4.0, 4.0, 25.0, 25.0, 4.0, 4.0, 25.0, 25.0], Lapgan.Double(Lapgan.Halve(image)).ToArray<double>());
    }

    // u after d projects orthogonally: that is what makes the detail the part of the image that the coarse one lacks.
    [Fact]
    public void The_detail_has_nothing_coarse_in_it()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var image = Tensor.Uniform([3, 2, 28, 20], streams["data"], -1, 1, DType.Float64);
        var coarse = Lapgan.Halve(image);
        var enlarged = Lapgan.Double(coarse);
        var detail = image - enlarged;
        Assert.Equal([3, 2, 14, 10], coarse.Shape);
        Assert.Equal(image.Shape, enlarged.Shape);
        AssertTensor.Close(coarse, Lapgan.Halve(enlarged), 1e-15);
        AssertTensor.Close(Tensor.Zeros([3, 2, 14, 10], DType.Float64), Lapgan.Halve(detail), 1e-15);
        static double Energy(Tensor x) => x.Square().Sum().Item();
        Assert.InRange(Energy(detail), 0.1 * Energy(image), 0.9 * Energy(image));
        Assert.Equal(Energy(image), Energy(enlarged) + Energy(detail), 1e-9);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(14)]
    [InlineData(28)]
    public void Losses_are_those_of_the_paper(int side)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Lapgan(new(new ImageShape(1, 28, 28)), new() { Width = 4, CoarseLatentSize = 10 });
        using var batch = new Batch(Tensor.Uniform([5, 1, 28, 28], streams["data"], -1, 1));
        using var round = new Round<Batch>(batch, 0);
        var image = batch.X; // I_k
        while (image.Size(3) > side)
            image = Lapgan.Halve(image);
        Func<Tensor, Tensor> D = system.Networks[$"critic_{side}"].Forward;
        Tensor Fake(Tensor noise)
        {
            var generator = system.Networks[$"generator_{side}"];
            if (side == 7)
                return generator.Forward(noise);
            var l = Lapgan.Double(Lapgan.Halve(image));
            return l + generator.Forward(Tensor.Cat([l, noise.Reshape(5, 1, side, side)], 1));
        }
        // What the loss will draw.
        var states = streams.States;
        Tensor Noise() => Tensor.Uniform([5, side == 7 ? 10 : side * side], streams["latent"], -1, 1);
        double Loss(string player) => system.Players.Single(p => p.Name == $"{player} {side}").Loss(round).Total.Item();

        var expected = ((-D(image)).Softplus().Mean() + D(Fake(Noise())).Softplus().Mean()).Item();
        streams.States = states;
        Assert.Equal(expected, Loss("critic"), 1e-5);
        streams.States = states;
        expected = (-D(Fake(Noise()))).Softplus().Mean().Item();
        streams.States = states;
        Assert.Equal(expected, Loss("generator"), 1e-5);
    }

    [Fact]
    public void Levels_share_the_latent_vector_and_sampling_climbs_them()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Lapgan(new(new ImageShape(1, 28, 28)), new() { Width = 4, CoarseLatentSize = 10 });
        Assert.Equal(["generator_7", "critic_7", "generator_14", "critic_14", "generator_28", "critic_28"], system.Networks.Keys);
        Assert.Equal(10 + 14 * 14 + 28 * 28, system.Latent.Size);
        var z = system.Latent.Sample(2, streams["latent"]);
        Tensor Level(string name, Tensor below, int at, int side)
        {
            var l = Lapgan.Double(below);
            return l + system.Networks[name].Forward(Tensor.Cat([l, z.Narrow(1, at, side * side).Reshape(2, 1, side, side)], 1));
        }
        var coarse = system.Networks["generator_7"].Forward(z.Narrow(1, 0, 10));
        var expected = Level("generator_28", Level("generator_14", coarse, 10, 14), 10 + 196, 28);
        AssertTensor.Close(expected, system.Generate(z), 1e-6);
    }

    [Fact]
    public void A_pyramid_needs_even_sides()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        var refusal = Assert.Throws<ArgumentException>(() => new Lapgan(new(new ImageShape(1, 27, 27)), new()));
        Assert.Contains("28x28", refusal.Message, StringComparison.Ordinal);
    }
}
