using Earthmover.Data;
using Earthmover.Health;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Tests.Networks;

/// <summary>Doublings leave a lattice in what an untrained generator draws, unless its sub-pixels start equal and are smoothed.</summary>
public sealed class LatticeTests : NetworkTest
{
    private static readonly ImageShape s_color = new(3, 64, 64), s_gray = new(1, 28, 28);

    private static Tensor Drawn(Module generator) => generator.Forward(Random([128, 16]));

    private static Tensor Drawn(ConditionalModule generator) =>
        generator.Forward(Random([128, 16]), Tensor.From<long>([.. Enumerable.Range(0, 128).Select(i => i % 3L)], 128));

    private static Tensor Draw(string network, ImageShape shape, Fineness fineness)
    {
        if (network == "plain")
        {
            using var generator = Compact.Generator(shape, 16, 8, fineness);
            return Drawn(generator);
        }
        using var conditional = Compact.ConditionalGenerator(shape, 16, 3, 8, fineness);
        return Drawn(conditional);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("conditional")]
    public void Smoothed_doublings_leave_no_peaks_and_others_do(string network)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        foreach (var shape in new[] { s_color, s_gray })
        {
            Spectrum smooth = Spectrum.Of(Draw(network, shape, Fineness.Smooth))!,
                rough = Spectrum.Of(Draw(network, shape, Fineness.Lattice))!;
            var periods = Spectrum.Periods.Where(period => !double.IsNaN(smooth.Peak(period))).ToList();
            Assert.Equal(shape == s_color ? 3 : 2, periods.Count);
            Assert.All(periods, period => Assert.InRange(smooth.Peak(period), 0, 1.5));
            Assert.InRange(periods.Max(rough.Peak), 3, double.PositiveInfinity);
        }
    }

    // Rectified after the smoothing, where every second pixel has a little less spread, pixels alternate a little before anything is
    // learned; of what the doublings before it leave nothing is seen.
    [Theory]
    [InlineData("plain", Fineness.Detail)]
    [InlineData("conditional", Fineness.Detail)]
    [InlineData("conditional", Fineness.Style)]
    public void A_layer_at_full_size_leaves_little_of_them(string network, Fineness fineness)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        Spectrum fine = Spectrum.Of(Draw(network, s_color, fineness))!,
            rough = Spectrum.Of(Draw(network, s_color, Fineness.Lattice))!;
        Assert.InRange(fine.Peak(2), 0, 0.1 * rough.Peak(2));
        Assert.All(Spectrum.Periods.Where(period => period > 2), period => Assert.InRange(fine.Peak(period), 0, 1.5));
    }

    [Fact]
    public void The_architecture_without_a_lattice_is_the_default_and_the_other_keeps_its_parameters()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using Module smooth = Architecture.Named("compact-smooth").Generator(Options(s_gray, 4, Normalization.None)),
            rough = Architecture.Named("compact").Generator(Options(s_gray, 4, Normalization.None));
        // Runs of before: a transposed convolution at the end. A checkpoint of one fits nothing of the other.
        Assert.Equal([4L, 1, 4, 4], rough.Parameters().Single(p => p.Path == "8.weight").Parameter.Value.Shape);
        Assert.DoesNotContain(smooth.Parameters(), p => p.Path == "8.weight");
        Assert.Equal("compact-smooth", new Earthmover.Systems.ProjectionGan.Options().Architecture);
    }
}
