using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

// From ε-optimal to optimal for the true float64 costs.
internal sealed partial class ListAuction
{
    private double[] _ownCost = [];
    private int[] _raisedBy = [];

    /// <summary>Prices raised by the finish so far.</summary>
    public long Raises { get; private set; }

    /// <summary>Wall seconds spent in the finish so far.</summary>
    public double FinishSeconds { get; private set; }

    /// <summary>Cheaper assignments found by the finish so far.</summary>
    public long Rotations { get; private set; }

    /// <summary>
    /// Label correcting: while some row likes another column better than its own, that column's price rises until the two
    /// are equal. If the chain of raises closes, going round it is a cheaper assignment, and it is taken. At the end every
    /// row's own column is its best: the assignment is optimal and the prices prove it.
    /// </summary>
    /// <param name="tolerance">Differences below this are equal.</param>
    /// <param name="raiseLimit">Raises after which to give up.</param>
    /// <returns>False when given up; the assignment is still complete.</returns>
    public bool Finish(double tolerance, long raiseLimit)
    {
        var clock = Stopwatch.StartNew();
        var done = Correct(tolerance, raiseLimit);
        FinishSeconds += clock.Elapsed.TotalSeconds;
        return done;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Correct(double tolerance, long raiseLimit)
    {
        var geometry = _rows.Geometry;
        _ownCost = new double[_n];
        _raisedBy = new int[_n];
        Array.Fill(_raisedBy, -1);
        var queue = new Queue<int>(_n);
        var queued = new bool[_n];
        for (var i = 0; i < _n; i++)
        {
            _ownCost[i] = geometry.Cost(i, _rowToColumn[i]);
            queue.Enqueue(i);
            queued[i] = true;
        }
        long raises = 0;
        while (queue.TryDequeue(out var i))
        {
            queued[i] = false;
            if ((Raises & 1023) == 0)
                _cancellation.ThrowIfCancellationRequested();
            if (raises > raiseLimit || Entries > _maxWork)
                return false;
            raises += RaiseRivals(i, tolerance, queue, queued);
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int RaiseRivals(int i, double tolerance, Queue<int> queue, bool[] queued)
    {
        var geometry = _rows.Geometry;
        var own = _ownCost[i] + _price[_rowToColumn[i]];
        if (own > _bound[i])
        {
            ReadRow(i, own + Slack(own));
            if (own > _bound[i])
                StoreAll(i, own);
        }
        var raises = 0;
        var list = _lists[i].AsSpan(0, _listLength[i]);
        var floors = _floors[i];
        for (var k = 0; k < list.Length; k++)
        {
            if (k % BlockLength == 0)
            {
                if (floors[k / BlockLength] > own)
                {
                    k += BlockLength - 1;
                    continue;
                }
                Entries += BlockLength;
            }
            ref var entry = ref list[k];
            var column = entry.Column;
            if (!entry.Exact)
            {
                if (entry.Cost + _price[column] - geometry.FilterError(entry.Cost) >= own - tolerance)
                    continue;
                MakeExact(i, ref entry);
            }
            var rival = entry.Cost + _price[column];
            if (rival >= own - tolerance || column == _rowToColumn[i])
                continue;
            raises++;
            Raises++;
            var mine = _rowToColumn[i];
            if (IsRaisedBy(mine, column))
            {
                Rotate(mine, column, queue, queued);
                return raises;
            }
            Raise(column, _price[column] + (own - rival));
            _raisedBy[column] = mine;
            Enqueue(_columnToRow[column], queue, queued);
        }
        return raises;
    }

    // Takes every column that can matter below `limit`, whatever the length of the list.
    private void StoreAll(int i, double limit)
    {
        var row = _rows.Row(i);
        var threshold = (float)(limit + 4 * Slack(limit));
        var places = new int[_n];
        var found = RowScan.Collect(row, _price32, threshold, places, _lower);
        Entries += _n;
        var list = new Candidate[found];
        for (var k = 0; k < found; k++)
            list[k] = new Candidate { Code = ~places[k], Cost = row[places[k]] };
        _lists[i] = list;
        _floors[i] = new float[(found + BlockLength - 1) / BlockLength];
        Array.Fill(_floors[i], float.NegativeInfinity);
        _listLength[i] = found;
        _bound[i] = threshold - Slack(threshold);
    }

    private bool IsRaisedBy(int column, int ancestor)
    {
        for (var c = column; c >= 0; c = _raisedBy[c])
        {
            if (c == ancestor)
                return true;
        }
        return false;
    }

    // The owner of each column on the chain moves to the column that it raised; the last owner takes the first column.
    private void Rotate(int last, int first, Queue<int> queue, bool[] queued)
    {
        Rotations++;
        var firstOwner = _columnToRow[first];
        var moving = _columnToRow[last];
        var target = first;
        var column = last;
        while (true)
        {
            var before = _raisedBy[column];
            _rowToColumn[moving] = target;
            _columnToRow[target] = moving;
            _ownCost[moving] = _rows.Geometry.Cost(moving, target);
            _raisedBy[column] = -1;
            Enqueue(moving, queue, queued);
            if (column == first)
                break;
            target = column;
            column = before;
            moving = column == first ? firstOwner : _columnToRow[column];
        }
    }

    private static void Enqueue(int row, Queue<int> queue, bool[] queued)
    {
        if (queued[row])
            return;
        queued[row] = true;
        queue.Enqueue(row);
    }
}
