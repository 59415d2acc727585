using Earthmover.Editing;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Editing;

public sealed class BlendingTests : LeakTest
{
    private static Tensor Noise(RandomGenerator from, params long[] shape) => Tensor.Uniform(shape, from, 0, 1);

    // Coarse shapes and fine noise, values in [0.1, 0.6].
    private static Tensor Picture(long seed, int channels, int height, int width)
    {
        using var random = new RandomGenerator(seed);
        var coarse = Op.UpsampleBilinear2d(Noise(random, 1, channels, 5, 7), [height, width], align_corners: false);
        return coarse.Squeeze(0) * 0.3 + Noise(random, channels, height, width) * 0.2 + 0.1;
    }

    private static Tensor Box(int height, int width, int top, int left, int bottom, int right)
    {
        var mask = Tensor.Zeros([1, height, width]);
        mask.Narrow(1, top, bottom - top).Narrow(2, left, right - left).CopyFrom(Tensor.Ones([1, bottom - top, right - left]));
        return mask;
    }

    private static double Largest(Tensor x) => x.Abs().Flatten().Amax(0).Item();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(6, 5)]
    [InlineData(37, 64)]
    public void Coefficients_are_those_of_the_definition_and_lead_back(int height, int width)
    {
        using var scope = TensorScope.Open();
        using var random = new RandomGenerator(1);
        var x = Tensor.Uniform([2, height, width], random, -1, 1, DType.Float64);
        // C_kn = 2 cos(πk(2n + 1)/2N).
        static Tensor Matrix(int n) => Tensor.From<double>(
            [.. from k in Enumerable.Range(0, n) from i in Enumerable.Range(0, n) select 2 * Math.Cos(Math.PI * k * (2 * i + 1) / (2 * n))],
            [n, n]);
        var found = Cosines.Forward(x);
        AssertTensor.Close(Matrix(height).MatMul(x).MatMul(Matrix(width).Transpose(0, 1)), found, 1e-9);
        AssertTensor.Close(x, Cosines.Inverse(found), 1e-12);
    }

    [Theory]
    [InlineData(1, 9)]
    [InlineData(33, 20)]
    public void The_equation_is_solved_where_its_derivative_is_zero(int height, int width)
    {
        using var scope = TensorScope.Open();
        using var random = new RandomGenerator(2);
        Tensor Random(int h, int w) => Tensor.Uniform([1, h, w], random, -1, 1, DType.Float64);
        var (across, down, colors) = (Random(height, width - 1), Random(height - 1, width), Random(height, width));
        const double beta = 0.7, sigma = 1.3;
        var y = GaussianPoisson.Solve(across, down, colors, beta, sigma);
        // ∇ᵀ(∇y − v) + β GᵀG (y − x), with G by its own definition: a Gaussian in frequencies.
        var (yAcross, yDown) = GaussianPoisson.Differences(y);
        Tensor rows = Cosines.Frequencies(y, 1), columns = Cosines.Frequencies(y, 2);
        var gauss = ((rows.Square() + columns.Square()) * (-sigma * sigma / 2)).Exp();
        var blurred = Cosines.Inverse(gauss.Square() * Cosines.Forward(y - colors));
        Assert.InRange(Largest(GaussianPoisson.Gather(yAcross - across, yDown - down) + beta * blurred), 0, 1e-10);
    }

    [Fact]
    public void A_picture_is_recovered_from_its_gradients_and_the_colors_of_its_blur()
    {
        using var scope = TensorScope.Open();
        Tensor t = Picture(3, 3, 97, 130).To(DType.Float64), other = Picture(4, 3, 97, 130).To(DType.Float64);
        var (across, down) = GaussianPoisson.Differences(t);
        AssertTensor.Close(t, GaussianPoisson.Solve(across, down, t, 1, 0.5), 1e-10);
        // A wide blur sees the mean alone: what else the colors are does not matter.
        var shifted = other + (t.Mean([1, 2], keep: true) - other.Mean([1, 2], keep: true));
        AssertTensor.Close(t, GaussianPoisson.Solve(across, down, shifted, 100, 1000), 1e-6);
    }

    [Theory]
    [InlineData(3, 301, 200)]
    [InlineData(1, 64, 64)]
    [InlineData(1, 9, 130)]
    [InlineData(1, 2, 3)]
    public void A_picture_blended_with_itself_stays_as_it_is(int channels, int height, int width)
    {
        using var scope = TensorScope.Open();
        var t = Picture(5, channels, height, width);
        var mask = Box(height, width, height / 3, width / 3, Math.Max(height / 3 + 1, height / 2), Math.Max(width / 3 + 1, 2 * width / 3));
        Assert.InRange(Largest(Blending.Blend(t, t, mask, new()) - t), 0, 1e-4);
    }

    [Fact]
    public void A_part_that_is_only_brighter_leaves_no_trace_and_the_background_stays()
    {
        using var scope = TensorScope.Open();
        var t = Picture(6, 3, 150, 220);
        var mask = Box(150, 220, 40, 50, 110, 170);
        Assert.InRange(Largest(Blending.Blend(t + 0.3, t, mask, new()) - t), 0, 1e-3);
        // Of another picture what is far from the part stays, to less than a step of eight bits.
        var made = Blending.Blend(Picture(7, 3, 150, 220), t, mask, new());
        Assert.InRange(Largest((made - t).Narrow(1, 0, 25)), 0, 2 / 255.0);
        Assert.InRange(Largest((made - t).Narrow(2, 190, 30)), 0, 2 / 255.0);
    }

    [Fact]
    public void Detail_inside_is_that_of_the_part()
    {
        using var scope = TensorScope.Open();
        Tensor part = Picture(8, 1, 128, 128), whole = Picture(9, 1, 128, 128);
        var made = Blending.Blend(part, whole, Box(128, 128, 30, 30, 100, 100), new());
        Tensor Detail(Tensor x) => GaussianPoisson.Differences(x.Narrow(1, 32, 66).Narrow(2, 32, 66)).Across;
        Assert.InRange(Largest(Detail(made) - Detail(part)), 0, 0.05);
        Assert.True(Largest(Detail(made) - Detail(whole)) > 0.2);
    }

    [Fact]
    public void A_blending_gan_is_asked_once_for_the_smallest_size_and_gives_the_colors_inside()
    {
        using var scope = TensorScope.Open();
        Tensor part = Picture(10, 3, 100, 140), whole = Picture(11, 3, 100, 140);
        var mask = Box(100, 140, 30, 40, 70, 100);
        var asked = new List<long[]>();
        Tensor Made(Func<Tensor, Tensor> gan) => Blending.Blend(part, whole, mask, new() { Coarsest = 40 }, collage =>
        {
            asked.Add(collage.Shape);
            return gan(collage);
        });
        var usual = Made(collage => collage);
        // A hill of red in what the GAN makes is a hill of red in the blend, and nowhere outside.
        var hill = Made(collage =>
        {
            var bump = Tensor.Zeros(collage.Shape);
            bump.Narrow(0, 0, 1).Narrow(1, 11, 3).Narrow(2, 14, 6).CopyFrom(Tensor.Ones([1, 3, 6]));
            return collage + bump * 0.4;
        });
        Assert.Equal(2, asked.Count);
        Assert.All(asked, shape => Assert.Equal([3, 25, 35], shape));
        var change = hill - usual;
        Assert.True(change.Narrow(0, 0, 1).Narrow(1, 46, 8).Narrow(2, 62, 12).Mean().Item() > 0.1);
        Assert.InRange(Largest(change.Narrow(0, 1, 2)), 0, 1e-4);
        Assert.InRange(Largest(change.Narrow(1, 0, 20)), 0, 0.02);
    }

    [Fact]
    public void Progress_rises_to_one()
    {
        using var scope = TensorScope.Open();
        var told = new List<double>();
        var t = Picture(12, 1, 200, 150);
        Blending.Blend(t, t, Box(200, 150, 50, 50, 100, 100), new(), progress: new Telling<double>(told.Add));
        Assert.Equal(3, told.Count);
        Assert.Equal(told.Order(), told);
        Assert.Equal(1, told[^1], 1e-9);
    }
}
