using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Earthmover.Transport;

/// <summary>
/// Points stored for the pair kernels: panels of two vectors' width, coordinate-major inside a panel, so that one row of
/// the other cloud meets 2·Count points with two loads and no horizontal sum. The last panel is padded with zeros.
/// </summary>
internal sealed class PackedPoints<T>
    where T : unmanaged
{
    // Sums are broken every 64 coordinates, which bounds the rounding error by (64 + d/64 + 3)·ε instead of d·ε.
    public const int BlockLength = 64;

    // Rows that share one pass over the packed points: a block of them takes three quarters of the first-level cache.
    private static readonly int MaxRows = 384 / Unsafe.SizeOf<T>();

    private const int TileRows = 6;

    private T[] _values;

    public PackedPoints(ReadOnlySpan<T> points, int count, int dimension, int vectorBits = 0)
    {
        VectorBits = vectorBits != 0 ? vectorBits : Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        Width = 2 * VectorBits / 8 / Unsafe.SizeOf<T>();
        Count = count;
        Dimension = dimension;
        Panels = (count + Width - 1) / Width;
        _values = new T[(long)Panels * Width * dimension];
        Pack(points);
    }

    /// <summary>Replaces the points by as many others.</summary>
    /// <param name="points">[Count, Dimension] row-major.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(ReadOnlySpan<T> points)
    {
        for (var panel = 0; panel < Panels; panel++)
        {
            var target = _values.AsSpan(panel * Width * Dimension, Width * Dimension);
            var columns = Math.Min(Width, Count - panel * Width);
            for (var c = 0; c < columns; c++)
            {
                var point = points.Slice((panel * Width + c) * Dimension, Dimension);
                for (var k = 0; k < point.Length; k++)
                    target[k * Width + c] = point[k];
            }
        }
    }

    /// <summary>Replaces the points by the columns of a matrix.</summary>
    /// <param name="values">[dimension, count], rows <paramref name="stride"/> apart.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="dimension">Rows: the points' coordinates.</param>
    /// <param name="count">Columns: the points.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PackColumns(ReadOnlySpan<T> values, int stride, int dimension, int count)
    {
        (Count, Dimension, Panels) = (count, dimension, (count + Width - 1) / Width);
        if (_values.Length < (long)Panels * Width * dimension)
            _values = new T[(long)Panels * Width * dimension];
        for (var panel = 0; panel < Panels; panel++)
        {
            var target = _values.AsSpan(panel * Width * dimension, Width * dimension);
            var columns = Math.Min(Width, count - panel * Width);
            if (columns == Width)
                CopyLines(values[(panel * Width)..], stride, dimension, target);
            else
                for (var k = 0; k < dimension; k++)
                {
                    var line = target.Slice(k * Width, Width);
                    values.Slice(k * stride + panel * Width, columns).CopyTo(line);
                    line[columns..].Clear();
                }
        }
    }

    // The first Width values of each row. Lines are too short for the library's copy.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyLines(ReadOnlySpan<T> values, int stride, int count, Span<T> target)
    {
        _ = values[(count - 1) * stride + Width - 1];
        var bytes = (nuint)(Width * Unsafe.SizeOf<T>());
        for (var k = 0; k < count; k++)
        {
            ref var from = ref Unsafe.As<T, byte>(ref Unsafe.Add(ref MemoryMarshal.GetReference(values), k * stride));
            ref var to = ref Unsafe.As<T, byte>(ref Unsafe.Add(ref MemoryMarshal.GetReference(target), k * Width));
            for (nuint at = 0; at < bytes; at += 32)
                Vector256.LoadUnsafe(ref from, at).StoreUnsafe(ref to, at);
        }
    }

    public int VectorBits { get; }

    /// <summary>Points per panel.</summary>
    public int Width { get; }

    public int Count { get; private set; }

    public int Dimension { get; private set; }

    public int Panels { get; private set; }

    /// <summary>
    /// Writes f(row, point) for every given row and every packed point.
    /// </summary>
    /// <param name="rows">[rowCount, dimension] row-major.</param>
    /// <param name="rowCount">How many rows.</param>
    /// <param name="output">[rowCount, Count] row-major.</param>
    /// <param name="firstPoint">Points before the panel of this one are left out, and their output as it is.</param>
    public void Evaluate<TTerm>(ReadOnlySpan<T> rows, int rowCount, Span<T> output, int firstPoint = 0)
        where TTerm : IPairTerm
    {
        if (rows.Length < (long)rowCount * Dimension || output.Length < (long)rowCount * Count)
            throw new ArgumentException("The buffers are smaller than rows × dimension and rows × count.");
        for (var r = 0; r < rowCount; r += MaxRows)
        {
            var height = Math.Min(MaxRows, rowCount - r);
            var x = rows.Slice(r * Dimension, height * Dimension);
            var to = output[(r * Count)..];
            if (VectorBits == 512)
                Strip<Vector512<T>, Simd512<T>, TTerm>(x, height, to, firstPoint / Width);
            else if (VectorBits == 256)
                Strip<Vector256<T>, Simd256<T>, TTerm>(x, height, to, firstPoint / Width);
            else
                Strip<Vector128<T>, Simd128<T>, TTerm>(x, height, to, firstPoint / Width);
        }
    }

    // All panels against up to MaxRows rows. The block of coordinates is the outer loop: one block of a panel (4 KB) and of the
    // rows then stay in the first-level cache, where whole panels would come from the second for every few rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Strip<TVector, TSimd, TTerm>(ReadOnlySpan<T> rows, int height, Span<T> output, int firstPanel)
        where TVector : struct
        where TSimd : ISimd<T, TVector>
        where TTerm : IPairTerm
    {
        Span<T> totals = stackalloc T[MaxRows * Width];
        ref var total = ref MemoryMarshal.GetReference(totals);
        ref var x = ref MemoryMarshal.GetReference(rows);
        for (var panel = firstPanel; panel < Panels; panel++)
        {
            totals.Clear();
            for (var start = 0; start < Dimension; start += BlockLength)
            {
                for (var r = 0; r < height; r += TileRows)
                    Tile<TVector, TSimd, TTerm>(ref Unsafe.Add(ref x, r * Dimension), Math.Min(TileRows, height - r),
                        panel, start, ref Unsafe.Add(ref total, r * Width));
            }
            var columns = Math.Min(Width, Count - panel * Width);
            for (var r = 0; r < height; r++)
            {
                var line = totals.Slice(r * Width, Width);
                var target = output.Slice(r * Count + panel * Width, columns);
                ref var first = ref MemoryMarshal.GetReference(line);
                ref var to = ref columns == Width ? ref MemoryMarshal.GetReference(target) : ref first;
                TSimd.Store(TTerm.Finish<T, TVector, TSimd>(TSimd.Load(ref first, 0)), ref to, 0);
                TSimd.Store(TTerm.Finish<T, TVector, TSimd>(TSimd.Load(ref first, (nuint)TSimd.Count)), ref to, (nuint)TSimd.Count);
                if (columns < Width)
                    line[..columns].CopyTo(target);
            }
        }
    }

    // Up to six rows against one block of one panel: twelve sums, as many as sixteen registers hold beside what is added to them. Compiled
    // at full strength at once, because a short solve ends before the JIT's tiers would get there. Missing rows repeat row 0: their results
    // are computed and not stored.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Tile<TVector, TSimd, TTerm>(ref T x0, int height, int panel, int start, ref T total)
        where TVector : struct
        where TSimd : ISimd<T, TVector>
        where TTerm : IPairTerm
    {
        var width = (nuint)Width;
        var half = (nuint)TSimd.Count;
        x0 = ref Unsafe.Add(ref x0, start);
        ref var x1 = ref Unsafe.Add(ref x0, height > 1 ? Dimension : 0);
        ref var x2 = ref Unsafe.Add(ref x0, height > 2 ? 2 * Dimension : 0);
        ref var x3 = ref Unsafe.Add(ref x0, height > 3 ? 3 * Dimension : 0);
        ref var x4 = ref Unsafe.Add(ref x0, height > 4 ? 4 * Dimension : 0);
        ref var x5 = ref Unsafe.Add(ref x0, height > 5 ? 5 * Dimension : 0);
        ref var y = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_values), ((nint)panel * Dimension + start) * Width);
        var length = Math.Min(BlockLength, Dimension - start);
        var zero = TSimd.Create(default);
        TVector a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero,
            d0 = zero, d1 = zero, e0 = zero, e1 = zero, f0 = zero, f1 = zero;
        for (nint k = 0; k < length; k++)
        {
            var y0 = TSimd.Load(ref y, 0);
            var y1 = TSimd.Load(ref y, half);
            y = ref Unsafe.Add(ref y, width);
            var x = TSimd.Create(Unsafe.Add(ref x0, k));
            a0 = TTerm.Accumulate<T, TVector, TSimd>(a0, x, y0);
            a1 = TTerm.Accumulate<T, TVector, TSimd>(a1, x, y1);
            x = TSimd.Create(Unsafe.Add(ref x1, k));
            b0 = TTerm.Accumulate<T, TVector, TSimd>(b0, x, y0);
            b1 = TTerm.Accumulate<T, TVector, TSimd>(b1, x, y1);
            x = TSimd.Create(Unsafe.Add(ref x2, k));
            c0 = TTerm.Accumulate<T, TVector, TSimd>(c0, x, y0);
            c1 = TTerm.Accumulate<T, TVector, TSimd>(c1, x, y1);
            x = TSimd.Create(Unsafe.Add(ref x3, k));
            d0 = TTerm.Accumulate<T, TVector, TSimd>(d0, x, y0);
            d1 = TTerm.Accumulate<T, TVector, TSimd>(d1, x, y1);
            x = TSimd.Create(Unsafe.Add(ref x4, k));
            e0 = TTerm.Accumulate<T, TVector, TSimd>(e0, x, y0);
            e1 = TTerm.Accumulate<T, TVector, TSimd>(e1, x, y1);
            x = TSimd.Create(Unsafe.Add(ref x5, k));
            f0 = TTerm.Accumulate<T, TVector, TSimd>(f0, x, y0);
            f1 = TTerm.Accumulate<T, TVector, TSimd>(f1, x, y1);
        }
        AddTo<TVector, TSimd>(ref total, 0, a0, a1);
        if (height > 1)
            AddTo<TVector, TSimd>(ref total, width, b0, b1);
        if (height > 2)
            AddTo<TVector, TSimd>(ref total, 2 * width, c0, c1);
        if (height > 3)
            AddTo<TVector, TSimd>(ref total, 3 * width, d0, d1);
        if (height > 4)
            AddTo<TVector, TSimd>(ref total, 4 * width, e0, e1);
        if (height > 5)
            AddTo<TVector, TSimd>(ref total, 5 * width, f0, f1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo<TVector, TSimd>(ref T total, nuint at, TVector first, TVector second)
        where TVector : struct
        where TSimd : ISimd<T, TVector>
    {
        var half = (nuint)TSimd.Count;
        TSimd.Store(TSimd.Add(TSimd.Load(ref total, at), first), ref total, at);
        TSimd.Store(TSimd.Add(TSimd.Load(ref total, at + half), second), ref total, at + half);
    }
}
