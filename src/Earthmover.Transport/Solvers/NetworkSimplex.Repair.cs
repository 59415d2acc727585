namespace Earthmover.Transport;

// From the tree that is optimal for the raised masses to one that is optimal for the true ones.
internal sealed partial class NetworkSimplex
{
    // Less is what 32 digits left of masses that are equal.
    private const double Nothing = 1e-28;

    // Work of all repairs together, in costs; what is left below 0 then is left out of the plan, and its margins tell.
    private const long MostRepairs = 500_000_000;

    /// <summary>The optimal plan for the true masses, to 32 digits.</summary>
    public List<(int Source, int Target, DoubleDouble Mass)> Plan()
    {
        var arcs = _tree.ExactArcs(_a, _b);
        long work = 0;
        while (Repair(arcs) is { } repaired && (work += (long)_n * _m) < MostRepairs)
        {
            _tree = new SpanningTree(_n, _m, repaired);
            _tree.Refresh(_raisedA, _raisedB);
            arcs = _tree.ExactArcs(_a, _b);
        }
        return arcs.FindAll(arc => arc.Flow.High > Nothing);
    }

    // One step of the dual simplex: masses far below δ can leave a flow below 0. Its arc cuts the tree in two, and the cheapest arc that
    // carries what is missing back over the cut takes its place. Null when there is nothing to repair.
    private List<(int Source, int Target, double Flow, double Cost)>? Repair(List<(int Source, int Target, DoubleDouble Flow)> arcs)
    {
        var leaving = -1;
        for (var k = 0; k < arcs.Count; k++)
        {
            if (arcs[k].Flow.High < -Nothing && (leaving < 0 || arcs[k].Flow.High < arcs[leaving].Flow.High))
                leaving = k;
        }
        if (leaving < 0)
            return null;
        _cancellation.ThrowIfCancellationRequested();
        var lacking = SideOf(arcs, leaving);
        var (best, source, target, cost) = (double.PositiveInfinity, -1, -1, 0.0);
        var row = new double[_m];
        for (var i = 0; i < _n; i++)
        {
            if (lacking[i])
                continue;
            _geometry.FillExactRows(i, 1, row);
            for (var j = 0; j < _m; j++)
            {
                var reduced = row[j] - _tree.Level[i] + _tree.Level[_n + j];
                if (lacking[_n + j] && reduced < best)
                    (best, source, target, cost) = (reduced, i, j, row[j]);
            }
        }
        if (source < 0)
            return null;
        var basis = arcs.ConvertAll(arc => (arc.Source, arc.Target, arc.Flow.High, _geometry.Cost(arc.Source, arc.Target)));
        basis[leaving] = (source, target, 0, cost);
        return basis;
    }

    // The nodes on the source's side of an arc of the tree: those that lack mass when its flow is below 0.
    private bool[] SideOf(List<(int Source, int Target, DoubleDouble Flow)> arcs, int without)
    {
        var neighbors = new List<int>[_n + _m];
        for (var node = 0; node < neighbors.Length; node++)
            neighbors[node] = [];
        for (var k = 0; k < arcs.Count; k++)
        {
            if (k == without)
                continue;
            neighbors[arcs[k].Source].Add(_n + arcs[k].Target);
            neighbors[_n + arcs[k].Target].Add(arcs[k].Source);
        }
        var reached = new bool[_n + _m];
        var open = new Stack<int>([arcs[without].Source]);
        reached[arcs[without].Source] = true;
        while (open.TryPop(out var node))
        {
            foreach (var next in neighbors[node])
            {
                if (reached[next])
                    continue;
                reached[next] = true;
                open.Push(next);
            }
        }
        return reached;
    }
}
