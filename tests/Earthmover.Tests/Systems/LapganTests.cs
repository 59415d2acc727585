using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Nn.Optimizers;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Views;
using Xunit.Abstractions;

namespace Earthmover.Tests.Systems;

/// <summary>R37: the pyramid, the levels' spectra and the chain of LAPGAN.</summary>
public sealed class LapganTests(ITestOutputHelper output) : LeakTest
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
        // At a constant rate the energy swings by a factor of three and more from one look to the next.
        Play(system, data, 32, 360, Schedule.LinearToZero());
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
        // After 2,500 steps the energy is still a fifth too high.
        Play(system, data, 32, 4000, Schedule.LinearToZero());
        using var single = new Gan(new(SampleShape.Of(data)), new() { Architecture = "mlp", Width = 512, LatentSize = 100, LearningRate = 1e-3 });
        Play(single, data, 32, 4000, Schedule.LinearToZero());
        double chain = Distance(system, data, streams), alone = Distance(single, data, streams), energy = EnergyRatio(system, data, streams);
        output.WriteLine($"LAPGAN {chain:0}, MLP {alone:0}, energy of the detail {energy:0.000}");
        Assert.True(chain <= alone, $"LAPGAN {chain:0}, MLP {alone:0}");
        Assert.InRange(energy, 0.8, 1.2);
    }

    private static void Play(GanSystem system, DataSet data, int batch, int steps, Func<double, double>? rate = null)
    {
        var source = new BatchSource(data, batch, 1);
        long next = 0;
        using var game = system.Begin(0, () => source.Deal(next++));
        for (var step = 0; step < steps; step++)
        {
            game.Rate = (rate ?? Schedule.Constant)(step / (double)steps);
            game.Play(step, observe: false);
        }
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

    // Fréchet distance in the features of the garment classifier, 2000 samples.
    private static double Distance(GanSystem system, DataSet data, RandomStreams streams)
    {
        foreach (var generator in system.Generators)
            generator.SetTraining(false);
        var pixels = new List<byte>();
        for (var i = 0; i < 10; i++)
            using (TensorScope.Open())
                pixels.AddRange(ImageView.ToBytes(Autograd.NoGrad(() => system.Generate(system.DrawLatent(200, streams["latent"])))));
        using var judge = new PictureJudge(data, 2000);
        return judge.Look(new ImageSet("generated", ((ImageSet)data).Shape, [.. pixels])).Distance;
    }
}
