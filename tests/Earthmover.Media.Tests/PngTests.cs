using Xunit;

namespace Earthmover.Media.Tests;

public sealed class PngTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Image Noise(int width, int height, int channels)
    {
        var random = new Random(width + (10 * height) + (100 * channels));
        var pixels = new byte[width * height * channels];
        random.NextBytes(pixels);
        return new Image(width, height, channels, pixels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_is_written_is_read_back(int channels)
    {
        var image = Noise(13, 7, channels);
        foreach (var level in new[] { 0, 1, 9 })
        {
            var back = ImageFile.Decode(ImageFile.EncodePng(image, level: level));
            Assert.Equal((13, 7, channels), (back.Width, back.Height, back.Channels));
            Assert.Equal(image.Pixels.ToArray(), back.Pixels.ToArray());
        }
    }

    [Fact]
    public void A_picture_carries_its_recipe()
    {
        var recipe = "{\"system\": \"wgan-gp\", \"note\": \"λ = 10, 语言\", \"long\": \"" + new string('x', 100_000) + "\"}";
        KeyValuePair<string, string>[] texts = [new("earthmover", recipe), new("Software", "plain"), new("Empty", "")];
        var bytes = ImageFile.EncodePng(Noise(3, 3, 3), texts);
        Assert.Equal(texts, ImageFile.ReadPngText(bytes));
        Assert.Empty(ImageFile.ReadPngText(ImageFile.EncodePng(Noise(3, 3, 3))));
    }

    [Fact]
    public void Texts_of_other_writers_are_read_wherever_they_stand()
    {
        Assert.Equal(
            [new("Title", "café"), new("Recipe", "{\"λ\": 10}"), new("Late", "after the pixels")],
            ImageFile.ReadPngText(Fixtures.Read("text.png")));
        Assert.Empty(ImageFile.ReadPngText(Fixtures.Read("interlaced.png")));
        Assert.Equal(MediaProblem.UnknownFormat,
            Assert.Throws<MediaException>(() => ImageFile.ReadPngText(Fixtures.Read("gray.jpg"))).Problem);
        Assert.Equal(MediaProblem.Corrupt,
            Assert.Throws<MediaException>(() => ImageFile.ReadPngText(Fixtures.Read("text.png").AsSpan(0, 60))).Problem);
    }

    [Fact]
    public void A_bad_keyword_is_refused()
    {
        foreach (var key in new[] { "", "é", new string('k', 80) })
            Assert.Equal(MediaProblem.BadArgument,
                Assert.Throws<MediaException>(() => ImageFile.EncodePng(Noise(1, 1, 1), [new(key, "v")])).Problem);
        Assert.Throws<ArgumentException>(() => ImageFile.EncodePng(Noise(1, 1, 1), [new("k", "a\0b")]));
    }

    [Fact]
    public void Saving_makes_the_folder_and_leaves_nothing_beside()
    {
        var path = Path.Combine(_folder, "a", "b", "grid.png");
        ImageFile.SavePng(path, Noise(2, 2, 3));
        ImageFile.SavePng(path, Noise(5, 4, 3));
        Assert.Equal(5, ImageFile.Load(path).Width);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        File.WriteAllText(path, "junk");
        Assert.StartsWith(path, Assert.Throws<MediaException>(() => ImageFile.Load(path)).Message, StringComparison.Ordinal);
    }
}
