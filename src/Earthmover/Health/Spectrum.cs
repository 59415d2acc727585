using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Health;

/// <summary>
/// The power of each frequency in pictures, averaged over pictures and channels: where networks that double their pictures leave a lattice,
/// it has peaks at the periods of the doublings.
/// </summary>
public sealed class Spectrum
{
    /// <summary>Periods of the last three doublings, pixels.</summary>
    public static IReadOnlyList<int> Periods { get; } = [2, 4, 8];

    // Pictures are continued with zeros to a multiple of eight, so that these periods are frequencies of the transform.
    private const int Multiple = 8;

    // A window whose lobe is two frequencies wide keeps the jump from one border to the other out; what lies three and four away is not of
    // the peak. Nearer to zero than eight there are no neighbors.
    private static readonly int[] s_neighbors = [-4, -3, 3, 4];
    private const int Lowest = 8;

    // Large pictures have many frequencies: fewer of them tell as much.
    private const long MostNumbers = 1 << 22;
    private const int FewestPictures = 16;

    // Eight bits round to steps of 2/255; what is below that noise cannot be seen.
    private const double RoundingVariance = 2.0 / 255 * (2.0 / 255) / 12;

    // [frequency down, frequency across], cycles per padded side, from zero to half of it; the mean over both signs.
    private readonly double[,] _power;
    private readonly int _rows, _columns;

    private Spectrum(double[,] power, int rows, int columns) => (_power, _rows, _columns) = (power, rows, columns);

    /// <summary>The spectrum of pictures; null of anything else.</summary>
    /// <param name="pictures">[N, C, H, W] in [−1, 1]; of large ones the first are taken.</param>
    public static Spectrum? Of(Tensor pictures)
    {
        if (pictures.Rank != 4)
            return null;
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var shape = pictures.Shape;
        var count = Math.Min(shape[0], Math.Max(FewestPictures, MostNumbers / (shape[1] * shape[2] * shape[3])));
        var (planes, height, width) = (count * shape[1], (int)shape[2], (int)shape[3]);
        var x = pictures.Detach().Narrow(0, 0, count).Clamp(-1, 1);
        x -= x.Mean([2, 3], keep: true);
        var (across, columns, loudX) = Waves(width, pictures.Device);
        var (down, rows, loudY) = Waves(height, pictures.Device);
        var first = Kernel.MatMul(x.Contiguous().Reshape(planes * height, width), across).Reshape(planes, height, -1);
        var both = Kernel.MatMul(first.Transpose(1, 2).Contiguous().Reshape(-1, height), down).Reshape(planes, first.Size(2), -1);
        var squares = both.Square().Mean([0]).ToArray<float>();
        int kx = columns / 2 + 1, ky = rows / 2 + 1;
        var power = new double[ky, kx];
        for (var i = 0; i < squares.Length; i++)
            power[i % (2 * ky) % ky, i / (2 * ky) % kx] += squares[i];
        for (var j = 0; j < ky; j++)
            for (var i = 0; i < kx; i++)
                power[j, i] += RoundingVariance * loudX * loudY;
        return new(power, rows, columns);
    }

    // Cosines, then sines, of every frequency under the window [side, 2·(padded/2 + 1)], and the window's own power.
    private static (Tensor Waves, int Padded, double Loudness) Waves(int side, Device device)
    {
        var padded = (side + Multiple - 1) / Multiple * Multiple;
        var count = padded / 2 + 1;
        var waves = new float[side * 2 * count];
        var loudness = 0.0;
        for (var i = 0; i < side; i++)
        {
            var window = 0.5 - 0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / side);
            loudness += window * window;
            for (var k = 0; k < count; k++)
            {
                var (sine, cosine) = Math.SinCos(2 * Math.PI * ((long)i * k % padded) / padded);
                waves[i * 2 * count + k] = (float)(window * cosine);
                waves[i * 2 * count + count + k] = (float)(window * sine);
            }
        }
        return (Tensor.From<float>(waves, [side, 2 * count], device), padded, loudness);
    }

    /// <summary>
    /// How far the power at a period stands out from that of frequencies near it: across, down, or both, whichever most; about 1 or less
    /// without a lattice. NaN where pictures are too small for the period to have neighbors.
    /// </summary>
    /// <param name="period">One of <see cref="Periods"/>.</param>
    public double Peak(int period)
    {
        int x = _columns / period, y = _rows / period;
        if (Math.Min(x, y) < Lowest)
            return double.NaN;
        double Across(int k) => Enumerable.Range(0, _rows).Sum(j => At(j, k));
        double Down(int k) => Enumerable.Range(0, _columns).Sum(i => At(k, i));
        return Math.Max(
            At(y, x) / GeometricMean(s_neighbors.SelectMany(j => s_neighbors, (j, i) => At(y + j, x + i))),
            Math.Max(
                Across(x) / GeometricMean(s_neighbors.Select(i => Across(x + i))),
                Down(y) / GeometricMean(s_neighbors.Select(j => Down(y + j)))));
    }

    /// <summary>The power of rings of frequencies, from one cycle a side to half a cycle a pixel, of the shorter side.</summary>
    public IReadOnlyList<double> Rings()
    {
        var side = Math.Min(_rows, _columns);
        var (sums, counts) = (new double[side / 2], new int[side / 2]);
        for (var j = 0; j <= _rows / 2; j++)
            for (var i = 0; i <= _columns / 2; i++)
            {
                var (y, x) = ((double)j * j / ((double)_rows * _rows), (double)i * i / ((double)_columns * _columns));
                var ring = (int)Math.Round(side * Math.Sqrt(y + x));
                if (ring < 1 || ring > sums.Length)
                    continue;
                sums[ring - 1] += _power[j, i];
                counts[ring - 1]++;
            }
        return [.. sums.Zip(counts, (sum, count) => sum / count)];
    }

    /// <summary>Measures the spectrum of generated pictures beside that of real ones.</summary>
    internal static void Measure(Spectrum generated, Spectrum real, Values values)
    {
        var signals = new[] { Signals.Lattice2, Signals.Lattice4, Signals.Lattice8 };
        for (var k = 0; k < signals.Length; k++)
        {
            // Of real pictures only what stands out is an excuse: scaled-up ones have gaps there, which a generator need not draw.
            values[signals[k]] = generated.Peak(Periods[k]) / Math.Max(1, real.Peak(Periods[k]));
            values[Signals.Lattice] = double.MaxNumber(values[Signals.Lattice], values[signals[k]]);
        }
        values[Signals.SpectrumGap] = generated.Rings().Zip(real.Rings(), (g, r) => Math.Abs(Math.Log10(g / r))).Average();
    }

    // Frequencies beyond half a cycle per pixel are those below it, mirrored.
    private double At(int down, int across) => _power[Folded(down, _rows), Folded(across, _columns)];

    private static int Folded(int frequency, int side)
    {
        var k = ((frequency % side) + side) % side;
        return Math.Min(k, side - k);
    }

    private static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
