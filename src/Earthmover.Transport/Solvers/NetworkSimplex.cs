using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

/// <summary>
/// The search of <see cref="NetworkSimplexSolver"/>: primal network simplex on the dense bipartite graph. Pricing scans
/// float32 rows with SIMD and enters arcs by their float64 reduced cost; optimality is decided in float64.
/// </summary>
/// <remarks>
/// Degeneracy: every supply is raised by δ and one demand by their sum (Orden's perturbation), so no pivot is degenerate and none can
/// cycle.
/// Uniform masses are whole numbers and δ = 1 beside them, which float64 adds without rounding; others are raised by 10⁻¹¹ of the mean
/// mass. The final flows are recomputed with the true masses, to 32 digits, on the optimal tree.
/// </remarks>
internal sealed partial class NetworkSimplex
{
    private const double Perturbation = 1e-11;
    private const int RefreshEvery = 20_000;

    // 200 MB of float64 costs at most, in at most so many dimensions.
    private const int MostDimensions = 16;
    private const int MostExactCosts = 25_000_000;

    // Arcs collected before the steepest of them enter, and how many may: many rows per list mean fewer pivots.
    private const int ListLength = 64;
    private const int EnteredPerList = 32;

    private readonly CostRows _rows;
    private readonly TransportGeometry _geometry;
    private readonly int _n;
    private readonly int _m;
    private readonly DoubleDouble[] _a;
    private readonly DoubleDouble[] _b;
    private readonly double[] _raisedA;
    private readonly double[] _raisedB;
    private readonly long _maxWork;
    private readonly CancellationToken _cancellation;
    private readonly (int Source, int Target, double Cost)[] _candidates = new (int, int, double)[ListLength];
    private int[] _places = new int[256];
    private readonly double[]?[] _known;
    private double[] _exactCosts = [];
    private SpanningTree _tree = null!;
    private double _largestCost;
    private double _offset;
    private float _lower = 1;

    public NetworkSimplex(CostRows rows, DoubleDouble[] a, DoubleDouble[] b, long maxWork, CancellationToken cancellation)
    {
        _rows = rows;
        _geometry = rows.Geometry;
        (_n, _m) = (a.Length, b.Length);
        (_a, _b) = (a, b);
        _maxWork = maxWork;
        _cancellation = cancellation;
        _known = new double[]?[_n];
        (_raisedA, _raisedB) = Raised();
    }

    public long Entries { get; private set; }

    public long Pivots { get; private set; }

    /// <summary>Potentials of the targets, [m].</summary>
    public double[] Potentials => Array.ConvertAll(_tree.Level[_n..], level => -level);

    /// <summary>Runs to the optimum. False when the work limit was reached.</summary>
    /// <param name="warm">Potentials of the targets to start from, or null.</param>
    public bool Run(double[]? warm)
    {
        _tree = new SpanningTree(_n, _m, GreedyBasis(warm));
        _tree.Refresh(_raisedA, _raisedB);
        var tolerance = 1e-13 * _largestCost;
        var row = 0;
        while (true)
        {
            // Fast rounds until float32 sees nothing more, then one float64 round; that one decides.
            if (!Round(ref row, tolerance, exact: false))
                return false;
            _tree.Refresh(_raisedA, _raisedB);
            StoreExactCosts();
            var before = Pivots;
            if (!Round(ref row, tolerance, exact: true))
                return false;
            if (Pivots == before)
                return true;
        }
    }

    // Without room for the float32 costs there is none for the others.
    private bool RoomForExactCosts => _rows.IsStored && (long)_n * _m <= MostExactCosts;

    // Where one cluster meets a wide cloud, differences of costs drown in float32 and the float64 rounds do most of the work.
    // In few dimensions the float64 costs are cheap to have.
    private void StoreExactCosts()
    {
        if (_exactCosts.Length > 0 || _geometry is not PointCloudGeometry { X.Dimension: <= MostDimensions } || !RoomForExactCosts)
            return;
        _exactCosts = new double[_n * _m];
        _geometry.FillExactRows(0, _n, _exactCosts);
    }

    private (double[] A, double[] B) Raised()
    {
        var uniform = Array.TrueForAll(_a, mass => mass == _a[0]) && Array.TrueForAll(_b, mass => mass == _b[0]);
        var divisor = (long)System.Numerics.BigInteger.GreatestCommonDivisor(_n, _m);
        // Of lcm(n, m) units each split into n + 1 parts, a source has m / gcd units, a target n / gcd; one part is δ.
        var whole = (double)_n / divisor * _m * (_n + 1.0);
        if (uniform && whole < 1L << 52)
        {
            var (a, b) = (Enumerable.Repeat(_m / divisor * (_n + 1.0) + 1, _n).ToArray(),
                Enumerable.Repeat(_n / divisor * (_n + 1.0), _m).ToArray());
            b[^1] += _n;
            return (a, b);
        }
        var δ = Perturbation / _n;
        var raised = (Array.ConvertAll(_a, mass => mass.High + δ), Array.ConvertAll(_b, mass => mass.High));
        raised.Item2[^1] += _n * δ;
        return raised;
    }

    // Goes round the rows until a whole turn finds no arc to enter. The best arcs of some rows are collected, then entered
    // the steepest first; each pivot changes the others' reduced costs, which are cheap to bring up to date.
    private bool Round(ref int row, double tolerance, bool exact)
    {
        var quiet = 0;
        var stored = exact && _exactCosts.Length > 0;
        while (true)
        {
            var (count, scanned) = (0, 0);
            while (quiet < _n && count < ListLength && (scanned < 4 * ListLength || count == 0))
            {
                var arc = stored ? PriceStored(row) : exact ? PriceExactly(row) : Price(row);
                scanned++;
                quiet++;
                if (arc.Reduced < -tolerance)
                {
                    _candidates[count++] = (row, arc.Target, arc.Cost);
                    quiet = 0;
                }
                row = row + 1 == _n ? 0 : row + 1;
            }
            Entries += (long)scanned * _m;
            if (Entries > _maxWork)
                return false;
            if (count == 0)
                return true;
            Enter(count, tolerance);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Enter(int count, double tolerance)
    {
        var levels = _tree.Level;
        for (var entered = 0; entered < EnteredPerList; entered++)
        {
            var (best, at) = (-tolerance, -1);
            for (var k = 0; k < count; k++)
            {
                var (source, target, cost) = _candidates[k];
                var reduced = cost - levels[source] + levels[_n + target];
                if (reduced >= -tolerance)
                    _candidates[k--] = _candidates[--count];
                else if (reduced < best)
                    (best, at) = (reduced, k);
            }
            if (at < 0)
                return;
            var arc = _candidates[at];
            _candidates[at] = _candidates[--count];
            _tree.Pivot(arc.Source, arc.Target, arc.Cost);
            Pivots++;
            if (Pivots % 256 == 0)
                _cancellation.ThrowIfCancellationRequested();
            if (Pivots % RefreshEvery == 0)
                _tree.Refresh(_raisedA, _raisedB);
        }
    }

    // The most negative reduced cost of a row as float32 sees it, confirmed in float64.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Reduced, int Target, double Cost) Price(int i)
    {
        var (least, at, _) = RowScan.Min(_rows.Row(i), _tree.Level32.AsSpan(_n, _m));
        if (least >= _tree.Level[i])
            return (0, -1, 0);
        var cost = Cost(i, at);
        return (cost - _tree.Level[i] + _tree.Level[_n + at], at, cost);
    }

    // In many dimensions a float64 cost is dear, and the same few pairs come up again and again.
    private double Cost(int i, int j)
    {
        if (!RoomForExactCosts || _geometry is not PointCloudGeometry { X.Dimension: > MostDimensions })
            return _geometry.Cost(i, j);
        var row = _known[i];
        if (row is null)
        {
            row = _known[i] = new double[_m];
            Array.Fill(row, double.NaN);
        }
        if (double.IsNaN(row[j]))
            row[j] = _geometry.Cost(i, j);
        return row[j];
    }

    private (double Reduced, int Target, double Cost) PriceStored(int i)
    {
        var row = _exactCosts.AsSpan(i * _m, _m);
        var (least, at) = RowScan.Min(row, _tree.Level.AsSpan(_n, _m));
        return (least - _tree.Level[i], at, row[at]);
    }

    private (double Reduced, int Target, double Cost) PriceExactly(int i)
    {
        var row = _rows.Row(i);
        var limit = _tree.Level[i];
        var prices = _tree.Level32.AsSpan(_n, _m);
        var rounding = 1.8e-7 * (_largestCost + Math.Abs(limit));
        var threshold = (float)(limit + rounding + _offset);
        var found = RowScan.Collect(row, prices, threshold, _places, _lower);
        while (found > _places.Length)
        {
            _places = new int[Math.Min(_m, 4 * _places.Length)];
            found = RowScan.Collect(row, prices, threshold, _places, _lower);
        }
        var (best, at, bestCost) = (0.0, -1, 0.0);
        for (var k = 0; k < found; k++)
        {
            var j = _places[k];
            var cost = Cost(i, j);
            var reduced = cost - limit + _tree.Level[_n + j];
            if (reduced < best)
                (best, at, bestCost) = (reduced, j, cost);
        }
        return (best, at, bestCost);
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
        (var slope, _offset) = _rows.ErrorLine(_largestCost);
        _lower = (float)(1 - slope);
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
