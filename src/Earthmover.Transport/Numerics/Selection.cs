using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

/// <summary>Order statistics without a full sort.</summary>
internal static class Selection
{
    // Up to so many ranks, a list of the smallest values is faster than partitioning.
    private const int FewRanks = 16;

    /// <summary>The value of the given rank (0 = smallest); reorders the span. Expected O(n), no worst-case guarantee
    /// beyond the sort that it falls back to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Smallest(Span<float> values, int rank)
    {
        if (rank < FewRanks && values.Length >= 4 * FewRanks)
            return AmongFew(values, rank);
        var (low, high) = (0, values.Length - 1);
        var budget = 4L * values.Length + 64;
        while (high - low > 16)
        {
            if ((budget -= high - low) < 0)
                break;
            var pivot = MedianOfThree(values[low], values[(low + high) >> 1], values[high]);
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i > j)
                    break;
                (values[i], values[j]) = (values[j], values[i]);
                i++;
                j--;
            }
            if (rank <= j)
                high = j;
            else if (rank >= i)
                low = i;
            else
                return values[rank];
        }
        values[low..(high + 1)].Sort();
        return values[rank];
    }

    // Keeps the smallest values in order: after the first few, hardly any value is among them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float AmongFew(ReadOnlySpan<float> values, int rank)
    {
        Span<float> least = stackalloc float[FewRanks];
        least.Fill(float.PositiveInfinity);
        foreach (var value in values)
        {
            if (value >= least[rank])
                continue;
            var k = rank;
            for (; k > 0 && least[k - 1] > value; k--)
                least[k] = least[k - 1];
            least[k] = value;
        }
        return least[rank];
    }

    private static float MedianOfThree(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
