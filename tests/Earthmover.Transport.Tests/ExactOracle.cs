using System.Numerics;

namespace Earthmover.Transport.Tests;

/// <summary>
/// The optimum in whole numbers, which never round: coordinates are counted in their smallest unit, roots to 2⁻²⁰⁰ of it.
/// </summary>
internal static class ExactOracle
{
    // Below the smallest unit of every float64 coordinate that the tests use.
    private const int Unit = 400;
    private const int RootBits = 200;

    /// <summary>The least mean cost by dynamic programming over the sets of targets taken; at most 12 copies in all.</summary>
    /// <param name="x">Sources, each as often as it has units of mass.</param>
    /// <param name="y">As many targets.</param>
    /// <param name="d">Coordinates of each.</param>
    /// <param name="cost">The ground cost.</param>
    public static double LeastMean(double[] x, double[] y, int d, GroundCost cost)
    {
        var n = x.Length / d;
        var costs = new BigInteger[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
                costs[i, j] = Cost(x.AsSpan(i * d, d), y.AsSpan(j * d, d), cost);
        }
        var best = new BigInteger?[1 << n];
        best[0] = BigInteger.Zero;
        for (var taken = 0; taken < best.Length; taken++)
        {
            var i = BitOperations.PopCount((uint)taken);
            for (var j = 0; j < n && i < n; j++)
            {
                var next = taken | 1 << j;
                if (next == taken)
                    continue;
                var total = best[taken]!.Value + costs[i, j];
                if (best[next] is not { } known || total < known)
                    best[next] = total;
            }
        }
        return ToDouble(best[^1]!.Value, cost) / n;
    }

    /// <summary>The least mean cost on the line, where the sorted plan is optimal.</summary>
    public static double OnTheLine(double[] x, double[] y, GroundCost cost)
    {
        var (u, v) = (x.Order().ToArray(), y.Order().ToArray());
        var sum = BigInteger.Zero;
        for (var k = 0; k < u.Length; k++)
            sum += Cost(u.AsSpan(k, 1), v.AsSpan(k, 1), cost);
        return ToDouble(sum, cost) / u.Length;
    }

    private static BigInteger Cost(ReadOnlySpan<double> x, ReadOnlySpan<double> y, GroundCost cost)
    {
        var sum = BigInteger.Zero;
        for (var k = 0; k < x.Length; k++)
        {
            var difference = Whole(x[k]) - Whole(y[k]);
            sum += cost == GroundCost.Cityblock ? BigInteger.Abs(difference) : difference * difference;
        }
        return cost == GroundCost.Euclidean ? Root(sum << (2 * RootBits)) : sum;
    }

    private static BigInteger Whole(double value)
    {
        if (value == 0)
            return BigInteger.Zero;
        var exponent = Math.ILogB(value) - 52;
        return new BigInteger(Math.ScaleB(value, -exponent)) << (exponent + Unit);
    }

    private static double ToDouble(BigInteger sum, GroundCost cost)
    {
        var unit = cost switch { GroundCost.Euclidean => Unit + RootBits, GroundCost.SquaredEuclidean => 2 * Unit, _ => Unit };
        if (sum.IsZero)
            return 0;
        var shift = (int)sum.GetBitLength() - 64;
        return Math.ScaleB((double)(shift > 0 ? sum >> shift : sum << -shift), shift - unit);
    }

    private static BigInteger Root(BigInteger value)
    {
        if (value.IsZero)
            return value;
        var root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + value / root) >> 1;
            if (next >= root)
                return root;
            root = next;
        }
    }
}
