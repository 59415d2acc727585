using Earthmover.Testing;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Tests.Kernels;

public sealed class KernelTests : LeakTest
{
    private readonly RandomGenerator _random = new(6);

    protected override void TearDown() => _random.Dispose();

    private Tensor Draw(params long[] shape) => Tensor.Normal(shape, _random) * 0.5;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 7, 5)]
    [InlineData(5, 1, 3)]
    [InlineData(6, 4, 1)]
    [InlineData(300, 70, 130)] // large enough to be divided
    [InlineData(17, 900, 33)]
    [InlineData(3, 40000, 5)]  // few results of many terms
    public void A_matrix_product_in_every_layout(int n, int k, int m)
    {
        using var scope = TensorScope.Open();
        Tensor a = Draw(n, k), b = Draw(k, m), bias = Draw(m);
        var expected = Op.Mm(a.To(DType.Float64), b.To(DType.Float64));
        var tolerance = 1e-5 * Math.Sqrt(k);
        Tensor[] lefts =
        [
            a, Op.T(Op.T(a).Contiguous()),
            Draw(n, 2 * k).Narrow(1, 1, k).Detach().CopyFrom(a), Draw(n, k, 2).Select(2, 1).CopyFrom(a),
        ];
        foreach (var left in lefts)
            foreach (var right in new[] { b, Op.T(Op.T(b).Contiguous()) })
            {
                AssertTensor.Close(expected, MatrixProduct.Compute(left, right).To(DType.Float64), tolerance);
                AssertTensor.Close(expected + bias.To(DType.Float64),
                    MatrixProduct.Compute(left, right, bias).To(DType.Float64), tolerance);
            }
    }

    [Fact]
    public void A_matrix_product_says_which_shapes_do_not_fit()
    {
        using var scope = TensorScope.Open();
        Assert.Contains("[2, 3] by [4, 5]", Assert.Throws<TorchException>(() => Kernel.MatMul(Draw(2, 3), Draw(4, 5))).Message);
        Assert.Throws<TorchException>(() => Kernel.Conv2d(Draw(1, 2, 3, 3), Draw(4, 2, 5, 5), null));
        Assert.Throws<TorchException>(() => Kernel.Conv2d(Draw(1, 2, 3, 3), Draw(4, 3, 3, 3), null));
    }

    [Fact]
    public void Products_and_rectifiers_differentiate_twice()
    {
        using var scope = TensorScope.Open();
        Tensor x = Draw(3, 4).To(DType.Float64), w = Draw(2, 4).To(DType.Float64), b = Draw(2).To(DType.Float64);
        AssertTensor.Gradients(v => MatrixProduct.Of(v[0], Op.T(v[1]), v[2]).Pow(3), [x, w, b]);
        AssertTensor.SecondOrder(v => MatrixProduct.Of(v[0], Op.T(v[1]), v[2]).Pow(3), [x, w, b]);
        AssertTensor.Gradients(v => Kernel.LeakyRelu(v[0], 0.2).Pow(3), [x]);
        AssertTensor.SecondOrder(v => Kernel.LeakyRelu(v[0].MatMul(Op.T(v[1])) + v[2], 0.2).Pow(3), [x, w, b]);
        AssertTensor.SecondOrder(v => Kernel.LeakyRelu(v[0].MatMul(Op.T(v[1])) + v[2], 0).Pow(3), [x, w, b]);
    }

    [Fact]
    public void Fused_resampling_is_the_convolution_and_the_resampling()
    {
        using var scope = TensorScope.Open();
        Tensor x = Draw(2, 3, 8, 6), odd = Draw(2, 3, 7, 5), w = Draw(4, 3, 3, 3), b = Draw(4);
        AssertTensor.Close(Op.AvgPool2d(Op.Conv2d(x, w, b, [1, 1], [1, 1]), [2, 2], [2, 2]), Kernel.Conv2dMeanPool(x, w, b));
        AssertTensor.Close(Op.AvgPool2d(Op.Conv2d(odd, w, b), [2, 2], [2, 2]), Kernel.Conv2dMeanPool(odd, w, b, padding: 0));
        AssertTensor.Close(Op.Conv2d(Op.UpsampleNearest2d(x, [16, 12]), w, b, [1, 1], [1, 1]), Kernel.UpsampleConv2d(x, w, b));
        AssertTensor.Close(Op.Conv2d(Op.UpsampleNearest2d(odd, [14, 10]), w, b), Kernel.UpsampleConv2d(odd, w, b, padding: 0));
    }

    [Theory]
    [InlineData(3, 8, 6)]
    [InlineData(1, 7, 5)]
    [InlineData(16, 1, 9)]
    [InlineData(2, 1, 1)]
    public void Smoothing_is_the_mean_of_the_2_by_2_pixels_that_there_are(int channels, int height, int width)
    {
        using var scope = TensorScope.Open();
        var x = Draw(2, channels, height, width);
        Tensor Expected(Tensor v) =>
            Op.AvgPool2d(v, [2, 2], [1, 1], [1, 1], count_include_pad: false).Narrow(2, 0, height).Narrow(3, 0, width);
        foreach (var layout in new[] { x, x.Contiguous(MemoryFormat.ChannelsLast) })
            AssertTensor.Close(Expected(x), Kernel.Smooth(layout), 1e-6);
        // What is constant stays.
        AssertTensor.Close(Tensor.Ones(x.Shape), Kernel.Smooth(Tensor.Ones(x.Shape)), 1e-6);
        Tensor v = x.Detach().RequireGrad(), mask = Draw(2, channels, height, width);
        AssertTensor.Close(Autograd.Gradient((Expected(v) * mask).Sum(), v), Autograd.Gradient((Kernel.Smooth(v) * mask).Sum(), v), 1e-6);
    }

    [Theory]
    [InlineData(4, 3, 5)]
    [InlineData(12, 8, 8)]
    [InlineData(32, 2, 1)]
    public void Shuffled_pixels_are_LibTorchs(int channels, int height, int width)
    {
        using var scope = TensorScope.Open();
        Tensor x = Draw(2, channels, height, width), mask = Draw(2, channels / 4, 2 * height, 2 * width), v = x.Detach().RequireGrad();
        foreach (var layout in new[] { x, x.Contiguous(MemoryFormat.ChannelsLast) })
            AssertTensor.Close(Op.PixelShuffle(x, 2), Kernel.PixelShuffle(layout), 0);
        AssertTensor.Close(Autograd.Gradient((Op.PixelShuffle(v, 2) * mask).Sum(), v),
            Autograd.Gradient((Kernel.PixelShuffle(v) * mask).Sum(), v), 0);
        AssertTensor.Close(SlopeOfSlope(t => Op.PixelShuffle(t[0], 2), v)[0], SlopeOfSlope(t => Kernel.PixelShuffle(t[0]), v)[0], 1e-4);
    }

    [Theory]
    [InlineData(3, 5, 7, true)]
    [InlineData(16, 4, 4, true)]
    [InlineData(8, 1, 6, false)]
    public void Batch_normalization_with_told_gains_is_LibTorchs(int channels, int height, int width, bool rectify)
    {
        using var scope = TensorScope.Open();
        // Far from 0, where sums of squares would lose their digits.
        Tensor x = Draw(4, channels, height, width) * 2 + 30, gain = Draw(4, channels) + 1, bias = Draw(4, channels);
        var mask = Draw(4, channels, height, width);
        Tensor[] ours = [x.Detach().RequireGrad(), gain.Detach().RequireGrad(), bias.Detach().RequireGrad()];
        Tensor mean = Tensor.Zeros([channels]), variance = Tensor.Ones([channels]);
        Tensor itsMean = mean.Clone(), itsVariance = variance.Clone();
        Tensor Expected(Tensor[] v)
        {
            var y = Op.BatchNorm(v[0], null, null, itsMean, itsVariance, true, 0.1, 1e-5, true) * v[1].Reshape(4, channels, 1, 1)
                + v[2].Reshape(4, channels, 1, 1);
            return rectify ? y.Relu() : y;
        }
        Tensor Actual(Tensor[] v) => Kernel.BatchNorm(v[0], v[1], v[2], mean, variance, 0.1, 1e-5, rectify);
        AssertTensor.Close(Expected(ours), Actual(ours), 1e-4);
        AssertTensor.Close(itsMean, mean, 1e-4);
        AssertTensor.Close(itsVariance, variance, 1e-4);
        var expected = Autograd.Gradients((Expected(ours) * mask).Sum(), ours);
        var actual = Autograd.Gradients((Actual([ours[0].Contiguous(MemoryFormat.ChannelsLast), ours[1], ours[2]]) * mask).Sum(), ours);
        for (var i = 0; i < ours.Length; i++)
            AssertTensor.Close(expected[i]!, actual[i]!, 1e-4);
        Tensor[] near = [.. ours.Select(t => Draw(t.Shape).RequireGrad())]; // where cubes keep their digits
        var expectedSlopes = SlopeOfSlope(Expected, near);
        var actualSlopes = SlopeOfSlope(Actual, near);
        for (var i = 0; i < near.Length; i++)
            AssertTensor.Close(Tensor.Zeros(near[i].Shape),
                (actualSlopes[i] - expectedSlopes[i]) / (1 + Op.Max(expectedSlopes[i].Abs())), 1e-3);
    }

    // The gradient of the squared gradient of the sum of cubes.
    private static Tensor[] SlopeOfSlope(Func<Tensor[], Tensor> function, params Tensor[] inputs)
    {
        var slopes = Autograd.Gradients(function(inputs).Pow(3).Sum(), inputs, createGraph: true);
        var square = slopes.Select(slope => slope!.Square().Sum()).Aggregate((a, b) => a + b);
        return [.. Autograd.Gradients(square, inputs).Select(slope => slope!)];
    }

    [Fact]
    public void What_is_not_a_number_is_not_rectified_away()
    {
        using var scope = TensorScope.Open();
        var x = Draw(2, 8, 2, 2);
        Op.Mul_(x.Narrow(0, 0, 1), double.NaN);
        var y = Kernel.BatchNorm(x, Tensor.Ones([2, 8]), Tensor.Ones([2, 8]), Tensor.Zeros([8]), Tensor.Ones([8]), 0.1, 1e-5,
            rectify: true);
        Assert.True(double.IsNaN(y.Sum().Item()));
    }

    [Fact]
    public void A_gradient_penalty_through_the_kernels_is_the_one_through_LibTorchs_operators()
    {
        using var scope = TensorScope.Open();
        var x = Draw(4, 8, 8, 8);
        Tensor[] weights = [Draw(8, 8, 3, 3).RequireGrad(), Draw(8).RequireGrad(), Draw(16, 8, 4, 4).RequireGrad(), Draw(16).RequireGrad(),
            Draw(16, 8, 4, 4).RequireGrad(), Draw(8).RequireGrad(), Draw(8, 8, 5).RequireGrad(), Draw(1, 512).RequireGrad()];
        weights = [.. weights.Select(w => w.Detach().RequireGrad())];
        var ours = Penalty(x, weights, y => Kernel.Conv2d(y, weights[0], weights[1], 1, 1),
            y => Kernel.Conv2d(y, weights[2], weights[3], 2, 1), y => Kernel.ConvTranspose2d(y, weights[4], weights[5], 2, 1),
            y => Kernel.Conv1d(y, weights[6], null, 2), y => Kernel.Linear(y, weights[7], null), y => Kernel.LeakyRelu(y, 0.2));
        var theirs = Penalty(x, weights, y => Op.Conv2d(y, weights[0], weights[1], [1, 1], [1, 1]),
            y => Op.Conv2d(y, weights[2], weights[3], [2, 2], [1, 1]), y => Op.ConvTranspose2d(y, weights[4], weights[5], [2, 2], [1, 1]),
            y => Op.Conv1d(y, weights[6], null, [1], [2]), y => Op.Linear(y, weights[7]), y => Op.LeakyRelu(y, 0.2));
        for (var i = 0; i < weights.Length; i++)
            AssertTensor.Close(Tensor.Zeros(ours[i].Shape), (ours[i] - theirs[i]) / (1 + Op.Max(theirs[i].Abs())), 2e-4);
    }

    private static Tensor[] Penalty(Tensor from, Tensor[] weights, params Func<Tensor, Tensor>[] layers)
    {
        var x = from.Detach().RequireGrad();
        var (y, activation) = (x, layers[^1]);
        for (var i = 0; i < layers.Length - 1; i++)
        {
            y = i == 3 ? y.Flatten(2) : i == 4 ? y.Flatten(1) : y;
            y = activation(layers[i](y));
        }
        var slope = Autograd.Gradient(y.Sum(), x, createGraph: true).NormPerSample();
        return [.. Autograd.Gradients(y.Mean() + (slope - 1).Square().Mean(), weights, allowUnused: true)
            .Select((g, i) => g ?? Op.ZerosLike(weights[i]))];
    }

    [Fact]
    public void Choices_that_are_adopted_are_obeyed_and_those_for_other_shapes_stay()
    {
        using var scope = TensorScope.Open();
        var before = KernelChoices.Export();
        try
        {
            KernelChoices.Import(new Dictionary<string, string> { ["another shape"] = "plain" });
            Tensor x = Draw(3, 8, 6, 6), w = Draw(8, 8, 3, 3);
            Kernel.Conv2d(x, w, null, 1, 1);
            var task = Assert.Single(KernelChoices.Export().Keys, task => task != "another shape");
            foreach (var name in new[] { "plain", "tiles-2" })
            {
                KernelChoices.Adopt(new Dictionary<string, string> { [task] = name });
                Kernel.Conv2d(x, w, null, 1, 1);
                Assert.Equal((name, "plain"), (KernelChoices.Export()[task], KernelChoices.Export()["another shape"]));
            }
        }
        finally
        {
            KernelChoices.Import(before);
        }
    }

    [Fact]
    public void Choices_survive_a_round_trip_and_are_obeyed()
    {
        using var scope = TensorScope.Open();
        var before = KernelChoices.Export();
        try
        {
            KernelChoices.Import(new Dictionary<string, string>());
            Tensor x = Draw(3, 8, 6, 6), w = Draw(8, 8, 3, 3);
            Kernel.Conv2d(x, w, null, 1, 1);
            var (task, way) = Assert.Single(KernelChoices.Export());
            Assert.StartsWith("Forward 3x8x6x6 8x3x3 s1x1 p1x1", task, StringComparison.Ordinal);
            Assert.Contains(way, ConvolutionKernels.Of(Face.Forward).Select(k => k.Name));
            foreach (var name in new[] { "plain", "tiles-2" })
            {
                KernelChoices.Import(new Dictionary<string, string> { [task] = name });
                var expected = ConvolutionKernels.Of(Face.Forward)
                    .Single(k => k.Name == name).Compute(new(3, 8, 6, 6, w.Shape, 1, 1), x, w, null);
                Assert.Equal(expected.ToArray<float>(), Kernel.Conv2d(x, w, null, 1, 1).ToArray<float>());
                Assert.Equal(name, KernelChoices.Export()[task]);
            }
            KernelChoices.Import(new Dictionary<string, string> { [task] = "a way of tomorrow" });
            Kernel.Conv2d(x, w, null, 1, 1);
            Assert.NotEqual("a way of tomorrow", KernelChoices.Export()[task]);
        }
        finally
        {
            KernelChoices.Import(before);
        }
    }
}
