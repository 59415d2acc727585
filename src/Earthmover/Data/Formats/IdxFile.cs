using System.Buffers.Binary;

namespace Earthmover.Data.Formats;

/// <summary>An array from an IDX file, the format of MNIST and Fashion-MNIST.</summary>
/// <param name="Type">The format's type code: 0x08 unsigned byte, 0x0B 16 bits, 0x0C 32 bits, 0x0D float, 0x0E double.</param>
/// <param name="Dimensions">The sizes, slowest first.</param>
/// <param name="Data">The values as in the file, row by row; numbers of several bytes are big-endian.</param>
public sealed record IdxArray(byte Type, IReadOnlyList<int> Dimensions, byte[] Data);

/// <summary>Reads IDX files, plain or gzipped.</summary>
public static class IdxFile
{
    // Deflate makes at most 1032 bytes of one.
    private const int MostDimensions = 4, BestRatio = 1032;

    /// <summary>Whether bytes could begin an IDX file (also one inside gzip, which is not looked into).</summary>
    /// <param name="start">At least the first four bytes.</param>
    public static bool LooksLikeIdx(ReadOnlySpan<byte> start) =>
        start.Length >= 4 && start[0] == 0 && start[1] == 0 && WidthOf(start[2]) > 0 && start[3] is >= 1 and <= 4;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file; gzip is recognized by its content.</param>
    /// <exception cref="UserException">Missing, of another format, cut off, or longer than it says.</exception>
    public static IdxArray Read(string path)
    {
        using var file = DataFile.Open(path);
        try
        {
            if (!GzipFile.IsPacked(file)) return Read(path, file, file.Length, "");
            using var plain = GzipFile.Unpack(path, file);
            return Read(path, plain, Math.Min(file.Length, Array.MaxLength) * BestRatio, "at most ");
        }
        catch (InvalidDataException)
        {
            throw new UserException($"{path} is a damaged gzip file; get it again");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read: {DataFile.Reason(error)}");
        }
    }

    // The header says how much follows, and no more than that is taken, however much a packed file would go on to make.
    private static IdxArray Read(string path, Stream stream, long most, string about)
    {
        var head = new byte[4 + (4 * MostDimensions)];
        var got = stream.ReadAtLeast(head.AsSpan(0, 4), 4, throwOnEndOfStream: false);
        if (!LooksLikeIdx(head.AsSpan(0, got)))
            throw new UserException($"{path} is not an IDX file (wrong magic number); the files of MNIST begin with the bytes 0 0 8");
        var sizes = head.AsSpan(4, 4 * head[3]);
        if (stream.ReadAtLeast(sizes, sizes.Length, throwOnEndOfStream: false) < sizes.Length)
            throw new UserException($"{path} is cut off inside its header; get it again");
        var dimensions = new int[head[3]];
        var size = (long)WidthOf(head[2]);
        for (var i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(sizes[(4 * i)..]);
            // The limit also keeps the product from overflowing.
            if (dimensions[i] < 0 || (size *= dimensions[i]) > Array.MaxLength)
                throw new UserException($"{path} has an impossible size in its header; the file is damaged");
        }

        var there = most - 4 - sizes.Length;
        if (size > there) throw CutOff($"{about}{there}");
        DataMemory.Check(path, size, $"its {string.Join(" x ", dimensions)} values");
        var data = new byte[size];
        var read = stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
        if (read < size) throw CutOff($"{read}");
        if (stream.ReadByte() >= 0)
            throw new UserException($"{path} should have {size} bytes of data ({string.Join(" x ", dimensions)}) "
                + "but has more; it is damaged, get it again");
        return new IdxArray(head[2], dimensions, data);

        UserException CutOff(string has) =>
            new($"{path} should have {size} bytes of data ({string.Join(" x ", dimensions)}) but has {has}; it is cut off, get it again");
    }

    private static int WidthOf(byte type) => type switch { 0x08 or 0x09 => 1, 0x0B => 2, 0x0C or 0x0D => 4, 0x0E => 8, _ => 0 };
}
