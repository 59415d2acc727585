using Earthmover.Nn.Layers;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Nn.Tests.Layers;

public sealed class SelfAttentionTests : LayerTest
{
    private static SelfAttention Layer(double gain, int channels = 4, Reparametrization weights = Reparametrization.None)
    {
        var layer = new SelfAttention(channels, weights);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        layer.Parameters().Single(p => p.Path == "gain").Parameter.Value.CopyFrom(Tensor.Ones([1]) * gain);
        return layer;
    }

    [Fact]
    public void It_begins_as_the_identity_and_couples_nothing()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new SelfAttention(4);
        var x = Random([2, 4, 4, 6]);
        Assert.Equal(0, layer.Gain);
        AssertTensor.Close(x, layer.Forward(x), 0);
        Assert.False(layer.CouplesBatch);
        using var turnedOn = Layer(0.7);
        Assert.Equal(0, CrossGradient(turnedOn, [3, 4, 4, 4]));
    }

    [Theory]
    [InlineData(Reparametrization.None, 4, 4)]
    [InlineData(Reparametrization.Spectral, 4, 4)]
    [InlineData(Reparametrization.None, 7, 5)]
    public void Each_place_adds_what_it_finds_where_it_looks(Reparametrization weights, int height, int width)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = Layer(0.5, channels: 8, weights);
        layer.SetTraining(false);
        Assert.Equal(weights == Reparametrization.Spectral, layer.HasSpectralNorm);
        var x = Random([2, 8, height, width]);
        var y = layer.Forward(x).ToArray<float>();
        Module[] parts = [.. layer.Children];
        // θ, φ, g of every place, by the convolutions themselves; the rest by hand.
        float[][] maps = [.. parts.Take(3).Select(part => part.Forward(x).ToArray<float>())];
        int[] channels = [1, 1, 4];
        int places = height * width, rows = height / 2, columns = width / 2;
        double At(int map, int n, int c, int place) => maps[map][(n * channels[map] + c) * places + place];
        double Pooled(int map, int n, int c, int j) => new[] { 0, 1, width, width + 1 }
            .Max(step => At(map, n, c, 2 * (j / columns) * width + 2 * (j % columns) + step));
        var found = new float[2 * 4 * places];
        for (var n = 0; n < 2; n++)
            for (var i = 0; i < places; i++)
            {
                double[] raw = [.. Enumerable.Range(0, rows * columns).Select(j => Math.Exp(At(0, n, 0, i) * Pooled(1, n, 0, j)))];
                for (var c = 0; c < 4; c++)
                    found[(n * 4 + c) * places + i] = (float)raw.Select((r, j) => r / raw.Sum() * Pooled(2, n, c, j)).Sum();
            }
        var expected = x + 0.5 * parts[3].Forward(Tensor.From<float>(found, [2, 4, height, width]));
        AssertTensor.Close(expected, Tensor.From<float>(y, x.Shape), 1e-5);
    }

    [Fact]
    public void Gradients_are_right_to_second_order()
    {
        using var use = Streams();
        using var layer = Layer(0.8, channels: 2);
        CheckGradients(layer, [1, 2, 4, 4]);
    }

    [Fact]
    public void Rows_sum_to_one_and_who_watches_sees_them()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new Sequential(new Conv2d(3, 16, 3, 1, 1), new SelfAttention(16));
        Assert.True(AttentionWatch.Concerns(layer));
        Assert.False(AttentionWatch.Concerns(layer.Children.First()));
        List<(float[] Weights, int Height, int Width)> seen = [];
        var x = Random([2, 3, 6, 8]) * 10;
        using (new AttentionWatch((weights, height, width) => seen.Add((weights.ToArray<float>(), height, width))))
            layer.Forward(x);
        layer.Forward(x);
        var (all, h, w) = Assert.Single(seen);
        Assert.Equal((6, 8, 2 * 48 * 12), (h, w, all.Length));
        Assert.All(all.Chunk(12), row => Assert.Equal(1, row.Sum(weight => (double)weight), 1e-5));
    }
}
