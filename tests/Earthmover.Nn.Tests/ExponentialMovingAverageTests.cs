using Earthmover.Nn.Layers;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Tests;

public class ExponentialMovingAverageTests : LayerTest
{
    [Fact]
    public void A_jump_is_halfway_in_after_one_horizon_whatever_the_batch_size()
    {
        using var use = Streams();
        foreach (var batch in new[] { 10, 50, 100 })
        {
            using var network = new Linear(3, 2);
            using var average = new ExponentialMovingAverage(network, horizon: 100, rampUp: null);
            Op.Zero_(network.Flat.Values);
            using var scope = TensorScope.Open();
            var start = average.State["weight"].ToArray<float>();
            for (var i = 0; i < 100; i += batch)
                average.Update(batch);
            Assert.Equal(start.Select(x => x / 2), average.State["weight"].ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
            Assert.Equal(100, average.Images);
        }
    }

    [Fact]
    public void The_ramp_forgets_the_start_at_once()
    {
        using var use = Streams();
        using var network = new Linear(3, 2);
        using var average = new ExponentialMovingAverage(network, horizon: 10_000, rampUp: 0.05);
        Op.Zero_(network.Flat.Values);
        using var scope = TensorScope.Open();
        var start = average.State["weight"].ToArray<float>();
        average.Update(64); // the horizon is 3.2 images: 2^-20 of the start is left
        Assert.True(average.State["weight"].Abs().ToArray<float>().Max() <= start.Max(MathF.Abs) * 1.01 / (1 << 20));
        Op.Fill_(network.Flat.Values, 1);
        average.Update(64); // 6.4 images: 2^-10
        Assert.Equal(1 - Math.Pow(2, -10), average.State["bias"].ToArray<float>()[0], 1e-6);
    }

    [Fact]
    public void In_place_exchanges_parameters_and_statistics_and_puts_them_back()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var network = new Sequential(new Linear(3, 4), new BatchNorm(4));
        var x = Random([5, 3]);
        using var average = new ExponentialMovingAverage(network);
        var before = network.Evaluating(() => network.Forward(x)).ToArray<float>();
        network.Forward(x * 3); // moves the statistics
        Op.Mul_(network.Flat.Values, 2);
        var after = network.Evaluating(() => network.Forward(x)).ToArray<float>();
        Assert.NotEqual(before, after);
        using (average.InPlace())
            Assert.Equal(before, network.Evaluating(() => network.Forward(x)).ToArray<float>());
        Assert.Equal(after, network.Evaluating(() => network.Forward(x)).ToArray<float>());
        Assert.Equal(["0.bias", "0.weight", "1.bias", "1.gain", "1.running_mean", "1.running_variance"], average.State.Keys);
    }

    [Fact]
    public void A_restored_state_continues_the_average()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var network = new Linear(3, 2);
        using var a = new ExponentialMovingAverage(network);
        Op.Mul_(network.Flat.Values, 2);
        a.Update(100);
        using var b = new ExponentialMovingAverage(network) { Images = a.Images };
        foreach (var (name, tensor) in b.State)
            tensor.CopyFrom(a.State[name]);
        Op.Mul_(network.Flat.Values, -1);
        a.Update(10);
        b.Update(10);
        foreach (var (name, tensor) in b.State)
            Assert.Equal(a.State[name].ToArray<float>(), tensor.ToArray<float>());
    }

    [Fact]
    public void A_spectral_layer_stays_normalized_under_an_average_of_its_vectors()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new Linear(6, 8, bias: false, reparametrization: Reparametrization.Spectral);
        using var average = new ExponentialMovingAverage(layer);
        Op.Mul_(average.State["spectral_u"], 0.7); // as an average of unit vectors may be
        using (average.InPlace())
        {
            var matrix = layer.Evaluating(() => layer.Forward(Op.Eye(6, DType.Float32)));
            Assert.Equal(1, Op.Max(Op.LinalgSvdvals(matrix.Detach())).Item(), 0.02);
        }
    }
}
