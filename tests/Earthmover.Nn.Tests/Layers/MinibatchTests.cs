using Earthmover.Nn.Layers;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Nn.Tests.Layers;

public sealed class MinibatchTests : LayerTest
{
    private static Module Make(string name) => name switch
    {
        "discrimination" => new MinibatchDiscrimination(3, kernels: 4, size: 2),
        "deviation" => new MinibatchDeviation(),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    [Theory]
    [InlineData("discrimination", 7)]
    [InlineData("deviation", 4)]
    public void A_sample_is_seen_beside_the_others(string name, long numbers)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = Make(name);
        Assert.True(layer.CouplesBatch);
        var x = Random([5, 3]);
        var y = layer.Forward(x);
        Assert.Equal([5, numbers], y.Shape);
        AssertTensor.Close(x, y.Narrow(1, 0, 3), 0);
        Assert.True(CrossGradient(layer, [5, 3]) > 0);
        CheckGradients(layer, [3, 3]);
    }

    [Fact]
    public void Deviation_in_groups_sees_nobody_beyond_them()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new MinibatchDeviation(group: 2);
        using var whole = new MinibatchDeviation();
        Assert.True(layer is { CouplesBatch: true, CouplesInGroups: true });
        Assert.False(whole.CouplesInGroups);
        using Module both = new Sequential(new BatchNorm(3), new MinibatchDeviation(2)),
            one = new Sequential(new Linear(3, 3), new MinibatchDeviation(2));
        Assert.Equal((false, true), (both.CouplesInGroups, one.CouplesInGroups));
        var x = Random([5, 3]);
        var found = layer.Forward(x).Narrow(1, 3, 1).ToArray<float>();
        // Groups (0, 1), (2, 3), and the last reaches back to (3, 4).
        float Of(long from) => whole.Forward(x.Narrow(0, from, 2)).ToArray<float>()[3];
        Assert.Equal([Of(0), Of(0), Of(2), Of(2), Of(3)], found, (a, b) => Math.Abs(a - b) < 1e-6);
        var y = Random([4, 3]).RequireGrad();
        var gradient = Autograd.Gradient((layer.Forward(y).Narrow(0, 0, 2) * Random([2, 4])).Sum(), y).ToArray<float>();
        Assert.All(gradient[..6], g => Assert.NotEqual(0, g));
        Assert.All(gradient[6..], g => Assert.Equal(0, g));
        CheckGradients(layer, [4, 3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MinibatchDeviation(1));
        // Outside of training company does not matter.
        using var trained = new MinibatchDeviation(group: 2);
        for (var i = 0; i < 600; i++)
            trained.Forward(x.Narrow(0, 0, 4));
        trained.SetTraining(false);
        Assert.Equal((Of(0) + Of(2)) / 2, trained.Forward(x.Narrow(0, 3, 1)).ToArray<float>()[3], 0.01);
        Assert.Equal(0, CrossGradient(trained, [4, 3]));
    }

    [Fact]
    public void Samples_that_are_all_alike_are_as_near_as_can_be()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var discrimination = Make("discrimination");
        using var deviation = Make("deviation");
        var alike = Random([1, 3]).Expand([5, 3]);
        AssertTensor.Close(Tensor.Ones([5, 4]) * 4, discrimination.Forward(alike).Narrow(1, 3, 4), 1e-5);
        AssertTensor.Close(Tensor.Ones([5, 1]) * 1e-4, deviation.Forward(alike).Narrow(1, 3, 1), 1e-6);
        var others = discrimination.Forward(Random([5, 3])).Narrow(1, 3, 4).ToArray<float>();
        Assert.All(others, nearness => Assert.InRange(nearness, 0, 3.999f));
    }

    [Fact]
    public void Nearness_is_that_of_the_paper()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new MinibatchDiscrimination(1, kernels: 1, size: 1);
        // One weight has length one, whatever it is: M is x or −x.
        var nearness = layer.Forward(Tensor.From<float>([0, 1, 3], [3, 1])).Narrow(1, 1, 1).ToArray<float>();
        Assert.Equal(Math.Exp(-1) + Math.Exp(-3), nearness[0], 1e-5);
        Assert.Equal(Math.Exp(-1) + Math.Exp(-2), nearness[1], 1e-5);
        Assert.Equal(Math.Exp(-3) + Math.Exp(-2), nearness[2], 1e-5);
    }

    [Fact]
    public void What_the_loop_computes_is_what_operators_do_and_so_are_its_derivatives()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        // A number of rows that fills no whole vectors, and two that are alike.
        var rows = Random([10, 4, 3]);
        Tensor m = Tensor.Cat([rows, rows.Narrow(0, 2, 1)]).RequireGrad(), others = Random([13, 4, 3]).RequireGrad();
        var mask = Random([11, 4]);
        Tensor Of(Func<Tensor, Tensor> like, Tensor a, Tensor b) => Kernel.Nearness(like(a), like(b));
        Tensor Exact(Tensor x) => x.To(DType.Float64);
        foreach (var (a, b) in new[] { (m, others), (m, m) })
        {
            Tensor fast = Of(x => x, a, b), exact = Of(Exact, a, b);
            AssertTensor.Close(exact.To(DType.Float32), fast, 1e-5);
            var expected = Autograd.Gradients((exact * Exact(mask)).Sum(), [a, b], allowUnused: true);
            var found = Autograd.Gradients((fast * mask).Sum(), [a, b], allowUnused: true);
            AssertTensor.Close(expected[0]!, found[0]!, 1e-5);
            AssertTensor.Close(expected[1]!, found[1]!, 1e-5);
            // To second order as well.
            Tensor Twice(Tensor value) =>
                Autograd.Gradient(Autograd.Gradients(value, [a], createGraph: true)[0]!.Square().Sum(), a);
            AssertTensor.Close(Twice((Of(Exact, a, b) * Exact(mask)).Sum()), Twice((Of(x => x, a, b) * mask).Sum()), 1e-4);
        }
    }

    [Fact]
    public void Outside_of_training_a_sample_is_seen_beside_as_many_others()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = Make("discrimination");
        layer.Forward(Random([4, 3]));
        layer.SetTraining(false);
        var x = Random([10, 3]);
        Tensor Block(long from) => layer.Forward(x.Narrow(0, from, 4));
        var expected = Tensor.Cat([Block(0), Block(4), Block(6).Narrow(0, 2, 2)]);
        AssertTensor.Close(expected, layer.Forward(x), 1e-6);
        // Of two that are alike each has one other, which stands for three.
        AssertTensor.Close(Tensor.Ones([2, 4]) * 3, layer.Forward(Random([1, 3]).Expand([2, 3])).Narrow(1, 3, 4), 1e-5);
        // Thousands at once take no more than as many blocks.
        Assert.Equal([5000, 7], layer.Forward(Random([5000, 3])).Shape);
    }

    [Fact]
    public void Deviation_is_the_mean_of_the_features_deviations()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new MinibatchDeviation();
        var y = layer.Forward(Tensor.From<float>([0, 0, 2, 6], [2, 2]));
        Assert.Equal(2, y.Narrow(1, 2, 1).ToArray<float>()[0], 1e-5); // of 0, 2 one, of 0, 6 three
    }
}
