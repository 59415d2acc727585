using System.Runtime.InteropServices;
using Earthmover.Media.Formats;

namespace Earthmover.Media;

/// <summary>Pixels that can be looked at row by row: 8 bits per channel, interleaved; 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.</summary>
public interface IPixelRows
{
    /// <summary>Columns, in pixels.</summary>
    int Width { get; }

    /// <summary>Rows, in pixels.</summary>
    int Height { get; }

    /// <summary>Values per pixel, 1 to 4.</summary>
    int Channels { get; }

    /// <summary>The values of one row, <c>[Width, Channels]</c>.</summary>
    /// <param name="y">Row, from the top.</param>
    ReadOnlySpan<byte> Row(int y);
}

/// <summary>
/// A picture where its decoder left it. What is made of it row by row needs no second copy of a large one; its memory goes back at once
/// when it is disposed.
/// </summary>
public sealed unsafe class DecodedPicture : IPixelRows, IDisposable
{
    private byte* _pixels;

    private DecodedPicture(int width, int height, int channels)
    {
        (Width, Height, Channels) = (width, height, channels);
        // Zeros: a decoder that does less than it says must not show what was in this memory before.
        _pixels = (byte*)NativeMemory.AllocZeroed((nuint)((long)width * height), (nuint)channels);
    }

    /// <summary>Turns the channels of one pixel into fewer.</summary>
    internal delegate void Narrowing(ReadOnlySpan<byte> pixel, Span<byte> result);

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Channels { get; private set; }

    /// <summary>The values, <c>[Height, Width, Channels]</c>.</summary>
    internal byte* Pixels => _pixels;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Row(int y) => RowToFill(y);

    /// <summary>A copy that lives on its own.</summary>
    /// <exception cref="MediaException">It does not fit into one array.</exception>
    public Image ToImage()
    {
        ObjectDisposedException.ThrowIf(_pixels is null, this);
        var length = (long)Width * Height * Channels;
        if (length > Array.MaxLength)
            throw new MediaException(MediaProblem.TooLarge, $"{Width}x{Height} with {Channels} channels does not fit into one array");
        return Image.Adopt(Width, Height, Channels, new ReadOnlySpan<byte>(_pixels, (int)length).ToArray());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_pixels);
        _pixels = null;
    }

    /// <summary>Room for a picture as it is stored.</summary>
    /// <param name="layout">What its header says.</param>
    /// <param name="channels">Channels; the layout's when left out.</param>
    internal static DecodedPicture Allocate(Layout layout, int channels = 0) =>
        new((int)layout.Width, (int)layout.Height, channels == 0 ? layout.Channels : channels);

    internal Span<byte> RowToFill(int y)
    {
        ObjectDisposedException.ThrowIf(_pixels is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return new Span<byte>(_pixels + ((long)y * Width * Channels), Width * Channels);
    }

    /// <summary>Turns each pixel's channels into fewer, in place.</summary>
    internal void Narrow(int channels, Narrowing narrowing)
    {
        Span<byte> result = stackalloc byte[4];
        byte* source = _pixels, target = _pixels;
        for (var left = (long)Width * Height; left > 0; left--, source += Channels, target += channels)
        {
            narrowing(new ReadOnlySpan<byte>(source, Channels), result);
            for (var c = 0; c < channels; c++) target[c] = result[c];
        }

        Shrink(channels);
    }

    /// <summary>Gives back what is left of the memory once the pixels have fewer channels.</summary>
    internal void Shrink(int channels)
    {
        Channels = channels;
        _pixels = (byte*)NativeMemory.Realloc(_pixels, (nuint)((long)Width * Height * channels));
    }

    /// <summary>The picture upright; this one is disposed unless it is.</summary>
    /// <param name="orientation">EXIF orientation, 1–8.</param>
    internal DecodedPicture Turned(int orientation)
    {
        if (orientation <= 1) return this;
        using var stored = this;
        var result = orientation >= 5 ? new DecodedPicture(Height, Width, Channels) : new DecodedPicture(Width, Height, Channels);
        var (right, bottom) = (Width - 1, Height - 1);
        for (var y = 0; y < result.Height; y++)
        {
            var target = result.RowToFill(y);
            for (var x = 0; x < result.Width; x++)
            {
                var (column, row) = orientation switch
                {
                    2 => (right - x, y),
                    3 => (right - x, bottom - y),
                    4 => (x, bottom - y),
                    5 => (y, x),
                    6 => (y, bottom - x),
                    7 => (right - y, bottom - x),
                    _ => (right - y, x),
                };
                new ReadOnlySpan<byte>(_pixels + ((((long)row * Width) + column) * Channels), Channels).CopyTo(target[(x * Channels)..]);
            }
        }

        return result;
    }
}
