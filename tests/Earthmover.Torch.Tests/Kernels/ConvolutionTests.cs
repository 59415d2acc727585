using Earthmover.Testing;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Tests.Kernels;

public sealed class ConvolutionTests : LeakTest
{
    private readonly RandomGenerator _random = new(5);

    protected override void TearDown() => _random.Dispose();

    // N, in, H, W, out, kH, kW, stride, padding
    public static TheoryData<int[]> Shapes =>
    [
        [2, 3, 7, 5, 4, 3, 3, 1, 1],    // odd and rectangular
        [3, 1, 8, 8, 4, 4, 4, 2, 1],    // one channel
        [2, 5, 6, 9, 1, 3, 2, 2, 0],    // one result, a row and column unused
        [2, 4, 5, 5, 3, 1, 1, 1, 0],    // a point
        [2, 3, 4, 4, 6, 4, 4, 1, 0],    // a window as large as the image
        [1, 8, 12, 10, 16, 3, 3, 1, 1], // tiles, the last cut off
        [2, 16, 8, 12, 8, 4, 4, 2, 1],  // tiles of a step of two
        [2, 8, 9, 11, 8, 5, 5, 1, 2],
        [3, 8, 6, 10, 8, 2, 4, 2, 1],
        [2, 8, 11, 9, 8, 3, 3, 1, 0],   // no padding
        [3, 8, 13, 13, 8, 4, 4, 2, 2],
        [3, 8, 6, 9, 3, 3, 3, 1, 1],    // few results
        [2, 16, 5, 1, 1, 3, 3, 1, 1],
        [2, 24, 1, 4, 4, 3, 3, 1, 1],
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_way_computes_what_LibTorch_computes(int[] s)
    {
        ArgumentNullException.ThrowIfNull(s);
        using var scope = TensorScope.Open();
        var c = new Convolution(s[0], s[1], s[2], s[3], [s[4], s[1], s[5], s[6]], s[7], s[8]);
        Tensor x = Draw(c.InputShape), w = Draw(c.WeightShape), b = Draw([c.Outputs]), g = Draw(c.ResultShape);
        (Tensor, Tensor)[] layouts =
        [
            (x, g), (x.Contiguous(MemoryFormat.ChannelsLast), g.Contiguous(MemoryFormat.ChannelsLast)),
            (x.Transpose(2, 3).Contiguous().Transpose(2, 3), g),
        ];
        foreach (var (X, G) in layouts)
            Compare(c, X, w, b, G);
    }

    [Theory]
    [InlineData(2, 8, 12, 8, 5, 2)]
    [InlineData(3, 16, 9, 8, 3, 1)]
    [InlineData(2, 3, 7, 5, 4, 0)]
    [InlineData(2, 3, 7, 5, 1, 0)]
    public void Every_way_along_a_line_computes_what_LibTorch_computes(int n, int inputs, int length, int outputs, int window, int padding)
    {
        using var scope = TensorScope.Open();
        var c = new Convolution(n, inputs, length, [outputs, inputs, window], padding);
        Compare(c, Draw(c.InputShape), Draw(c.WeightShape), Draw([outputs]), Draw(c.ResultShape));
    }

    // Reference in double precision; tiles of four places lose a digit or so to their larger coefficients.
    private static void Compare(Convolution c, Tensor x, Tensor w, Tensor b, Tensor g)
    {
        var (X, W, G) = (x.To(DType.Float64), w.To(DType.Float64), g.To(DType.Float64));
        long[] stride = [c.StrideY, c.StrideX], padding = [c.PaddingY, c.PaddingX];
        var (dx, dw, _) = Op.ConvolutionBackward(G, X, W, null, stride, padding, [1, 1], false, [0, 0], 1, [true, true, false]);
        Check(Face.Forward, Op.Conv2d(X, W, b.To(DType.Float64), stride, padding), x, w, b);
        Check(Face.Forward, Op.Conv2d(X, W, null, stride, padding), x, w, null);
        Check(Face.InputGradient, dx, g, w, null);
        Check(Face.WeightGradient, dw, x, g, null);

        void Check(Face face, Tensor expected, Tensor first, Tensor second, Tensor? bias)
        {
            foreach (var way in ConvolutionKernels.Of(face).Where(way => way.Fits(c)))
            {
                var actual = way.Compute(c, first, second, bias);
                var scale = Op.Max(expected.Abs()).Item();
                Assert.Equal(expected.Shape, actual.Shape);
                var error = Op.Max((expected - actual.To(DType.Float64)).Abs()).Item() / scale;
                Assert.True(error < (way.Name switch { "tiles-4" => 2e-5, "tiles-2" => 5e-6, _ => 2e-6 }),
                    $"{face} by '{way.Name}': relative error {error:g3}");
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(2, 1, 4)]
    [InlineData(2, 0, 3)]
    public void The_faces_differentiate_into_each_other(int stride, int padding, int window)
    {
        using var scope = TensorScope.Open();
        var c = new Convolution(2, 2, 5, 6, [3, 2, window, window], stride, padding);
        Tensor x = Draw(c.InputShape, DType.Float64), w = Draw(c.WeightShape, DType.Float64), b = Draw([3], DType.Float64),
            g = Draw(c.ResultShape, DType.Float64), bx = Draw([2], DType.Float64);
        AssertTensor.Close(Op.Conv2d(x, w, b, [stride, stride], [padding, padding]), Convolution.Apply(c, x, w, b), 1e-10);
        // The squares and cubes make second derivatives that do not vanish.
        AssertTensor.Gradients(v => Convolution.Apply(c, v[0], v[1], v[2]).Square(), [x, w, b]);
        AssertTensor.SecondOrder(v => Convolution.Apply(c, v[0], v[1], v[2]).Pow(3), [x, w, b]);
        AssertTensor.Gradients(v => Convolution.ApplyAdjoint(c, v[0], v[1], v[2]).Square(), [g, w, bx]);
        AssertTensor.SecondOrder(v => Convolution.ApplyAdjoint(c, v[0], v[1], v[2]).Pow(3), [g, w, bx]);
    }

    [Fact]
    public void A_line_differentiates_twice()
    {
        using var scope = TensorScope.Open();
        var c = new Convolution(2, 3, 6, [2, 3, 3], 1);
        Tensor x = Draw([2, 3, 6], DType.Float64), w = Draw([2, 3, 3], DType.Float64), b = Draw([2], DType.Float64);
        AssertTensor.Close(Op.Conv1d(x, w, b, [1], [1]), Convolution.Apply(c, x, w, b), 1e-10);
        AssertTensor.Gradients(v => Convolution.Apply(c, v[0], v[1], v[2]).Square(), [x, w, b]);
        AssertTensor.SecondOrder(v => Convolution.Apply(c, v[0], v[1], v[2]).Pow(3), [x, w, b]);
    }

    private Tensor Draw(long[] shape, DType type = DType.Float32) => Tensor.Normal(shape, _random, type);
}
