using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

/// <summary>
/// The basis of a transportation problem: a spanning tree of the bipartite graph, nodes 0 … n − 1 the sources and
/// n … n + m − 1 the targets, rooted at node 0. Each node but the root owns the arc to its parent. Arcs run from source to
/// target whatever their direction in the tree.
/// </summary>
/// <remarks>Potentials satisfy cost = potential[source] + potential[target] on every arc of the tree.</remarks>
internal sealed class SpanningTree
{
    private readonly int _sources;
    private readonly int[] _parent;
    private readonly int[] _depth;
    private readonly int[] _firstChild;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly double[] _flow;
    private readonly double[] _cost;

    public SpanningTree(int sources, int targets, IReadOnlyList<(int Source, int Target, double Flow, double Cost)> arcs)
    {
        _sources = sources;
        var nodes = sources + targets;
        _parent = new int[nodes];
        _depth = new int[nodes];
        _firstChild = new int[nodes];
        _next = new int[nodes];
        _previous = new int[nodes];
        _flow = new double[nodes];
        _cost = new double[nodes];
        Potential = new double[nodes];
        Hang(nodes, arcs);
    }

    /// <summary>Potentials of all nodes, [n + m].</summary>
    public double[] Potential { get; }

    /// <summary>Target nodes whose potential the last pivot changed are reported here, if set.</summary>
    public float[]? NegatedTargets { get; set; }

    /// <summary>Brings arc (source, target) into the basis. Returns the mass that moved.</summary>
    /// <param name="source">Source index.</param>
    /// <param name="target">Target index, 0 … m − 1.</param>
    /// <param name="cost">Its cost.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Pivot(int source, int target, double cost)
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
            if (_depth[a] >= _depth[b])
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
        var change = cost - Potential[i] - Potential[j];
        var (top, other) = leavesOnSourceSide ? (i, j) : (j, i);
        Reroot(top, leaving, other, moved, cost);
        Shift(top, leavesOnSourceSide ? change : -change);
        return moved;
    }

    /// <summary>Recomputes potentials and flows from the tree alone, which removes accumulated rounding.</summary>
    /// <param name="a">Masses of the sources.</param>
    /// <param name="b">Masses of the targets.</param>
    public void Refresh(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var order = Preorder();
        Span<double> excess = new double[order.Length];
        for (var node = 0; node < order.Length; node++)
            excess[node] = node < _sources ? a[node] : -b[node - _sources];
        for (var k = order.Length - 1; k > 0; k--)
        {
            var node = order[k];
            _flow[node] = node < _sources ? excess[node] : -excess[node];
            excess[_parent[node]] += excess[node];
        }
        foreach (var node in order)
        {
            if (node != 0)
                Potential[node] = _cost[node] - Potential[_parent[node]];
            if (node >= _sources && NegatedTargets is not null)
                NegatedTargets[node - _sources] = (float)-Potential[node];
        }
    }

    /// <summary>All arcs of the basis.</summary>
    public IEnumerable<(int Source, int Target, double Flow)> Arcs()
    {
        for (var node = 1; node < _parent.Length; node++)
        {
            var parent = _parent[node];
            yield return node < _sources
                ? (node, parent - _sources, _flow[node])
                : (parent, node - _sources, _flow[node]);
        }
    }

    private void Hang(int nodes, IReadOnlyList<(int Source, int Target, double Flow, double Cost)> arcs)
    {
        if (arcs.Count != nodes - 1)
            throw new InvalidOperationException($"A basis of {nodes} nodes needs {nodes - 1} arcs, not {arcs.Count}.");
        var neighbours = new List<int>[nodes];
        for (var node = 0; node < nodes; node++)
            neighbours[node] = [];
        for (var k = 0; k < arcs.Count; k++)
        {
            neighbours[arcs[k].Source].Add(k);
            neighbours[arcs[k].Target + _sources].Add(k);
        }
        Array.Fill(_parent, -2);
        Array.Fill(_firstChild, -1);
        Array.Fill(_next, -1);
        Array.Fill(_previous, -1);
        _parent[0] = -1;
        var queue = new Queue<int>();
        queue.Enqueue(0);
        var reached = 0;
        while (queue.TryDequeue(out var node))
        {
            reached++;
            foreach (var k in neighbours[node])
            {
                var arc = arcs[k];
                var to = arc.Source == node ? arc.Target + _sources : arc.Source;
                if (_parent[to] != -2)
                    continue;
                _parent[to] = node;
                _depth[to] = _depth[node] + 1;
                _flow[to] = arc.Flow;
                _cost[to] = arc.Cost;
                Potential[to] = arc.Cost - Potential[node];
                AddChild(node, to);
                queue.Enqueue(to);
            }
        }
        if (reached != nodes)
            throw new InvalidOperationException("The initial basis is not connected.");
    }

    // Turns the path top … leaving upside down and hangs top under its new parent.
    private void Reroot(int top, int leaving, int newParent, double flow, double cost)
    {
        var node = top;
        while (true)
        {
            var (parent, oldFlow, oldCost) = (_parent[node], _flow[node], _cost[node]);
            RemoveChild(parent, node);
            _parent[node] = newParent;
            _flow[node] = flow;
            _cost[node] = cost;
            AddChild(newParent, node);
            if (node == leaving)
                return;
            (newParent, node, flow, cost) = (node, parent, oldFlow, oldCost);
        }
    }

    // Adds `change` to the sources and subtracts it from the targets of top's subtree; sets depths.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Shift(int top, double change)
    {
        var negated = NegatedTargets;
        var node = top;
        while (true)
        {
            _depth[node] = _depth[_parent[node]] + 1;
            if (node < _sources)
            {
                Potential[node] += change;
            }
            else
            {
                var value = Potential[node] - change;
                Potential[node] = value;
                if (negated is not null)
                    negated[node - _sources] = (float)-value;
            }
            if (_firstChild[node] >= 0)
            {
                node = _firstChild[node];
                continue;
            }
            while (node != top && _next[node] < 0)
                node = _parent[node];
            if (node == top)
                return;
            node = _next[node];
        }
    }

    private int[] Preorder()
    {
        var order = new int[_parent.Length];
        var count = 0;
        var node = 0;
        while (true)
        {
            order[count++] = node;
            if (_firstChild[node] >= 0)
            {
                node = _firstChild[node];
                continue;
            }
            while (node != 0 && _next[node] < 0)
                node = _parent[node];
            if (node == 0)
                return order;
            node = _next[node];
        }
    }

    private void AddChild(int parent, int child)
    {
        var first = _firstChild[parent];
        _next[child] = first;
        _previous[child] = -1;
        if (first >= 0)
            _previous[first] = child;
        _firstChild[parent] = child;
    }

    private void RemoveChild(int parent, int child)
    {
        var (before, after) = (_previous[child], _next[child]);
        if (before >= 0)
            _next[before] = after;
        else
            _firstChild[parent] = after;
        if (after >= 0)
            _previous[after] = before;
    }
}
