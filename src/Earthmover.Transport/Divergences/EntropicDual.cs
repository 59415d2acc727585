using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Earthmover.Transport;

/// <summary>
/// Entropic transport in float64: what float32 costs leave undecided. Sinkhorn's iteration brings the potentials near, Newton's method on
/// the
/// semi-dual (Brauer, Clason, Lorenz and Wirth 2017) ends it where the iteration would crawl; its equations are solved by conjugate
/// gradients.
/// </summary>
/// <remarks>Memory: 16·n·m bytes, for costs and plan.</remarks>
internal sealed class EntropicDual
{
    // Products with the plan in the Newton steps from one start together, fewer where each is long, and in one of them.
    private const int MostProducts = 3000;
    private const int FewestProducts = 300;
    private const double MostEntries = 2e10;
    private const int ProductsPerStep = 250;

    // Newton's steps begin after so many iterations of Sinkhorn's.
    private const int FirstIterations = 50;

    private readonly double[] _costs;
    private readonly double[] _plan;
    private readonly double[] _a;
    private readonly double[] _b;
    private readonly double[] _logA;
    private readonly double[] _row;
    private readonly double[] _columns;
    private readonly double _epsilon;
    private readonly int _mostProducts;
    private int _products;
    private double[]? _best;
    private double _bestRank = double.PositiveInfinity;

    public EntropicDual(TransportProblem problem, double epsilon, TransportOptions options, CancellationToken cancellation)
    {
        var geometry = problem.Geometry;
        _costs = new double[(long)geometry.Rows * geometry.Cols];
        ExactCosts.Fill(geometry, _costs, options, cancellation);
        _plan = new double[_costs.Length];
        (_a, _b) = (problem.A.ToArray(), problem.B.ToArray());
        _logA = Array.ConvertAll(_a, Math.Log);
        _row = new double[_b.Length];
        _columns = new double[_b.Length];
        _epsilon = epsilon;
        F = new double[_a.Length];
        G = new double[_b.Length];
        _mostProducts = (int)Math.Clamp(MostEntries / _costs.Length, FewestProducts, MostProducts);
    }

    /// <summary>Potentials of the sources; the rows of the plan are right for them.</summary>
    public double[] F { get; }

    /// <summary>Potentials of the targets.</summary>
    public double[] G { get; private set; }

    /// <summary>Σ|column sum − b|.</summary>
    public double MarginalError { get; private set; }

    /// <summary>How far rounding can move the exponents of the plan, weighted by mass: above the tolerance no margin is known.</summary>
    public double Lost { get; private set; }

    /// <summary>Iterations of both kinds.</summary>
    public int Iterations { get; private set; }

    public static bool Fits(TransportGeometry geometry, TransportOptions options)
    {
        var entries = (long)geometry.Rows * geometry.Cols;
        return 16 * entries <= options.MemoryBudget && entries <= Array.MaxLength;
    }

    /// <summary>Iterates until the margins are right to the tolerance or the limits are reached.</summary>
    /// <param name="start">Potentials of the targets to begin with.</param>
    /// <param name="tolerance">Of Σ|column sum − b|.</param>
    /// <param name="limit">Most iterations.</param>
    /// <param name="cancellation">Checked once per iteration.</param>
    /// <returns>Whether the margins are right and known.</returns>
    public bool Run(double[] start, double tolerance, int limit, CancellationToken cancellation)
    {
        G = Centered(start);
        _products = 0;
        var value = Rows();
        for (var k = 0; k < limit && MarginalError > tolerance; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            Iterations++;
            var before = MarginalError;
            var newton = k >= FirstIterations && _products < _mostProducts && Newton(ref value, cancellation);
            if (!newton)
            {
                for (var j = 0; j < G.Length; j++)
                {
                    if (_b[j] > 0)
                        G[j] += _epsilon * Math.Log(_b[j] / Math.Max(_columns[j], 1e-300));
                }
                value = Rows();
            }
            // Newton's work is done and the iteration stands, or the digits are gone: nothing more will come.
            var stands = _products >= _mostProducts && k % 100 == 0 && MarginalError > 0.9 * before;
            if (k > FirstIterations && (stands || (!IsKnown(tolerance) && MarginalError >= 0.5 * before)))
                break;
        }
        Keep(tolerance);
        return MarginalError <= 2 * tolerance && IsKnown(tolerance);
    }

    /// <summary>Goes back to the best end of all runs.</summary>
    public void TakeBest()
    {
        if (_best is null)
            return;
        G = _best;
        Rows();
    }

    /// <summary>Whether the exponents have digits enough to tell the margins.</summary>
    public bool IsKnown(double tolerance) => Lost <= tolerance;

    /// <summary>
    /// ⟨P, C⟩ after making the margins exact (Altschuler, Weed and Rigollet 2017, algorithm 2): an upper bound of the exact cost.
    /// </summary>
    public double RoundedCost()
    {
        var m = _b.Length;
        var rest = new double[_a.Length];
        double cost = 0, missing = 0;
        for (var i = 0; i < _a.Length; i++)
        {
            double kept = 0;
            for (var j = 0; j < m; j++)
            {
                var mass = _columns[j] > _b[j] ? _plan[i * m + j] * (_b[j] / _columns[j]) : _plan[i * m + j];
                kept += mass;
                cost += mass > 0 ? mass * _costs[i * m + j] : 0;
            }
            rest[i] = Math.Max(0, _a[i] - kept);
            missing += rest[i];
        }
        if (missing <= 0)
            return cost;
        for (var i = 0; i < _a.Length; i++)
        {
            for (var j = 0; j < m && rest[i] > 0; j++)
                cost += rest[i] * Math.Max(0, _b[j] - _columns[j]) / missing * _costs[i * m + j];
        }
        return cost;
    }

    // Ends whose margins are known before others, then those with the better margins.
    private void Keep(double tolerance)
    {
        var rank = (IsKnown(tolerance) ? 0 : 10) + Math.Min(MarginalError, 9);
        if (rank < _bestRank)
            (_best, _bestRank) = ((double[])G.Clone(), rank);
    }

    // Small potentials keep their digits, and they are free up to a constant.
    private static double[] Centered(double[] g)
    {
        var sorted = (double[])g.Clone();
        Array.Sort(sorted);
        return Array.ConvertAll(g, value => value - sorted[sorted.Length / 2]);
    }

    // f from g, the plan of both and its column sums; returns the semi-dual value Σ a·f + Σ b·g.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Rows()
    {
        var m = _b.Length;
        Array.Clear(_columns);
        double value = 0, lost = 0;
        for (var i = 0; i < _a.Length; i++)
        {
            var plan = _plan.AsSpan(i * m, m);
            if (_a[i] <= 0)
            {
                plan.Clear();
                continue;
            }
            var (most, sum) = Exponentials(_costs.AsSpan(i * m, m), plan);
            var scale = _a[i] / sum;
            F[i] = _epsilon * (_logA[i] - Math.Log(sum)) - most;
            for (var j = 0; j < m; j++)
            {
                plan[j] *= scale;
                _columns[j] += plan[j];
            }
            value += _a[i] * F[i];
            lost += _a[i] * Math.Abs(F[i]);
        }
        double error = 0;
        for (var j = 0; j < m; j++)
        {
            error += Math.Abs(_columns[j] - _b[j]);
            value += _b[j] > 0 ? _b[j] * G[j] : 0;
            lost += _b[j] > 0 ? _columns[j] * Math.Abs(G[j]) : 0;
        }
        MarginalError = double.IsFinite(value) ? error : double.PositiveInfinity;
        Lost = 4 * DoubleDouble.Rounding * lost / _epsilon;
        return value;
    }

    // e = exp((g − c − most)/ε), most the largest g − c.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Most, double Sum) Exponentials(ReadOnlySpan<double> costs, Span<double> e)
    {
        var most = double.NegativeInfinity;
        for (var j = 0; j < e.Length; j++)
        {
            e[j] = _b[j] > 0 ? G[j] - costs[j] : double.NegativeInfinity;
            most = double.MaxNative(most, e[j]);
        }
        ref var at = ref MemoryMarshal.GetReference(e);
        var (shift, inverse, sums) = (Vector256.Create(most), Vector256.Create(1 / _epsilon), Vector256<double>.Zero);
        var k = 0;
        for (; k + 4 <= e.Length; k += 4)
        {
            var value = Vector256.Exp((Vector256.LoadUnsafe(ref at, (nuint)k) - shift) * inverse);
            value.StoreUnsafe(ref at, (nuint)k);
            sums += value;
        }
        var sum = Vector256.Sum(sums);
        for (; k < e.Length; k++)
        {
            e[k] = Math.Exp((e[k] - most) / _epsilon);
            sum += e[k];
        }
        return (most, sum);
    }

    // One damped Newton step on the concave semi-dual; false where it does not rise.
    private bool Newton(ref double value, CancellationToken cancellation)
    {
        var m = _b.Length;
        var gradient = new double[m];
        for (var j = 0; j < m; j++)
            gradient[j] = _b[j] - _columns[j];
        var step = ConjugateGradients(gradient, cancellation);
        var slope = DenseMatrix.Dot(gradient, step);
        if (!(slope > 0) || !double.IsFinite(slope))
            return false;
        var (start, before, error) = (G, value, MarginalError);
        for (var length = 1.0; length > 1e-3; length /= 4)
        {
            G = new double[m];
            for (var j = 0; j < m; j++)
                G[j] = start[j] + length * step[j];
            value = Rows();
            // Near the end the value is flat to rounding; there the margins tell.
            if (value > before + 1e-4 * length * slope || MarginalError < 0.5 * error)
                return true;
        }
        G = start;
        value = Rows();
        return false;
    }

    // (diag(s) − Pᵀ·diag(1/a)·P)·δ = ε·gradient, preconditioned by its diagonal.
    private double[] ConjugateGradients(double[] gradient, CancellationToken cancellation)
    {
        var m = _b.Length;
        var (solution, residual) = (new double[m], Array.ConvertAll(gradient, v => _epsilon * v));
        var weights = Array.ConvertAll(_columns, s => s > 1e-300 ? 1 / s : 0);
        var scaled = new double[m];
        double Precondition()
        {
            for (var j = 0; j < m; j++)
                scaled[j] = weights[j] * residual[j];
            return DenseMatrix.Dot(scaled, residual);
        }
        var norm = Precondition();
        var (first, direction, product) = (norm, (double[])scaled.Clone(), new double[m]);
        for (var k = 0; k < ProductsPerStep && norm > 1e-8 * first && norm > 0; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            _products++;
            Multiply(direction, product);
            var curvature = DenseMatrix.Dot(direction, product);
            if (!(curvature > 1e-14 * DenseMatrix.Dot(direction, direction) * DoubleDouble.Rounding))
                break;
            var length = norm / curvature;
            DenseMatrix.AddScaled(solution, direction, length);
            DenseMatrix.AddScaled(residual, product, -length);
            var next = Precondition();
            for (var j = 0; j < m; j++)
                direction[j] = scaled[j] + next / norm * direction[j];
            norm = next;
        }
        return solution;
    }

    private void Multiply(double[] x, double[] product)
    {
        var m = x.Length;
        for (var j = 0; j < m; j++)
            product[j] = _columns[j] * x[j];
        for (var i = 0; i < _a.Length; i++)
        {
            if (_a[i] <= 0)
                continue;
            var row = _plan.AsSpan(i * m, m);
            DenseMatrix.AddScaled(product, row, -DenseMatrix.Dot(row, x) / _a[i]);
        }
    }
}
