namespace Earthmover.Media.Formats;

/// <summary>
/// What a file says about its picture before the pixels, and who reads these. Sizes are as stored, before an EXIF orientation.
/// </summary>
/// <param name="Format">The file's format.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">Channels after decoding: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.</param>
/// <param name="Depth">Bits per channel, or per palette index.</param>
internal abstract record Layout(ImageFormat Format, long Width, long Height, int Channels, int Depth)
{
    /// <summary>EXIF orientation, 1–8; 1 is upright.</summary>
    public int Orientation { get; init; } = 1;

    /// <summary>Whether the pixels are numbers of a palette's colors.</summary>
    public virtual bool IsPalette => false;

    /// <summary>Whether the pixels are amounts of four inks.</summary>
    public virtual bool IsCmyk => false;

    /// <summary>Bytes per pixel that decoding takes beside the result.</summary>
    public virtual int Working => 0;

    /// <summary>Bytes from the start of the file in which all of this stands.</summary>
    public required long End { get; init; }

    /// <summary>The picture as it is shown.</summary>
    public ImageInfo Info => Orientation >= 5
        ? new ImageInfo(Format, (int)Height, (int)Width, Channels, Depth, Orientation, IsPalette, IsCmyk)
        : new ImageInfo(Format, (int)Width, (int)Height, Channels, Depth, Orientation, IsPalette, IsCmyk);

    /// <summary>Reads the start of a file.</summary>
    /// <param name="file">The file from its start; it can seek, and may be cut off behind what is looked for.</param>
    /// <exception cref="MediaException">Not a known format, or a broken header.</exception>
    public static Layout Read(Stream file)
    {
        Span<byte> start = stackalloc byte[32];
        file.Position = 0;
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (start.Length == 0) throw new MediaException(MediaProblem.UnknownFormat, "the file is empty");
        Layout layout = start.StartsWith(PngChunks.Signature) ? PngLayout.Read(file)
            : start.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) ? JpegLayout.Read(file)
            : start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..12].SequenceEqual("WEBP"u8) ? WebPLayout.Read(file, start)
            : start.StartsWith("BM"u8) ? BmpLayout.Read(file)
            : throw new MediaException(MediaProblem.UnknownFormat, "not a PNG, JPEG, WebP or BMP file");
        return layout.Width is > 0 and <= int.MaxValue && layout.Height is > 0 and <= int.MaxValue
            ? layout
            : throw new MediaException(MediaProblem.Corrupt, $"the header says {layout.Width}x{layout.Height} pixels");
    }

    /// <summary>Refuses a file that is too short for the picture that it promises.</summary>
    /// <param name="length">The whole file's length, bytes.</param>
    public virtual void RefuseLies(long length)
    {
    }

    /// <summary>Decodes the pixels as stored.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="usedBits">Bits of 16 that are used.</param>
    public abstract DecodedPicture Decode(ReadOnlySpan<byte> file, int usedBits);

    protected static MediaException Broken(string format, string why) => new(MediaProblem.Corrupt, $"{format}: {why}");
}
