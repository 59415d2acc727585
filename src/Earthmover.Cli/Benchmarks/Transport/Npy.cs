using System.Runtime.InteropServices;
using System.Text;

namespace Earthmover.Cli.Benchmarks.Transport;

/// <summary>Writes arrays as NumPy reads them (format 1.0, little-endian).</summary>
internal static class Npy
{
    /// <summary>Writes float32 values, [rows, cols] row-major.</summary>
    public static void Write(string path, float[] values, int rows, int cols) =>
        Write(path, "<f4", $"({rows}, {cols})", MemoryMarshal.AsBytes<float>(values));

    /// <summary>Writes float64 values, [n].</summary>
    public static void Write(string path, double[] values) =>
        Write(path, "<f8", $"({values.Length},)", MemoryMarshal.AsBytes<double>(values));

    private static void Write(string path, string type, string shape, ReadOnlySpan<byte> bytes)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}";
        // Magic, version and length take 10 bytes; the data begin at a multiple of 64.
        header = header.PadRight((10 + header.Length + 1 + 63) / 64 * 64 - 11) + '\n';
        using var file = File.Create(path);
        file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
        file.Write(Encoding.ASCII.GetBytes(header));
        file.Write(bytes);
    }
}
