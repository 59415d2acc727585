using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Earthmover.Transport;

/// <summary>Small dense float64 linear algebra, row-major: what the Fréchet distance needs.</summary>
internal static class DenseMatrix
{
    // Rows of a product that are computed together.
    private const int Height = 48;

    /// <summary>A·Bᵀ for A [n, k] and B [m, k]; result [n, m].</summary>
    public static double[] TimesTransposed(double[] a, int n, double[] b, int m, int k, int threads)
    {
        var packed = new PackedPoints<double>(b, m, k);
        var product = new double[(long)n * m];
        Work.ForBlocks(n, Height, (long)Height * m * k, threads, (from, count) =>
            packed.Evaluate<ProductTerm>(a.AsSpan(from * k, count * k), count, product.AsSpan(from * m, count * m)), default);
        return product;
    }

    /// <summary>Adds Xᵀ·X to a [d, d] matrix, on and above its diagonal (what is below is anything), X [n, d].</summary>
    /// <param name="sum">[d, d].</param>
    /// <param name="packed">Room that is used again from call to call.</param>
    /// <param name="x">[n, d] row-major.</param>
    /// <param name="n">Rows of X.</param>
    /// <param name="d">Columns of X.</param>
    /// <param name="threads">At most as many at once.</param>
    public static void AddGram(double[] sum, PackedPoints<double> packed, double[] x, int n, int d, int threads)
    {
        packed.PackColumns(x, d, n, d);
        var columns = Transpose(x, n, d);
        Work.ForBlocks(d, Height, (long)Height * n * d / 2, threads, (from, count) =>
        {
            var product = ArrayPool<double>.Shared.Rent(count * d);
            packed.Evaluate<ProductTerm>(columns.AsSpan(from * n, count * n), count, product, from);
            for (var i = from; i < from + count; i++)
                AddScaled(sum.AsSpan(i * d + i, d - i), product.AsSpan((i - from) * d + i, d - i), 1);
            ArrayPool<double>.Shared.Return(product);
        }, default);
    }

    /// <summary>Multiplies the entries on and above the diagonal and copies them below it.</summary>
    public static void MirrorAndScale(double[] a, int d, double factor)
    {
        for (var i = 0; i < d; i++)
        {
            for (var j = i; j < d; j++)
                a[j * d + i] = a[i * d + j] *= factor;
        }
    }

    public static double[] Transpose(double[] a, int rows, int cols)
    {
        var t = new double[a.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < cols; j++)
                t[j * rows + i] = a[i * cols + j];
        }
        return t;
    }

    /// <summary>
    /// L of P·S·Pᵀ = L·Lᵀ undone to the original order: S = F·Fᵀ with F [d, r], r the numerical rank. Cholesky with
    /// complete pivoting, so singular and slightly indefinite (rounded) matrices are fine.
    /// </summary>
    /// <returns>Fᵀ, [r, d] row-major, and r.</returns>
    public static (double[] Factor, int Rank) PivotedCholesky(double[] s, int d)
    {
        const int block = 64;
        var rest = (double[])s.Clone();
        var factor = new double[(long)d * d];
        var diagonal = new double[d];
        for (var i = 0; i < d; i++)
            diagonal[i] = s[i * d + i];
        var tolerance = Math.Max(0, diagonal.Max()) * d * 1e-16;
        for (var start = 0; start < d; start += block)
        {
            var end = Math.Min(d, start + block);
            for (var r = start; r < end; r++)
            {
                var pivot = 0;
                for (var i = 1; i < d; i++)
                {
                    if (diagonal[i] > diagonal[pivot])
                        pivot = i;
                }
                if (!(diagonal[pivot] > tolerance))
                    return (factor[..(r * d)], r);
                var row = factor.AsSpan(r * d, d);
                rest.AsSpan(pivot * d, d).CopyTo(row);
                // What the blocks before took away is gone from `rest` already.
                for (var k = start; k < r; k++)
                    AddScaled(row, factor.AsSpan(k * d, d), -factor[k * d + pivot]);
                var scale = 1 / Math.Sqrt(diagonal[pivot]);
                for (var i = 0; i < d; i++)
                {
                    row[i] = diagonal[i] == double.NegativeInfinity ? 0 : row[i] * scale;
                    diagonal[i] -= row[i] * row[i];
                }
                diagonal[pivot] = double.NegativeInfinity;
            }
            if (end < d)
                SubtractGram(rest, diagonal, Transpose(factor[(start * d)..(end * d)], end - start, d), d, end - start);
        }
        return (factor, d);
    }

    // rest −= A·Aᵀ in the rows that have no pivot yet; A [d, k].
    private static void SubtractGram(double[] rest, double[] diagonal, double[] a, int d, int k)
    {
        int[] open = [.. Enumerable.Range(0, d).Where(i => diagonal[i] != double.NegativeInfinity)];
        var packed = new PackedPoints<double>(a, d, k);
        var rows = new double[Height * k];
        var product = new double[Height * d];
        for (var from = 0; from < open.Length; from += Height)
        {
            var count = Math.Min(Height, open.Length - from);
            for (var r = 0; r < count; r++)
                a.AsSpan(open[from + r] * k, k).CopyTo(rows.AsSpan(r * k));
            packed.Evaluate<ProductTerm>(rows.AsSpan(0, count * k), count, product);
            for (var r = 0; r < count; r++)
                AddScaled(rest.AsSpan(open[from + r] * d, d), product.AsSpan(r * d, d), -1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        ref var t = ref MemoryMarshal.GetReference(target);
        ref var s = ref MemoryMarshal.GetReference(source[..target.Length]);
        var f = Vector256.Create(factor);
        var k = 0;
        for (; k + 4 <= target.Length; k += 4)
        {
            var sum = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref s, (nuint)k), f, Vector256.LoadUnsafe(ref t, (nuint)k));
            sum.StoreUnsafe(ref t, (nuint)k);
        }
        for (; k < target.Length; k++)
            target[k] += factor * source[k];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b[..a.Length]);
        var (s0, s1, s2, s3) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var k = 0;
        for (; k + 16 <= a.Length; k += 16)
        {
            s0 = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref x, (nuint)k), Vector256.LoadUnsafe(ref y, (nuint)k), s0);
            s1 = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref x, (nuint)k + 4), Vector256.LoadUnsafe(ref y, (nuint)k + 4), s1);
            s2 = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref x, (nuint)k + 8), Vector256.LoadUnsafe(ref y, (nuint)k + 8), s2);
            s3 = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref x, (nuint)k + 12), Vector256.LoadUnsafe(ref y, (nuint)k + 12), s3);
        }
        var sums = s0 + s1 + (s2 + s3);
        var sum = Vector256.Sum(sums);
        for (; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }
}
