using System.Numerics;
using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

/// <summary>What rounding can change in a sliced distance.</summary>
/// <remarks>
/// A projection ⟨x, θ⟩ is a chain of additions, and each of them is wrong by at most u times the partial sum s that it makes. Three facts
/// bound the whole far below u·d·|x|, which would be the worst point in the worst direction:
/// <list type="bullet">
/// <item>W_p is a metric, so the distance is wrong by no more than the p-mean of the projections' errors, of both clouds.</item>
/// <item>Over d orthonormal directions Σ s² is at most |x_s|², the squared length of the coordinates that s holds (Bessel). Summed over all
/// partial sums this is Σ w·x², where w counts the sums that a coordinate is in.</item>
/// <item>T roundings add up to √T of their root mean square at the most, and to 8 of them with a probability of all but 3·10⁻¹⁴ for each
/// projection (Azuma and Hoeffding, for roundings that are 0 in the mean whatever went before: Higham and Mary 2019; the random
/// directions see to that). The smaller one counts: below 22 dimensions the bound is certain.</item>
/// </list>
/// </remarks>
internal static class ProjectionError
{
    private const double SingleRounding = 5.9604644775390625e-8;

    // 2·exp(−8²/2) is 3·10⁻¹⁴.
    private const double Deviations = 8;

    /// <summary>A bound of the error of a sliced distance.</summary>
    /// <param name="x">One cloud, float32 or float64 as it was projected.</param>
    /// <param name="y">The other, of the same type.</param>
    /// <param name="p">Exponent, ≥ 1.</param>
    /// <param name="directions">How many.</param>
    /// <param name="orthogonal">Whether they are orthogonal in groups of d.</param>
    /// <param name="value">The distance found.</param>
    public static double Bound(PointCloud x, PointCloud y, double p, int directions, bool orthogonal, double value)
    {
        var d = x.Dimension;
        var blocks = Blocks(d);
        var roundings = Math.Sqrt(3 * d + blocks);
        // The share of Σ s² that one direction has in the mean. For p > 2 the largest error counts more than its square.
        var share = orthogonal && p <= 2 ? (double)((directions + d - 1) / d) / directions : 1;
        var (unit, length) = x.IsDouble
            ? (DoubleDouble.Rounding, Length<double>(x.AsDoubles(), d, p) + Length<double>(y.AsDoubles(), d, p))
            : (SingleRounding, Length<float>(x.Singles, d, p) + Length<float>(y.Singles, d, p));
        // The hundredth is for products of roundings and for directions that are orthonormal to float32 only.
        var projections = 1.01 * unit * Math.Min(roundings, Deviations) * Math.Sqrt(share) * length;
        return projections + DoubleDouble.Rounding * (x.Count + y.Count + directions + 10) * value;
    }

    private static int Blocks(int d) => (d + PackedPoints<float>.BlockLength - 1) / PackedPoints<float>.BlockLength;

    // How many rounded sums hold each coordinate: those of its block from itself on, the totals from its block on, its product, and its
    // difference to the center.
    private static T[] Weights<T>(int d)
        where T : struct, INumber<T>
    {
        const int block = PackedPoints<float>.BlockLength;
        var weights = new T[d];
        for (var c = 0; c < d; c++)
        {
            var end = Math.Min(d, (c / block + 1) * block);
            weights[c] = T.CreateChecked(end - c + Blocks(d) - c / block + 2);
        }
        return weights;
    }

    // The p-mean of the points' weighted lengths.
    private static double Length<T>(ReadOnlySpan<T> points, int d, double p)
        where T : struct, INumber<T>
    {
        var weights = Weights<T>(d);
        var lengths = new double[points.Length / d];
        double most = 0;
        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = Math.Sqrt(Square(points.Slice(i * d, d), weights));
            most = Math.Max(most, lengths[i]);
        }
        if (most == 0)
            return 0;
        double sum = 0;
        foreach (var length in lengths)
            sum += Univariate.Power(length / most, p);
        return most * Math.Pow(sum / lengths.Length, 1 / p);
    }

    // Σ w·x².
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Square<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> weights)
        where T : struct, INumber<T>
    {
        var (first, second) = (Vector<T>.Zero, Vector<T>.Zero);
        var k = 0;
        for (; k + 2 * Vector<T>.Count <= x.Length; k += 2 * Vector<T>.Count)
        {
            var a = new Vector<T>(x[k..]);
            var b = new Vector<T>(x[(k + Vector<T>.Count)..]);
            first += a * a * new Vector<T>(weights[k..]);
            second += b * b * new Vector<T>(weights[(k + Vector<T>.Count)..]);
        }
        var sum = Vector.Sum(first + second);
        for (; k < x.Length; k++)
            sum += x[k] * x[k] * weights[k];
        return double.CreateChecked(sum);
    }
}
