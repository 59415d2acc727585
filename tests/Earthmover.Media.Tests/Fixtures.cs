using Xunit;

namespace Earthmover.Media.Tests;

/// <summary>The small files that fixtures/make.py made.</summary>
internal static class Fixtures
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "fixtures");

    /// <summary>The pictures' names.</summary>
    public static IEnumerable<string> Names =>
        from file in Directory.EnumerateFiles(Folder)
        where !file.EndsWith(".txt", StringComparison.Ordinal)
        select Path.GetFileName(file);

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name));

    public static Image Decode(string name) => ImageFile.Decode(Read(name));

    /// <summary>Whether two pictures agree within a tolerance.</summary>
    public static void Close(byte[] expected, Image image, int tolerance)
    {
        Assert.Equal(expected.Length, image.Pixels.Length);
        for (var i = 0; i < expected.Length; i++) Assert.InRange(image.Pixels[i], expected[i] - tolerance, expected[i] + tolerance);
    }
}
