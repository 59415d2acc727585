using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Earthmover.Files;

namespace Earthmover.Data.Formats;

/// <summary>An array from an .npy file.</summary>
/// <param name="Shape">The sizes, slowest first; empty for a single number.</param>
/// <param name="Values">A <c>float[]</c>, <c>double[]</c>, <c>byte[]</c> or <c>long[]</c>, row by row.</param>
public sealed record NpyArray(IReadOnlyList<int> Shape, Array Values)
{
    /// <summary>The values as float64, converted if need be.</summary>
    public double[] ToDoubles() => Values switch
    {
        double[] doubles => doubles,
        float[] floats => Array.ConvertAll(floats, v => (double)v),
        byte[] bytes => Array.ConvertAll(bytes, v => (double)v),
        _ => Array.ConvertAll((long[])Values, v => (double)v),
    };
}

/// <summary>Reads and writes NumPy's .npy format: float32, float64, uint8 and int64 in C order, little-endian.</summary>
public static partial class NpyFile
{
    private const int LongestHeader = 1 << 20;

    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserException">Missing, of another format, another type, or cut off.</exception>
    public static NpyArray Read(string path)
    {
        using var file = DataFile.Open(path);
        var start = new byte[12];
        var got = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (got < 10 || !start.AsSpan(0,
            6).SequenceEqual(Magic)) throw new UserException($"{path} is not an .npy file (wrong magic number)");
        if (start[6] is < 1 or > 3) throw new UserException($"{path} has the unknown .npy version {start[6]}");
        file.Position = start[6] == 1 ? 10 : 12;
        var length = start[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8))
            : got < 12 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8));
        if (length > file.Length - file.Position) throw new UserException($"{path} is cut off inside its header");
        if (length > LongestHeader)
            throw new UserException($"{path} has a header of {length} bytes; save plain arrays (no records, no objects)");
        var header = new byte[length];
        DataFile.Fill(path, file, header);
        var (type, shape) = Parse(path, Encoding.UTF8.GetString(header));

        var width = type switch { "<f4" => 4, "|u1" or "<u1" => 1, "<f8" or "<i8" => 8, _ => 0 };
        if (width == 0)
            throw new UserException($"{path} holds values of type '{type}'; save them as float32, float64, uint8 or int64 (little-endian)");
        var count = 1L;
        foreach (var size in shape)
            if ((count *= size) > Array.MaxLength)
                throw new UserException($"{path} says that it has {string.Join(" x ", shape)} values, which is too many");
        // What the header asks for is taken only where the file has it.
        var there = file.Length - file.Position;
        if (there != count * width)
            throw new UserException($"{path} should have {count * width} bytes of data ({string.Join(" x ", shape)}) "
                + $"but has {there}; it is {(there < count * width ? "cut off" : "damaged")}");
        DataMemory.Check(path, there, $"its {string.Join(" x ", shape)} values");
        return new NpyArray(shape, type switch
        {
            "<f4" => Values<float>(path, file, count),
            "<f8" => Values<double>(path, file, count),
            "<i8" => Values<long>(path, file, count),
            _ => Values<byte>(path, file, count),
        });
    }

    private static T[] Values<T>(string path, Stream file, long count)
        where T : unmanaged
    {
        var values = new T[count];
        // A span of bytes ends at 2 GB.
        for (var (at, step) = (0, 1 << 26); at < values.Length; at += step)
            DataFile.Fill(path, file, MemoryMarshal.AsBytes(values.AsSpan(at, Math.Min(step, values.Length - at))));
        return values;
    }

    /// <summary>Writes an array beside its place and renames it.</summary>
    /// <typeparam name="T"><c>float</c>, <c>double</c>, <c>byte</c> or <c>long</c>.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="values">The values, row by row.</param>
    /// <param name="shape">The sizes, slowest first; their product is the number of values.</param>
    public static void Write<T>(string path, ReadOnlySpan<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        using var file = new AtomicFile(path);
        Write(file.Stream, values, shape);
        file.Commit();
    }

    /// <summary>Writes an array to a stream.</summary>
    /// <typeparam name="T"><c>float</c>, <c>double</c>, <c>byte</c> or <c>long</c>.</typeparam>
    /// <param name="stream">Where to.</param>
    /// <param name="values">The values, row by row.</param>
    /// <param name="shape">The sizes, slowest first; their product is the number of values.</param>
    public static void Write<T>(Stream stream, ReadOnlySpan<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        var type = default(T) switch
        {
            float => "<f4",
            double => "<f8",
            byte => "|u1",
            long => "<i8",
            _ => throw new ArgumentException($"{typeof(T).Name} is not a type of .npy files here.", nameof(values)),
        };
        var count = 1L;
        foreach (var size in shape) count *= size;
        if (count != values.Length) throw new ArgumentException($"A shape of {count} values for {values.Length}.", nameof(shape));
        var sizes = string.Join(", ", shape.ToArray().Select(size => size.ToString(CultureInfo.InvariantCulture)));
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes}{(shape.Length == 1 ? "," : "")}), }}";
        // The data begins at a multiple of 64; the header ends with a line break.
        header = header.PadRight(((header.Length + 11 + 63) / 64 * 64) - 11) + "\n";
        stream.Write(Magic);
        stream.Write([1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    private static (string Type, int[] Shape) Parse(string path, string header)
    {
        var type = TypePattern().Match(header);
        var order = OrderPattern().Match(header);
        var shape = ShapePattern().Match(header);
        if (!type.Success || !order.Success || !shape.Success)
            throw new UserException($"{path} has a header that is not understood; save plain arrays (no records, no objects)");
        var sizes = shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
                ? n
                : throw new UserException($"{path} has the size '{text}' in its header"))
            .ToArray();
        if (order.Groups[1].Value == "True" && sizes.Length > 1)
            throw new UserException($"{path} is in Fortran order; save it with numpy.ascontiguousarray");
        return (type.Groups[1].Value, sizes);
    }

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex TypePattern();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex ShapePattern();
}
