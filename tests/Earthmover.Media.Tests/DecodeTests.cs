using Xunit;

namespace Earthmover.Media.Tests;

public sealed class DecodeTests
{
    [Theory]
    [InlineData("gray1.png", 4, 1, 1, new byte[] { 255, 0, 255, 0 })]
    [InlineData("gray2.png", 4, 1, 1, new byte[] { 0, 85, 170, 255 })]
    [InlineData("gray4.png", 2, 1, 1, new byte[] { 0, 255 })]
    [InlineData("gray8.png", 2, 2, 1, new byte[] { 0, 64, 128, 255 })]
    [InlineData("gray16.png", 3, 1, 1, new byte[] { 0, 128, 255 })]
    [InlineData("grayalpha8.png", 2, 1, 2, new byte[] { 10, 255, 200, 0 })]
    [InlineData("grayalpha16.png", 1, 1, 2, new byte[] { 100, 200 })]
    [InlineData("rgb8.png", 2, 1, 3, new byte[] { 255, 0, 0, 0, 128, 255 })]
    [InlineData("rgb16.png", 1, 1, 3, new byte[] { 255, 1, 0 })]
    [InlineData("rgba8.png", 2, 1, 4, new byte[] { 1, 2, 3, 4, 250, 251, 252, 253 })]
    [InlineData("rgba16.png", 1, 1, 4, new byte[] { 1, 2, 3, 255 })]
    [InlineData("palette2.png", 4, 1, 3, new byte[] { 255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7 })]
    [InlineData("palette8.png", 2, 1, 3, new byte[] { 9, 8, 7, 255, 0, 0 })]
    [InlineData("palettealpha.png", 2, 1, 4, new byte[] { 0, 255, 0, 128, 0, 0, 255, 255 })]
    [InlineData("rgbkey.png", 2, 1, 4, new byte[] { 1, 2, 3, 255, 4, 5, 6, 0 })]
    [InlineData("interlaced.png", 2, 2, 1, new byte[] { 1, 2, 3, 4 })]
    [InlineData("exif6.png", 1, 2, 1, new byte[] { 10, 20 })]
    [InlineData("rgb24.bmp", 2, 2, 3, new byte[] { 0, 0, 255, 1, 2, 3, 255, 0, 0, 0, 255, 0 })]
    [InlineData("topdown.bmp", 1, 2, 3, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("palette1.bmp", 8, 1, 1, new byte[] { 255, 0, 0, 0, 0, 0, 0, 255 })]
    [InlineData("palette4.bmp", 2, 1, 3, new byte[] { 4, 5, 6, 1, 2, 3 })]
    [InlineData("palette8.bmp", 2, 1, 3, new byte[] { 4, 5, 6, 1, 2, 3 })]
    [InlineData("rgb32.bmp", 1, 1, 3, new byte[] { 1, 2, 3 })]
    [InlineData("rgb565.bmp", 1, 1, 3, new byte[] { 255, 130, 0 })]
    [InlineData("alpha.webp", 2, 1, 4, new byte[] { 255, 0, 0, 255, 0, 0, 255, 128 })]
    public void Lossless_files_decode_to_the_written_values(string file, int width, int height, int channels, byte[] expected)
    {
        var image = ImageFile.Decode(Fixtures.Read(file), out var info);
        Assert.Equal((width, height, channels), (image.Width, image.Height, image.Channels));
        Assert.Equal(expected, image.Pixels.ToArray());
        Assert.Equal(info, ImageFile.Inspect(Fixtures.Read(file)));
    }

    // Red, green / blue, white in the quarters of 16x8 pixels.
    private static byte[] Quarters() => [.. Enumerable.Range(0, 16 * 8).SelectMany(i => ((i % 16 < 8), (i / 16 < 4)) switch
    {
        (true, true) => new byte[] { 255, 0, 0 },
        (false, true) => [0, 255, 0],
        (true, false) => [0, 0, 255],
        _ => [255, 255, 255],
    })];

    [Theory]
    [InlineData("exif1.jpg", 1)]
    [InlineData("exif2.jpg", 2)]
    [InlineData("exif3.jpg", 3)]
    [InlineData("exif4.jpg", 4)]
    [InlineData("exif5.jpg", 5)]
    [InlineData("exif6.jpg", 6)]
    [InlineData("exif7.jpg", 7)]
    [InlineData("exif8.jpg", 8)]
    public void Every_exif_orientation_is_turned_upright(string file, int orientation)
    {
        var image = ImageFile.Decode(Fixtures.Read(file), out var info);
        Assert.Equal((16, 8, orientation), (image.Width, image.Height, info.Orientation));
        Assert.Equal((16, 8), (ImageFile.Inspect(Fixtures.Read(file)).Width, info.Height));
        // The quarters' borders fall inside of JPEG's blocks, so the middles of the quarters are looked at.
        foreach (var (x, y) in new[] { (3, 1), (12, 1), (3, 6), (12, 6) })
            for (var c = 0; c < 3; c++)
                Assert.InRange(image[x, y][c] - Quarters()[(((y * 16) + x) * 3) + c], -30, 30);
    }

    [Fact]
    public void Webp_decodes_lossless_lossy_and_turned()
    {
        Assert.Equal(Quarters(), Fixtures.Decode("lossless.webp").Pixels.ToArray());
        var lossy = Fixtures.Decode("lossy.webp");
        Assert.InRange(lossy[3, 1][0], 200, 255);
        var turned = ImageFile.Decode(Fixtures.Read("exif6.webp"), out var info);
        Assert.Equal((8, 16, 6), (turned.Width, turned.Height, info.Orientation));
        // A quarter turn clockwise puts the lower left quarter (blue) to the upper left.
        Assert.Equal([0, 0, 255], turned[0, 0].ToArray());
    }

    [Fact]
    public void Jpeg_decodes_gray_progressive_and_both_kinds_of_cmyk()
    {
        var gray = Fixtures.Decode("gray.jpg");
        Assert.Equal((8, 8, 1), (gray.Width, gray.Height, gray.Channels));
        Assert.InRange(gray[2, 4][0], 70, 90);
        Assert.InRange(Fixtures.Decode("progressive.jpg")[3, 1][0], 225, 255);

        // Inks 0, 100, 200 and black 50: (255 − ink)(255 − 50)/255; Adobe's file stores the same inks inverted.
        foreach (var file in new[] { "cmyk.jpg", "cmykadobe.jpg" })
        {
            var image = ImageFile.Decode(Fixtures.Read(file), out var info);
            Assert.True(info.IsCmyk);
            Assert.Equal((8, 8, 3), (image.Width, image.Height, image.Channels));
            Fixtures.Close([.. Enumerable.Repeat(new byte[] { 205, 125, 44 }, 64).SelectMany(p => p)], image, 1);
        }
    }

    [Fact]
    public void Headers_tell_depth_palette_and_alpha()
    {
        Assert.Equal(16, ImageFile.Inspect(Fixtures.Read("rgb16.png")).SourceDepth);
        Assert.True(ImageFile.Inspect(Fixtures.Read("palettealpha.png")) is { IsPalette: true, HasAlpha: true, SourceDepth: 8 });
        Assert.True(ImageFile.Inspect(Fixtures.Read("gray.jpg")) is { Format: ImageFormat.Jpeg, Channels: 1, SourceDepth: 8 });
        Assert.True(ImageFile.Inspect(Fixtures.Read("alpha.webp")) is { Format: ImageFormat.WebP, HasAlpha: true });
    }

    [Fact]
    public void A_bomb_is_refused_before_memory_is_taken()
    {
        var before = GC.GetTotalAllocatedBytes();
        var error = Assert.Throws<MediaException>(() => Fixtures.Decode("bomb.png"));
        Assert.Equal(MediaProblem.TooLarge, error.Problem);
        Assert.Contains("100000x100000", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1 << 20);
        Assert.Equal(MediaProblem.TooLarge,
            Assert.Throws<MediaException>(() => ImageFile.Decode(Fixtures.Read("lossless.webp"), maxPixels: 127)).Problem);
        Assert.Equal(16, ImageFile.Decode(Fixtures.Read("lossless.webp"), maxPixels: 128).Width);
    }

    [Fact]
    public void What_is_not_a_picture_or_not_read_is_said()
    {
        Assert.Equal(MediaProblem.UnknownFormat, Assert.Throws<MediaException>(() => ImageFile.Decode([])).Problem);
        Assert.Equal(MediaProblem.UnknownFormat, Assert.Throws<MediaException>(() => ImageFile.Decode("hello"u8)).Problem);
        Assert.Equal(MediaProblem.UnknownFormat, Assert.Throws<MediaException>(() => ImageFile.Inspect("GIF89a....."u8)).Problem);
        Assert.Equal(MediaProblem.Unsupported, Assert.Throws<MediaException>(() => Fixtures.Decode("rle8.bmp")).Problem);
    }

    [Theory]
    [InlineData("sampled2x2.jpg")]
    [InlineData("progressive2x2.jpg")]
    [InlineData("restarts.jpg")]
    [InlineData("gray.jpg")]
    public void A_jpeg_with_a_hole_is_refused_and_stray_bytes_are_passed_over(string file)
    {
        var whole = Fixtures.Read(file);
        // Pixels are missing, the end marker is there: decoders fill the rest with gray and go on.
        byte[] hole = [.. whole[..^40], .. whole[^2..]];
        Assert.Equal(MediaProblem.Corrupt, Assert.Throws<MediaException>(() => ImageFile.Decode(hole)).Problem);
        // Between two segments.
        byte[] stray = [.. whole[..20], 1, 2, 3, .. whole[20..]];
        Assert.Equal(Fixtures.Decode(file).Pixels.ToArray(), ImageFile.Decode(stray).Pixels.ToArray());
    }

    public static TheoryData<string> Formats =>
        ["rgb8.png", "palettealpha.png", "exif6.jpg", "progressive.jpg", "lossless.webp",
            "lossy.webp", "exif6.webp", "rgb24.bmp", "palette4.bmp"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_cut_off_anywhere_is_an_error_and_never_a_gray_picture(string file)
    {
        var whole = Fixtures.Read(file);
        var picture = Fixtures.Decode(file);
        for (var length = 0; length < whole.Length; length++)
        {
            try
            {
                // The very end may be unnecessary (padding, an end marker); then the pixels must be whole.
                Assert.Equal(picture.Pixels.ToArray(), ImageFile.Decode(whole.AsSpan(0, length)).Pixels.ToArray());
                Assert.True(length > whole.Length * 3 / 4, $"{file} decodes from {length} of {whole.Length} bytes");
            }
            catch (MediaException error)
            {
                Assert.True(error.Problem is MediaProblem.Corrupt or MediaProblem.UnknownFormat, error.Message);
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Flipped_bits_end_in_a_picture_or_a_clear_error(string file)
    {
        var whole = Fixtures.Read(file);
        var refused = 0;
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var broken = (byte[])whole.Clone();
            broken[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                var image = ImageFile.Decode(broken, maxPixels: 1 << 20);
                Assert.Equal(image.Width * image.Height * image.Channels, image.Pixels.Length);
            }
            catch (MediaException error)
            {
                Assert.NotEqual(MediaProblem.BadArgument, error.Problem);
                refused++;
            }
        }

        Assert.True(refused > 0, "no flipped bit was noticed");
    }
}
