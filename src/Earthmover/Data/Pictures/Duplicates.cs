using System.Numerics;
using System.Security.Cryptography;
using Earthmover.Media;

namespace Earthmover.Data.Pictures;

/// <summary>Equal and nearly equal pictures of a set.</summary>
/// <param name="Exact">Groups of two or more pictures with the same bytes, as rising positions.</param>
/// <param name="Near">Pairs that are not equal but look alike, each with its smaller position first.</param>
/// <param name="Truncated">Whether there were too many candidates and not all pairs were looked at.</param>
public sealed record Duplicates(IReadOnlyList<int[]> Exact, IReadOnlyList<(int First, int Second)> Near, bool Truncated)
{
    /// <summary>Largest Hamming distance of two 64-bit difference hashes that counts as near.</summary>
    public const int MaxDistance = 3;

    // Flat pictures have almost empty hashes that collide by themselves, and a hash knows no color: thumbnails must agree as well, on the
    // whole and in every place.
    private const double MaxThumbnailDifference = 4;
    private const int MaxPlaceDifference = 32;
    private const long MaxComparisons = 200_000_000;
    private const int MaxPairs = 100_000;

    /// <summary>
    /// Looks through a set. Near means: difference hashes (signs of the horizontal steps of a 9x8 gray thumbnail) at
    /// most <see cref="MaxDistance"/> bits apart, and thumbnails in color on average at most 4 of 255 apart, nowhere more than 32.
    /// </summary>
    /// <param name="set">The pictures.</param>
    public static Duplicates Find(ImageSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var groups = Enumerable.Range(0, set.Count)
            .GroupBy(i => Convert.ToHexString(SHA256.HashData(set[i]).AsSpan(0, 16)), StringComparer.Ordinal)
            .Select(group => group.ToArray()).ToList();

        // One picture stands for its equals: a pair of groups is reported once.
        int[] distinct = [.. groups.Select(group => group[0])];
        var thumbnails = new byte[distinct.Length][];
        var hashes = new ulong[distinct.Length];
        var resampler = new Resampler(set.Shape.Width, set.Shape.Height, 9, 8, ResizeFilter.Triangle);
        Parallel.For(0, distinct.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            var thumbnail = resampler.Apply(set.ToImage(distinct[i]));
            (thumbnails[i], hashes[i]) = (thumbnail.Pixels.ToArray(), HashOf(thumbnail.ToGray().Pixels));
        });

        var near = new SortedSet<(int, int)>();
        var comparisons = 0L;
        // At most three differing bits leave at least one of four 16-bit parts equal.
        for (var part = 0; part < 4; part++)
        {
            var shift = 16 * part;
            foreach (var bucket in Enumerable.Range(0, distinct.Length).GroupBy(i => (ushort)(hashes[i] >> shift)))
            {
                var members = bucket.ToArray();
                for (var a = 0; a < members.Length && comparisons < MaxComparisons && near.Count < MaxPairs; a++)
                    for (var b = a + 1; b < members.Length; b++)
                    {
                        comparisons++;
                        var (i, j) = (members[a], members[b]);
                        if (BitOperations.PopCount(hashes[i] ^ hashes[j]) <= MaxDistance
                            && AreNear(thumbnails[i], thumbnails[j]))
                            near.Add((Math.Min(distinct[i], distinct[j]), Math.Max(distinct[i], distinct[j])));
                    }
            }
        }

        return new Duplicates([.. groups.Where(group => group.Length > 1)], [.. near],
            comparisons >= MaxComparisons || near.Count >= MaxPairs);
    }

    private static ulong HashOf(ReadOnlySpan<byte> thumbnail)
    {
        var hash = 0UL;
        for (var y = 0; y < 8; y++)
            for (var x = 0; x < 8; x++)
                hash = (hash << 1) | (thumbnail[(9 * y) + x] < thumbnail[(9 * y) + x + 1] ? 1UL : 0);
        return hash;
    }

    private static bool AreNear(byte[] a, byte[] b)
    {
        var (sum, largest) = (0, 0);
        for (var i = 0; i < a.Length; i++)
        {
            var difference = Math.Abs(a[i] - b[i]);
            (sum, largest) = (sum + difference, Math.Max(largest, difference));
        }
        return largest <= MaxPlaceDifference && (double)sum / a.Length <= MaxThumbnailDifference;
    }
}
