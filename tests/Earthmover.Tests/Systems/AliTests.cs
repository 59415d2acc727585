using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Toys;
using Earthmover.Games;
using Earthmover.Nn.Optimizers;
using Earthmover.Metrics;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>R51: modes, codes and reconstructions of ALI on the grid of 25 Gaussians (spacing 2, deviation 0.05).</summary>
public sealed class AliTests(Xunit.Abstractions.ITestOutputHelper output) : LeakTest
{
    private static readonly DataSet s_grid = DataCatalog.Open("gaussians-25?raw=yes&n=100000");
    private static GaussianModes Grid => (GaussianModes)((PointSet)s_grid).Density!;

    [Fact]
    public void The_players_have_the_same_loss_with_the_roles_exchanged()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Ali(new(new SampleShape.Points(2)), new() { Width = 8 });
        using var batch = new Batch(Tensor.Normal([6, 2], streams["data"]));
        using var round = new Round<Batch>(batch, 0);
        double critic = system.Players[0].Loss(round)["non-saturating"].Item(), others = system.Players[1].Loss(round)["non-saturating"].Item();
        // sp(a) − sp(−a) = a, so the difference of the losses is E D(G(z), z) − E D(x, E(x)) times two minus itself exchanged: it is linear in the scores.
        var D = system.Networks["critic"];
        Tensor z = round.Once("z", () => throw new InvalidOperationException()), ex = round.Once("E(x)", () => throw new InvalidOperationException()), gz = round.Once("G(z)", () => throw new InvalidOperationException());
        var (real, fake) = (D.Forward(Tensor.Cat([batch.X, ex], 1)), D.Forward(Tensor.Cat([gz, z], 1)));
        Assert.Equal((fake.Mean() - real.Mean()).Item(), critic - others, 1e-5);
        Assert.Equal(((-real).Softplus().Mean() + fake.Softplus().Mean()).Item(), critic, 1e-5);
    }

    [Fact]
    public void The_encoder_is_stochastic()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Ali(new(new SampleShape.Points(2)), new() { Width = 8 });
        var x = Tensor.Normal([6, 2], streams["data"]);
        Tensor Draw() => system.Encode(x, system.EncodingNoise.Sample(6, streams["latent"]));
        Tensor first = Draw(), second = Draw();
        Assert.Equal([6, 2], first.Shape);
        Assert.True((first - second).Abs().Amin(1).Amin(0).Item() > 0);
    }

    [Fact]
    public void It_spreads_over_the_grid_within_seconds()
    {
        var run = Train(new() { Width = 64, LearningRate = 1e-3 }, 400, 1);
        Assert.True(run.Modes >= 8, $"{run.Modes} modes");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void It_covers_the_grid_and_its_encoder_inverts_the_generator()
    {
        var runs = Enumerable.Range(1, 5).Select(seed => Train(new(), Steps, seed)).ToList();
        // The best of five, as the paper counts: one run that has everything.
        Assert.True(runs.Any(r => r.Modes >= 20 && r.MeanOfCodes <= 0.3 && r.VarianceOfCodes is >= 0.7 and <= 1.3 && r.RightMode >= 0.7), string.Join('\n', runs));
        var gan = Enumerable.Range(1, 5).Select(seed => TrainGan(Steps, seed)).ToList();
        Assert.True(runs.Average(r => r.Modes) >= gan.Average() + 2, $"{runs.Average(r => r.Modes):0.0} modes, the GAN {gan.Average():0.0}");
        output.WriteLine($"{string.Join('\n', runs)}\nGAN: {string.Join(' ', gan)} modes");
    }

    private const int Steps = 8000;

    private sealed record Run(double Modes, double Strict, double HighQuality, double MeanOfCodes, double VarianceOfCodes, double RightMode);

    private static Run Train(Ali.Options options, int steps, long seed)
    {
        using var streams = new RandomStreams(seed);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Ali(new(SampleShape.Of(s_grid)), options);
        using var game = system.Begin(0, Dealer(seed));
        for (var step = 0; step < steps; step++)
        {
            game.Rate = Schedule.LinearToZero(0.5)(step / (double)steps);
            game.Play(step, observe: false);
        }
        foreach (var network in system.Networks.Values)
            network.SetTraining(false);
        using var pause = Autograd.Pause();
        var measures = new ModeCoverage(Grid).Measure(system.Generate(system.Latent.Sample(2500, streams["latent"]))).ToDictionary();
        using var batch = new BatchSource(s_grid, 2000, 7).At(0);
        var codes = system.Encode(batch.X, system.EncodingNoise.Sample(2000, streams["latent"]));
        var mean = codes.Mean([0], keep: true);
        int[] from = Nearest(batch.X), to = Nearest(system.Generate(codes));
        return new(measures["modes"], measures["modes_strict"], measures["high_quality"],
            mean.Abs().ToArray<float>().Max(), (codes - mean).Square().Mean().Item(), from.Zip(to).Count(p => p.First == p.Second) / (double)from.Length);
    }

    // The GAN of the same size, rate and steps without an encoder and, as published, without a constraint.
    private static double TrainGan(int steps, long seed)
    {
        using var streams = new RandomStreams(seed);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Gan(new(SampleShape.Of(s_grid)), new() { Architecture = "mlp", Width = 128, LatentSize = 2, LearningRate = 1e-3, Beta1 = 0.5 });
        using var game = system.Begin(0, Dealer(seed));
        for (var step = 0; step < steps; step++)
            game.Play(step, observe: false);
        using var pause = Autograd.Pause();
        return new ModeCoverage(Grid).Measure(system.Generate(system.Latent.Sample(2500, streams["latent"]))).ToDictionary()["modes"];
    }

    private static int[] Nearest(Tensor points)
    {
        var values = points.ToArray<float>();
        return [.. values.Chunk(2).Select(point => Grid.Nearest(point).Mode)];
    }

    private static Func<IDisposable> Dealer(long seed)
    {
        var source = new BatchSource(s_grid, 100, seed);
        long next = 0;
        return () => source.Deal(next++);
    }
}
