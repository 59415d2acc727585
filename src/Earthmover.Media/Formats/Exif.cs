using System.Buffers.Binary;

namespace Earthmover.Media.Formats;

/// <summary>The one entry of an EXIF block that matters: how the picture is to be turned.</summary>
internal static class Exif
{
    private const int OrientationTag = 0x0112, LongType = 4;

    /// <summary>The orientation, 1–8; 1 where there is none or it is nonsense.</summary>
    /// <param name="block">A TIFF block; some writers put <c>Exif</c> and two zeros in front of it.</param>
    public static int Orientation(ReadOnlySpan<byte> block)
    {
        if (block.StartsWith("Exif\0\0"u8)) block = block[6..];
        if (block.Length < 8) return 1;
        var isLittle = block.StartsWith("II"u8);
        if (!isLittle && !block.StartsWith("MM"u8)) return 1;
        if (Short(block, 2, isLittle) != 42) return 1;
        long directory = Long(block, 4, isLittle);
        if (directory > block.Length - 2) return 1;
        var entries = Short(block, (int)directory, isLittle);
        for (var entry = directory + 2; entries > 0; entries--, entry += 12)
        {
            if (entry + 12 > block.Length) return 1;
            var at = (int)entry;
            if (Short(block, at, isLittle) != OrientationTag) continue;
            // A short stands in the first two bytes of the value's four.
            var value = Short(block, at + 2, isLittle) == LongType ? Long(block, at + 8, isLittle) : Short(block, at + 8, isLittle);
            return value is >= 1 and <= 8 ? (int)value : 1;
        }

        return 1;
    }

    private static ushort Short(ReadOnlySpan<byte> block, int at, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(block[at..]) : BinaryPrimitives.ReadUInt16BigEndian(block[at..]);

    private static uint Long(ReadOnlySpan<byte> block, int at, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(block[at..]) : BinaryPrimitives.ReadUInt32BigEndian(block[at..]);
}
