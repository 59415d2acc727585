namespace Earthmover.Metrics.Tables;

/// <summary>A node of a tree: a leaf with probabilities, or a question whose answer yes leads to <see cref="Yes"/>.</summary>
/// <param name="Column">Column that is asked for; −1 in a leaf.</param>
/// <param name="Slot">Slot that is asked for; −1 for a number, which is asked whether it is at most <see cref="Threshold"/>.</param>
/// <param name="Threshold">The threshold.</param>
/// <param name="Yes">Node for yes; in a leaf the place of its probabilities.</param>
/// <param name="No">Node for no.</param>
internal readonly record struct TreeNode(int Column, int Slot, double Threshold, int Yes, int No);

/// <summary>A tree of a forest.</summary>
/// <param name="nodes">Nodes, the root first.</param>
/// <param name="leaves">Probabilities of all leaves, one after another.</param>
internal sealed class ForestTree(TreeNode[] nodes, double[] leaves)
{
    /// <summary>Adds the probabilities of the leaf that a row comes to.</summary>
    public void Add(DesignRows rows, int row, Span<double> sums)
    {
        var node = nodes[0];
        while (node.Column >= 0)
        {
            var column = rows.Columns[node.Column];
            var yes = node.Slot < 0 ? column.Numbers![row] <= node.Threshold : column.Slots![row] == node.Slot;
            node = nodes[yes ? node.Yes : node.No];
        }
        for (var k = 0; k < sums.Length; k++)
            sums[k] += leaves[node.Yes + k];
    }
}

/// <summary>Grows one tree.</summary>
/// <param name="features">Features.</param>
/// <param name="labels">Classes [N].</param>
/// <param name="classes">Number of classes.</param>
/// <param name="fewest">Rows in a leaf at least; a row that the bootstrap drew twice counts once, as in scikit-learn.</param>
/// <param name="random">Where randomness comes from.</param>
internal sealed class TreeGrower(ForestFeatures features, int[] labels, int classes, int fewest, SeededRandom random)
{
    // Counting beats sorting where there are not many more distinct numbers than rows.
    private const int RanksPerRow = 4;

    private readonly int[] _weights = new int[features.Count];
    private readonly (int Column, int Slot)[] _order = [.. features.All];
    private readonly int _visits = Math.Max(1, (int)Math.Sqrt(features.All.Length));
    private readonly List<TreeNode> _nodes = [];
    private readonly List<double> _leaves = [];
    private readonly double[] _total = new double[classes], _left = new double[classes];
    private double[] _counts = [];
    private int[] _rowsOf = [];
    private long[] _keys = [];
    private int[] _rows = [];

    private record struct Split(double Score, int Column, int Slot, int Rank, double Threshold);

    /// <summary>Grows it.</summary>
    public ForestTree Grow()
    {
        for (var i = 0; i < features.Count; i++)
            _weights[random.NextInt(features.Count)]++;
        _rows = [.. Enumerable.Range(0, features.Count).Where(row => _weights[row] > 0)];
        _keys = new long[_rows.Length];
        var open = new Stack<(int From, int To, int Node)>();
        _nodes.Add(default);
        open.Push((0, _rows.Length, 0));
        while (open.TryPop(out var next))
        {
            var (from, to, node) = next;
            var rows = _rows.AsSpan(from, to - from);
            Count(rows);
            if (rows.Length < 2 * fewest || _total.Count(weight => weight > 0) < 2 || Best(rows) is not { Column: >= 0 } split)
            {
                _nodes[node] = new(-1, -1, 0, _leaves.Count, 0);
                _leaves.AddRange(_total.Select(weight => weight / _total.Sum()));
                continue;
            }
            var middle = from + Part(rows, split);
            _nodes[node] = new(split.Column, split.Slot, split.Threshold, _nodes.Count, _nodes.Count + 1);
            open.Push((from, middle, _nodes.Count));
            open.Push((middle, to, _nodes.Count + 1));
            _nodes.Add(default);
            _nodes.Add(default);
        }
        return new([.. _nodes], [.. _leaves]);
    }

    private void Count(ReadOnlySpan<int> rows)
    {
        Array.Clear(_total);
        foreach (var row in rows)
            _total[labels[row]] += _weights[row];
    }

    // Features that cannot split here count as visited, but the search does not end before one has that can.
    private Split Best(ReadOnlySpan<int> rows)
    {
        var best = new Split(double.NegativeInfinity, -1, -1, 0, 0);
        var canSplit = false;
        for (var visited = 0; visited < _order.Length && (visited < _visits || !canSplit); visited++)
        {
            var drawn = visited + random.NextInt(_order.Length - visited);
            (_order[visited], _order[drawn]) = (_order[drawn], _order[visited]);
            var (column, slot) = _order[visited];
            canSplit |= slot >= 0 ? TrySlot(rows, column, slot, ref best) : TryNumber(rows, column, ref best);
        }
        return best;
    }

    private bool TrySlot(ReadOnlySpan<int> rows, int column, int slot, ref Split best)
    {
        Array.Clear(_left);
        var (slots, count) = (features.Columns[column].Slots!, 0);
        foreach (var row in rows)
            if (slots[row] == slot)
            {
                _left[labels[row]] += _weights[row];
                count++;
            }
        if (count == 0 || count == rows.Length)
            return false;
        if (count >= fewest && rows.Length - count >= fewest && Score() is var score && score > best.Score)
            best = new(score, column, slot, 0, 0);
        return true;
    }

    private bool TryNumber(ReadOnlySpan<int> rows, int column, ref Split best)
    {
        var (ranks, values) = (features.Ranks[column], features.Values[column]);
        Array.Clear(_left);
        return values.Length <= RanksPerRow * rows.Length
            ? TryCounting(rows, column, ranks, values, ref best)
            : TrySorting(rows, column, ranks, values, ref best);
    }

    private bool TryCounting(ReadOnlySpan<int> rows, int column, int[] ranks, double[] values, ref Split best)
    {
        if (_rowsOf.Length < values.Length)
            (_rowsOf, _counts) = (new int[values.Length], new double[values.Length * classes]);
        Array.Clear(_rowsOf, 0, values.Length);
        Array.Clear(_counts, 0, values.Length * classes);
        foreach (var row in rows)
        {
            var rank = ranks[row];
            _rowsOf[rank]++;
            _counts[rank * classes + labels[row]] += _weights[row];
        }
        var (count, last) = (0, -1);
        for (var rank = 0; rank < values.Length; rank++)
        {
            if (_rowsOf[rank] == 0)
                continue;
            if (last >= 0)
                Try(column, rows.Length, count, last, values[last], values[rank], ref best);
            count += _rowsOf[last = rank];
            for (var k = 0; k < classes; k++)
                _left[k] += _counts[rank * classes + k];
        }
        return _rowsOf[last] < rows.Length;
    }

    private bool TrySorting(ReadOnlySpan<int> rows, int column, int[] ranks, double[] values, ref Split best)
    {
        var keys = _keys.AsSpan(0, rows.Length);
        for (var i = 0; i < keys.Length; i++)
            keys[i] = (long)ranks[rows[i]] << 32 | (uint)rows[i];
        keys.Sort();
        for (var i = 0; i < keys.Length; i++)
        {
            var rank = (int)(keys[i] >> 32);
            if (i > 0 && (int)(keys[i - 1] >> 32) is var last && last != rank)
                Try(column, rows.Length, i, last, values[last], values[rank], ref best);
            var row = (int)(uint)keys[i];
            _left[labels[row]] += _weights[row];
        }
        return keys[0] >> 32 != keys[^1] >> 32;
    }

    private void Try(int column, int count, int left, int rank, double below, double above, ref Split best)
    {
        if (left < fewest || count - left < fewest)
            return;
        var score = Score();
        if (!(score > best.Score))
            return;
        // Between two neighbors of float64 the middle may round to the upper one.
        var threshold = below / 2 + above / 2;
        best = new(score, column, -1, rank, threshold < above ? threshold : below);
    }

    // Largest where Gini's impurity of the two sides, each by its weight, is least.
    private double Score()
    {
        double left = 0, right = 0, squaresLeft = 0, squaresRight = 0;
        for (var k = 0; k < classes; k++)
        {
            double mine = _left[k], others = _total[k] - _left[k];
            left += mine;
            right += others;
            squaresLeft += mine * mine;
            squaresRight += others * others;
        }
        return squaresLeft / left + squaresRight / right;
    }

    private int Part(Span<int> rows, Split split)
    {
        var (slots, ranks) = (features.Columns[split.Column].Slots, features.Ranks[split.Column]);
        var yes = 0;
        for (var i = 0; i < rows.Length; i++)
            if (split.Slot >= 0 ? slots![rows[i]] == split.Slot : ranks[rows[i]] <= split.Rank)
            {
                (rows[yes], rows[i]) = (rows[i], rows[yes]);
                yes++;
            }
        return yes;
    }
}
