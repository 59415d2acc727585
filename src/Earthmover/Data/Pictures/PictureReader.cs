using Earthmover.Media;
using Earthmover.Media.Files;

namespace Earthmover.Data.Pictures;

/// <summary>
/// Reads single pictures of a user's folder, and takes no more for any of them than its header says and the limits allow.
/// </summary>
/// <param name="maxPixels">Most pixels of one picture.</param>
/// <param name="bits">Bits that pictures of 16 bits use.</param>
internal sealed class PictureReader(long maxPixels, int bits = 16)
{
    /// <summary>Most pixels of one picture where nothing else is asked for: 8192 x 8192.</summary>
    public const long DefaultMaxPixels = 1L << 26;

    // Room for pictures in flight, and for what a file may carry beside its pixels: profiles, previews, texts.
    private const long Budget = 1L << 29, MostExtraBytes = 1L << 26;

    private static readonly PictureBudget s_budget = new(Budget);

    /// <summary>Most pixels of one picture.</summary>
    public long MaxPixels => maxPixels;

    /// <summary>Bits that pictures of 16 bits use.</summary>
    public int Bits => bits;

    /// <summary>Whether an exception means that one file is bad, and not that the program or the machine is.</summary>
    public static bool IsBadFile(Exception error) =>
        error is IOException or UnauthorizedAccessException or OutOfMemoryException
            || (error is MediaException media && media.Problem != MediaProblem.NotInstalled);

    /// <summary>Reads a picture's header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="Exception">Of those that <see cref="IsBadFile"/> knows.</exception>
    public ImageInfo Inspect(string path)
    {
        using var file = Open(path);
        var header = HeaderOf(file);
        using var room = s_budget.Take(header.End, CancellationToken.None);
        return ImageFile.Inspect(Start(file, header.End));
    }

    /// <summary>Decodes a picture once there is room for it among those in flight.</summary>
    /// <param name="path">The file.</param>
    /// <param name="use">What is made of it, while its room is held.</param>
    /// <param name="cancellation">Ends the waiting for room.</param>
    /// <exception cref="Exception">Of those that <see cref="IsBadFile"/> knows.</exception>
    public void Decode(string path, Action<IPixelRows> use, CancellationToken cancellation)
    {
        using var file = Open(path);
        Decode(file, use, cancellation);
    }

    /// <summary>The same of a picture's bytes, whether they lie in a file or not.</summary>
    /// <param name="file">The bytes from their start; it can seek.</param>
    /// <param name="use">What is made of it, while its room is held.</param>
    /// <param name="cancellation">Ends the waiting for room.</param>
    /// <exception cref="Exception">Of those that <see cref="IsBadFile"/> knows.</exception>
    public void Decode(Stream file, Action<IPixelRows> use, CancellationToken cancellation)
    {
        var header = HeaderOf(file);
        using var room = s_budget.Take(header.DecodingBytes + file.Length, cancellation);
        using var picture = ImageFile.Open(Start(file, file.Length), out _, maxPixels, bits);
        use(picture);
    }

    private static FileStream Open(string path)
    {
        if (!FileStatus.TryRead(path, out var status, out var why)) throw new IOException(why);
        if (!status.IsRegular) throw new IOException($"{status.KindName}, which is not read");
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 14);
    }

    private PictureHeader HeaderOf(Stream file)
    {
        var header = PictureHeader.Read(file);
        if (header.Pixels > maxPixels)
            throw new MediaException(MediaProblem.TooLarge,
                $"{header.Width}x{header.Height} is {Millions(header.Pixels)} megapixels, "
                    + $"more than the {Millions(maxPixels)} that are read; shrink it, or allow more with megapixels=");
        if (file.Length > header.Pixels * 16 + MostExtraBytes)
            throw new MediaException(MediaProblem.TooLarge,
                $"a file of {file.Length / 1_000_000} MB for {header.Width}x{header.Height} pixels; save it anew");
        return header;

        static string Millions(long pixels) => Math.Ceiling(pixels / 1e6).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static byte[] Start(Stream file, long length)
    {
        var bytes = new byte[Math.Min(length, file.Length)];
        file.Position = 0;
        file.ReadExactly(bytes);
        return bytes;
    }
}
