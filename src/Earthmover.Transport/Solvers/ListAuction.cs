using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

/// <summary>
/// The search of <see cref="ListAuctionSolver"/>: Bertsekas' forward auction with ε-scaling on candidate lists.
/// </summary>
/// <remarks>
/// Prices only rise. So a list of a row's cheapest columns together with a lower bound of everything that is not listed
/// stays valid for ever, and a bid reads the list instead of the row; the row is read again only when the list cannot decide.
/// Lists are cut into blocks of 16 in ascending order of value at the time of reading; each block keeps a lower bound of its
/// values, and a bid looks only into blocks whose bound is below the second best found so far.
/// </remarks>
internal sealed partial class ListAuction
{
    // Rounding of c + p in float32, relative to the largest operand: two roundings with a margin.
    private const double SumError = 1.3e-7;

    private const int SmallestList = 16;
    private const int BlockLength = 16;
    private const int LargestList = 256;

    private readonly CostRows _rows;
    private readonly int _n;
    private readonly double[] _price;
    private readonly float[] _price32;
    private readonly Candidate[][] _lists;
    private readonly float[][] _floors;
    private readonly int[] _listLength;
    private readonly double[] _bound;
    private readonly int[] _wanted;
    private readonly float[] _width;
    private readonly int[] _bidsOnList;
    private readonly int[] _rowToColumn;
    private readonly int[] _columnToRow;
    private readonly int[] _places;
    private readonly float[] _sample;
    private readonly long _maxWork;
    private readonly CancellationToken _cancellation;
    private readonly bool _cheapCosts;
    private readonly int _exactWork;
    private readonly double _filterError;
    private readonly double _slope;
    private readonly double _offset;
    private readonly float _lower;
    private bool _exact;
    private double _largestPrice;

    /// <summary>Prepares a search among at least two rows.</summary>
    public ListAuction(CostRows rows, long maxWork, double[]? warmPrices, CancellationToken cancellation)
    {
        _rows = rows;
        _n = rows.Geometry.Rows;
        _maxWork = maxWork;
        _cancellation = cancellation;
        _cheapCosts = rows.Geometry is MatrixGeometry or PointCloudGeometry { X.Dimension: <= 16 };
        // A float64 cost reads all coordinates of two points.
        _exactWork = rows.Geometry is PointCloudGeometry points ? 1 + points.X.Dimension / 8 : 1;
        _price = new double[_n];
        _price32 = new float[_n];
        _lists = new Candidate[_n][];
        _floors = new float[_n][];
        _listLength = new int[_n];
        _bound = new double[_n];
        _wanted = new int[_n];
        _width = new float[_n];
        _bidsOnList = new int[_n];
        _rowToColumn = new int[_n];
        _columnToRow = new int[_n];
        _places = new int[Math.Min(_n, 2 * LargestList)];
        _sample = new float[_n / SampleStride(_n) + 1];
        Array.Fill(_lists, []);
        Array.Fill(_floors, []);
        Array.Fill(_bound, double.NegativeInfinity);
        Array.Fill(_wanted, Math.Clamp(_n / 60, 32, 128));
        Array.Fill(_width, float.NaN);
        LargestCost = ReduceColumns();
        warmPrices?.CopyTo(_price, 0);
        _filterError = rows.Geometry.FilterError(LargestCost);
        (_slope, _offset) = rows.ErrorLine(LargestCost);
        _lower = (float)(1 - _slope);
        for (var j = 0; j < _n; j++)
        {
            _price32[j] = (float)_price[j];
            _largestPrice = Math.Max(_largestPrice, Math.Abs(_price[j]));
        }
        Spread = MeasureSpread();
    }

    /// <summary>Mean range of c + p over a sample of rows: the scale of ε.</summary>
    public double Spread { get; }

    /// <summary>Largest absolute cost.</summary>
    public double LargestCost { get; }

    /// <summary>Cost entries read so far.</summary>
    public long Entries { get; private set; }

    /// <summary>Bids made so far.</summary>
    public long Bids { get; private set; }

    /// <summary>Rows read so far to fill a list.</summary>
    public long Reads { get; private set; }

    /// <summary>Column of each row, [n].</summary>
    public int[] Assignment => _rowToColumn;

    /// <summary>Prices of the columns, [n]; the potentials g are their negatives.</summary>
    public double[] Prices => _price;

    /// <summary>The counters in words.</summary>
    public string Summary => $"{Bids} bids, {Entries} entries, {Reads} row reads, {Raises} raises "
        + $"and {Rotations} rotations in {FinishSeconds * 1e3:F1} ms of finish";

    /// <summary>Runs one phase: every row bids until all are assigned, each within ε of its best.</summary>
    /// <param name="epsilon">In units of the cost, positive.</param>
    /// <returns>False when the work limit was reached.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool RunPhase(double epsilon)
    {
        Array.Fill(_rowToColumn, -1);
        Array.Fill(_columnToRow, -1);
        // While ε dwarfs the filter's error the float32 costs are good enough; below, only the true ones converge.
        _exact = _cheapCosts || epsilon < 4 * _filterError;
        // First in, first out: other orders are sometimes faster and sometimes catastrophic.
        var queue = new int[_n + 1];
        for (var i = 0; i < _n; i++)
            queue[i] = i;
        var (head, tail) = (0, _n);
        while (head != tail)
        {
            var i = queue[head];
            head = head == _n ? 0 : head + 1;
            Bids++;
            var (best, second, column) = FindBest(i);
            if ((Bids & 1023) == 0)
            {
                _cancellation.ThrowIfCancellationRequested();
                if (Entries > _maxWork)
                    return false;
            }
            Raise(column, _price[column] + (second - best) + epsilon);
            var evicted = _columnToRow[column];
            _columnToRow[column] = i;
            _rowToColumn[i] = column;
            if (evicted >= 0)
            {
                _rowToColumn[evicted] = -1;
                queue[tail] = evicted;
                tail = tail == _n ? 0 : tail + 1;
            }
        }
        return true;
    }

    private void Raise(int column, double price)
    {
        _price[column] = price;
        _price32[column] = (float)price;
        _largestPrice = Math.Max(_largestPrice, Math.Abs(price));
    }

    // The best and second best value of c + p over all columns of row i.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Best, double Second, int Column) FindBest(int i)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (best, second, column) = _exact ? ScanExactly(i) : Scan(i);
            // After two fruitless reads the rest of the row ties with the second best up to float32 rounding; the finish
            // works on exact costs and repairs what that may have cost.
            if (second <= _bound[i] || attempt == 2)
            {
                _bidsOnList[i]++;
                return (best, second, column);
            }
            if (attempt > 0)
                ForgetWidth(i);
            ReadRow(i, second);
        }
    }

    // Visits the blocks that can hold one of the two best, the most promising first, and tightens their bounds on the way.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Best, double Second, int Column) Scan(int i)
    {
        var best = double.PositiveInfinity;
        var second = double.PositiveInfinity;
        var code = 0;
        var prices = _price;
        var list = _lists[i].AsSpan(0, _listLength[i]);
        var floors = _floors[i].AsSpan(0, (list.Length + BlockLength - 1) / BlockLength);
        var (slope, error) = (_slope, (float)_offset);
        var start = LowestBlock(floors);
        var visited = 0;
        for (var t = floors.Length == 0 ? 0 : -1; t < floors.Length; t++)
        {
            var block = t < 0 ? start : t;
            if (t >= 0 && (floors[block] > second || block == start))
                continue;
            var low = double.PositiveInfinity;
            var from = block * BlockLength;
            foreach (ref readonly var entry in list.Slice(from, Math.Min(BlockLength, list.Length - from)))
            {
                var value = entry.Cost + prices[entry.Column];
                low = double.MinNative(low, value - slope * entry.Cost);
                if (value >= second)
                    continue;
                if (value < best)
                {
                    second = best;
                    best = value;
                    code = entry.Code;
                }
                else
                {
                    second = value;
                }
            }
            visited++;
            floors[block] = MathF.BitDecrement((float)low) - error;
        }
        Entries += visited * BlockLength;
        return (best, second, code < 0 ? ~code : code);
    }

    // The same on float64 costs, which are computed for those entries only that can be one of the two best.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Best, double Second, int Column) ScanExactly(int i)
    {
        var best = double.PositiveInfinity;
        var second = double.PositiveInfinity;
        var column = -1;
        var prices = _price;
        var list = _lists[i].AsSpan(0, _listLength[i]);
        var floors = _floors[i].AsSpan(0, (list.Length + BlockLength - 1) / BlockLength);
        var start = LowestBlock(floors);
        var visited = 0;
        for (var t = floors.Length == 0 ? 0 : -1; t < floors.Length; t++)
        {
            var block = t < 0 ? start : t;
            if (t >= 0 && (floors[block] > second || block == start))
                continue;
            var low = double.PositiveInfinity;
            var from = block * BlockLength;
            foreach (ref var entry in list.Slice(from, Math.Min(BlockLength, list.Length - from)))
            {
                var value = entry.Cost + prices[entry.Column];
                if (!entry.Exact)
                {
                    value -= _rows.Geometry.FilterError(entry.Cost);
                    if (value < second)
                    {
                        MakeExact(i, ref entry);
                        value = entry.Cost + prices[entry.Column];
                    }
                }
                low = double.MinNative(low, value);
                if (value >= second)
                    continue;
                if (value < best)
                    (best, second, column) = (value, best, entry.Column);
                else
                    second = value;
            }
            visited++;
            floors[block] = MathF.BitDecrement((float)low);
        }
        Entries += visited * BlockLength;
        return (best, second, column);
    }

    private static int LowestBlock(ReadOnlySpan<float> floors)
    {
        var start = 0;
        for (var b = 1; b < floors.Length; b++)
        {
            if (floors[b] < floors[start])
                start = b;
        }
        return start;
    }

    private void MakeExact(int i, ref Candidate entry)
    {
        Entries += _exactWork;
        entry.Code = ~entry.Code;
        entry.Cost = _rows.Geometry.Cost(i, entry.Code);
    }

    private struct Candidate
    {
        /// <summary>The float32 cost of the row, or the float64 cost once <see cref="Exact"/>.</summary>
        public double Cost;

        /// <summary>The column; its complement while Cost is float32.</summary>
        public int Code;

        public readonly int Column => Code ^ (Code >> 31);

        public readonly bool Exact => Code >= 0;
    }
}
