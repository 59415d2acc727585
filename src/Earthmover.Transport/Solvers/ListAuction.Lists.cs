using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

// How the candidate lists are read, and what the search starts from.
internal sealed partial class ListAuction
{
    private const int Bins = 64;

    private readonly int[] _binStart = new int[Bins + 1];
    private readonly byte[] _bin = new byte[2 * LargestList];
    private readonly float[] _values = new float[2 * LargestList];

    private static int SampleStride(int n) => n < 256 ? 1 : n < 4096 ? 4 : 16;

    private void ForgetWidth(int i) => _width[i] = float.NaN;

    // Fills row i's list with all columns below a threshold that aims at the wanted length, and sets the bound of the rest.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadRow(int i, double second)
    {
        // A list that lasted only a few bids was too short for the way prices move here.
        if (_listLength[i] > 0 && _bidsOnList[i] < 4)
            _wanted[i] = Math.Min(2 * _wanted[i], Math.Min(LargestList, _n));
        _bidsOnList[i] = 0;
        Reads++;
        var row = _rows.Row(i);
        var wanted = Math.Min(_wanted[i], _n);
        var capacity = Math.Min(2 * wanted, _places.Length);
        var threshold = float.IsNaN(_width[i]) || double.IsPositiveInfinity(second)
            ? SampledThreshold(row, wanted)
            : (float)second + _width[i];
        var places = _places.AsSpan(0, capacity);
        var found = 0;
        for (var attempt = 0; attempt < 4; attempt++)
        {
            found = RowScan.Collect(row, _price32, threshold, places, _lower);
            Entries += _n;
            if (found <= capacity && found >= Math.Min(wanted, SmallestList) / 2 && found >= Math.Min(2, _n))
            {
                Store(i, row, places[..found], threshold, wanted);
                return;
            }
            if (attempt < 3)
            {
                var wish = found > capacity ? Math.Max(SmallestList / 2, wanted / (2 << attempt)) : wanted * (2 << attempt);
                threshold = SampledThreshold(row, wish);
            }
        }
        StoreSelected(i, row, wanted);
    }

    // How far the lowered float32 value of a column at the threshold can be above the true one.
    private double Slack(double threshold)
    {
        var size = Math.Abs(threshold) + _largestPrice;
        return SumError * size + _offset;
    }

    // Ties or a hard distribution: take exactly the wanted number by selection over the whole row.
    private void StoreSelected(int i, ReadOnlySpan<float> row, int wanted)
    {
        var values = new float[_n];
        var order = new int[_n];
        for (var j = 0; j < _n; j++)
        {
            values[j] = _lower * row[j] + _price32[j];
            order[j] = j;
        }
        Entries += 4L * _n;
        Array.Sort(values, order);
        var threshold = wanted == _n ? float.PositiveInfinity : values[wanted];
        Store(i, row, order.AsSpan(0, wanted), threshold, wanted);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Store(int i, ReadOnlySpan<float> row, ReadOnlySpan<int> places, float threshold, int wanted)
    {
        var list = _lists[i];
        if (list.Length < places.Length)
            list = _lists[i] = new Candidate[Math.Max(places.Length, Math.Min(_n, wanted + wanted / 4))];
        // What float32 can hide beyond the lowered costs.
        var slack = (float)Slack(threshold);
        var (least, most) = (float.PositiveInfinity, float.NegativeInfinity);
        var values = _values.AsSpan(0, places.Length);
        for (var k = 0; k < places.Length; k++)
        {
            var value = _lower * row[places[k]] + _price32[places[k]];
            values[k] = value;
            least = float.MinNative(least, value);
            most = float.MaxNative(most, value);
        }
        // Counting sort into 64 bins: enough order for the early exit of a bid, and far cheaper than a full sort.
        var step = (most - least) / Bins;
        var inverse = step > 0 ? 1 / step : 0;
        var starts = _binStart;
        Array.Clear(starts);
        var bins = _bin.AsSpan(0, places.Length);
        for (var k = 0; k < bins.Length; k++)
        {
            var bin = (byte)Math.Clamp((int)((values[k] - least) * inverse), 0, Bins - 1);
            bins[k] = bin;
            starts[bin + 1]++;
        }
        for (var b = 0; b < Bins; b++)
            starts[b + 1] += starts[b];
        var floors = EmptyFloors(i, places.Length);
        for (var k = 0; k < bins.Length; k++)
        {
            var j = places[k];
            var at = starts[bins[k]]++;
            list[at] = new Candidate
            {
                Code = _cheapCosts ? j : ~j,
                Cost = _cheapCosts ? _rows.Geometry.Cost(i, j) : row[j],
            };
            ref var floor = ref floors[at / BlockLength];
            floor = float.MinNative(floor, values[k] - slack);
        }
        _listLength[i] = places.Length;
        _bound[i] = places.Length == _n ? double.PositiveInfinity : threshold - slack;
        // The width beyond the second best that gave this length, scaled towards the wanted length.
        var second = SecondBest(list.AsSpan(0, Math.Min(places.Length, 2 * BlockLength)));
        var width = threshold - (float)second;
        _width[i] = float.IsFinite(width) && width > 0 ? width * Math.Clamp((float)wanted / places.Length, 0.5f, 2f) : float.NaN;
    }

    private Span<float> EmptyFloors(int i, int length)
    {
        var blocks = (length + BlockLength - 1) / BlockLength;
        if (_floors[i].Length < blocks)
            _floors[i] = new float[(_lists[i].Length + BlockLength - 1) / BlockLength];
        var floors = _floors[i].AsSpan(0, blocks);
        floors.Fill(float.PositiveInfinity);
        return floors;
    }

    // The two best lie in the first blocks of a fresh list.
    private double SecondBest(ReadOnlySpan<Candidate> list)
    {
        var (best, second) = (double.PositiveInfinity, double.PositiveInfinity);
        foreach (ref readonly var entry in list)
        {
            var value = entry.Cost + _price[entry.Column];
            if (value < best)
                (best, second) = (value, best);
            else if (value < second)
                second = value;
        }
        return second;
    }

    // The value below which about `wanted` entries of the row lie, estimated from every 16th entry.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float SampledThreshold(ReadOnlySpan<float> row, int wanted)
    {
        var stride = SampleStride(_n);
        var count = 0;
        for (var j = (int)(Reads % stride); j < _n; j += stride)
            _sample[count++] = row[j] + _price32[j];
        var rank = Math.Clamp(wanted / stride, 1, count - 1);
        return count < 2 ? float.PositiveInfinity : Selection.Smallest(_sample.AsSpan(0, count), rank);
    }

    // Prices start at minus the column minima. Returns the largest absolute cost.
    private double ReduceColumns()
    {
        var least = new float[_n];
        var most = float.NegativeInfinity;
        Array.Fill(least, float.PositiveInfinity);
        for (var i = 0; i < _n; i++)
            most = Math.Max(most, RowScan.TakeMinimum(least, _rows.Row(i)));
        double largest = Math.Abs(most);
        for (var j = 0; j < _n; j++)
        {
            _price[j] = -least[j];
            largest = Math.Max(largest, Math.Abs(least[j]));
        }
        return largest;
    }

    private double MeasureSpread()
    {
        var samples = Math.Min(_n, 64);
        double sum = 0;
        for (var s = 0; s < samples; s++)
        {
            var row = _rows.Row((int)((long)s * _n / samples));
            var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
            for (var j = 0; j < _n; j++)
            {
                var value = row[j] + _price32[j];
                low = float.MinNative(low, value);
                high = float.MaxNative(high, value);
            }
            sum += high - low;
        }
        return sum / samples;
    }
}
