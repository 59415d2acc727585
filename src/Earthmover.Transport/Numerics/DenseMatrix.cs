using System.Runtime.CompilerServices;
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
        Work.ForBlocks(n, 32, 32L * m * k, threads, (from, count) =>
            packed.Evaluate<ProductTerm>(a.AsSpan(from * k, count * k), count, product.AsSpan(from * m, count * m)), default);
        return product;
    }

    /// <summary>A·Aᵀ for A [n, k]; result [n, n]. Half of the products of the general form.</summary>
    public static double[] Gram(double[] a, int n, int k, int threads)
    {
        var packed = new PackedPoints<double>(a, n, k);
        var product = new double[(long)n * n];
        Work.ForBlocks(n, 32, 32L * n * k / 2, threads, (from, count) =>
            packed.Evaluate<ProductTerm>(a.AsSpan(from * k, count * k), count, product.AsSpan(from * n, count * n), from), default);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
                product[i * n + j] = product[j * n + i];
        }
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
        const int height = 32;
        int[] open = [.. Enumerable.Range(0, d).Where(i => diagonal[i] != double.NegativeInfinity)];
        var packed = new PackedPoints<double>(a, d, k);
        var rows = new double[height * k];
        var product = new double[height * d];
        for (var from = 0; from < open.Length; from += height)
        {
            var count = Math.Min(height, open.Length - from);
            for (var r = 0; r < count; r++)
                a.AsSpan(open[from + r] * k, k).CopyTo(rows.AsSpan(r * k));
            packed.Evaluate<ProductTerm>(rows.AsSpan(0, count * k), count, product);
            for (var r = 0; r < count; r++)
                AddScaled(rest.AsSpan(open[from + r] * d, d), product.AsSpan(r * d, d), -1);
        }
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    // Householder reflections from both sides; a is destroyed. Each step makes one pass over the rest of the matrix: a row is
    // reflected from the left, then from the right, and adds at once to the product that the next left reflection needs.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double[] Diagonal, double[] Super) Bidiagonalise(double[] a, int n, int m)
    {
        var diagonal = new double[m];
        var super = new double[Math.Max(0, m - 1)];
        var column = new double[n];
        // Σ columnᵢ·rowᵢ over the rest of the matrix, for this step and the next.
        var (product, next) = (new double[m], new double[m]);
        var right = new double[m];
        for (var i = 0; i < n; i++)
        {
            column[i] = a[i * m];
            AddScaled(product, a.AsSpan(i * m, m), column[i]);
        }
        for (var k = 0; k < m; k++)
        {
            var width = m - k - 1;
            var left = column.AsSpan(k, n - k);
            var (alpha, scale) = Reflector(left, out var norm);
            diagonal[k] = alpha;
            // left is now the reflector u; with uᵀA = product − alpha·(row k), A becomes A − scale·u·(uᵀA).
            var tail = product.AsSpan(k + 1, width);
            var row = a.AsSpan(k * m + k + 1, width);
            if (norm > 0)
            {
                AddScaled(tail, row, -alpha);
                AddScaled(row, tail, -scale * left[0]);
            }
            if (width == 0)
                break;
            var v = right.AsSpan(0, width);
            row.CopyTo(v);
            var (beta, factor) = Reflector(v, out var length);
            super[k] = beta;
            Array.Clear(next);
            for (var i = k + 1; i < n; i++)
            {
                var target = a.AsSpan(i * m + k + 1, width);
                if (norm > 0)
                    AddScaled(target, tail, -scale * column[i]);
                if (length > 0)
                    AddScaled(target, v, -factor * Dot(target, v));
                column[i] = target[0];
                AddScaled(next.AsSpan(k + 1, width), target, target[0]);
            }
            (product, next) = (next, product);
        }
        return (diagonal, super);
    }

    // Turns x into the vector u of the reflection I − scale·u·uᵀ that maps x to (alpha, 0, …). Nothing to do when norm is 0.
    private static (double Alpha, double Scale) Reflector(Span<double> x, out double norm)
    {
        norm = 0;
        foreach (var value in x)
            norm = Math.Max(norm, Math.Abs(value));
        if (norm == 0)
            return (0, 0);
        double squares = 0;
        foreach (var value in x)
            squares += value / norm * (value / norm);
        var length = norm * Math.Sqrt(squares);
        var alpha = x[0] > 0 ? -length : length;
        x[0] -= alpha;
        return (alpha, -1 / (alpha * x[0]));
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
        // Eight values at a time: their counts are independent, and a division takes long to come back.
        Work.ForBlocks(m, 8, 8L * 50 * m, Environment.ProcessorCount, (from, count) => Bisect(squares, from, count, largest, values), default);
        return values;
    }

    // The singular values from … from + count − 1, descending, count ≤ 8, by bisection on the number of eigenvalues above.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Bisect(double[] squares, int from, int count, double largest, double[] values)
    {
        var ranks0 = Vector256.Create(from, from + 1.0, from + 2, from + 3);
        var ranks1 = ranks0 + Vector256.Create(4.0);
        var (low0, low1) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var high0 = Vector256.Create(1 + 1e-15);
        var high1 = high0;
        for (var step = 0; step < 60; step++)
        {
            var (middle0, middle1) = (0.5 * (low0 + high0), 0.5 * (low1 + high1));
            var (above0, above1) = CountAbove(squares, middle0, middle1);
            var (up0, up1) = (Vector256.GreaterThan(above0, ranks0), Vector256.GreaterThan(above1, ranks1));
            (low0, high0) = (Vector256.ConditionalSelect(up0, middle0, low0), Vector256.ConditionalSelect(up0, high0, middle0));
            (low1, high1) = (Vector256.ConditionalSelect(up1, middle1, low1), Vector256.ConditionalSelect(up1, high1, middle1));
        }
        for (var k = 0; k < count; k++)
            values[from + k] = 0.5 * largest * (k < 4 ? low0[k] + high0[k] : low1[k - 4] + high1[k - 4]);
    }

    // How many eigenvalues of the zero-diagonal tridiagonal matrix exceed each x > 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (Vector256<double> First, Vector256<double> Second) CountAbove(double[] squares, Vector256<double> x0, Vector256<double> x1)
    {
        var one = Vector256<double>.One;
        var tiny = Vector256.Create(1e-300);
        var (count0, count1) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var (q0, q1) = (-x0, -x1);
        foreach (var square in squares)
        {
            count0 += Vector256.GreaterThan(q0, Vector256<double>.Zero) & one;
            count1 += Vector256.GreaterThan(q1, Vector256<double>.Zero) & one;
            q0 = Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(q0), tiny), -tiny, q0);
            q1 = Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(q1), tiny), -tiny, q1);
            var s = Vector256.Create(square);
            q0 = -x0 - s / q0;
            q1 = -x1 - s / q1;
        }
        count0 += Vector256.GreaterThan(q0, Vector256<double>.Zero) & one;
        count1 += Vector256.GreaterThan(q1, Vector256<double>.Zero) & one;
        return (count0, count1);
    }
}
