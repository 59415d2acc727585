using Earthmover.Onnx;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Operators;

namespace Earthmover.Export.Tests;

/// <summary>
/// Every operator that is exported computes in ONNX Runtime what it computes in LibTorch, for numbers of samples never traced.
/// </summary>
public sealed class OperatorTests : LeakTest
{
    private static readonly Dictionary<string, (long[] Sample, Func<Tensor, Tensor> Function)> s_cases = new()
    {
        ["arithmetic"] = ([6], x => (2 - x * 3 + 1) / 4 + 1 / (x.Square() + 1) - x * x / (x + 9)),
        ["functions"] = ([6], x => x.Tanh() + x.Sigmoid() + x.Exp() + x.Abs().Sqrt() + (x.Abs() + 1).Log() - (-x).Softplus()),
        ["more functions"] = ([6], x => Op.Erf(x) + Op.Sin(x) * Op.Cos(x) + Op.Floor(x) - Op.Sign(x) + Op.Rsqrt(x.Abs() + 1) + Op.Expm1(x)),
        ["logarithm of one more"] = ([6], x => Op.Log1p(x.Abs())),
        ["rectifiers"] = ([6], x => x.Relu() + Kernel.LeakyRelu(x, 0.2) + Op.Elu(x) + Op.Silu(x) + Op.Gelu(x)),
        ["gelu by tanh"] = ([6], x => Op.Gelu(x, "tanh")),
        ["steep softplus"] = ([6], x => Op.Softplus(x, 3)),
        ["limits"] = ([6], x => x.Clamp(-0.5, 0.7) + Op.ClampMin(x, 0.1) + Op.ClampMax(x, 0.2) + x.Minimum(x * x) + x.Maximum(-x)),
        ["powers"] = ([6], x => x.Pow(3) + Op.Pow(x.Abs() + 1, x)),
        ["scaled sums"] = ([6], x => Op.Add(x, x, 0.3) - Op.Sub(x, x * 2, 0.7) + Op.Rsub(x, 1, 2) + Op.Addcmul(x, x, x, 0.5)),
        ["comparisons"] = ([6], x => Op.Where(Op.Gt(x, 0), x, -2 * x) + Op.Le(x, x * x).To(DType.Float32) + Op.Ne(x, 0).To(DType.Float32)),
        ["masks"] = ([6], x => Op.MaskedFill(x, Op.Lt(x, 0), 3)),
        ["sums"] = ([3, 4], x => x.Sum([1], keep: true) + x.Mean([2], keep: true) + x.Amax(1, keep: true) - x.Amin(2, keep: true)),
        ["norms"] = ([3, 4], x => x.NormPerSample() + Op.Logsumexp(x.Flatten(1), [1])),
        ["spread"] = ([7], x => Op.Std(x, [1], true, true) + Op.Var(x, [1], false, true) + x),
        ["largest place"] = ([3, 4], x => x.Argmax(1).To(DType.Float32)),
        ["running sums"] = ([3, 4], x => Op.Cumsum(x, 2)),
        ["softmax"] = ([3, 4], x => Op.Softmax(x, 1) + Op.LogSoftmax(x, -1)),
        ["shapes"] = ([2, 6], x => x.Reshape(x.Size(0), 3, 4).Permute(0, 2, 1).Flatten(1).Unsqueeze(1).Squeeze(1)),
        ["batch first or last"] = ([2, 3], x => x.Transpose(0, 1).Reshape(2, -1).Transpose(0, 1).Reshape(-1, 6)),
        ["twice the samples"] = ([3], x => Tensor.Cat([x, x + 1]).Reshape(2, x.Size(0), 3).Sum([0])),
        ["parts"] = ([6], x => x.Narrow(1, 1, 4) + x.Select(1, -1).Unsqueeze(1) + Op.Slice(x, 1, 2, 6) - Op.Flip(x, [1]).Narrow(1, 0, 4)),
        ["pieces"] = ([6], x => x.Chunk(2, 1)[1] * x.Chunk(4, 1)[0].Sum([1], keep: true)),
        ["unequal pieces"] = ([5], x => Op.Split(x, 3, 1)[1]),
        ["joined"] = ([3], x => Tensor.Stack([x, x * 2, x.Expand(x.Size(0), 3)], 1).Flatten(1)),
        ["rows of a constant for each sample"] = ([3], x => Tensor.Cat([x, Tensor.Ones([x.Size(0), 2])], 1)),
        ["repeated"] = ([3], x => Op.Repeat(x, [1, 2]) + Op.Tile(x, [2])),
        ["planes"] = ([3], x => x.Reshape(-1, 3, 1, 1).Expand(x.Size(0), 3, 4, 5)),
        ["one hot"] = ([4], x => Op.OneHot(x.Argmax(1), 4).To(DType.Float32) * x),
        ["table"] = ([4], x => Op.Embedding(Ramp(4, 3), x.Argmax(1))),
        ["gathered"] = ([4], x => Op.Gather(x, 1, x.Argmax(1).Unsqueeze(1))),
        ["linear"] = ([3], x => Kernel.Linear(x, Ramp(5, 3), Ramp(5)) + Kernel.MatMul(x, Ramp(3, 5))),
        ["linear of three axes"] = ([2, 3], x => Kernel.Linear(x, Ramp(5, 3), Ramp(5))),
        ["products of samples"] = ([2, 3], x => Op.Bmm(x, x.Transpose(1, 2))),
        ["convolution"] = ([2, 8, 6], x => Kernel.Conv2d(x, Ramp(3, 2, 3, 3), Ramp(3), 2, 1)),
        ["convolution of lines"] = ([2, 8], x => Kernel.Conv1d(x, Ramp(3, 2, 3), null, 1)),
        ["transposed convolution"] = ([2, 4, 3], x => Kernel.ConvTranspose2d(x, Ramp(2, 3, 4, 4), Ramp(3), 2, 1, 1)),
        ["halving convolution"] = ([2, 8, 6], x => Kernel.Conv2dMeanPool(x, Ramp(3, 2, 3, 3), Ramp(3))),
        ["doubling convolution"] = ([2, 4, 3], x => Kernel.UpsampleConv2d(x, Ramp(3, 2, 3, 3), Ramp(3))),
        ["smoothing"] = ([2, 5, 4], Kernel.Smooth),
        ["pooling"] = ([2, 6, 4], x => Op.AvgPool2d(x, [2, 2]) + Op.MaxPool2d(x, [2, 2]) + Op.AdaptiveAvgPool2d(x, [1, 1])),
        ["doubling"] = ([2, 3, 4], x => Op.UpsampleNearest2d(x, [6, 8]) + Op.UpsampleBilinear2d(x, [6, 8], false)),
        ["another size"] = ([2, 3, 4], x => Op.UpsampleBilinear2d(x, [5, 7], true)),
        ["sub-pixels"] = ([8, 3, 4], x => Op.PixelShuffle(x, 2)),
        ["borders"] = ([2, 4, 5], x => Op.ReflectionPad2d(x, [1, 2, 3, 0]) + Op.ReplicationPad2d(x, [2, 1, 1, 2])),
        ["zeros around"] = ([2, 4, 5], x => Op.ConstantPadNd(x, [1, 2, 0, 1], 0.5)),
        ["batch normalization"] = ([3, 4], x => Op.BatchNorm(x, Ramp(3), Ramp(3), Ramp(3), Ramp(3).Abs() + 1, false, 0.1, 1e-5, true)),
        ["group normalization"] = ([4, 3, 2], x => Op.GroupNorm(x, 2, Ramp(4), Ramp(4))),
        ["normalization of flat samples"] = ([6], x => Op.GroupNorm(x, 1, null, null)),
        ["layer normalization"] = ([4, 6], x => Op.LayerNorm(x, [6], Ramp(6), Ramp(6))),
    };

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_computes_the_same_in_ONNX_Runtime(string name)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var (sample, function) = s_cases[name];
        var model = OnnxModel.Of(new(name, [new("x", "", n => Example(n, sample))], "y", x => function(x[0])), "1.0.0");
        using var graph = Graph.Load(model.Bytes, threads: 1);
        foreach (var n in new[] { 4, 1 })
        {
            var x = Example(n, sample);
            var expected = function(x).Contiguous().ToArray<float>();
            var found = graph.Run([("x", x.ToArray<float>(), x.Shape)]);
            Assert.Equal(expected.Length, found.Length);
            Assert.True(n == 1 || expected.Distinct().Count() > 1, "an example that tells nothing apart");
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * (1 + Math.Abs(pair.First))));
        }
    }

    // No two alike, both signs, and not the same for every number of samples.
    private static Tensor Example(int n, long[] sample)
    {
        var count = (int)sample.Aggregate((long)n, (a, b) => a * b);
        var random = new SeededRandom(n, "example");
        return Tensor.From<float>([.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())], [n, .. sample]);
    }

    private static Tensor Ramp(params long[] shape)
    {
        var count = (int)shape.Aggregate(1L, (a, b) => a * b);
        return Tensor.From<float>([.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(1 + 1.7 * i))], shape);
    }
}
