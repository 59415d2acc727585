using System.Diagnostics;

namespace Earthmover.Transport;

/// <summary>
/// Iterative refinement of a solve (Gleixner, Steffy and Wolter, INFORMS Journal on Computing 28, 2016) whose proof float64 cannot close:
/// costs of an outlier are so large that the digits of all others vanish beside them.
/// </summary>
/// <remarks>
/// With potentials of 32 digits the reduced costs rᵢⱼ = cᵢⱼ − fᵢ − gⱼ ≥ 0 are known to all digits of their own size. They have the same
/// optimal plans,
/// and no plan better than the one at hand pays more than its excess S = Σ P·r, so that all above a multiple of S count alike: what is left
/// to solve has the range of S, not of the outlier. Its potentials are added, and the proof is made with 32 digits.
/// </remarks>
internal sealed class Refinement
{
    private const int Rounds = 10;
    private const int BlockRows = 18;

    // An excess of so much of the cost is near the optimum.
    private const double Near = 1e-3;

    private readonly TransportProblem _problem;
    private readonly TransportGeometry _geometry;
    private readonly TransportOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly DoubleDouble[] _f;
    private readonly DoubleDouble[] _g;
    private double _largest;

    private Refinement(TransportProblem problem, double[] g, TransportOptions options, CancellationToken cancellation)
    {
        _problem = problem;
        _geometry = problem.Geometry;
        _options = options;
        _cancellation = cancellation;
        _f = new DoubleDouble[_geometry.Rows];
        _g = Array.ConvertAll(g, value => (DoubleDouble)value);
    }

    /// <summary>The result itself where it is proven, not optimal or too large to refine; else a better one.</summary>
    public static TransportResult Improve(TransportProblem problem, TransportResult result, TransportOptions options,
        CancellationToken cancellation)
    {
        var entries = (long)problem.Geometry.Rows * problem.Geometry.Cols;
        var tooLarge = 8 * entries > options.MemoryBudget || entries > Array.MaxLength;
        if (result.Certified || result.Status != TransportStatus.Optimal || problem.Geometry.HasForbiddenPairs || tooLarge)
            return result;
        var clock = Stopwatch.StartNew();
        var better = new Refinement(problem, result.Potentials.G, options, cancellation).Run(result);
        return better.With(better.Stats with
        {
            Solver = result.Stats.Solver + " with refinement",
            SolveSeconds = result.Stats.SolveSeconds + clock.Elapsed.TotalSeconds,
        });
    }

    // Between what a plan costs at most and what any costs at least.
    private static double Distance(TransportResult result) => result.Cost + result.CostError - result.DualCost;

    private TransportResult Run(TransportResult first)
    {
        if (_geometry is PointCloudGeometry points)
            points.PrepareExact();
        var (plan, assignment) = (first.Plan, first.Assignment as int[]);
        var widening = 2.0;
        var best = first;
        for (var round = 0; ; round++)
        {
            Transform();
            var result = State(plan, assignment, first.Stats);
            // A plan is as good as the proof of it; the least cost is the better plan whatever the potentials.
            var improves = result.Gap < 0.5 * best.Gap || !double.IsFinite(best.Gap);
            if (round == 0 || result.Certified || Distance(result) < Distance(best))
                best = result;
            // Where even 32 digits cannot carry the proof no further round will.
            if (result.Certified || round == Rounds || result.CostError + result.DualError > result.AllowedGap)
                return best;
            if (round > 0 && !improves)
                widening *= 30;
            var excess = Excess(plan);
            if (!(excess > 0))
                return best;
            // One source can have all of the excess; of different masses that is rare, and a lower limit leaves the search more digits.
            var limit = widening * (_problem.IsAssignment ? Math.Max(_geometry.Rows, _geometry.Cols) : 30) * excess;
            // In units of a power of two near the limit, so that the search meets ordinary numbers.
            var unit = Math.ScaleB(1, Math.ILogB(limit));
            var reduced = Reduced(limit, 1e-4 * result.AllowedGap, unit);
            var problem = new TransportProblem(new MatrixGeometry(reduced, _geometry.Rows, _geometry.Cols),
                _problem.A, _problem.B, checkTotals: false);
            // A search that ends early gives feasible potentials and a plan all the same.
            var solved = ExactTransport.SearchAgain(problem, excess <= Near * result.Cost, _options, _cancellation);
            for (var j = 0; j < _g.Length; j++)
                _g[j] += unit * solved.Potentials.G[j];
            var primal = Certificate.Primal(_problem, solved.Plan, _largest, precise: true);
            if (primal.Value + primal.Error <= result.Cost + result.CostError)
                (plan, assignment) = (solved.Plan, solved.Assignment as int[]);
        }
    }

    private TransportResult State(TransportPlan plan, int[]? assignment, TransportStats stats)
    {
        // The largest first: those of an outlier cancel before the others are added, and each sum rounds by its own size.
        DoubleDouble[] terms = [.. _f.Select((f, i) => _problem.A.Exact(i) * f), .. _g.Select((g, j) => _problem.B.Exact(j) * g)];
        Array.Sort(Array.ConvertAll(terms, term => -Math.Abs(term.High)), terms);
        var (sum, error) = (DoubleDouble.Zero, 0.0);
        foreach (var term in terms)
        {
            sum += term;
            error += DoubleDouble.Error * (Math.Abs(term.High) + Math.Abs(sum.High));
        }
        error += 2 * DoubleDouble.Rounding * Math.Abs(sum.High);
        return Certificate.Build(
            _problem,
            Certificate.Primal(_problem, plan, _largest, precise: true),
            (sum.High, error),
            _largest,
            TransportStatus.Optimal,
            plan,
            assignment,
            new TransportPotentials(Array.ConvertAll(_f, value => value.High), Array.ConvertAll(_g, value => value.High)),
            _options,
            stats);
    }

    // What float64 can have got wrong in c − g, costs and sum.
    private double Error(double cost, double potential) =>
        (_geometry.CostError + 4 * DoubleDouble.Rounding) * Math.Abs(cost) + 4 * DoubleDouble.Rounding * Math.Abs(potential);

    // fᵢ = minⱼ(cᵢⱼ − gⱼ): float64 names the pairs that can be the minimum, 32 digits decide. Costs are lowered by their error.
    private void Transform()
    {
        var cols = _geometry.Cols;
        var lower = (DoubleDouble)1 - (_geometry.PreciseError + 4 * DoubleDouble.Error);
        var most = new double[(_geometry.Rows + BlockRows - 1) / BlockRows];
        ForRows((i, costs) =>
        {
            var limit = double.PositiveInfinity;
            double largest = 0;
            for (var j = 0; j < costs.Length; j++)
            {
                limit = Math.Min(limit, costs[j] - _g[j].High + Error(costs[j], _g[j].High));
                largest = Math.Max(largest, costs[j]);
            }
            most[i / BlockRows] = Math.Max(most[i / BlockRows], largest);
            DoubleDouble least = double.PositiveInfinity;
            for (var j = 0; j < costs.Length; j++)
            {
                if (costs[j] - _g[j].High - Error(costs[j], _g[j].High) > limit)
                    continue;
                var value = lower * _geometry.PreciseCost(i, j) - _g[j];
                if (double.IsPositiveInfinity(least.High) || value < least)
                    least = value;
            }
            _f[i] = least;
        });
        _largest = most.Max();
    }

    // Σ P·r: how much the plan can cost too much.
    private double Excess(TransportPlan plan)
    {
        double sum = 0;
        for (var k = 0; k < plan.Count; k++)
        {
            var (i, j) = (plan.Source[k], plan.Target[k]);
            sum += plan.Mass[k] * Math.Max(0, (_geometry.PreciseCost(i, j) - _f[i] - _g[j]).High);
        }
        return sum;
    }

    // The reduced costs up to a limit, in float64; with 32 digits where float64 would be wrong by more than the tolerance.
    private double[] Reduced(double limit, double tolerance, double unit)
    {
        var cols = _geometry.Cols;
        var reduced = new double[(long)_geometry.Rows * cols];
        ForRows((i, costs) =>
        {
            var f = _f[i].High;
            var row = reduced.AsSpan(i * cols, cols);
            for (var j = 0; j < cols; j++)
            {
                var g = _g[j].High;
                var value = costs[j] - g - f;
                var error = Error(costs[j], g) + 4 * DoubleDouble.Rounding * Math.Abs(f);
                if (value - error < limit && error > tolerance)
                    value = (_geometry.PreciseCost(i, j) - _f[i] - _g[j]).High;
                row[j] = Math.Clamp(value, 0, limit) / unit;
            }
        });
        return reduced;
    }

    private void ForRows(Action<int, double[]> body)
    {
        var cols = _geometry.Cols;
        Work.ForBlocks(_geometry.Rows, BlockRows, (long)BlockRows * cols, _options.ThreadCount, (from, count) =>
        {
            var costs = new double[cols];
            for (var i = from; i < from + count; i++)
            {
                _geometry.FillExactRows(i, 1, costs);
                body(i, costs);
            }
        }, _cancellation);
    }
}
