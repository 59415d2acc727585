using System.Runtime.Intrinsics;
using SkiaSharp;

namespace Earthmover.Media.Formats;

/// <summary>The pixels of PNGs of up to 8 bits and of WebPs by Skia's codecs.</summary>
internal static unsafe class SkiaPicture
{
    /// <summary>Decodes the pixels as stored; profiles of colors are left alone.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="layout">What its header says.</param>
    public static DecodedPicture Decode(ReadOnlySpan<byte> file, Layout layout)
    {
        Skia.Require();
        // Skia knows gray alone, and four channels for everything else.
        var picture = DecodedPicture.Allocate(layout, layout.Channels == 1 ? 1 : 4);
        try
        {
            Fill(picture, file, layout);
            if (layout.Channels == 2) picture.Narrow(2, (rgba, pixel) => (pixel[0], pixel[1]) = (rgba[0], rgba[3]));
            if (layout.Channels == 3) DropAlpha(picture);
            return picture;
        }
        catch
        {
            picture.Dispose();
            throw;
        }
    }

    private static void Fill(DecodedPicture picture, ReadOnlySpan<byte> file, Layout layout)
    {
        var name = layout.Format == ImageFormat.Png ? "PNG" : "WebP";
        fixed (byte* start = file)
        {
            using var data = SKData.Create((nint)start, file.Length);
            using var codec = SKCodec.Create(data);
            if (codec is null || codec.Info.Width != picture.Width || codec.Info.Height != picture.Height)
                throw new MediaException(MediaProblem.Corrupt, $"{name}: the header is broken or cut off");
            var wanted = new SKImageInfo(
                picture.Width,
                picture.Height,
                picture.Channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888,
                layout.Channels is 2 or 4 ? SKAlphaType.Unpremul : SKAlphaType.Opaque);
            if (wanted.RowBytes64 > int.MaxValue) throw new MediaException(MediaProblem.TooLarge, $"{name}: too wide");
            if (codec.GetPixels(wanted, (nint)picture.Pixels) != SKCodecResult.Success)
                throw new MediaException(MediaProblem.Corrupt, $"{name}: the pixels are broken or cut off");
        }
    }

    private static void DropAlpha(DecodedPicture picture)
    {
        byte* source = picture.Pixels, target = picture.Pixels;
        var left = (long)picture.Width * picture.Height;
        // Four pixels at a time: sixteen bytes are written where twelve count, which is before the next four are.
        var colors = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
        for (; left >= 4; left -= 4, source += 16, target += 12) Vector128.Shuffle(Vector128.Load(source), colors).Store(target);
        for (; left > 0; left--, source += 4, target += 3) (target[0], target[1], target[2]) = (source[0], source[1], source[2]);
        picture.Shrink(3);
    }
}
