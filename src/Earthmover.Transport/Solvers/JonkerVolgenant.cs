using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Earthmover.Transport;

/// <summary>
/// The dense linear assignment algorithm of Jonker and Volgenant (Computing 38, 1987) in float64: column reduction,
/// reduction transfer, two sweeps of augmenting row reduction, then shortest augmenting paths by Dijkstra's method with
/// one fused pass (relax and find the minimum) per scanned row. O(n³) worst case, n² doubles of memory.
/// </summary>
/// <remarks>Owns its buffers, so that a training loop can solve one batch after another without allocating.</remarks>
internal sealed class JonkerVolgenant
{
    private double[] _distance = [];
    private double[] _closed = [];
    private double[] _predecessor = [];
    private int[] _scanned = [];
    private int[] _free = [];
    private int[] _matches = [];

    /// <summary>Column of each row after a solve, [n].</summary>
    public int[] RowToColumn { get; private set; } = [];

    /// <summary>Row of each column after a solve, [n].</summary>
    public int[] ColumnToRow { get; private set; } = [];

    /// <summary>Potentials of the columns after a solve, [n].</summary>
    public double[] V { get; private set; } = [];

    /// <summary>Cost entries read by the last solve.</summary>
    public long Entries { get; private set; }

    /// <summary>Finds the assignment of least total cost.</summary>
    /// <param name="costs">[n, n] row-major, finite.</param>
    /// <param name="n">At least 1.</param>
    /// <param name="cancellation">Checked once per augmenting path.</param>
    public void Solve(double[] costs, int n, CancellationToken cancellation = default)
    {
        Reserve(n);
        Entries = 2L * n * n;
        if (Vector512.IsHardwareAccelerated)
            Solve<Vector512<double>, Simd512<double>>(costs, n, cancellation);
        else if (Vector256.IsHardwareAccelerated)
            Solve<Vector256<double>, Simd256<double>>(costs, n, cancellation);
        else
            Solve<Vector128<double>, Simd128<double>>(costs, n, cancellation);
    }

    internal void Solve<TVector, TSimd>(double[] costs, int n, CancellationToken cancellation)
        where TVector : struct
        where TSimd : ISimd<double, TVector>
    {
        var free = ReduceColumns(costs, n);
        for (var sweep = 0; sweep < 2 && free > 0; sweep++)
            free = ReduceRows<TVector, TSimd>(costs, n, free);
        for (var k = 0; k < free; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            Augment<TVector, TSimd>(costs, n, _free[k]);
        }
    }

    private void Reserve(int n)
    {
        if (V.Length == n)
            return;
        V = new double[n];
        RowToColumn = new int[n];
        ColumnToRow = new int[n];
        _distance = new double[n];
        _closed = new double[n];
        _predecessor = new double[n];
        _scanned = new int[n];
        _free = new int[n];
        _matches = new int[n];
    }

    // Column minima, a first matching, and the transfer of slack from rows matched once. Returns the number of free rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ReduceColumns(double[] costs, int n)
    {
        var best = _predecessor;
        costs.AsSpan(0, n).CopyTo(V);
        Array.Clear(best);
        for (var i = 1; i < n; i++)
        {
            var row = costs.AsSpan(i * n, n);
            for (var j = 0; j < row.Length; j++)
            {
                if (row[j] < V[j])
                {
                    V[j] = row[j];
                    best[j] = i;
                }
            }
        }
        Array.Fill(RowToColumn, -1);
        Array.Fill(ColumnToRow, -1);
        Array.Clear(_matches);
        for (var j = n - 1; j >= 0; j--)
        {
            var i = (int)best[j];
            if (++_matches[i] == 1)
            {
                RowToColumn[i] = j;
                ColumnToRow[j] = i;
            }
        }
        var free = 0;
        for (var i = 0; i < n; i++)
        {
            if (_matches[i] == 0)
            {
                _free[free++] = i;
            }
            else if (_matches[i] == 1 && n > 1)
            {
                var own = RowToColumn[i];
                var row = costs.AsSpan(i * n, n);
                var second = double.PositiveInfinity;
                for (var j = 0; j < row.Length; j++)
                {
                    if (j != own)
                        second = double.MinNative(second, row[j] - V[j]);
                }
                V[own] -= second;
            }
        }
        return free;
    }

    // One sweep: each free row takes its best column and lowers it to the second best; the evicted row goes on at once
    // if the price really fell (else rounding could make two rows evict one another for ever) and waits otherwise.
    private int ReduceRows<TVector, TSimd>(double[] costs, int n, int free)
        where TVector : struct
        where TSimd : ISimd<double, TVector>
    {
        var waiting = 0;
        var k = 0;
        var budget = 8L * n + free;
        while (k < free)
        {
            var i = _free[k++];
            var (best, column, second, secondColumn) = TwoBest<TVector, TSimd>(costs, n, i);
            Entries += n;
            var owner = ColumnToRow[column];
            var lowered = V[column] - (second - best);
            var falls = lowered < V[column] && !double.IsInfinity(second);
            if (falls)
            {
                V[column] = lowered;
            }
            else if (owner >= 0 && secondColumn >= 0)
            {
                column = secondColumn;
                owner = ColumnToRow[column];
            }
            RowToColumn[i] = column;
            ColumnToRow[column] = i;
            if (owner < 0)
                continue;
            RowToColumn[owner] = -1;
            if (falls && --budget > 0)
                _free[--k] = owner;
            else
                _free[waiting++] = owner;
        }
        return waiting;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Best, int At, double Second, int SecondAt) TwoBest<TVector, TSimd>(double[] costs, int n, int i)
        where TVector : struct
        where TSimd : ISimd<double, TVector>
    {
        ref var c = ref costs[i * n];
        ref var v = ref MemoryMarshal.GetArrayDataReference(V);
        var lanes = TSimd.Count;
        var (best, second) = (double.PositiveInfinity, double.PositiveInfinity);
        var (at, secondAt) = (-1, -1);
        var j = 0;
        if (n >= lanes)
        {
            var infinite = TSimd.Create(double.PositiveInfinity);
            var (b1, b2) = (infinite, infinite);
            var none = TSimd.Create(-1);
            var (i1, i2) = (none, none);
            var index = TSimd.Iota();
            var step = TSimd.Create(lanes);
            for (; j + lanes <= n; j += lanes)
            {
                var h = TSimd.Subtract(TSimd.Load(ref c, (nuint)j), TSimd.Load(ref v, (nuint)j));
                var first = TSimd.LessThan(h, b1);
                var next = TSimd.LessThan(h, b2);
                i2 = TSimd.Select(first, i1, TSimd.Select(next, index, i2));
                b2 = TSimd.Select(first, b1, TSimd.Min(b2, h));
                i1 = TSimd.Select(first, index, i1);
                b1 = TSimd.Min(b1, h);
                index = TSimd.Add(index, step);
            }
            Span<double> lane = stackalloc double[4 * lanes];
            ref var store = ref MemoryMarshal.GetReference(lane);
            TSimd.Store(b1, ref store, 0);
            TSimd.Store(b2, ref store, (nuint)lanes);
            TSimd.Store(i1, ref store, (nuint)(2 * lanes));
            TSimd.Store(i2, ref store, (nuint)(3 * lanes));
            for (var l = 0; l < 2 * lanes; l++)
                Consider(lane[l], (int)lane[2 * lanes + l], ref best, ref at, ref second, ref secondAt);
        }
        for (; j < n; j++)
            Consider(costs[i * n + j] - V[j], j, ref best, ref at, ref second, ref secondAt);
        return (best, at, second, secondAt);
    }

    private static void Consider(double value, int place, ref double best, ref int at, ref double second, ref int secondAt)
    {
        if (value < best)
        {
            (second, secondAt) = (best, at);
            (best, at) = (value, place);
        }
        else if (value < second)
        {
            (second, secondAt) = (value, place);
        }
    }

    private void Augment<TVector, TSimd>(double[] costs, int n, int start)
        where TVector : struct
        where TSimd : ISimd<double, TVector>
    {
        Array.Fill(_distance, double.PositiveInfinity, 0, n);
        Array.Clear(_closed, 0, n);
        var scanned = 0;
        var row = start;
        double reached = 0;
        var offset = 0.0;
        int column;
        while (true)
        {
            // reduced cost of (row, j) = c − v − offset, where offset makes the tree's last edge tight
            (var least, column) = Relax<TVector, TSimd>(costs, n, row, offset);
            Entries += n;
            reached = least;
            if (ColumnToRow[column] < 0)
                break;
            _closed[column] = double.PositiveInfinity;
            _scanned[scanned++] = column;
            row = ColumnToRow[column];
            offset = costs[row * n + column] - V[column] - reached;
        }
        for (var k = 0; k < scanned; k++)
        {
            var j = _scanned[k];
            V[j] += _distance[j] - reached;
        }
        int i;
        do
        {
            i = (int)_predecessor[column];
            ColumnToRow[column] = i;
            (column, RowToColumn[i]) = (RowToColumn[i], column);
        }
        while (i != start);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Least, int Column) Relax<TVector, TSimd>(double[] costs, int n, int row, double offset)
        where TVector : struct
        where TSimd : ISimd<double, TVector>
    {
        ref var c = ref costs[row * n];
        ref var v = ref MemoryMarshal.GetArrayDataReference(V);
        ref var distance = ref MemoryMarshal.GetArrayDataReference(_distance);
        ref var closed = ref MemoryMarshal.GetArrayDataReference(_closed);
        ref var predecessor = ref MemoryMarshal.GetArrayDataReference(_predecessor);
        var lanes = TSimd.Count;
        var least = double.PositiveInfinity;
        var column = -1;
        var j = 0;
        if (n >= lanes)
        {
            var best = TSimd.Create(double.PositiveInfinity);
            var at = TSimd.Create(-1);
            var index = TSimd.Iota();
            var step = TSimd.Create(lanes);
            var minus = TSimd.Create(offset);
            var from = TSimd.Create(row);
            for (; j + lanes <= n; j += lanes)
            {
                var o = (nuint)j;
                var shut = TSimd.Load(ref closed, o);
                var old = TSimd.Load(ref distance, o);
                // +∞ on closed columns: they are neither relaxed (rounding could otherwise break the tree) nor found.
                var reduced = TSimd.Add(TSimd.Subtract(TSimd.Subtract(TSimd.Load(ref c, o), TSimd.Load(ref v, o)), minus), shut);
                var better = TSimd.LessThan(reduced, old);
                var now = TSimd.Select(better, reduced, old);
                TSimd.Store(now, ref distance, o);
                TSimd.Store(TSimd.Select(better, from, TSimd.Load(ref predecessor, o)), ref predecessor, o);
                var open = TSimd.Add(now, shut);
                at = TSimd.Select(TSimd.LessThan(open, best), index, at);
                best = TSimd.Min(best, open);
                index = TSimd.Add(index, step);
            }
            Span<double> lane = stackalloc double[2 * lanes];
            ref var store = ref MemoryMarshal.GetReference(lane);
            TSimd.Store(best, ref store, 0);
            TSimd.Store(at, ref store, (nuint)lanes);
            for (var l = 0; l < lanes; l++)
            {
                if (lane[l] < least)
                    (least, column) = (lane[l], (int)lane[lanes + l]);
            }
        }
        for (; j < n; j++)
        {
            var reduced = costs[row * n + j] - V[j] - offset + _closed[j];
            if (reduced < _distance[j])
                (_distance[j], _predecessor[j]) = (reduced, row);
            var open = _distance[j] + _closed[j];
            if (open < least)
                (least, column) = (open, j);
        }
        return (least, column);
    }
}
