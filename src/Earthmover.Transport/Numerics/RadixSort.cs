using System.Runtime.InteropServices;

namespace Earthmover.Transport;

/// <summary>Least-significant-digit radix sort of float32 and float64 values, ascending; linear time.</summary>
internal static class RadixSort
{
    private const int DigitBits = 11;
    private const int Buckets = 1 << DigitBits;

    // Below this length the library's comparison sort is faster.
    private const int WorthRadix = 700;

    /// <summary>Sorts finite values in place.</summary>
    /// <param name="values">The values.</param>
    /// <param name="scratch">At least as long.</param>
    public static void Sort(Span<float> values, Span<float> scratch)
    {
        if (values.Length < WorthRadix)
        {
            values.Sort();
            return;
        }
        var keys = MemoryMarshal.Cast<float, uint>(values);
        var other = MemoryMarshal.Cast<float, uint>(scratch)[..keys.Length];
        for (var k = 0; k < keys.Length; k++)
            keys[k] = (keys[k] >> 31) != 0 ? ~keys[k] : keys[k] | 0x80000000;
        Span<int> counts = new int[Buckets];
        for (var shift = 0; shift < 32; shift += DigitBits)
        {
            counts.Clear();
            foreach (var key in keys)
                counts[(int)(key >> shift & (Buckets - 1))]++;
            Accumulate(counts);
            foreach (var key in keys)
                other[counts[(int)(key >> shift & (Buckets - 1))]++] = key;
            var swap = keys;
            keys = other;
            other = swap;
        }
        // Three passes: the sorted keys lie in the scratch.
        var target = MemoryMarshal.Cast<float, uint>(values);
        for (var k = 0; k < keys.Length; k++)
            target[k] = (keys[k] >> 31) != 0 ? keys[k] & 0x7fffffff : ~keys[k];
    }

    /// <summary>Sorts finite values in place.</summary>
    /// <param name="values">The values.</param>
    public static void Sort(Span<double> values)
    {
        if (values.Length < WorthRadix)
        {
            values.Sort();
            return;
        }
        var keys = MemoryMarshal.Cast<double, ulong>(values);
        Span<ulong> other = new ulong[keys.Length];
        for (var k = 0; k < keys.Length; k++)
            keys[k] = (keys[k] >> 63) != 0 ? ~keys[k] : keys[k] | 0x8000000000000000;
        Span<int> counts = new int[Buckets];
        for (var shift = 0; shift < 64; shift += DigitBits)
        {
            counts.Clear();
            foreach (var key in keys)
                counts[(int)(key >> shift & (Buckets - 1))]++;
            // Digits that all keys share need no pass: float32 data in float64 has three such digits.
            if (counts[(int)(keys[0] >> shift & (Buckets - 1))] == keys.Length)
                continue;
            Accumulate(counts);
            foreach (var key in keys)
                other[counts[(int)(key >> shift & (Buckets - 1))]++] = key;
            var swap = keys;
            keys = other;
            other = swap;
        }
        var target = MemoryMarshal.Cast<double, ulong>(values);
        for (var k = 0; k < keys.Length; k++)
            target[k] = (keys[k] >> 63) != 0 ? keys[k] & 0x7fffffffffffffff : ~keys[k];
    }

    private static void Accumulate(Span<int> counts)
    {
        var sum = 0;
        for (var b = 0; b < counts.Length; b++)
            (counts[b], sum) = (sum, sum + counts[b]);
    }
}
