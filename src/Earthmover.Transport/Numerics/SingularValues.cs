using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Earthmover.Transport;

/// <summary>
/// Singular values without vectors, accurate to ε·largest; eigenvalues of AᵀA would keep only half the digits. Reflections from both sides,
/// gathered in blocks, leave a band (matrix products, which the processor does at full speed); reflections of the band's width chase it to
/// two diagonals (Lang, Parallel Computing 25, 1999); bisection reads the values off those.
/// </summary>
internal static class SingularValues
{
    // Diagonals of the band above the main one: columns whose reflections are applied together.
    private const int Band = 32;

    // Rows that are updated together.
    private const int Height = 48;

    /// <summary>The singular values of A [n, m], descending.</summary>
    public static double[] Of(double[] a, int n, int m)
    {
        if (n < m)
            return Of(DenseMatrix.Transpose(a, n, m), m, n);
        var work = (double[])a.Clone();
        ReduceToBand(work, n, m);
        return BidiagonalValues(ChaseToBidiagonal(work, m), m);
    }

    // A block of columns loses what is below its diagonal, then the block of rows beside it what is right of its own; the rest follows.
    private static void ReduceToBand(double[] a, int n, int m)
    {
        var packed = new PackedPoints<double>([], 0, 1);
        for (var k = 0; k < m; k += Band)
        {
            int width = Math.Min(Band, m - k), next = k + width, h = n - k, w = m - next;
            var columns = new double[width * h]; // [width, h]: the block's columns one after another
            for (var i = 0; i < h; i++)
            {
                for (var j = 0; j < width; j++)
                    columns[j * h + i] = a[(k + i) * m + k + j];
            }
            var (r, t) = Factor(columns, width, h);
            for (var i = 0; i < h; i++)
            {
                for (var j = 0; j < width; j++)
                    a[(k + i) * m + k + j] = i <= j ? r[i * width + j] : 0;
            }
            if (w == 0)
                return;

            // C −= V·(Tᵀ·(Vᵀ·C)) for the columns C [h, w] that follow.
            var product = new double[width * w];
            packed.PackColumns(a.AsSpan(k * m + next), m, h, w);
            packed.Evaluate<ProductTerm>(columns, width, product);
            for (var i = width - 1; i >= 0; i--)
            {
                var row = product.AsSpan(i * w, w);
                for (var c = 0; c < w; c++)
                    row[c] *= t[i * width + i];
                for (var l = 0; l < i; l++)
                    DenseMatrix.AddScaled(row, product.AsSpan(l * w, w), t[l * width + i]);
            }
            packed.PackColumns(product, w, width, w);
            Subtract(packed, DenseMatrix.Transpose(columns, width, h), h, a, k, next, m);

            // D −= (D·V)·T·Vᵀ for the rows D [h − width, w] below the block of rows.
            var rows = new double[width * w];
            for (var i = 0; i < width; i++)
                a.AsSpan((k + i) * m + next, w).CopyTo(rows.AsSpan(i * w));
            (r, t) = Factor(rows, width, w);
            for (var i = 0; i < width; i++)
            {
                for (var c = 0; c < w; c++)
                    a[(k + i) * m + next + c] = c <= i ? r[c * width + i] : 0;
            }
            if (h == width)
                continue;
            var reflected = Reflected(a, next, h - width, next, w, m, rows, width, t);
            packed.PackColumns(rows, w, width, w);
            Subtract(packed, reflected, h - width, a, next, next, m);
        }
    }

    // (D·V)·T, [h, width], for the rows of D that begin at a[top, left]; V [width, w] row by row.
    private static double[] Reflected(double[] a, int top, int h, int left, int w, int m, double[] v, int width, double[] t)
    {
        var result = new double[h * width];
        var packed = new PackedPoints<double>(v, width, w);
        Work.ForBlocks(h, Height, (long)Height * w, Environment.ProcessorCount, (from, count) =>
        {
            var block = ArrayPool<double>.Shared.Rent(count * w);
            for (var i = 0; i < count; i++)
                a.AsSpan((top + from + i) * m + left, w).CopyTo(block.AsSpan(i * w));
            var products = new double[count * width];
            packed.Evaluate<ProductTerm>(block, count, products);
            for (var i = 0; i < count; i++)
            {
                for (var l = 0; l < width; l++)
                    DenseMatrix.AddScaled(result.AsSpan((from + i) * width, width), t.AsSpan(l * width, width), products[i * width + l]);
            }
            ArrayPool<double>.Shared.Return(block);
        }, default);
        return result;
    }

    // a[top …, left …] −= rows·points, rows [h, width].
    private static void Subtract(PackedPoints<double> points, double[] rows, int h, double[] a, int top, int left, int m)
    {
        var (width, w) = (points.Dimension, points.Count);
        Work.ForBlocks(h, Height, (long)Height * w, Environment.ProcessorCount, (from, count) =>
        {
            var product = ArrayPool<double>.Shared.Rent(count * w);
            points.Evaluate<ProductTerm>(rows.AsSpan(from * width, count * width), count, product);
            for (var i = 0; i < count; i++)
                DenseMatrix.AddScaled(a.AsSpan((top + from + i) * m + left, w), product.AsSpan(i * w, w), -1);
            ArrayPool<double>.Shared.Return(product);
        }, default);
    }

    // QR of a matrix whose `count` columns [h] are given one after another: they become the vectors V of the reflections. Returns R [count,
    // count], by rows, and the upper triangle T with Q = I − V·T·Vᵀ (Schreiber and Van Loan 1989). With h
    // < count only h columns reflect; the other vectors are 0.
    private static (double[] R, double[] T) Factor(double[] v, int count, int h)
    {
        var r = new double[count * count];
        var t = new double[count * count];
        for (var j = 0; j < count; j++)
        {
            var column = v.AsSpan(j * h, h);
            for (var i = 0; i < Math.Min(j, h); i++)
                r[i * count + j] = column[i];
            column[..Math.Min(j, h)].Clear();
            if (j >= h)
                continue;
            var u = column[j..];
            var (alpha, scale) = Reflector(u, out var norm);
            r[j * count + j] = alpha;
            if (norm == 0)
                continue;
            for (var l = j + 1; l < count; l++)
            {
                var other = v.AsSpan(l * h + j, h - j);
                DenseMatrix.AddScaled(other, u, -scale * DenseMatrix.Dot(other, u));
            }
            t[j * count + j] = scale;
            // T grows by a column: −scale · T · (Vᵀ·u).
            for (var l = 0; l < j; l++)
            {
                var along = -scale * DenseMatrix.Dot(v.AsSpan(l * h + j, h - j), u);
                for (var i = 0; i <= l; i++)
                    t[i * count + j] += along * t[i * count + l];
            }
        }
        return (r, t);
    }

    // Upper band to two diagonals, row by row. Reflecting a row's tail from the right fills a triangle below the diagonal; reflecting its
    // first column from the left fills one above the band; and so on down to the end. What stays filled beside that first row and column
    // the next rows' reflections reach.
    private static double[] ChaseToBidiagonal(double[] a, int m)
    {
        var v = new double[Band];
        var product = new double[2 * Band];
        for (var s = 0; s < m - 1; s++)
        {
            for (var (row, from) = (s, s + 1); from < m; (row, from) = (from, from + Band))
            {
                var to = Math.Min(m, from + Band);
                var u = v.AsSpan(0, to - from);
                var tail = a.AsSpan(row * m + from, to - from);
                tail.CopyTo(u);
                var (alpha, scale) = Reflector(u, out var norm);
                tail.Clear();
                tail[0] = alpha;
                for (var i = row + 1; i < to && norm > 0; i++)
                {
                    var target = a.AsSpan(i * m + from, to - from);
                    DenseMatrix.AddScaled(target, u, -scale * DenseMatrix.Dot(target, u));
                }

                for (var i = from; i < to; i++)
                    (u[i - from], a[i * m + from]) = (a[i * m + from], 0);
                (alpha, scale) = Reflector(u, out norm);
                a[from * m + from] = alpha;
                var reach = Math.Min(m, to + Band) - from - 1;
                if (norm == 0 || reach == 0)
                    continue;
                var sum = product.AsSpan(0, reach);
                sum.Clear();
                for (var i = from; i < to; i++)
                    DenseMatrix.AddScaled(sum, a.AsSpan(i * m + from + 1, reach), u[i - from]);
                for (var i = from; i < to; i++)
                    DenseMatrix.AddScaled(a.AsSpan(i * m + from + 1, reach), sum, -scale * u[i - from]);
            }
        }
        return a;
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
    private static double[] BidiagonalValues(double[] a, int m)
    {
        var band = new double[2 * m - 1];
        for (var k = 0; k < m; k++)
        {
            band[2 * k] = a[k * m + k];
            if (k < m - 1)
                band[2 * k + 1] = a[k * m + k + 1];
        }
        double largest = 0;
        for (var k = 0; k < band.Length; k++)
            largest = Math.Max(largest, Math.Abs(band[k]) + (k > 0 ? Math.Abs(band[k - 1]) : 0));
        var values = new double[m];
        if (largest == 0)
            return values;
        var squares = Array.ConvertAll(band, b => b / largest * (b / largest));
        // Eight values at a time: their counts are independent, and a division takes long to come back.
        Work.ForBlocks(m, 8, 8L * 50 * m, Environment.ProcessorCount,
            (from, count) => Bisect(squares, from, count, largest, values), default);
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
        for (var step = 0; step < 54; step++)
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
    private static (Vector256<double> First, Vector256<double> Second) CountAbove(
        double[] squares, Vector256<double> x0, Vector256<double> x1)
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
