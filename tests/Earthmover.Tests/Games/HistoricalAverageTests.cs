using Earthmover.Games;
using Earthmover.Nn.Layers;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Games;

public sealed class HistoricalAverageTests : LeakTest
{
    private static void Set(Linear layer, double value) => layer.Flat.Values.CopyFrom(Tensor.Ones(layer.Flat.Values.Shape) * value);

    [Fact]
    public void A_player_pays_for_its_distance_from_the_mean_so_far()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        using var layer = new Linear(1, 1, bias: false);
        Set(layer, 2);
        using var history = new HistoricalAverage(0.5, layer);
        Set(layer, 5);
        Assert.Equal(0.5 * 9, history.Term().Item(), 1e-6);
        history.Update(); // 2, 5
        Assert.Equal(0.5 * 1.5 * 1.5, history.Term().Item(), 1e-6);
        Set(layer, 8);
        history.Update(); // 2, 5, 8
        Assert.Equal(0.5 * 9, history.Term().Item(), 1e-6);

        using var other = new HistoricalAverage(0.5, layer);
        other.Restore(history.Capture());
        Set(layer, 5);
        Assert.Equal(0, other.Term().Item(), 1e-6);
        other.Update();
        Set(layer, 9);
        Assert.Equal(0.5 * 16, other.Term().Item(), 1e-6);
        Assert.Throws<FormatException>(() => other.Restore(new Dictionary<string, Tensor> { ["count"] = Tensor.Ones([]) }));
    }

    [Fact]
    public void Its_gradient_points_away_from_the_mean()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var layer = new Linear(2, 1, bias: false);
        using var history = new HistoricalAverage(3, layer);
        using (Autograd.Pause())
            layer.Flat.Values.CopyFrom(layer.Flat.Values + 0.25);
        // 2 γ (θ − mean).
        AssertTensor.Close(Tensor.Ones([1, 2]) * 1.5, Autograd.Gradient(history.Term(), layer.Flat.Leaves[0]), 1e-6);
    }
}
