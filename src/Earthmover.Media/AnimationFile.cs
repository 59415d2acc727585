using System.Runtime.InteropServices;
using Earthmover.Files;
using Earthmover.Media.Formats;
using SkiaSharp;

namespace Earthmover.Media;

/// <summary>Writes moving pictures.</summary>
public static class AnimationFile
{
    // How much work goes into a small file, of 100: sizes hardly fall beyond it.
    private const float Effort = 60;

    /// <summary>Most pixels of all frames together, which are in memory at once as RGBA.</summary>
    public const long MostPixels = ImageFile.DefaultMaxPixels;

    /// <summary>Encodes an animated WebP without loss, which repeats for ever.</summary>
    /// <param name="frames">Pictures of one size, at least one; gray and colored may be mixed.</param>
    /// <param name="each">How long each is shown, at least a millisecond.</param>
    /// <exception cref="ArgumentException">There are none, or their sizes differ.</exception>
    /// <exception cref="MediaException">They are more than <see cref="MostPixels"/>, or Skia cannot encode them.</exception>
    public static byte[] EncodeWebP(IReadOnlyList<Image> frames, TimeSpan each)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentOutOfRangeException.ThrowIfLessThan(each, TimeSpan.FromMilliseconds(1));
        if (frames.Count == 0)
            throw new ArgumentException("An animation needs at least one frame.", nameof(frames));
        if (frames.Any(frame => frame.Width != frames[0].Width || frame.Height != frames[0].Height))
            throw new ArgumentException("All frames of an animation must have one size.", nameof(frames));
        var pixels = (long)frames.Count * frames[0].Width * frames[0].Height;
        if (pixels > MostPixels)
            throw new MediaException(MediaProblem.TooLarge, $"{frames.Count} frames of {frames[0].Width}x{frames[0].Height} "
                + $"are more than the limit of {MostPixels} pixels");
        Skia.Require();
        var bitmaps = new List<SKBitmap>();
        try
        {
            bitmaps.AddRange(frames.Select(ToBitmap));
            SKWebpEncoderFrame[] shown = [.. bitmaps.Select(bitmap => new SKWebpEncoderFrame(bitmap, each))];
            using var data = SKWebpEncoder.EncodeAnimated(shown, new(SKWebpEncoderCompression.Lossless, Effort));
            return data?.ToArray() ?? throw new MediaException(MediaProblem.Failed, "WebP: the frames could not be encoded");
        }
        finally
        {
            bitmaps.ForEach(bitmap => bitmap.Dispose());
        }
    }

    /// <summary>Writes an animated WebP beside its place and renames it.</summary>
    /// <param name="path">Where to write; the folder is made if it is missing.</param>
    /// <param name="frames">As for <see cref="EncodeWebP"/>.</param>
    /// <param name="each">How long each is shown.</param>
    /// <exception cref="MediaException">As for <see cref="EncodeWebP"/>.</exception>
    public static void SaveWebP(string path, IReadOnlyList<Image> frames, TimeSpan each) =>
        AtomicFile.Write(path, EncodeWebP(frames, each));

    private static SKBitmap ToBitmap(Image image)
    {
        var bitmap = new SKBitmap(new(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var target = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        var source = image.Pixels;
        var channels = image.Channels;
        for (var i = 0; i < target.Length; i++)
        {
            var pixel = source.Slice(i * channels, channels);
            var (red, green, blue) = channels < 3 ? (pixel[0], pixel[0], pixel[0]) : (pixel[0], pixel[1], pixel[2]);
            var alpha = image.HasAlpha ? pixel[^1] : byte.MaxValue;
            target[i] = (uint)(red | green << 8 | blue << 16 | alpha << 24);
        }
        return bitmap;
    }
}
