using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Earthmover.Transport;

/// <summary>Least-significant-digit radix sort of float32 and float64 values, ascending; linear time.</summary>
internal static class RadixSort
{
    private const int DigitBits = 11;
    private const int Buckets = 1 << DigitBits;
    private const uint SignBit = 0x80000000;
    private const ulong LongSignBit = 0x8000000000000000;

    // Below this length the library's comparison sort is faster.
    private const int WorthRadix = 700;

    /// <summary>Sorts finite float32 or float64 values in place.</summary>
    /// <param name="values">The values.</param>
    /// <param name="scratch">At least as long.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sort<T>(Span<T> values, Span<T> scratch)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            Sort(MemoryMarshal.Cast<T, float>(values), MemoryMarshal.Cast<T, float>(scratch));
        else
            Sort(MemoryMarshal.Cast<T, double>(values), MemoryMarshal.Cast<T, double>(scratch));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sort(Span<float> values, Span<float> scratch)
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sort(Span<double> values, Span<double> scratch)
    {
        if (values.Length < WorthRadix)
        {
            values.Sort();
            return;
        }
        var length = values.Length;
        ref var first = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<double, ulong>(values));
        ref var keys = ref first;
        ref var other = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<double, ulong>(scratch[..length]));
        for (var k = 0; k < length; k++)
        {
            var bits = Unsafe.Add(ref keys, k);
            Unsafe.Add(ref keys, k) = bits ^ ((ulong)((long)bits >> 63) | LongSignBit);
        }
        Span<int> counts = stackalloc int[Buckets];
        ref var place = ref MemoryMarshal.GetReference(counts);
        for (var shift = 0; shift < 64; shift += DigitBits)
        {
            counts.Clear();
            for (var k = 0; k < length; k++)
                Unsafe.Add(ref place, (nint)(Unsafe.Add(ref keys, k) >> shift & (Buckets - 1)))++;
            // Digits that all keys share need no pass: float32 data in float64 has three such digits.
            if (counts[(int)(keys >> shift & (Buckets - 1))] == length)
                continue;
            Accumulate(counts);
            for (var k = 0; k < length; k++)
            {
                var key = Unsafe.Add(ref keys, k);
                Unsafe.Add(ref other, Unsafe.Add(ref place, (nint)(key >> shift & (Buckets - 1)))++) = key;
            }
            ref var swap = ref keys;
            keys = ref other;
            other = ref swap;
        }
        for (var k = 0; k < length; k++)
        {
            var key = Unsafe.Add(ref keys, k);
            Unsafe.Add(ref first, k) = key ^ (~(ulong)((long)key >> 63) | LongSignBit);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate(Span<int> counts)
    {
        var sum = 0;
        for (var b = 0; b < counts.Length; b++)
            (counts[b], sum) = (sum, sum + counts[b]);
    }
}
