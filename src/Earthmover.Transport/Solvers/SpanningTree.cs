using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

/// <summary>
/// The basis of a transportation problem: a spanning tree of the bipartite graph, nodes 0 … n − 1 the sources and
/// n … n + m − 1 the targets, rooted at node 0. Each node but the root owns the arc to its parent. Arcs run from source to
/// target whatever their direction in the tree.
/// </summary>
/// <remarks>
/// The nodes are threaded in preorder on a ring, so that a subtree is a run of the ring: moving one relinks the nodes on a
/// path, and its potentials are corrected by a walk along the run, or along the rest of the ring when that is shorter
/// (potentials are free up to a constant). The meeting point of two paths is found by subtree sizes, which change along
/// the paths only.
/// </remarks>
internal sealed class SpanningTree
{
    private readonly int _sources;
    private readonly int[] _parent;
    private readonly int[] _size;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _last;
    private readonly double[] _flow;
    private readonly double[] _cost;

    public SpanningTree(int sources, int targets, IReadOnlyList<(int Source, int Target, double Flow, double Cost)> arcs)
    {
        _sources = sources;
        var nodes = sources + targets;
        _parent = new int[nodes];
        _size = new int[nodes];
        _next = new int[nodes];
        _previous = new int[nodes];
        _last = new int[nodes];
        _flow = new double[nodes];
        _cost = new double[nodes];
        Level = new double[nodes];
        Level32 = new float[nodes];
        Hang(nodes, arcs);
    }

    /// <summary>Potentials, [n + m]: f of the sources and −g of the targets, so that a subtree moves by one number. On
    /// every arc of the tree cost = Level[source] − Level[target].</summary>
    public double[] Level { get; }

    /// <summary>The same in float32.</summary>
    public float[] Level32 { get; }

    /// <summary>Brings arc (source, target) into the basis.</summary>
    /// <param name="source">Source index.</param>
    /// <param name="target">Target index, 0 … m − 1.</param>
    /// <param name="cost">Its cost.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pivot(int source, int target, double cost)
    {
        var (i, j) = (source, target + _sources);
        // Mass goes i → j and back through the tree: it falls on arcs owned by targets on j's way up to the meeting
        // node, and on arcs owned by sources on i's way.
        var (a, b) = (i, j);
        var leaving = -1;
        var leavesOnSourceSide = false;
        var moved = double.PositiveInfinity;
        while (a != b)
        {
            // The smaller subtree cannot hold the other node.
            if (_size[a] <= _size[b])
            {
                if (a < _sources && _flow[a] < moved)
                    (moved, leaving, leavesOnSourceSide) = (_flow[a], a, true);
                a = _parent[a];
            }
            else
            {
                if (b >= _sources && _flow[b] < moved)
                    (moved, leaving, leavesOnSourceSide) = (_flow[b], b, false);
                b = _parent[b];
            }
        }
        moved = Math.Max(moved, 0);
        for (var x = i; x != a; x = _parent[x])
            _flow[x] += x < _sources ? -moved : moved;
        for (var x = j; x != a; x = _parent[x])
            _flow[x] += x < _sources ? moved : -moved;
        var change = cost - Level[i] + Level[j];
        var (top, other) = leavesOnSourceSide ? (i, j) : (j, i);
        var size = _size[leaving];
        Detach(leaving, a, size);
        var end = TurnOver(top, leaving, other, moved, cost, size);
        Attach(top, other, end, a, size);
        Shift(top, end, size, leavesOnSourceSide ? change : -change);
    }

    /// <summary>Recomputes potentials and flows from the tree alone, which removes accumulated rounding.</summary>
    /// <param name="a">Masses of the sources.</param>
    /// <param name="b">Masses of the targets.</param>
    public void Refresh(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Span<double> excess = new double[_parent.Length];
        for (var node = 0; node < excess.Length; node++)
            excess[node] = node < _sources ? a[node] : -b[node - _sources];
        for (var node = _previous[0]; node != 0; node = _previous[node])
        {
            _flow[node] = node < _sources ? excess[node] : -excess[node];
            excess[_parent[node]] += excess[node];
        }
        Level32[0] = (float)Level[0];
        for (var node = _next[0]; node != 0; node = _next[node])
        {
            var parent = Level[_parent[node]];
            Level[node] = node < _sources ? parent + _cost[node] : parent - _cost[node];
            Level32[node] = (float)Level[node];
        }
    }

    /// <summary>
    /// All arcs of the basis with their flows to 32 digits. A flow below 0 means that the tree is not the optimal one of these masses.
    /// </summary>
    /// <param name="a">Masses of the sources.</param>
    /// <param name="b">Masses of the targets.</param>
    public List<(int Source, int Target, DoubleDouble Flow)> ExactArcs(ReadOnlySpan<DoubleDouble> a, ReadOnlySpan<DoubleDouble> b)
    {
        var arcs = new List<(int, int, DoubleDouble)>(_parent.Length - 1);
        var excess = new DoubleDouble[_parent.Length];
        for (var node = 0; node < excess.Length; node++)
            excess[node] = node < _sources ? a[node] : -b[node - _sources];
        for (var node = _previous[0]; node != 0; node = _previous[node])
        {
            var parent = _parent[node];
            arcs.Add(node < _sources ? (node, parent - _sources, excess[node]) : (parent, node - _sources, -excess[node]));
            excess[parent] += excess[node];
        }
        return arcs;
    }

    private void Hang(int nodes, IReadOnlyList<(int Source, int Target, double Flow, double Cost)> arcs)
    {
        if (arcs.Count != nodes - 1)
            throw new InvalidOperationException($"A basis of {nodes} nodes needs {nodes - 1} arcs, not {arcs.Count}.");
        var neighbors = new List<int>[nodes];
        for (var node = 0; node < nodes; node++)
            neighbors[node] = [];
        for (var k = 0; k < arcs.Count; k++)
        {
            neighbors[arcs[k].Source].Add(k);
            neighbors[arcs[k].Target + _sources].Add(k);
        }
        Array.Fill(_parent, -2);
        _parent[0] = -1;
        var order = new List<int>(nodes) { 0 };
        for (var k = 0; k < order.Count; k++)
        {
            var node = order[k];
            foreach (var at in neighbors[node])
            {
                var arc = arcs[at];
                var to = arc.Source == node ? arc.Target + _sources : arc.Source;
                if (_parent[to] != -2)
                    continue;
                _parent[to] = node;
                _flow[to] = arc.Flow;
                _cost[to] = arc.Cost;
                order.Add(to);
            }
        }
        if (order.Count != nodes)
            throw new InvalidOperationException("The initial basis is not connected.");
        Thread(order);
    }

    // Sizes and the preorder ring from an order in which parents come before their children.
    private void Thread(List<int> order)
    {
        Array.Fill(_size, 1);
        for (var k = order.Count - 1; k > 0; k--)
            _size[_parent[order[k]]] += _size[order[k]];
        var place = new int[order.Count];
        var free = new int[order.Count];
        var preorder = new int[order.Count];
        foreach (var node in order)
        {
            if (node != 0)
            {
                place[node] = free[_parent[node]];
                free[_parent[node]] += _size[node];
            }
            free[node] = place[node] + 1;
            preorder[place[node]] = node;
        }
        for (var k = 0; k < preorder.Length; k++)
        {
            var (node, next) = (preorder[k], preorder[k + 1 == preorder.Length ? 0 : k + 1]);
            _next[node] = next;
            _previous[next] = node;
            _last[node] = preorder[k + _size[node] - 1];
        }
    }

    // Takes the subtree out of the ring and out of its ancestors below the meeting node.
    private void Detach(int leaving, int meeting, int size)
    {
        var (before, end) = (_previous[leaving], _last[leaving]);
        var after = _next[end];
        _next[before] = after;
        _previous[after] = before;
        for (var x = _parent[leaving]; x >= 0 && _last[x] == end; x = _parent[x])
            _last[x] = before;
        for (var x = _parent[leaving]; x != meeting; x = _parent[x])
            _size[x] -= size;
    }

    // Turns the path top … leaving upside down. Each node on it keeps its other children and becomes the last child of the
    // node that was below it. Returns the subtree's last node.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int TurnOver(int top, int leaving, int newParent, double flow, double cost, int size)
    {
        var inner = top;
        var innerEnd = _last[top];
        var afterInner = _next[innerEnd];
        var beforeInner = _previous[top];
        var innerSize = _size[top];
        var tail = innerEnd;
        var node = _parent[top];
        var (oldFlow, oldCost) = (_flow[top], _cost[top]);
        (_parent[top], _flow[top], _cost[top], _size[top]) = (newParent, flow, cost, size);
        while (inner != leaving)
        {
            var end = _last[node];
            var after = end == innerEnd ? afterInner : _next[end];
            var (up, before, nodeSize) = (_parent[node], _previous[node], _size[node]);
            // The children before the inner node, then those behind it.
            _next[tail] = node;
            _previous[node] = tail;
            tail = beforeInner;
            if (end != innerEnd)
            {
                _next[tail] = afterInner;
                _previous[afterInner] = tail;
                tail = end;
            }
            _parent[node] = inner;
            _size[node] = size - innerSize;
            (_flow[node], oldFlow) = (oldFlow, _flow[node]);
            (_cost[node], oldCost) = (oldCost, _cost[node]);
            (inner, innerEnd, afterInner, beforeInner, innerSize, node) = (node, end, after, before, nodeSize, up);
        }
        for (var x = leaving; x != newParent; x = _parent[x])
            _last[x] = tail;
        return tail;
    }

    // Puts the subtree top … end into the ring as newParent's first child.
    private void Attach(int top, int newParent, int end, int meeting, int size)
    {
        var after = _next[newParent];
        _next[newParent] = top;
        _previous[top] = newParent;
        _next[end] = after;
        _previous[after] = end;
        for (var x = newParent; x >= 0 && _last[x] == newParent; x = _parent[x])
            _last[x] = end;
        for (var x = newParent; x != meeting; x = _parent[x])
            _size[x] += size;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Shift(int top, int end, int size, double change)
    {
        var (level, level32, next) = (Level, Level32, _next);
        var (node, count) = (top, size);
        if (2 * size > level.Length)
            (node, count, change) = (next[end], level.Length - size, -change);
        for (var k = 0; k < count; k++)
        {
            var value = level[node] + change;
            level[node] = value;
            level32[node] = (float)value;
            node = next[node];
        }
    }
}
