using System.Numerics;

namespace Earthmover.Media;

/// <summary>Filters for changing a picture's size.</summary>
public enum ResizeFilter
{
    /// <summary>Lanczos with three lobes: sharpest, may ring a little at hard edges.</summary>
    Lanczos,

    /// <summary>Triangle (bilinear when enlarging): softer, never rings.</summary>
    Triangle,
}

/// <summary>
/// Changes the size of pictures from one fixed size to another: a separable filter whose support grows with the
/// shrinking factor, so that every source pixel counts (antialiased, the convention of Pillow; see
/// arXiv:2104.11222 for what happens to scores without it). Values in between are kept in 32-bit floats. An instance
/// holds the weights and may be used by several threads.
/// </summary>
public sealed class Resampler
{
    [ThreadStatic]
    private static Resampler? _lastOnThread;

    private readonly Weights _horizontal;
    private readonly Weights _vertical;
    private readonly ResizeFilter _filter;

    /// <summary>Prepares the weights.</summary>
    /// <param name="sourceWidth">Source columns, pixels.</param>
    /// <param name="sourceHeight">Source rows, pixels.</param>
    /// <param name="width">Target columns, pixels.</param>
    /// <param name="height">Target rows, pixels.</param>
    /// <param name="filter">The filter.</param>
    public Resampler(int sourceWidth, int sourceHeight, int width, int height, ResizeFilter filter = ResizeFilter.Lanczos)
    {
        (SourceWidth, SourceHeight, Width, Height) = (sourceWidth, sourceHeight, width, height);
        _filter = filter;
        _horizontal = new Weights(sourceWidth, width, filter);
        _vertical = new Weights(sourceHeight, height, filter);
    }

    /// <summary>Source columns, pixels.</summary>
    public int SourceWidth { get; }

    /// <summary>Source rows, pixels.</summary>
    public int SourceHeight { get; }

    /// <summary>Target columns, pixels.</summary>
    public int Width { get; }

    /// <summary>Target rows, pixels.</summary>
    public int Height { get; }

    /// <summary>The resampler for two sizes; the one used last on this thread is kept, since data sets repeat one pair of sizes.</summary>
    internal static Resampler For(int sourceWidth, int sourceHeight, int width, int height, ResizeFilter filter)
    {
        if (_lastOnThread is { } last
            && (last.SourceWidth, last.SourceHeight) == (sourceWidth, sourceHeight)
            && (last.Width, last.Height, last._filter) == (width, height, filter))
            return last;
        return _lastOnThread = new Resampler(sourceWidth, sourceHeight, width, height, filter);
    }

    /// <summary>Resizes a picture of the source size. Colors are weighted by alpha, so that hidden colors do not bleed.</summary>
    /// <param name="image">The picture.</param>
    /// <returns>A picture of the target size.</returns>
    public Image Apply(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width != SourceWidth || image.Height != SourceHeight) throw new ArgumentException("Wrong source size.", nameof(image));
        if (SourceWidth == Width && SourceHeight == Height) return image;
        var channels = image.Channels;
        var result = Interleaved((y, row) => image.Row(y).CopyTo(row), channels, image.HasAlpha);
        if (image.HasAlpha)
            for (var i = 0; i < result.Length; i += channels)
            {
                var alpha = result[i + channels - 1];
                for (var c = 0; c < channels - 1; c++)
                    result[i + c] = alpha > 0.5f ? result[i + c] * 255f / alpha : 0;
            }

        return ToImage(result, channels);
    }

    /// <summary>Writes one row of the source, <c>[SourceWidth, channels]</c>.</summary>
    internal delegate void RowReader(int y, Span<byte> row);

    /// <summary>Resizes a picture without alpha whose rows are asked for one by one.</summary>
    internal Image Apply(int channels, RowReader read) => ToImage(Interleaved(read, channels, hasAlpha: false), channels);

    private Image ToImage(float[] values, int channels)
    {
        var pixels = new byte[values.Length];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = ToByte(values[i]);
        return Image.Adopt(Width, Height, channels, pixels);
    }

    private static byte ToByte(float value) => (byte)Math.Clamp(value + 0.5f, 0f, 255f);

    private float[] Interleaved(RowReader read, int channels, bool hasAlpha)
    {
        var rows = new float[SourceHeight * Width * channels];
        // One row of floats at a time: a large picture takes no more than its bytes.
        var bytes = new byte[SourceWidth * channels];
        var row = new float[bytes.Length];
        for (var y = 0; y < SourceHeight; y++)
        {
            read(y, bytes);
            for (var i = 0; i < row.Length; i++) row[i] = bytes[i];
            if (hasAlpha)
                for (var i = 0; i < row.Length; i += channels)
                    for (var c = 0; c < channels - 1; c++)
                        row[i + c] *= row[i + channels - 1] / 255f;
            var to = rows.AsSpan(y * Width * channels, Width * channels);
            for (var x = 0; x < Width; x++)
            {
                var weights = _horizontal.Of(x, out var first);
                for (var c = 0; c < channels; c++)
                {
                    var sum = 0f;
                    var at = (first * channels) + c;
                    foreach (var weight in weights)
                    {
                        sum += weight * row[at];
                        at += channels;
                    }

                    to[(x * channels) + c] = sum;
                }
            }
        }

        var stride = Width * channels;
        var result = new float[Height * stride];
        for (var y = 0; y < Height; y++)
        {
            var to = result.AsSpan(y * stride, stride);
            var weights = _vertical.Of(y, out var first);
            for (var k = 0; k < weights.Length; k++)
            {
                var from = rows.AsSpan((first + k) * stride, stride);
                var weight = weights[k];
                var i = 0;
                var lanes = new Vector<float>(weight);
                for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
                    (new Vector<float>(to[i..]) + (lanes * new Vector<float>(from[i..]))).CopyTo(to[i..]);
                for (; i < to.Length; i++) to[i] += weight * from[i];
            }
        }

        return result;
    }

    /// <summary>For every target position the first source position and the weights that follow.</summary>
    private sealed class Weights
    {
        private readonly int[] _first;
        private readonly float[][] _weights;

        public Weights(int source, int target, ResizeFilter filter)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(source, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(target, 1);
            _first = new int[target];
            _weights = new float[target][];
            var scale = (double)source / target;
            // Shrinking widens the filter so that it covers all source pixels that fall on one target pixel.
            var stretch = Math.Max(scale, 1);
            var support = (filter == ResizeFilter.Lanczos ? 3 : 1) * stretch;
            for (var i = 0; i < target; i++)
            {
                var center = (i + 0.5) * scale;
                var low = Math.Max(0, (int)Math.Floor(center - support + 0.5));
                var high = Math.Min(source, (int)Math.Floor(center + support + 0.5));
                var values = new double[Math.Max(1, high - low)];
                low = Math.Min(low, source - values.Length);
                var sum = 0.0;
                for (var k = 0; k < values.Length; k++)
                    sum += values[k] = Value(filter, (low + k + 0.5 - center) / stretch);
                if (Math.Abs(sum) < 1e-12) (values[0], sum) = (1, 1);
                _first[i] = low;
                _weights[i] = Array.ConvertAll(values, v => (float)(v / sum));
            }
        }

        public ReadOnlySpan<float> Of(int position, out int first)
        {
            first = _first[position];
            return _weights[position];
        }

        private static double Value(ResizeFilter filter, double x)
        {
            x = Math.Abs(x);
            if (filter == ResizeFilter.Triangle) return Math.Max(0, 1 - x);
            if (x >= 3) return 0;
            return x < 1e-9 ? 1 : Sinc(x) * Sinc(x / 3);
        }

        private static double Sinc(double x) => Math.Sin(Math.PI * x) / (Math.PI * x);
    }
}
