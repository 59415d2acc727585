using System.Buffers.Binary;
using System.Numerics;

namespace Earthmover.Media.Formats;

/// <summary>
/// A Windows bitmap of 1, 4, 8, 16, 24 or 32 bits per pixel, with palettes, bit masks and either order of rows, without run lengths.
/// Read here: Skia rounds channels of 10 bits otherwise and takes colors from outside the palette.
/// </summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">1, 3 or 4.</param>
/// <param name="Depth">Bits per channel, or per palette index.</param>
/// <param name="Bits">Bits per pixel.</param>
/// <param name="Palette">The palette's colors, in the channels; empty without one.</param>
/// <param name="Masks">Where the channels are in the pixels of 16 and 32 bits.</param>
internal sealed record BmpLayout(long Width, long Height, int Channels, int Depth, int Bits, byte[] Palette, uint[] Masks)
    : Layout(ImageFormat.Bmp, Width, Height, Channels, Depth)
{
    // The header, masks and the largest palette.
    private const int LongestStart = 4096;

    private const int ByMasks = 3, ByMasksWithAlpha = 6;

    /// <inheritdoc/>
    public override bool IsPalette => Bits <= 8;

    private long Offset { get; init; }

    private bool IsTopDown { get; init; }

    private long Stride => ((Width * Bits) + 31) / 32 * 4;

    /// <summary>Reads the header, the masks and the palette.</summary>
    public static new BmpLayout Read(Stream file)
    {
        file.Position = 0;
        var buffer = new byte[LongestStart];
        ReadOnlySpan<byte> start = buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        if (start.Length < 30) throw Broken("BMP", "the header is cut off");
        var header = Le32(start, 14);
        var isCore = header == 12;
        if (!isCore && header is < 40 or > 256) throw Broken("BMP", "unknown header");
        if (start.Length < 14 + header) throw Broken("BMP", "the header is cut off");
        long width = isCore ? Le16(start, 18) : (int)Le32(start, 18);
        long height = isCore ? Le16(start, 20) : (int)Le32(start, 22);
        int bits = isCore ? Le16(start, 24) : Le16(start, 28);
        var compression = isCore ? 0 : Le32(start, 30);
        if (width <= 0 || height == 0) throw Broken("BMP", "the size is not positive");
        if (bits is not (1 or 4 or 8 or 16 or 24 or 32)) throw Broken("BMP", "unknown number of bits per pixel");
        var isMasked = compression is ByMasks or ByMasksWithAlpha;
        if (compression != 0 && !isMasked) throw new MediaException(MediaProblem.Unsupported, "BMP: compressed rows are not read");
        if (isMasked && bits is not (16 or 32)) throw Broken("BMP", "bit masks for a depth without masks");

        var masks = MasksOf(start, header, bits, isMasked);
        var (palette, channels) = bits <= 8 ? PaletteOf(start, header, bits, isCore) : ([], masks[3] != 0 ? 4 : 3);
        var depth = bits == 16 ? 5 : bits <= 8 ? bits : 8;
        return new BmpLayout(width, Math.Abs(height), channels, depth, bits, palette, masks)
        {
            End = Math.Min(file.Length, LongestStart),
            Offset = Le32(start, 10),
            IsTopDown = height < 0,
        };
    }

    /// <inheritdoc/>
    public override void RefuseLies(long length)
    {
        if ((Int128)Stride * Height > length) throw Broken("BMP", "the pixels are cut off");
    }

    /// <inheritdoc/>
    public override DecodedPicture Decode(ReadOnlySpan<byte> file, int usedBits)
    {
        if (Offset > file.Length || (Int128)Stride * Height > file.Length - Offset) throw Broken("BMP", "the pixels are cut off");
        var picture = DecodedPicture.Allocate(this);
        for (var y = 0; y < Height; y++)
        {
            var row = file.Slice((int)(Offset + ((IsTopDown ? y : Height - 1 - y) * Stride)), (int)Stride);
            if (TryRead(row, picture.RowToFill(y))) continue;
            picture.Dispose();
            throw Broken("BMP", "a color outside the palette");
        }

        return picture;
    }

    private bool TryRead(ReadOnlySpan<byte> row, Span<byte> target)
    {
        for (var x = 0; x < Width; x++)
        {
            var pixel = target.Slice(x * Channels, Channels);
            if (IsPalette)
            {
                var bit = x * Bits;
                var index = (row[bit / 8] >> (8 - Bits - (bit % 8))) & ((1 << Bits) - 1);
                if ((index + 1) * Channels > Palette.Length) return false;
                Palette.AsSpan(index * Channels, Channels).CopyTo(pixel);
            }
            else if (Bits == 24)
            {
                (pixel[0], pixel[1], pixel[2]) = (row[(3 * x) + 2], row[(3 * x) + 1], row[3 * x]);
            }
            else
            {
                var value = Bits == 16 ? Le16(row, 2 * x) : Le32(row, 4 * x);
                for (var c = 0; c < Channels; c++) pixel[c] = Under(Masks[c], value);
            }
        }

        return true;
    }

    // Masks stand in the header from its second version on, else right behind its 40 bytes: the same place.
    private static uint[] MasksOf(ReadOnlySpan<byte> start, uint header, int bits, bool isMasked)
    {
        if (!isMasked) return bits == 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
        if (start.Length < 66) throw Broken("BMP", "the bit masks are cut off");
        var alpha = header >= 56 && start.Length >= 70 ? Le32(start, 66) : 0;
        return [Le32(start, 54), Le32(start, 58), Le32(start, 62), alpha];
    }

    // A palette without colors makes a gray picture.
    private static (byte[] Palette, int Channels) PaletteOf(ReadOnlySpan<byte> start, uint header, int bits, bool isCore)
    {
        var (at, size) = (14 + (int)header, isCore ? 3 : 4);
        var count = isCore ? 0 : Le32(start, 46);
        if (count == 0 || count > 1u << bits) count = 1u << bits;
        if (at + (count * size) > start.Length) throw Broken("BMP", "the palette is cut off");
        var colors = new byte[count * 3];
        var isGray = true;
        for (var i = 0; i < count; i++)
        {
            var entry = start.Slice(at + (i * size), 3);
            (colors[3 * i], colors[(3 * i) + 1], colors[(3 * i) + 2]) = (entry[2], entry[1], entry[0]);
            isGray &= entry[0] == entry[1] && entry[1] == entry[2];
        }

        return isGray ? ([.. colors.Where((_, i) => i % 3 == 0)], 1) : (colors, 3);
    }

    private static byte Under(uint mask, uint value)
    {
        if (mask == 0) return 0;
        var shift = BitOperations.TrailingZeroCount(mask);
        ulong top = mask >> shift;
        return (byte)(((((ulong)(value & mask) >> shift) * 255) + (top / 2)) / top);
    }

    private static ushort Le16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Le32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
