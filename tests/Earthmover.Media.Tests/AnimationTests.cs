using SkiaSharp;
using Xunit;

namespace Earthmover.Media.Tests;

/// <summary>Animations are read back by Skia's own decoder.</summary>
public sealed class AnimationTests
{
    private static Image Plain(int width, int height, params byte[] pixel) =>
        new(width, height, pixel.Length, [.. Enumerable.Repeat(pixel, width * height).SelectMany(p => p)]);

    [Fact]
    public void Every_frame_comes_back_to_the_pixel_with_its_time()
    {
        Image[] frames = [Plain(5, 3, 7), Plain(5, 3, 250, 0, 9), Plain(5, 3, 1, 2, 3, 128), Plain(5, 3, 60, 255)];
        var file = AnimationFile.EncodeWebP(frames, TimeSpan.FromMilliseconds(40));
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        Assert.Equal((5, 3), (codec.Info.Width, codec.Info.Height));
        Assert.Equal(4, codec.FrameCount);
        Assert.Equal(-1, codec.RepetitionCount); // for ever
        Assert.All(codec.FrameInfo, info => Assert.Equal(40, info.Duration));
        byte[][] expected = [[7, 7, 7, 255], [250, 0, 9, 255], [1, 2, 3, 128], [60, 60, 60, 255]];
        for (var i = 0; i < 4; i++)
        {
            using var bitmap = new SKBitmap(new(5, 3, SKColorType.Rgba8888, SKAlphaType.Unpremul));
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(bitmap.Info, bitmap.GetPixels(), new SKCodecOptions(i)));
            Assert.Equal([.. Enumerable.Repeat(expected[i], 15).SelectMany(p => p)], bitmap.GetPixelSpan().ToArray());
        }
    }

    [Fact]
    public void What_makes_no_animation_is_refused()
    {
        var time = TimeSpan.FromMilliseconds(50);
        Assert.Throws<ArgumentException>(() => AnimationFile.EncodeWebP([], time));
        Assert.Throws<ArgumentException>(() => AnimationFile.EncodeWebP([Plain(2, 2, 0), Plain(2, 3, 0)], time));
        Assert.Throws<ArgumentOutOfRangeException>(() => AnimationFile.EncodeWebP([Plain(2, 2, 0)], TimeSpan.Zero));
        var large = Plain(2048, 2048, 0);
        Assert.Equal(MediaProblem.TooLarge,
            Assert.Throws<MediaException>(() => AnimationFile.EncodeWebP([.. Enumerable.Repeat(large, 33)], time)).Problem);
    }
}
