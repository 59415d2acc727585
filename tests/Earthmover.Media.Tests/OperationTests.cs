using Xunit;

namespace Earthmover.Media.Tests;

public sealed class OperationTests
{
    private static Image Gray(int width, int height, Func<int, int, int> value) =>
        new(width, height, 1, [.. Enumerable.Range(0, width * height).Select(i => (byte)value(i % width, i / width))]);

    [Fact]
    public void Shrinking_weighs_every_source_pixel_by_the_widened_triangle()
    {
        // Center 2, support 4: weights 0.625, 0.875, 0.875, 0.625 over 3.
        var image = Gray(4, 1, (x, _) => x == 3 ? 255 : 0);
        Assert.Equal(53, image.Resize(1, 1, ResizeFilter.Triangle).Pixels[0]);
        // 2 -> 4 by triangle: 0.75/0.25 between the centers, clamped at the ends.
        Assert.Equal([0, 25, 75, 100], Gray(2, 1, (x, _) => 100 * x).Resize(4, 1, ResizeFilter.Triangle).Pixels.ToArray());
    }

    [Theory]
    [InlineData(ResizeFilter.Lanczos)]
    [InlineData(ResizeFilter.Triangle)]
    public void A_fine_checkerboard_shrinks_to_gray_and_a_plain_picture_stays_plain(ResizeFilter filter)
    {
        var board = Gray(64, 64, (x, y) => (x + y) % 2 * 255).Resize(8, 8, filter);
        Assert.All(board.Pixels.ToArray(), v => Assert.InRange(v, 122, 133));
        foreach (var (width, height) in new[] { (3, 5), (17, 31), (64, 64), (1, 1) })
            Assert.All(Gray(16, 16, (_, _) => 200).Resize(width, height, filter).Pixels.ToArray(), v => Assert.Equal(200, v));
    }

    [Fact]
    public void Resizing_mirrors_with_the_picture_and_keeps_a_ramp()
    {
        var ramp = Gray(40, 30, (x, y) => (5 * x) + y).Resize(20, 15);
        for (var x = 3; x < 17; x++) Assert.InRange(ramp[x, 7][0] - ((10 * x) + 2.5 + 14.5), -1.5, 1.5);
        var random = new Random(1);
        var image = Gray(9, 7, (_, _) => random.Next(256));
        var mirrored = Gray(9, 7, (x, y) => image[8 - x, y][0]);
        var (a, b) = (image.Resize(5, 11), mirrored.Resize(5, 11));
        for (var i = 0; i < 55; i++) Assert.InRange(a[i % 5, i / 5][0] - b[4 - (i % 5), i / 5][0], -1, 1);
    }

    [Fact]
    public void Hidden_colors_do_not_bleed_when_resizing()
    {
        // Left: opaque gray 100. Right: invisible white.
        var image = new Image(2, 1, 2, [100, 255, 255, 0]).Resize(1, 1, ResizeFilter.Triangle);
        Assert.Equal([100, 128], image.Pixels.ToArray());
    }

    private static Image Fit(Image image, int width, int height, FitMode mode, ResizeFilter filter = ResizeFilter.Lanczos) =>
        new PictureFit(1, width, height, mode, Rgb.Black, Rgb.White, filter).Apply(image);

    [Fact]
    public void Fit_crops_the_middle_resizes_all_or_pads()
    {
        // Three columns of blocks: black, gray, white.
        var wide = Gray(30, 10, (x, _) => x / 10 * 100);
        Assert.All(Fit(wide, 10, 10, FitMode.Crop).Pixels.ToArray(), v => Assert.Equal(100, v));
        Assert.All(Fit(wide, 5, 5, FitMode.Crop).Pixels.ToArray(), v => Assert.Equal(100, v));
        var stretched = Fit(wide, 3, 3, FitMode.Resize, ResizeFilter.Triangle);
        Assert.True(stretched[0, 1][0] < 50 && stretched[1, 1][0] == 100 && stretched[2, 1][0] > 150);
        var padded = Fit(wide, 32, 12, FitMode.Pad);
        Assert.Equal([255, 0, 100, 200, 255],
            new[] { padded[0, 5][0], padded[1, 5][0], padded[15, 5][0], padded[30, 5][0], padded[31, 5][0] });
        var small = Fit(wide, 15, 15, FitMode.Pad);
        Assert.Equal((15, 15, 255, 255), (small.Width, small.Height, small[7, 4][0], small[7, 10][0]));
        Assert.Equal(100, small[7, 7][0]);
        Assert.Equal(7, Fit(Gray(100, 1, (_, _) => 9), 7, 3, FitMode.Crop).Width);
        Assert.Equal(3, Fit(Gray(1, 100, (_, _) => 9), 7, 3, FitMode.Pad).Height);
    }

    [Fact]
    public void Gray_color_and_alpha_convert()
    {
        var image = new Image(3, 1, 3, [255, 0, 0, 0, 255, 0, 0, 0, 255]);
        Assert.Equal([76, 150, 29], image.ToGray().Pixels.ToArray());
        Assert.Equal([5, 5, 5], new Image(1, 1, 1, [5]).ToColor().Pixels.ToArray());
        Assert.Equal([5, 5, 5, 9], new Image(1, 1, 2, [5, 9]).ToColor().Pixels.ToArray());
    }

    [Fact]
    public void What_is_transparent_is_laid_over_the_background()
    {
        Image Over(Image image, int channels, Rgb background) =>
            new PictureFit(channels, image.Width, 1, FitMode.Crop, background, Rgb.Black, ResizeFilter.Lanczos).Apply(image);
        Assert.Equal([255, 128, 55], Over(new(3, 1, 2, [7, 0, 0, 127, 55, 255]), 1, Rgb.White).Pixels.ToArray());
        Assert.Equal([10, 20, 30], Over(new(1, 1, 4, [1, 2, 3, 0]), 3, new(10, 20, 30)).Pixels.ToArray());
    }

    [Fact]
    public void Planes_and_pixels_are_the_same_picture()
    {
        var image = Image.FromPlanes([1, 2, 3, 4, 5, 6], 3, 1, 2);
        Assert.Equal([1, 3, 5, 2, 4, 6], image.Pixels.ToArray());
        var planes = new byte[6];
        image.CopyPlanes(planes);
        Assert.Equal([1, 2, 3, 4, 5, 6], planes);
        Assert.Throws<ArgumentException>(() => new Image(2, 2, 3, new byte[11]));
    }

    [Theory]
    [InlineData("#ff8000", true)]
    [InlineData("f80", true)]
    [InlineData("white", true)]
    [InlineData("#ff80", false)]
    [InlineData("sky", false)]
    public void Colors_are_read(string text, bool valid) => Assert.Equal(valid, Rgb.TryParse(text, out _));

    [Fact]
    public void One_pass_over_rows_equals_the_operations_one_by_one()
    {
        var random = new Random(11);
        var background = new Rgb(40, 90, 200);
        foreach (var mode in Enum.GetValues<FitMode>())
            foreach (var (width, height) in new[] { (9, 7), (20, 5), (6, 31), (12, 12) })
                for (var channels = 1; channels <= 4; channels++)
                    for (var wanted = 1; wanted <= 3; wanted += 2)
                    {
                        var pixels = new byte[width * height * channels];
                        random.NextBytes(pixels);
                        var image = new Image(width, height, channels, pixels);
                        var flat = image.Over(background);
                        var expected = (wanted == 1 ? flat.ToGray() : flat.ToColor()).Fit(12, 8, mode, Rgb.White);
                        var fitted = new PictureFit(wanted, 12, 8, mode, background, Rgb.White, ResizeFilter.Lanczos).Apply(image);
                        Assert.Equal((12, 8, wanted), (fitted.Width, fitted.Height, fitted.Channels));
                        Assert.Equal(expected.Pixels.ToArray(), fitted.Pixels.ToArray());
                    }
    }
}
