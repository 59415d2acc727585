using Earthmover.Media.Native;

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
/// A picture where its decoder left it. What is made of it row by row needs no second copy of a large one; its memory goes back at once when it is disposed.
/// </summary>
public sealed unsafe class DecodedPicture : IPixelRows, IDisposable
{
    private byte* _pixels;

    internal DecodedPicture(int width, int height, int channels, byte* pixels)
    {
        (Width, Height, Channels) = (width, height, channels);
        _pixels = pixels;
    }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int Height { get; }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Row(int y)
    {
        ObjectDisposedException.ThrowIf(_pixels is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return new ReadOnlySpan<byte>(_pixels + ((long)y * Width * Channels), Width * Channels);
    }

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
        if (_pixels is not null) NativeMethods.em_media_free(_pixels);
        _pixels = null;
    }
}
