using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Systems;

/// <summary>R37: the pyramid, the levels' spectra and the chain of LAPGAN.</summary>
public sealed class LapganTests : LeakTest
{
    [Fact]
    public void The_pyramid_rebuilds_its_image()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var image = Tensor.Uniform([3, 2, 28, 20], streams["data"], -1, 1, DType.Float64);
        var coarse = Lapgan.Halve(image);
        var detail = image - Lapgan.Double(coarse);
        Assert.Equal([3, 2, 14, 10], coarse.Shape);
        AssertTensor.Close(image, Lapgan.Double(coarse) + detail, 1e-15);
        AssertTensor.Close(Tensor.Zeros([3, 2, 14, 10], DType.Float64), Lapgan.Halve(detail), 1e-15); // the detail has nothing coarse in it
    }

    [Fact]
    public void Levels_share_the_latent_vector_and_sampling_climbs_them()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Lapgan(new(new ImageShape(1, 28, 28)), new() { Width = 4, CoarseLatentSize = 10 });
        Assert.Equal(["generator_7", "critic_7", "generator_14", "critic_14", "generator_28", "critic_28"], system.Networks.Keys);
        Assert.Equal(10 + 14 * 14 + 28 * 28, system.LatentSize);
        var z = system.DrawLatent(2, streams["latent"]);
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
        Assert.Contains("28x28", Assert.Throws<ArgumentException>(() => new Lapgan(new(new ImageShape(1, 27, 27)), new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_learns_the_energy_of_the_detail_within_seconds()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var data = DataCatalog.Open("fashion-mnist?size=14&limit=2000");
        using var system = new Lapgan(new(SampleShape.Of(data)), new() { Width = 8, Coarsest = 7, LearningRate = 1e-3 });
        var before = Math.Abs(Math.Log(EnergyRatio(system, data, streams)));
        Play(system, data, 32, 120);
        var after = Math.Abs(Math.Log(EnergyRatio(system, data, streams)));
        Assert.True(after < Math.Min(0.7, before), $"log energy ratio {before:0.00} → {after:0.00}");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void The_chain_is_closer_to_the_data_than_a_single_stage()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var data = DataCatalog.Open("fashion-mnist?limit=10000");
        using var system = new Lapgan(new(SampleShape.Of(data)), new() { Width = 16 });
        Play(system, data, 32, 1000);
        using var single = new Gan(new(SampleShape.Of(data)), new() { Architecture = "mlp", Width = 512, LatentSize = 100 });
        Play(single, data, 32, 1000);
        double chain = Distance(system, data, streams), alone = Distance(single, data, streams), energy = EnergyRatio(system, data, streams);
        Assert.True(chain <= alone, $"LAPGAN {chain:0.000}, MLP {alone:0.000}");
        Assert.InRange(energy, 0.8, 1.2);
    }

    private static void Play(GanSystem system, DataSet data, int batch, int steps)
    {
        var source = new BatchSource(data, batch, 1);
        long next = 0;
        using var game = system.Begin(0, () => source.Deal(next++));
        for (var step = 0; step < steps; step++)
            game.Play(step, observe: false);
    }

    // E‖h̃‖² / E‖h‖² at the finest level, from real l.
    private static double EnergyRatio(GanSystem system, DataSet data, RandomStreams streams)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        using var batch = new BatchSource(data, 256, 9).At(0);
        var l = Lapgan.Double(Lapgan.Halve(batch.X));
        var side = batch.X.Size(3);
        var fake = system.Networks[$"generator_{side}"].Forward(Tensor.Cat([l, Tensor.Uniform([256, 1, side, side], streams["latent"], -1, 1)], 1));
        return fake.Square().Mean().Item() / (batch.X - l).Square().Mean().Item();
    }

    // Fréchet distance of the means and covariances of 64 fixed random convolutional features of 2000 samples each, in units of the features' total variance:
    // no trained extractor, so it says which of two is closer and no more.
    private static double Distance(GanSystem system, DataSet data, RandomStreams streams)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        using var fixedNumbers = new RandomGenerator(5);
        Tensor first = Tensor.Normal([16, 1, 5, 5], fixedNumbers) / 5, second = Tensor.Normal([64, 16, 5, 5], fixedNumbers) / 20;
        (Tensor Mean, Tensor Covariance) Moments(Tensor x)
        {
            var f = Op.Conv2d(Op.Conv2d(x, first, stride: [2, 2]).Relu(), second, stride: [2, 2]).Relu().Flatten(2).Mean([2]).To(DType.Float64);
            var mean = f.Mean([0], keep: true);
            return (mean, (f - mean).Transpose(0, 1).MatMul(f - mean) / (f.Size(0) - 1.0));
        }
        Tensor Root(Tensor s)
        {
            var (values, vectors) = Op.LinalgEigh(s);
            return (vectors * values.Relu().Sqrt().Unsqueeze(0)).MatMul(vectors.Transpose(0, 1));
        }
        using var batch = new BatchSource(data, 2000, 9).At(0);
        foreach (var generator in system.Generators)
            generator.SetTraining(false);
        var fakes = Tensor.Cat([.. Enumerable.Range(0, 10).Select(_ => system.Generate(system.DrawLatent(200, streams["latent"])))]);
        var (real, fake) = (Moments(batch.X), Moments(fakes));
        var root = Root(real.Covariance);
        var cross = Op.LinalgEigh(root.MatMul(fake.Covariance).MatMul(root)).Item1.Relu().Sqrt().Sum();
        var total = Op.Trace(real.Covariance);
        return (((real.Mean - fake.Mean).Square().Sum() + total + Op.Trace(fake.Covariance) - 2 * cross) / total).Item();
    }
}
