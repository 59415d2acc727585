using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Earthmover.Transport;

/// <summary>Single passes over one float32 cost row c and the prices p: the inner loops of auction and certificate.</summary>
internal static class RowScan
{
    /// <summary>The smallest cᵢ + pᵢ, its place, and the largest cᵢ of the row.</summary>
    public static (float Min, int At, float LargestCost) Min(ReadOnlySpan<float> costs, ReadOnlySpan<float> prices) =>
        Vector512.IsHardwareAccelerated ? Min<Vector512<float>, Simd512<float>>(costs, prices)
        : Vector256.IsHardwareAccelerated ? Min<Vector256<float>, Simd256<float>>(costs, prices)
        : Min<Vector128<float>, Simd128<float>>(costs, prices);

    /// <summary>The smallest cᵢ + pᵢ and its place, in float64; −1 when all are infinite.</summary>
    public static (double Min, int At) Min(ReadOnlySpan<double> costs, ReadOnlySpan<double> prices) =>
        Vector512.IsHardwareAccelerated ? Min<Vector512<double>, Simd512<double>>(costs, prices)
        : Vector256.IsHardwareAccelerated ? Min<Vector256<double>, Simd256<double>>(costs, prices)
        : Min<Vector128<double>, Simd128<double>>(costs, prices);

    /// <summary>The smallest factor·cᵢ − gᵢ and the largest finite cᵢ, at least 0, in float64.</summary>
    public static (double Least, double LargestCost) Transform(ReadOnlySpan<double> costs,
        ReadOnlySpan<double> potentials, double factor) =>
        Vector512.IsHardwareAccelerated ? Transform<Vector512<double>, Simd512<double>>(costs, potentials, factor)
        : Vector256.IsHardwareAccelerated ? Transform<Vector256<double>, Simd256<double>>(costs, potentials, factor)
        : Transform<Vector128<double>, Simd128<double>>(costs, potentials, factor);

    /// <summary>Collects the places where factor·cᵢ + pᵢ ≤ threshold, ascending, into <paramref name="places"/>.</summary>
    /// <returns>How many there are; places beyond the buffer are counted up to the current vector and then given up,
    /// so a return value above the buffer's length means "too many".</returns>
    public static int Collect(ReadOnlySpan<float> costs, ReadOnlySpan<float> prices, float threshold, Span<int> places, float factor = 1) =>
        Vector512.IsHardwareAccelerated ? Collect<Vector512<float>, Simd512<float>>(costs, prices, threshold, places, factor)
        : Vector256.IsHardwareAccelerated ? Collect<Vector256<float>, Simd256<float>>(costs, prices, threshold, places, factor)
        : Collect<Vector128<float>, Simd128<float>>(costs, prices, threshold, places, factor);

    /// <summary>least[j] = min(least[j], row[j]); returns the largest entry of the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float TakeMinimum(Span<float> least, ReadOnlySpan<float> row)
    {
        var most = float.NegativeInfinity;
        var high = Vector256.Create(most);
        ref var target = ref MemoryMarshal.GetReference(least);
        ref var source = ref MemoryMarshal.GetReference(row[..least.Length]);
        var j = 0;
        for (; j + Vector256<float>.Count <= least.Length; j += Vector256<float>.Count)
        {
            var values = Vector256.LoadUnsafe(ref source, (nuint)j);
            Vector256.MinNative(Vector256.LoadUnsafe(ref target, (nuint)j), values).StoreUnsafe(ref target, (nuint)j);
            high = Vector256.MaxNative(high, values);
        }
        for (var lane = 0; lane < Vector256<float>.Count; lane++)
            most = Math.Max(most, high[lane]);
        for (; j < least.Length; j++)
        {
            least[j] = Math.Min(least[j], row[j]);
            most = Math.Max(most, row[j]);
        }
        return most;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (float Min, int At, float LargestCost) Min<TVector, TSimd>(ReadOnlySpan<float> costs, ReadOnlySpan<float> prices)
        where TVector : struct
        where TSimd : ISimd<float, TVector>
    {
        var n = costs.Length;
        ref var c = ref MemoryMarshal.GetReference(costs);
        ref var p = ref MemoryMarshal.GetReference(prices[..n]);
        var lanes = TSimd.Count;
        var best = float.PositiveInfinity;
        var largest = float.NegativeInfinity;
        var at = -1;
        var k = 0;
        if (n >= 2 * lanes)
        {
            // Two independent chains hide the latency of min. The place is found by a second look at the winning stretch:
            // cheaper than carrying indices through every step.
            var low0 = TSimd.Create(best);
            var low1 = low0;
            var high = TSimd.Create(largest);
            for (; k + 2 * lanes <= n; k += 2 * lanes)
            {
                var c0 = TSimd.Load(ref c, (nuint)k);
                var c1 = TSimd.Load(ref c, (nuint)(k + lanes));
                low0 = TSimd.Min(low0, TSimd.Add(c0, TSimd.Load(ref p, (nuint)k)));
                low1 = TSimd.Min(low1, TSimd.Add(c1, TSimd.Load(ref p, (nuint)(k + lanes))));
                high = TSimd.Max(high, TSimd.Max(c0, c1));
            }
            Span<float> lane = stackalloc float[2 * lanes];
            ref var store = ref MemoryMarshal.GetReference(lane);
            TSimd.Store(TSimd.Min(low0, low1), ref store, 0);
            TSimd.Store(high, ref store, (nuint)lanes);
            for (var l = 0; l < lanes; l++)
            {
                best = Math.Min(best, lane[l]);
                largest = Math.Max(largest, lane[lanes + l]);
            }
            var target = TSimd.Create(best);
            for (var s = 0; s < k && !float.IsInfinity(best); s += lanes)
            {
                var bits = TSimd.Bits(TSimd.LessThanOrEqual(TSimd.Add(TSimd.Load(ref c, (nuint)s), TSimd.Load(ref p, (nuint)s)), target));
                if (bits != 0)
                {
                    at = s + BitOperations.TrailingZeroCount(bits);
                    break;
                }
            }
        }
        for (; k < n; k++)
        {
            var value = costs[k] + prices[k];
            largest = Math.Max(largest, costs[k]);
            if (value < best)
                (best, at) = (value, k);
        }
        return (best, at, largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (double Min, int At) Min<TVector, TSimd>(ReadOnlySpan<double> costs, ReadOnlySpan<double> prices)
        where TVector : struct
        where TSimd : ISimd<double, TVector>
    {
        var n = costs.Length;
        ref var c = ref MemoryMarshal.GetReference(costs);
        ref var p = ref MemoryMarshal.GetReference(prices[..n]);
        var lanes = TSimd.Count;
        var best = double.PositiveInfinity;
        var k = 0;
        var low0 = TSimd.Create(best);
        var low1 = low0;
        for (; k + 2 * lanes <= n; k += 2 * lanes)
        {
            low0 = TSimd.Min(low0, TSimd.Add(TSimd.Load(ref c, (nuint)k), TSimd.Load(ref p, (nuint)k)));
            low1 = TSimd.Min(low1, TSimd.Add(TSimd.Load(ref c, (nuint)(k + lanes)), TSimd.Load(ref p, (nuint)(k + lanes))));
        }
        Span<double> lane = stackalloc double[lanes];
        TSimd.Store(TSimd.Min(low0, low1), ref MemoryMarshal.GetReference(lane), 0);
        foreach (var value in lane)
            best = Math.Min(best, value);
        for (; k < n; k++)
            best = Math.Min(best, costs[k] + prices[k]);
        if (double.IsPositiveInfinity(best))
            return (best, -1);
        var target = TSimd.Create(best);
        for (k = 0; k + lanes <= n; k += lanes)
        {
            var bits = TSimd.Bits(TSimd.LessThanOrEqual(TSimd.Add(TSimd.Load(ref c, (nuint)k), TSimd.Load(ref p, (nuint)k)), target));
            if (bits != 0)
                return (best, k + BitOperations.TrailingZeroCount(bits));
        }
        while (costs[k] + prices[k] > best)
            k++;
        return (best, k);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static (double Least, double LargestCost) Transform<TVector,
        TSimd>(ReadOnlySpan<double> costs, ReadOnlySpan<double> potentials, double factor)
        where TVector : struct
        where TSimd : ISimd<double, TVector>
    {
        var n = costs.Length;
        ref var c = ref MemoryMarshal.GetReference(costs);
        ref var g = ref MemoryMarshal.GetReference(potentials[..n]);
        var lanes = TSimd.Count;
        var least = double.PositiveInfinity;
        double largest = 0;
        var low = TSimd.Create(least);
        var high = TSimd.Create(0);
        var (scale, zero, infinite) = (TSimd.Create(factor), TSimd.Create(0), TSimd.Create(double.PositiveInfinity));
        var k = 0;
        for (; k + lanes <= n; k += lanes)
        {
            var cost = TSimd.Load(ref c, (nuint)k);
            low = TSimd.Min(low, TSimd.Subtract(TSimd.Multiply(cost, scale), TSimd.Load(ref g, (nuint)k)));
            high = TSimd.Max(high, TSimd.Select(TSimd.LessThan(cost, infinite), cost, zero));
        }
        Span<double> lane = stackalloc double[2 * lanes];
        ref var store = ref MemoryMarshal.GetReference(lane);
        TSimd.Store(low, ref store, 0);
        TSimd.Store(high, ref store, (nuint)lanes);
        for (var l = 0; l < lanes; l++)
        {
            least = Math.Min(least, lane[l]);
            largest = Math.Max(largest, lane[lanes + l]);
        }
        for (; k < n; k++)
        {
            least = Math.Min(least, factor * costs[k] - potentials[k]);
            if (!double.IsPositiveInfinity(costs[k]))
                largest = Math.Max(largest, costs[k]);
        }
        return (least, largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static int Collect<TVector, TSimd>(
        ReadOnlySpan<float> costs, ReadOnlySpan<float> prices, float threshold, Span<int> places, float factor = 1)
        where TVector : struct
        where TSimd : ISimd<float, TVector>
    {
        var n = costs.Length;
        ref var c = ref MemoryMarshal.GetReference(costs);
        ref var p = ref MemoryMarshal.GetReference(prices[..n]);
        var lanes = TSimd.Count;
        var limit = TSimd.Create(threshold);
        var scale = TSimd.Create(factor);
        var count = 0;
        var k = 0;
        for (; k + 2 * lanes <= n; k += 2 * lanes)
        {
            var next = k + lanes;
            var first = TSimd.MultiplyAdd(TSimd.Load(ref c, (nuint)k), scale, TSimd.Load(ref p, (nuint)k));
            var second = TSimd.MultiplyAdd(TSimd.Load(ref c, (nuint)next), scale, TSimd.Load(ref p, (nuint)next));
            var bits = TSimd.Bits(TSimd.LessThanOrEqual(first, limit)) | TSimd.Bits(TSimd.LessThanOrEqual(second, limit)) << lanes;
            while (bits != 0)
            {
                if (count < places.Length)
                    places[count] = k + BitOperations.TrailingZeroCount(bits);
                count++;
                bits &= bits - 1;
            }
            if (count > places.Length)
                return count;
        }
        for (; k < n; k++)
        {
            if (factor * costs[k] + prices[k] > threshold)
                continue;
            if (count < places.Length)
                places[count] = k;
            count++;
        }
        return count;
    }
}
