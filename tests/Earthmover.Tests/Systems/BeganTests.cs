using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>R45: BEGAN's balance and its terms; that it converges, and in what balance, is the claim <c>began</c>.</summary>
public sealed class BeganTests : LeakTest
{
    private static readonly ImageShape s_small = new(1, 16, 16);

    // From near 1 and with long steps it would leave what k may be.
    [Theory]
    [InlineData(0.5, 0.1, false)]
    [InlineData(0.99, 1, true)]
    public void The_balance_moves_by_the_errors_of_the_same_step_and_is_clipped(double k, double rate, bool isClipped)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = new Began(new(s_small), new() { Width = 4, LatentSize = 4, CodeSize = 4, Diversity = 0.7, BalanceRate = rate });
        using var game = system.Begin(0, Dealer(Blobs.Create(64, 8), 1));
        ((SavedNumber)system.States["k"]).Value = k;
        List<double> wanted = [k];
        for (var step = 0; step < 5; step++)
        {
            var moves = game.Play(step);
            double real = moves[0].Terms["real"], fake = moves[1].Terms["generated"];
            Assert.Equal(k, moves[1].Terms["k"], 1e-6);
            Assert.Equal(real + Math.Abs(0.7 * real - fake), moves[1].Terms["convergence"], 1e-6);
            wanted.Add(k + rate * (0.7 * real - fake));
            k = Math.Clamp(wanted[^1], 0, 1);
            Assert.Equal(k, ((SavedNumber)system.States["k"]).Value, 1e-12);
        }
        Assert.NotEqual(wanted[0], k);
        Assert.Equal(isClipped, wanted.Any(value => value is < 0 or > 1));
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
    public void A_sample_s_error_is_its_own_and_not_bounded()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Began(new(s_small), new() { Width = 4, LatentSize = 4, CodeSize = 4 });
        Assert.False(system.Networks["critic"].CouplesBatch);
        var x = 50 * Tensor.Normal([3, 1, 16, 16], streams["data"]);
        AssertTensor.Close(system.Score(x).Narrow(0, 1, 1), system.Score(x.Narrow(0, 1, 1)), 1e-3);
        // What comes back of large values is large too.
        Assert.True(system.Networks["critic"].Forward(x).Abs().ToArray<float>().Max() > 1);
        Assert.InRange(system.Networks["generator"].Forward(system.Latent.Sample(3)).Abs().ToArray<float>().Max(), 0, 1);
    }

    private static Func<IDisposable> Dealer(DataSet data, int batch)
    {
        var source = new BatchSource(data, batch, 1);
        long next = 0;
        return () => source.Deal(next++);
    }
}
