using Earthmover.Health;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Health;

/// <summary>Spectra of pictures that are known.</summary>
public sealed class SpectrumTests : LeakTest
{
    private readonly RandomGenerator _random = new(5);

    protected override void TearDown() => _random.Dispose();

    private Tensor Noise(int height = 32, int width = 32, int count = 128, int channels = 3) =>
        Tensor.Normal([count, channels, height, width], _random) * 0.2;

    // a·cos(2π(down·y + across·x)), the same in every picture.
    private static Tensor Wave(double amplitude, double down, double across, int height = 32, int width = 32) => Tensor.From<float>(
        [
            .. from y in Enumerable.Range(0, height)
               from x in Enumerable.Range(0, width)
               select (float)(amplitude * Math.Cos(2 * Math.PI * (down * y + across * x))),
        ],
        [1, 1, height, width]);

    private static Reading Compare(Tensor generated, Tensor real)
    {
        var values = new Values();
        Spectrum.Measure(Spectrum.Of(generated)!, Spectrum.Of(real)!, values);
        return new(1, values);
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(28, 28)] // continued with zeros
    [InlineData(33, 71)]
    public void Noise_has_equal_power_everywhere_and_no_peaks(int height, int width)
    {
        using var scope = TensorScope.Open();
        var spectrum = Spectrum.Of(Noise(height, width))!;
        Assert.InRange(spectrum.Peak(2), 0.8, 1.25);
        Assert.InRange(spectrum.Peak(4), 0.8, 1.25);
        Assert.Equal(double.NaN, spectrum.Peak(8)); // 8 of 40 rows, nearer to zero than eight
        // Each of the window's sides has the sum of squares 3/8 side. The first rings feel that the mean of each picture was taken away.
        Assert.All(spectrum.Rings().Skip(2), power => Assert.InRange(power / (0.04 * 9 / 64 * height * width), 0.9, 1.1));
        Assert.InRange(Spectrum.Of(Noise(64, 64))!.Peak(8), 0.8, 1.25);
    }

    [Theory]
    [InlineData(0.5, 0.5, 2)]
    [InlineData(0, 0.5, 2)]
    [InlineData(0.5, 0, 2)]
    [InlineData(0.25, 0.25, 4)]
    [InlineData(0, 0.25, 4)]
    [InlineData(0.25, 0, 4)]
    [InlineData(0, 0.5, 2, 28)]
    [InlineData(0.25, 0.25, 4, 28)]
    [InlineData(0.125, 0.125, 8, 64)]
    [InlineData(0, 0.125, 8, 64)]
    public void A_wave_of_a_doublings_period_is_a_peak_of_that_period_alone(double down, double across, int period, int side = 32)
    {
        using var scope = TensorScope.Open();
        var spectrum = Spectrum.Of(Noise(side, side) + Wave(0.15, down, across, side, side))!;
        Assert.InRange(spectrum.Peak(period), 2.5, 1e4);
        // A small picture has no long periods.
        var others = Spectrum.Periods.Where(p => p != period && !double.IsNaN(spectrum.Peak(p))).ToList();
        Assert.NotEmpty(others);
        Assert.All(others, p => Assert.InRange(spectrum.Peak(p), 0.7, 1.3));
    }

    [Fact]
    public void The_signals_are_peaks_beside_those_of_real_pictures_and_the_rule_reads_them()
    {
        using var scope = TensorScope.Open();
        Tensor board = Wave(0.1, 0.5, 0.5), real = Noise();
        var healthy = Compare(Noise(), real);
        Assert.InRange(healthy[Signals.Lattice], 0.8, 1.3);
        Assert.InRange(healthy[Signals.SpectrumGap], 0, 0.03);
        var sick = Compare(Noise() + board, real);
        Assert.InRange(sick[Signals.Lattice2], 5, 1e4);
        Assert.Equal(sick[Signals.Lattice2], sick[Signals.Lattice]);
        Assert.InRange(sick[Signals.Lattice4], 0.8, 1.3);
        Assert.False(sick.Values.ContainsKey("lattice_8"));
        // Where the data has the lattice too, the generator is right to draw it.
        Assert.InRange(Compare(Noise() + board, real + board)[Signals.Lattice], 0.8, 1.3);
        // Twice as bright is 2² in power, the same at all frequencies.
        Assert.Equal(Math.Log10(4), Compare(real * 2, real)[Signals.SpectrumGap], 0.02);

        Assert.Empty(Judged(healthy));
        Assert.Equal("lattice", Assert.Single(Judged(sick)).Rule);
    }

    private static IReadOnlyList<Finding> Judged(Reading reading) => Rules.Judge([.. Enumerable.Repeat(reading, 3)]).Findings;

    [Fact]
    public void Pictures_scaled_up_by_repeating_pixels_have_a_gap_where_a_generator_may_have_none()
    {
        using var scope = TensorScope.Open();
        var blocks = Op.UpsampleNearest2d(Noise(16, 16), [32, 32]);
        Assert.InRange(Spectrum.Of(blocks)!.Peak(2), 0, 0.3);
        Assert.InRange(Compare(Noise(), blocks)[Signals.Lattice], 0.8, 1.3);
    }

    [Fact]
    public void A_lattice_far_below_what_eight_bits_show_is_none()
    {
        using var scope = TensorScope.Open();
        var smooth = Wave(0.5, 1 / 32.0, 2 / 32.0) + Tensor.Zeros([64, 1, 1, 1]);
        Assert.InRange(Spectrum.Of(smooth + Wave(0.0001, 0.5, 0.5))!.Peak(2), 0.5, 2);
        Assert.InRange(Spectrum.Of(smooth + Wave(0.02, 0.5, 0.5))!.Peak(2), 10, 1e9);
    }

    [Fact]
    public void Points_have_no_spectrum_and_tiny_pictures_no_periods()
    {
        using var scope = TensorScope.Open();
        Assert.Null(Spectrum.Of(Tensor.Normal([8, 2], _random)));
        Assert.All(Spectrum.Periods, period => Assert.Equal(double.NaN, Spectrum.Of(Noise(8, 8))!.Peak(period)));
        Assert.False(Compare(Noise(8, 8), Noise(8, 8)).Values.ContainsKey("lattice"));
    }
}
