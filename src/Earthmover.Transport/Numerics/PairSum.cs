using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Earthmover.Transport;

/// <summary>Float64 sums over the coordinates of one pair of float32 points, and the widening itself.</summary>
internal static class PairSum
{
    /// <summary>Σ (xₖ − yₖ)² with float64 differences and sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Squared(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y[..x.Length]);
        var (first, second) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var k = 0;
        for (; k + 8 <= x.Length; k += 8)
        {
            var d0 = Widen(ref a, k) - Widen(ref b, k);
            var d1 = Widen(ref a, k + 4) - Widen(ref b, k + 4);
            first = Vector256.MultiplyAddEstimate(d0, d0, first);
            second = Vector256.MultiplyAddEstimate(d1, d1, second);
        }
        var sum = Vector256.Sum(first + second);
        for (; k < x.Length; k++)
        {
            var d = (double)x[k] - y[k];
            sum += d * d;
        }
        return sum;
    }

    /// <summary>Σ |xₖ − yₖ| with float64 differences and sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Absolute(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y[..x.Length]);
        var (first, second) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var k = 0;
        for (; k + 8 <= x.Length; k += 8)
        {
            first += Vector256.Abs(Widen(ref a, k) - Widen(ref b, k));
            second += Vector256.Abs(Widen(ref a, k + 4) - Widen(ref b, k + 4));
        }
        var sum = Vector256.Sum(first + second);
        for (; k < x.Length; k++)
            sum += Math.Abs((double)x[k] - y[k]);
        return sum;
    }

    /// <summary>Σ (xₖ − yₖ)² of float64 points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Squared(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y[..x.Length]);
        var sums = Vector256<double>.Zero;
        var k = 0;
        for (; k + 4 <= x.Length; k += 4)
        {
            var d = Vector256.LoadUnsafe(ref a, (nuint)k) - Vector256.LoadUnsafe(ref b, (nuint)k);
            sums = Vector256.MultiplyAddEstimate(d, d, sums);
        }
        var sum = Vector256.Sum(sums);
        for (; k < x.Length; k++)
            sum += (x[k] - y[k]) * (x[k] - y[k]);
        return sum;
    }

    /// <summary>Σ |xₖ − yₖ| of float64 points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Absolute(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y[..x.Length]);
        var sums = Vector256<double>.Zero;
        var k = 0;
        for (; k + 4 <= x.Length; k += 4)
            sums += Vector256.Abs(Vector256.LoadUnsafe(ref a, (nuint)k) - Vector256.LoadUnsafe(ref b, (nuint)k));
        var sum = Vector256.Sum(sums);
        for (; k < x.Length; k++)
            sum += Math.Abs(x[k] - y[k]);
        return sum;
    }

    /// <summary>The values as float64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(ReadOnlySpan<float> source, Span<double> target)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target[..source.Length]);
        var k = 0;
        for (; k + 4 <= source.Length; k += 4)
            Widen(ref from, k).StoreUnsafe(ref to, (nuint)k);
        for (; k < source.Length; k++)
            target[k] = source[k];
    }

    /// <summary>The values rounded to float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow(ReadOnlySpan<double> source, Span<float> target)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target[..source.Length]);
        var k = 0;
        for (; k + 8 <= source.Length; k += 8)
            Vector256.Narrow(Vector256.LoadUnsafe(ref from, (nuint)k),
                Vector256.LoadUnsafe(ref from, (nuint)k + 4)).StoreUnsafe(ref to, (nuint)k);
        for (; k < source.Length; k++)
            target[k] = (float)source[k];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<double> Widen(ref float origin, int at)
    {
        var single = Vector128.LoadUnsafe(ref origin, (nuint)at);
        // One instruction where there is one; the portable form is four.
        if (Avx.IsSupported)
            return Avx.ConvertToVector256Double(single);
        return Vector256.Create(Vector128.WidenLower(single), Vector128.WidenUpper(single));
    }
}
