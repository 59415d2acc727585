using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Earthmover.Transport;

/// <summary>Least-significant-digit radix sort of float32 and float64 values, ascending; linear time.</summary>
internal static class RadixSort
{
    private const int DigitBits = 11;
    private const int Buckets = 1 << DigitBits;
    private const uint SignBit = 0x80000000;

    // Below this length the library's comparison sort is faster.
    private const int WorthRadix = 700;

    /// <summary>Sorts finite values in place.</summary>
    /// <param name="values">The values.</param>
    /// <param name="scratch">At least as long.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sort(Span<float> values, Span<float> scratch)
    {
        if (values.Length < WorthRadix)
        {
            values.Sort();
            return;
        }
        var length = values.Length;
        ref var keys = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<float, uint>(values));
        ref var other = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<float, uint>(scratch[..length]));
        // The digits of all three passes are counted at once; every index below is a masked digit or a place among the values.
        Span<int> counts = stackalloc int[3 * Buckets];
        counts.Clear();
        ref var low = ref MemoryMarshal.GetReference(counts);
        ref var middle = ref Unsafe.Add(ref low, Buckets);
        ref var high = ref Unsafe.Add(ref middle, Buckets);
        for (var k = 0; k < length; k++)
        {
            var bits = Unsafe.Add(ref keys, k);
            var key = bits ^ ((uint)((int)bits >> 31) | SignBit);
            Unsafe.Add(ref keys, k) = key;
            Unsafe.Add(ref low, key & (Buckets - 1))++;
            Unsafe.Add(ref middle, key >> DigitBits & (Buckets - 1))++;
            Unsafe.Add(ref high, key >> 2 * DigitBits)++;
        }
        Scatter(ref keys, ref other, length, counts[..Buckets], 0);
        Scatter(ref other, ref keys, length, counts.Slice(Buckets, Buckets), DigitBits);
        Scatter(ref keys, ref other, length, counts[(2 * Buckets)..], 2 * DigitBits);
        for (var k = 0; k < length; k++)
        {
            var key = Unsafe.Add(ref other, k);
            Unsafe.Add(ref keys, k) = key ^ (~(uint)((int)key >> 31) | SignBit);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(ref uint from, ref uint to, int length, Span<int> counts, int shift)
    {
        Accumulate(counts);
        ref var place = ref MemoryMarshal.GetReference(counts);
        for (var k = 0; k < length; k++)
        {
            var key = Unsafe.Add(ref from, k);
            Unsafe.Add(ref to, Unsafe.Add(ref place, key >> shift & (Buckets - 1))++) = key;
        }
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
