using System.Buffers.Binary;
using System.Diagnostics;
using Xunit;

namespace Earthmover.Media.Tests;

/// <summary>Sizes are known, and lies about them found out, before a decoder sees a file.</summary>
public sealed class PictureHeaderTests
{
    public static TheoryData<string> Files => [.. Fixtures.Names];

    private static PictureHeader Read(byte[] bytes) => PictureHeader.Read(new MemoryStream(bytes));

    [Theory]
    [MemberData(nameof(Files))]
    public void Agrees_with_the_decoder_wherever_that_reads_a_file(string name)
    {
        var bytes = Fixtures.Read(name);
        ImageInfo info;
        try
        {
            ImageFile.Decode(bytes, out info);
        }
        catch (MediaException)
        {
            return;
        }

        var header = Read(bytes);
        var stored = info.Orientation >= 5 ? (info.Height, info.Width) : (info.Width, info.Height);
        Assert.Equal((info.Format, (stored.Item1, stored.Item2)), (header.Format, ((int)header.Width, (int)header.Height)));
        Assert.InRange(info.Channels, 1, header.Channels);
        // What stands before the pixels is all that a look at the header needs.
        var start = ImageFile.Inspect(bytes.AsSpan(0, (int)header.End));
        Assert.Equal(info, start);
    }

    [Fact]
    public void A_few_bytes_cannot_ask_for_gigabytes()
    {
        var png = ImageFile.EncodePng(new Image(2, 2, 4, new byte[16]));
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 11_580);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 11_580);
        Assert.Contains("too short for 11580x11580", Assert.Throws<MediaException>(() => Read(png)).Message, StringComparison.Ordinal);
        var bmp = new byte[80];
        "BM"u8.CopyTo(bmp);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 30_000);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), -30_000);
        bmp[28] = 24;
        Assert.Contains("cut off", Assert.Throws<MediaException>(() => Read(bmp)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_that_never_end_are_given_up()
    {
        var watch = Stopwatch.StartNew();
        var png = ImageFile.EncodePng(new Image(2, 2, 4, new byte[16]))[..33];
        Assert.Throws<MediaException>(() => Read([.. png, .. new byte[40_000_000]]));
        Assert.Throws<MediaException>(() => Read([0xff, 0xd8, 0xff, 0xe0, 0, 2, .. new byte[40_000_000]]));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public void Broken_starts_are_refused_and_never_anything_else()
    {
        foreach (var name in Fixtures.Names)
        {
            var bytes = Fixtures.Read(name);
            var random = new Random(7);
            for (var trial = 0; trial < 60; trial++)
            {
                var changed = bytes.AsSpan(0, random.Next(bytes.Length + 1)).ToArray();
                for (var k = 0; k < 3 && changed.Length > 0; k++)
                    changed[random.Next(Math.Min(64, changed.Length))] = (byte)random.Next(256);
                try
                {
                    Assert.InRange(Read(changed).Pixels, 1, long.MaxValue);
                }
                catch (MediaException)
                {
                    // The one way to refuse.
                }
            }
        }
    }

    [Theory]
    [InlineData("steps16.png")]
    [InlineData("noise-grayalpha16.png")]
    [InlineData("interlaced-rgb16.png")]
    [InlineData("interlaced-rgba16.png")]
    [InlineData("rgbkey16.png")]
    public void Of_16_bits_only_the_lower_ones_may_be_used(string name)
    {
        var bytes = Fixtures.Read(name);
        byte[] Used(int bits)
        {
            using var picture = ImageFile.Open(bytes, out _, usedBits: bits);
            return picture.ToImage().Pixels.ToArray();
        }

        Assert.Equal(ImageFile.Decode(bytes).Pixels.ToArray(), Used(16));
        // Twice as light with each bit fewer, up to white; what a key makes transparent stays as it is.
        var (all, fifteen) = (Used(16), Used(15));
        for (var i = 0; i < all.Length; i++)
            Assert.InRange(fifteen[i] - Math.Min(255, 2 * all[i]), name.Contains("key", StringComparison.Ordinal) ? -255 : -1, 1);
        Assert.Equal(Fixtures.Decode("rgb8.png").Pixels.ToArray(), Decoded8());

        static byte[] Decoded8()
        {
            using var picture = ImageFile.Open(Fixtures.Read("rgb8.png"), out _, usedBits: 12);
            return picture.ToImage().Pixels.ToArray();
        }
    }
}
