using System.Buffers.Binary;
using System.IO.Compression;

namespace Earthmover.Data;

/// <summary>An array from an IDX file, the format of MNIST and Fashion-MNIST.</summary>
/// <param name="Type">The format's type code: 0x08 unsigned byte, 0x0B 16 bits, 0x0C 32 bits, 0x0D float, 0x0E double.</param>
/// <param name="Dimensions">The sizes, slowest first.</param>
/// <param name="Data">The values as in the file, row by row; numbers of several bytes are big-endian.</param>
public sealed record IdxArray(byte Type, IReadOnlyList<int> Dimensions, byte[] Data);

/// <summary>Reads IDX files, plain or gzipped.</summary>
public static class IdxFile
{
    /// <summary>Whether bytes could begin an IDX file (also one inside gzip, which is not looked into).</summary>
    /// <param name="start">At least the first four bytes.</param>
    public static bool LooksLikeIdx(ReadOnlySpan<byte> start) =>
        start.Length >= 4 && start[0] == 0 && start[1] == 0 && WidthOf(start[2]) > 0 && start[3] is >= 1 and <= 4;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file; gzip is recognised by its content.</param>
    /// <exception cref="UserException">Missing, of another format, cut off, or longer than it says.</exception>
    public static IdxArray Read(string path)
    {
        var bytes = Bytes(path);
        if (!LooksLikeIdx(bytes))
            throw new UserException($"{path} is not an IDX file (wrong magic number); the files of MNIST begin with the bytes 0 0 8");
        var rank = bytes[3];
        var header = 4 + (4 * rank);
        if (bytes.Length < header) throw new UserException($"{path} is cut off inside its header; get it again");
        var dimensions = new int[rank];
        var size = (long)WidthOf(bytes[2]);
        for (var i = 0; i < rank; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4 + (4 * i)));
            // The limit also keeps the product from overflowing.
            if (dimensions[i] < 0 || (size *= dimensions[i]) > Array.MaxLength)
                throw new UserException($"{path} has an impossible size in its header; the file is damaged");
        }

        if (bytes.Length - header != size)
            throw new UserException($"{path} should have {size} bytes of data ({string.Join(" x ", dimensions)}) but has {bytes.Length - header}; "
                + (bytes.Length - header < size ? "it is cut off, get it again" : "it is damaged, get it again"));
        return new IdxArray(bytes[2], dimensions, bytes[header..]);
    }

    private static int WidthOf(byte type) => type switch { 0x08 or 0x09 => 1, 0x0B => 2, 0x0C or 0x0D => 4, 0x0E => 8, _ => 0 };

    private static byte[] Bytes(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes is not [0x1f, 0x8b, ..]) return bytes;
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            // The last four bytes of a gzip member are the plain size modulo 2³²: a good first guess, no more.
            var guess = bytes.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4)) : 0;
            using var plain = new MemoryStream((int)Math.Min(guess, 1u << 30));
            gzip.CopyTo(plain, 1 << 20);
            return plain.ToArray();
        }
        catch (InvalidDataException)
        {
            throw new UserException($"{path} is a damaged gzip file; get it again");
        }
        catch (IOException error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserException($"there is no file {path}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read: {error.Message}");
        }
    }
}
