using System.Security.Cryptography;
using Xunit;

namespace Earthmover.Media.Tests;

/// <summary>
/// What every fixture decodes to, byte by byte. The sums in decoded.txt are those of libpng 1.6.39, libjpeg-turbo 2.1.5 and libwebp
/// 1.2.4: whoever changes a decoder changes no data set.
/// </summary>
public sealed class DecodedBytesTests
{
    private static readonly string[] s_lines = File.ReadAllLines(Path.Combine(Fixtures.Folder, "decoded.txt"));

    public static TheoryData<string> Lines => [.. s_lines];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_file_decodes_to_the_bytes_it_always_did(string line)
    {
        var name = line[..line.IndexOf(' ', StringComparison.Ordinal)];
        Assert.Equal(line, $"{name} {Described(Fixtures.Read(name))}");
    }

    [Fact]
    public void Every_fixture_has_its_line() =>
        Assert.Equal(
            Fixtures.Names.Order(StringComparer.Ordinal),
            s_lines.Select(line => line.Split(' ')[0]));

    private static string Described(byte[] file)
    {
        try
        {
            var image = ImageFile.Decode(file, out var info);
            Assert.Equal((info.Width, info.Height, info.Channels), (image.Width, image.Height, image.Channels));
            var sum = Convert.ToHexStringLower(SHA256.HashData(image.Pixels))[..16];
            var kind = (info.IsPalette ? " palette" : "") + (info.IsCmyk ? " cmyk" : "");
            var shape = $"{info.Width}x{info.Height}x{info.Channels}";
            return $"{info.Format} {shape} depth {info.SourceDepth} orientation {info.Orientation}{kind} {sum}";
        }
        catch (MediaException error)
        {
            return $"{error.Problem}";
        }
    }
}
