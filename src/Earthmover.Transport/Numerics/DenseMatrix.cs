using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Earthmover.Transport;

/// <summary>Small dense float64 linear algebra, row-major: what the Fréchet distance needs.</summary>
internal static class DenseMatrix
{
    /// <summary>A·Bᵀ for A [n, k] and B [m, k]; result [n, m].</summary>
    public static double[] TimesTransposed(double[] a, int n, double[] b, int m, int k, int threads)
    {
        var packed = new PackedPoints<double>(b, m, k);
        var product = new double[(long)n * m];
        Work.ForBlocks(n, 16, 16L * m * k, threads, (from, count) =>
            packed.Evaluate<ProductTerm>(a.AsSpan(from * k, count * k), count, product.AsSpan(from * m, count * m)), default);
        return product;
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
        var factor = new double[(long)d * d];
        var diagonal = new double[d];
        for (var i = 0; i < d; i++)
            diagonal[i] = s[i * d + i];
        var tolerance = Math.Max(0, diagonal.Max()) * d * 1e-16;
        for (var r = 0; r < d; r++)
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
            s.AsSpan(pivot * d, d).CopyTo(row);
            for (var k = 0; k < r; k++)
                AddScaled(row, factor.AsSpan(k * d, d), -factor[k * d + pivot]);
            var scale = 1 / Math.Sqrt(diagonal[pivot]);
            for (var i = 0; i < d; i++)
            {
                row[i] = diagonal[i] == double.NegativeInfinity ? 0 : row[i] * scale;
                diagonal[i] -= row[i] * row[i];
            }
            diagonal[pivot] = double.NegativeInfinity;
        }
        return (factor, d);
    }

    /// <summary>The singular values of A [n, m], descending, accurate to ε·largest (Golub and Kahan 1965); eigenvalues of
    /// AᵀA would keep only half the digits.</summary>
    public static double[] SingularValues(double[] a, int n, int m)
    {
        if (n < m)
            return SingularValues(Transpose(a, n, m), m, n);
        var (diagonal, super) = Bidiagonalise((double[])a.Clone(), n, m);
        return BidiagonalValues(diagonal, super);
    }

    public static void AddScaled(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        ref var t = ref MemoryMarshal.GetReference(target);
        ref var s = ref MemoryMarshal.GetReference(source[..target.Length]);
        var f = Vector256.Create(factor);
        var k = 0;
        for (; k + 4 <= target.Length; k += 4)
            Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref s, (nuint)k), f, Vector256.LoadUnsafe(ref t, (nuint)k)).StoreUnsafe(ref t, (nuint)k);
        for (; k < target.Length; k++)
            target[k] += factor * source[k];
    }

    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b[..a.Length]);
        var sums = Vector256<double>.Zero;
        var k = 0;
        for (; k + 4 <= a.Length; k += 4)
            sums = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref x, (nuint)k), Vector256.LoadUnsafe(ref y, (nuint)k), sums);
        var sum = Vector256.Sum(sums);
        for (; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    // Householder reflections from both sides; a is destroyed. Row-major: both kinds of update run along rows.
    private static (double[] Diagonal, double[] Super) Bidiagonalise(double[] a, int n, int m)
    {
        var diagonal = new double[m];
        var super = new double[Math.Max(0, m - 1)];
        var w = new double[m];
        var v = new double[m];
        for (var k = 0; k < m; k++)
        {
            // Left reflection zeroes column k below the diagonal.
            double norm = 0;
            for (var i = k; i < n; i++)
                norm = Math.Max(norm, Math.Abs(a[i * m + k]));
            if (norm > 0)
            {
                double sum = 0;
                for (var i = k; i < n; i++)
                    sum += a[i * m + k] / norm * (a[i * m + k] / norm);
                var length = norm * Math.Sqrt(sum);
                var alpha = a[k * m + k] > 0 ? -length : length;
                a[k * m + k] -= alpha;
                var scale = -1 / (alpha * a[k * m + k]);
                var tail = w.AsSpan(k + 1, m - k - 1);
                tail.Clear();
                for (var i = k; i < n; i++)
                    AddScaled(tail, a.AsSpan(i * m + k + 1, m - k - 1), a[i * m + k]);
                for (var i = k; i < n; i++)
                    AddScaled(a.AsSpan(i * m + k + 1, m - k - 1), tail, -scale * a[i * m + k]);
                diagonal[k] = alpha;
            }
            if (k >= m - 1)
                continue;
            // Right reflection zeroes row k beyond the superdiagonal.
            var row = a.AsSpan(k * m + k + 1, m - k - 1);
            norm = 0;
            foreach (var value in row)
                norm = Math.Max(norm, Math.Abs(value));
            if (norm == 0)
                continue;
            double squares = 0;
            foreach (var value in row)
                squares += value / norm * (value / norm);
            var rowLength = norm * Math.Sqrt(squares);
            var beta = row[0] > 0 ? -rowLength : rowLength;
            row.CopyTo(v);
            v[0] -= beta;
            var factor = -1 / (beta * v[0]);
            super[k] = beta;
            for (var i = k + 1; i < n; i++)
            {
                var target = a.AsSpan(i * m + k + 1, m - k - 1);
                AddScaled(target, v.AsSpan(0, m - k - 1), -factor * Dot(target, v.AsSpan(0, m - k - 1)));
            }
        }
        return (diagonal, super);
    }

    // Singular values of a bidiagonal matrix: bisection with Sturm counts on the Golub–Kahan tridiagonal form, whose
    // diagonal is zero and whose off-diagonal interleaves both bands. Slow beside QR sweeps but unconditionally reliable.
    private static double[] BidiagonalValues(double[] diagonal, double[] super)
    {
        var m = diagonal.Length;
        var band = new double[2 * m - 1];
        for (var k = 0; k < m; k++)
        {
            band[2 * k] = diagonal[k];
            if (k < m - 1)
                band[2 * k + 1] = super[k];
        }
        double largest = 0;
        for (var k = 0; k < band.Length; k++)
            largest = Math.Max(largest, Math.Abs(band[k]) + (k > 0 ? Math.Abs(band[k - 1]) : 0));
        var values = new double[m];
        if (largest == 0)
            return values;
        var squares = Array.ConvertAll(band, b => b / largest * (b / largest));
        Work.ForBlocks(m, 16, 16L * 50 * m, Environment.ProcessorCount, (from, count) =>
        {
            for (var k = from; k < from + count; k++)
            {
                // The k-th largest singular value: bisect on the number of eigenvalues above.
                var (low, high) = (0.0, 1.0 + 1e-15);
                for (var step = 0; step < 60 && high - low > 1e-16 * high; step++)
                {
                    var middle = 0.5 * (low + high);
                    if (CountAbove(squares, middle) > k)
                        low = middle;
                    else
                        high = middle;
                }
                values[k] = 0.5 * (low + high) * largest;
            }
        }, default);
        return values;
    }

    // How many eigenvalues of the zero-diagonal tridiagonal matrix exceed x > 0.
    private static int CountAbove(double[] squares, double x)
    {
        var count = 0;
        var q = -x;
        for (var k = 0; k <= squares.Length; k++)
        {
            if (q > 0)
                count++;
            if (k == squares.Length)
                break;
            if (Math.Abs(q) < 1e-300)
                q = -1e-300;
            q = -x - squares[k] / q;
        }
        return count;
    }
}
