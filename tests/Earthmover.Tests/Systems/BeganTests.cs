using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>R45: BEGAN's balance and its measure of convergence.</summary>
public sealed class BeganTests : LeakTest
{
    private static readonly ImageShape s_small = new(1, 16, 16);

    [Fact]
    public void The_balance_moves_by_the_errors_of_the_same_step()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = new Began(new(s_small), new() { Width = 4, LatentSize = 4, CodeSize = 4, Diversity = 0.7, BalanceRate = 0.1 });
        using var game = system.Begin(0, Dealer(Blobs(64, 8), 1));
        var k = 0.5;
        ((SavedNumber)system.States["k"]).Value = k;
        for (var step = 0; step < 5; step++)
        {
            var moves = game.Play(step);
            double real = moves[0].Terms["real"], fake = moves[1].Terms["generated"];
            Assert.Equal(k, moves[1].Terms["k"], 1e-6);
            Assert.Equal(real + Math.Abs(0.7 * real - fake), moves[1].Terms["convergence"], 1e-6);
            k = Math.Clamp(k + 0.1 * (0.7 * real - fake), 0, 1);
            Assert.Equal(k, ((SavedNumber)system.States["k"]).Value, 1e-12);
        }
        Assert.NotEqual(0.5, k);
    }

    [Fact]
    public void The_terms_are_the_reconstruction_errors()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Began(new(s_small), new() { Width = 4, LatentSize = 4, CodeSize = 4 });
        ((SavedNumber)system.States["k"]).Value = 0.25;
        using var batch = new Batch(Tensor.Normal([3, 1, 16, 16], streams["data"]));
        using var round = new Round<Batch>(batch, 0);
        Func<Tensor, Tensor> L = v => (v - system.Networks["critic"].Forward(v)).Abs().Mean();
        streams.States = new Dictionary<string, byte[]>(); // both passes draw the same z
        var terms = system.Players[0].Loss(round);
        streams.States = new Dictionary<string, byte[]>();
        var fake = system.Generate(system.Latent.Sample(3, streams["latent"]));
        Assert.Equal(L(batch.X).Item(), terms["real"].Item(), 1e-6);
        Assert.Equal(-0.25 * L(fake).Item(), terms["generated"].Item(), 1e-6);
    }

    [Fact]
    public void It_learns_blobs_within_seconds()
    {
        var run = Train(Blobs(512, 16), new() { Width = 8, LatentSize = 8, CodeSize = 8, LearningRate = 1e-3, BalanceRate = 1e-2 }, 60, 16);
        var (start, end) = (run.Convergence.Take(5).Average(), run.Convergence.TakeLast(10).Average());
        Assert.True(end < 0.6 * start, $"M from {start:0.000} to {end:0.000}");
        Assert.All(run.K, k => Assert.InRange(k, 0, 1));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void The_game_converges_in_balance_and_a_lower_ratio_gives_less_diversity()
    {
        var gammas = new[] { 0.3, 0.5, 0.7 };
        var runs = gammas.Select(gamma => Train(DataCatalog.Open("fashion-mnist?size=16&limit=8000"), new() { Diversity = gamma }, 1500, 16)).ToArray();
        var diversity = runs.Select(run => run.Diversity).ToArray();
        Assert.True(diversity[0] < diversity[1] && diversity[1] < diversity[2], $"mean distances {string.Join(", ", diversity.Select(d => $"{d:0.000}"))}");

        var run = runs[1];
        var (start, end) = (run.Convergence.Skip(50).Take(100).Average(), run.Convergence.TakeLast(Window).Average()); // around step 100, and last
        var ratio = run.Fake.TakeLast(Window).Average() / run.Real.TakeLast(Window).Average();
        Assert.True(end <= 0.4 * start && Math.Abs(ratio - gammas[1]) < 0.1, $"M fell from {start:0.000} to {end:0.000}, the ratio is {ratio:0.000}, k {run.K[^1]:0.000}");
        Assert.All(run.K.TakeLast(Window), k => Assert.InRange(k, 1e-6, 1 - 1e-6));
    }

    private const int Window = 200; // steps

    private sealed record Run(List<double> Real, List<double> Fake, List<double> Convergence, List<double> K, double Diversity);

    private static Run Train(DataSet data, Began.Options options, int steps, int batch)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Began(new(SampleShape.Of(data)), options);
        using var game = system.Begin(0, Dealer(data, batch));
        var run = new Run([], [], [], [], 0);
        for (var step = 0; step < steps; step++)
        {
            var moves = game.Play(step);
            run.Real.Add(moves[0].Terms["real"]);
            run.Fake.Add(moves[1].Terms["generated"]);
            run.Convergence.Add(moves[1].Terms["convergence"]);
            run.K.Add(((SavedNumber)system.States["k"]).Value);
        }
        using var pause = Autograd.Pause();
        var samples = system.Generate(system.Latent.Sample(200, streams["latent"])).Flatten(1);
        var differences = samples.Narrow(0, 0, 100) - samples.Narrow(0, 100, 100);
        return run with { Diversity = differences.NormPerSample().Mean().Item() };
    }

    // A round blob at a random place, on black.
    private static ImageSet Blobs(int count, long seed)
    {
        var random = new SeededRandom(seed, "blobs");
        var pixels = new byte[count * s_small.Size];
        for (var n = 0; n < count; n++)
        {
            double x = 4 + 8 * random.NextDouble(), y = 4 + 8 * random.NextDouble(), r = 2 + 2 * random.NextDouble();
            for (var i = 0; i < s_small.Size; i++)
                pixels[n * s_small.Size + i] = (byte)(255 * Math.Exp(-(Math.Pow(i % 16 - x, 2) + Math.Pow(i / 16 - y, 2)) / (2 * r * r)));
        }
        return new("blobs", s_small, pixels);
    }

    private static Func<IDisposable> Dealer(DataSet data, int batch)
    {
        var source = new BatchSource(data, batch, 1);
        long next = 0;
        return () => source.Deal(next++);
    }
}
