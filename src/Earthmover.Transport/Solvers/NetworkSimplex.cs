using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

/// <summary>
/// The search of <see cref="NetworkSimplexSolver"/>: primal network simplex on the dense bipartite graph. Pricing scans
/// float32 rows with SIMD and enters arcs by their float64 reduced cost; optimality is decided in float64.
/// </summary>
/// <remarks>
/// Degeneracy: every supply is raised by δ = 10⁻¹¹ of the mean mass and one demand by their sum (Orden's perturbation), so no
/// pivot is degenerate and none can cycle; the final flows are recomputed with the true masses on the optimal tree.
/// </remarks>
internal sealed class NetworkSimplex
{
    private const double Perturbation = 1e-11;
    private const int RefreshEvery = 20_000;

    private readonly CostRows _rows;
    private readonly TransportGeometry _geometry;
    private readonly int _n;
    private readonly int _m;
    private readonly double[] _a;
    private readonly double[] _b;
    private readonly double[] _raisedA;
    private readonly double[] _raisedB;
    private readonly float[] _prices;
    private readonly long _maxWork;
    private readonly CancellationToken _cancellation;
    private int[] _places = new int[256];
    private SpanningTree _tree = null!;
    private double _largestCost;

    public NetworkSimplex(CostRows rows, double[] a, double[] b, long maxWork, CancellationToken cancellation)
    {
        _rows = rows;
        _geometry = rows.Geometry;
        (_n, _m) = (a.Length, b.Length);
        (_a, _b) = (a, b);
        _maxWork = maxWork;
        _cancellation = cancellation;
        _prices = new float[_m];
        var δ = Perturbation / _n;
        _raisedA = Array.ConvertAll(a, mass => mass + δ);
        _raisedB = (double[])b.Clone();
        _raisedB[^1] += _n * δ;
    }

    public long Entries { get; private set; }

    public long Pivots { get; private set; }

    /// <summary>Potentials of the targets, [m].</summary>
    public double[] Potentials => _tree.Potential[_n..];

    /// <summary>Runs to the optimum. False when the work limit was reached.</summary>
    /// <param name="warm">Potentials of the targets to start from, or null.</param>
    public bool Run(double[]? warm)
    {
        _tree = new SpanningTree(_n, _m, GreedyBasis(warm));
        _tree.NegatedTargets = _prices;
        _tree.Refresh(_raisedA, _raisedB);
        var tolerance = 1e-13 * _largestCost;
        var row = 0;
        while (true)
        {
            // Fast rounds until float32 sees nothing more, then one float64 round; that one decides.
            if (!Round(ref row, tolerance, exact: false))
                return false;
            _tree.Refresh(_raisedA, _raisedB);
            var before = Pivots;
            if (!Round(ref row, tolerance, exact: true))
                return false;
            if (Pivots == before)
                return true;
        }
    }

    /// <summary>The optimal plan for the true masses.</summary>
    public List<(int Source, int Target, double Mass)> Plan()
    {
        _tree.Refresh(_a, _b);
        var plan = new List<(int, int, double)>(_n + _m);
        // What the perturbation left behind is far below this; real masses are far above.
        var least = 4 * Perturbation / Math.Max(_n, _m);
        foreach (var (source, target, flow) in _tree.Arcs())
        {
            if (flow > least)
                plan.Add((source, target, flow));
        }
        return plan;
    }

    // Goes round the rows, pivoting on the best arc of each group, until a whole turn finds none.
    private bool Round(ref int row, double tolerance, bool exact)
    {
        var quiet = 0;
        var group = exact ? 1 : Math.Max(1, Math.Min(_n / 50, 4));
        while (quiet < _n)
        {
            var (bestReduced, bestSource, bestTarget) = (-tolerance, -1, -1);
            for (var g = 0; g < group && quiet < _n; g++)
            {
                var (reduced, target) = exact ? PriceExactly(row) : Price(row, bestReduced);
                quiet++;
                if (reduced < bestReduced)
                    (bestReduced, bestSource, bestTarget) = (reduced, row, target);
                row = row + 1 == _n ? 0 : row + 1;
            }
            Entries += (long)group * _m;
            if (Entries > _maxWork)
                return false;
            if (bestSource < 0)
                continue;
            quiet = 0;
            _tree.Pivot(bestSource, bestTarget, _geometry.Cost(bestSource, bestTarget));
            Pivots++;
            if (Pivots % 256 == 0)
                _cancellation.ThrowIfCancellationRequested();
            if (Pivots % RefreshEvery == 0)
                _tree.Refresh(_raisedA, _raisedB);
        }
        return true;
    }

    // The most negative reduced cost of a row as float32 sees it, confirmed in float64.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Reduced, int Target) Price(int i, double toBeat)
    {
        var (least, at, _) = RowScan.Min(_rows.Row(i), _prices);
        if (least - _tree.Potential[i] >= toBeat)
            return (0, -1);
        return (_geometry.Cost(i, at) - _tree.Potential[i] - _tree.Potential[_n + at], at);
    }

    private (double Reduced, int Target) PriceExactly(int i)
    {
        var row = _rows.Row(i);
        var limit = _tree.Potential[i];
        var slack = _geometry.FilterError(_largestCost) + 1.8e-7 * (_largestCost + Math.Abs(limit));
        var threshold = (float)(limit + 2 * slack);
        var found = RowScan.Collect(row, _prices, threshold, _places);
        while (found > _places.Length)
        {
            _places = new int[Math.Min(_m, 4 * _places.Length)];
            found = RowScan.Collect(row, _prices, threshold, _places);
        }
        var (best, at) = (0.0, -1);
        for (var k = 0; k < found; k++)
        {
            var j = _places[k];
            var reduced = _geometry.Cost(i, j) - limit - _tree.Potential[_n + j];
            if (reduced < best)
                (best, at) = (reduced, j);
        }
        return (best, at);
    }

    // Least reduced cost first, row by row. Each step exhausts exactly one source or target, so the arcs form a tree.
    private List<(int Source, int Target, double Flow, double Cost)> GreedyBasis(double[]? warm)
    {
        var least = new float[_m];
        Array.Fill(least, float.PositiveInfinity);
        var most = float.NegativeInfinity;
        for (var i = 0; i < _n; i++)
            most = Math.Max(most, RowScan.TakeMinimum(least, _rows.Row(i)));
        _largestCost = Math.Max(Math.Abs(most), least.Max(c => Math.Abs(c)));
        var prices = warm is null ? Array.ConvertAll(least, c => -c) : Array.ConvertAll(warm, g => (float)-g);
        var arcs = new List<(int, int, double, double)>(_n + _m - 1);
        var left = (double[])_raisedB.Clone();
        var open = _m;
        for (var i = 0; i < _n; i++)
        {
            var mass = _raisedA[i];
            while (true)
            {
                var at = RowScan.Min(_rows.Row(i), prices).At;
                Entries += _m;
                // The last target takes every remaining source; the last source feeds every remaining target.
                var flow = i == _n - 1 ? left[at] : open == 1 ? mass : Math.Min(mass, left[at]);
                arcs.Add((i, at, flow, _geometry.Cost(i, at)));
                left[at] -= flow;
                mass -= flow;
                var exhaustsTarget = i == _n - 1 || (open > 1 && left[at] <= 0);
                if (!exhaustsTarget)
                    break;
                prices[at] = float.PositiveInfinity;
                if (--open == 0)
                    return arcs;
            }
        }
        return arcs;
    }
}
