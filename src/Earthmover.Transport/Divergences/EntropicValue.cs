namespace Earthmover.Transport;

/// <summary>
/// OT_ε in float64 to the digits of the costs, however large ε is, with a bound of its error: potentials against a⊗b, so that no ε·log of a
/// mass is added and taken away, and log1p of expm1 where all exponents are small.
/// </summary>
/// <remarks>Memory: 16·n·m bytes while Newton's method runs, 8·n·m after it.</remarks>
internal sealed class EntropicValue
{
    // Plain iterations after Newton's method, and for an ε above all costs, where they converge at once.
    private const int MostIterations = 100;

    private const double NewtonTolerance = 1e-13;
    private const int NewtonIterations = 500;

    // Roundings of one potential: of its differences, exponentials and logarithm; those of its costs come per dimension.
    private const double Roundings = 8;

    private readonly double[] _costs;
    private readonly double[] _a;
    private readonly double[] _b;
    private readonly double[] _f;
    private readonly double _epsilon;
    private readonly double _roundings;
    private double[] _g;

    private EntropicValue(TransportProblem problem, double[] start, double epsilon,
        TransportOptions options, CancellationToken cancellation)
    {
        (_a, _b, _epsilon) = (problem.A.ToArray(), problem.B.ToArray(), epsilon);
        (_f, _g) = (new double[_a.Length], new double[_b.Length]);
        _roundings = Roundings + (problem.Geometry is PointCloudGeometry points ? points.X.Dimension : 0);
        _costs = new double[(long)_a.Length * _b.Length];
        ExactCosts.Fill(problem.Geometry, _costs, options, cancellation);
        Largest = _costs.Max(Math.Abs);
        if (epsilon > Largest)
            return;
        var dual = new EntropicDual(problem, epsilon, options, cancellation);
        dual.Run(start, NewtonTolerance, NewtonIterations, cancellation);
        dual.TakeBest();
        for (var j = 0; j < _g.Length; j++)
            _g[j] = _b[j] > 0 ? dual.G[j] - epsilon * Math.Log(_b[j]) : 0;
    }

    private double Largest { get; }

    /// <summary>The value with the bound of its error; null where memory does not suffice.</summary>
    /// <param name="problem">Costs and masses.</param>
    /// <param name="near">A result for it to begin with.</param>
    /// <param name="options">Of the memory.</param>
    /// <param name="cancellation">Checked once per iteration.</param>
    public static (double Value, double Error)? Of(TransportProblem problem, SinkhornResult near,
        SinkhornOptions options, CancellationToken cancellation)
    {
        var transport = new TransportOptions { MemoryBudgetBytes = options.MemoryBudgetBytes };
        if (!EntropicDual.Fits(problem.Geometry, transport))
            return null;
        var (ordinary, exponent) = CloudScale.Ordinary(problem);
        exponent *= exponent == 0 ? 1 : CloudScale.Power(problem.Geometry);
        var start = Array.ConvertAll(near.Potentials.G, g => Math.ScaleB(g, -exponent));
        var (value, error) = new EntropicValue(ordinary, start, Math.ScaleB(near.Epsilon, -exponent),
            transport, cancellation).Best(cancellation);
        return (Math.ScaleB(value, exponent), Math.ScaleB(error, exponent));
    }

    // Iterates until the open part is below the rounding or stands.
    private (double Value, double Error) Best(CancellationToken cancellation)
    {
        var (m, best) = (_b.Length, (Value: 0.0, Error: double.PositiveInfinity));
        for (var k = 0; k < MostIterations; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < _f.Length; i++)
                _f[i] = _a[i] > 0 ? SoftMinimum(_g, _b, i * m, 1) : 0;
            var next = new double[m];
            for (var j = 0; j < m; j++)
                next[j] = _b[j] > 0 ? SoftMinimum(_f, _a, j, m) : 0;
            var value = Mean(_a, _f) + Mean(_b, _g);
            var rounding = Rounding();
            var open = Open(next);
            if (open + rounding < best.Error)
                best = (value, open + rounding);
            else if (k > 1)
                break;
            if (open <= 0.1 * rounding)
                break;
            _g = next;
        }
        return best;
    }

    // Twice: a potential of each side. Numbers below the smallest normal one have absolute errors instead.
    private double Rounding()
    {
        var size = Largest + _f.Max(Math.Abs) + _g.Max(Math.Abs);
        return 2 * _roundings * DoubleDouble.Rounding * size + 4 * double.Epsilon * _epsilon * (_a.Length + _b.Length);
    }

    // The semi-dual is concave with gradient b − columns, so it lacks at most half its 1-norm times the spread of g* − g. That is at most
    // the sum of both spreads, the one of g* being no larger than the costs'; and, the iteration contracting spreads by κ² = tanh²(Δ/4)
    // (Birkhoff), step/(1 − κ²).
    private double Open(double[] next)
    {
        double off = 0;
        var (low, high, least, most) = (double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity);
        for (var j = 0; j < next.Length; j++)
        {
            if (_b[j] <= 0)
                continue;
            var step = next[j] - _g[j];
            off += _b[j] * Math.Abs(ExpM1(-step / _epsilon));
            (low, high) = (Math.Min(low, step), Math.Max(high, step));
            (least, most) = (Math.Min(least, _g[j]), Math.Max(most, _g[j]));
        }
        // The spread of costs is at most twice the largest, for costs of both signs.
        var contracted = (high - low) * Math.Pow(Math.Cosh(Largest / _epsilon), 2);
        return off / 2 * Math.Min(double.IsNaN(contracted) ? double.PositiveInfinity : contracted, most - least + 2 * Largest);
    }

    // −ε·log Σ w·exp((v − c)/ε) over the entries from `first` on in steps; the weights sum to 1.
    private double SoftMinimum(double[] values, double[] weights, int first, int step)
    {
        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var k = 0; k < values.Length; k++)
        {
            if (weights[k] <= 0)
                continue;
            var value = values[k] - _costs[first + k * step];
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }
        var small = most - least <= _epsilon;
        DoubleDouble sum = default, mass = default;
        for (var k = 0; k < values.Length; k++)
        {
            if (weights[k] <= 0)
                continue;
            var exponent = (values[k] - _costs[first + k * step] - most) / _epsilon;
            sum += weights[k] * (small ? ExpM1(exponent) : Math.Exp(exponent));
            mass += weights[k];
        }
        var mean = sum.High / mass.High;
        return -most - _epsilon * (small ? LogP1(mean) : Math.Log(mean));
    }

    private static double Mean(double[] weights, double[] values)
    {
        DoubleDouble sum = default, mass = default;
        for (var k = 0; k < values.Length; k++)
        {
            sum += weights[k] * values[k];
            mass += weights[k];
        }
        return sum.High / mass.High;
    }

    // e^x − 1 and log(1 + x) to full precision, which those of the library have not (Kahan).
    private static double ExpM1(double x)
    {
        var e = Math.Exp(x);
        return e == 1 ? x : e == 0 || double.IsInfinity(e) ? e - 1 : (e - 1) * (x / Math.Log(e));
    }

    private static double LogP1(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }
}
