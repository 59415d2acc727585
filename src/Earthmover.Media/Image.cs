namespace Earthmover.Media;

/// <summary>
/// A picture in memory that never changes: 8 bits per channel, interleaved rows without padding, top row first
/// (<c>[H, W, C]</c>, values 0–255). Channels: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA; alpha is not premultiplied.
/// </summary>
public sealed class Image : IPixelRows
{
    private readonly byte[] _pixels;

    /// <summary>Copies pixels into a new picture.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1, 2, 3 or 4.</param>
    /// <param name="pixels">Interleaved values, <c>[height, width, channels]</c>.</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other.</exception>
    public Image(int width, int height, int channels, ReadOnlySpan<byte> pixels)
        : this(width, height, channels, pixels.ToArray())
    {
    }

    private Image(int width, int height, int channels, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        if ((long)width * height * channels != pixels.Length)
            throw new ArgumentException($"{width}x{height} with {channels} channels needs {(long)width * height * channels} values, "
                + $"not {pixels.Length}.", nameof(pixels));
        (Width, Height, Channels, _pixels) = (width, height, channels, pixels);
    }

    /// <summary>Columns, in pixels.</summary>
    public int Width { get; }

    /// <summary>Rows, in pixels.</summary>
    public int Height { get; }

    /// <summary>1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.</summary>
    public int Channels { get; }

    /// <summary>Whether the last channel is alpha.</summary>
    public bool HasAlpha => Channels is 2 or 4;

    /// <summary>The values, <c>[Height, Width, Channels]</c>, 0–255.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Row(int y) => _pixels.AsSpan(checked(y * Width * Channels), Width * Channels);

    /// <summary>The values of one pixel, <c>[Channels]</c>.</summary>
    /// <param name="x">Column, from the left.</param>
    /// <param name="y">Row, from the top.</param>
    public ReadOnlySpan<byte> this[int x, int y]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
            return _pixels.AsSpan(((y * Width) + x) * Channels, Channels);
        }
    }

    /// <summary>Makes a picture from planes, as tensors hold them.</summary>
    /// <param name="planes">Values, <c>[channels, height, width]</c>.</param>
    /// <param name="channels">1, 2, 3 or 4.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public static Image FromPlanes(ReadOnlySpan<byte> planes, int channels, int height, int width)
    {
        if ((long)channels * height * width != planes.Length)
            throw new ArgumentException($"{channels} planes of {width}x{height} need {(long)channels * height * width} values, "
                + $"not {planes.Length}.", nameof(planes));
        if (channels == 1) return new Image(width, height, 1, planes);
        var pixels = new byte[planes.Length];
        var area = width * height;
        for (var c = 0; c < channels; c++)
            for (var i = 0; i < area; i++)
                pixels[(i * channels) + c] = planes[(c * area) + i];
        return Adopt(width, height, channels, pixels);
    }

    /// <summary>Writes the picture as planes.</summary>
    /// <param name="planes">Receives <c>[Channels, Height, Width]</c>.</param>
    public void CopyPlanes(Span<byte> planes)
    {
        if (planes.Length != _pixels.Length) throw new ArgumentException($"The target must have {_pixels.Length} values.", nameof(planes));
        var area = Width * Height;
        for (var c = 0; c < Channels; c++)
            for (var i = 0; i < area; i++)
                planes[(c * area) + i] = _pixels[(i * Channels) + c];
    }

    /// <summary>Takes an array over without a copy; nobody else may hold it.</summary>
    internal static Image Adopt(int width, int height, int channels, byte[] pixels) => new(width, height, channels, pixels);
}
