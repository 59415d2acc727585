using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Earthmover.Transport;

/// <summary>How Sinkhorn's iteration may work.</summary>
public sealed record SinkhornOptions
{
    /// <summary>Largest total deviation Σ|column sum − b| of the plan at which to stop. Default 10⁻⁶ (float32 kernels
    /// cannot prove much less).</summary>
    public double MarginalTolerance { get; init; } = 1e-6;

    /// <summary>Most iterations at the final ε. Default 10,000.</summary>
    public int MaxIterations { get; init; } = 10_000;

    /// <summary>Whether to come down to ε from the largest cost, halving, and to end in float64 by Newton's method where the iteration
    /// crawls; false for the plain iteration alone. Default true.</summary>
    public bool Scaling { get; init; } = true;

    /// <summary>Told when a stage begins.</summary>
    public IProgress<TransportProgress>? Progress { get; init; }

    /// <summary>Bytes that the float32 cost matrix may take; 0 = half of the available memory.</summary>
    public long MemoryBudgetBytes { get; init; }
}

/// <summary>What Sinkhorn's iteration found. Everything is in units of the cost.</summary>
/// <param name="Epsilon">The regularization ε.</param>
/// <param name="DualValue">Σ a·f + Σ b·g − ε(Σ P − 1): the entropic optimum (with −ε·H(P | a⊗b)) when converged.</param>
/// <param name="PlanCost">⟨P̂, C⟩ of the plan rounded to exact margins: an upper bound of the exact optimum.</param>
/// <param name="LowerBound">Σ a·fᶜ + Σ b·g by c-transform: a certified lower bound of the exact optimum.</param>
/// <param name="MarginalError">Σ|column sum − b| of the last plan, before rounding.</param>
/// <param name="Iterations">Iterations at the final ε.</param>
/// <param name="Converged">Whether MarginalError reached the tolerance with digits that tell it.</param>
/// <param name="Potentials">The entropic potentials f [n] and g [m].</param>
public sealed record SinkhornResult(
    double Epsilon,
    double DualValue,
    double PlanCost,
    double LowerBound,
    double MarginalError,
    int Iterations,
    bool Converged,
    TransportPotentials Potentials)
{
    /// <summary>What rounding of the potentials and margins that are still off can have changed in <see cref="DualValue"/>.</summary>
    public double ValueError { get; init; }

    /// <summary>Why it did not converge, in words.</summary>
    /// <param name="options">The tolerance asked for; null for the default.</param>
    public string Amiss(SinkhornOptions? options = null) => MarginalError > 2 * (options ?? new SinkhornOptions()).MarginalTolerance
        ? $"margins off by {MarginalError:g3}"
        : "the exponents have too few digits left to tell the margins";

    internal SinkhornResult Scaled(int exponent, double epsilon)
    {
        double By(double value) => Math.ScaleB(value, exponent);
        return this with
        {
            Epsilon = epsilon,
            DualValue = By(DualValue),
            PlanCost = By(PlanCost),
            LowerBound = By(LowerBound),
            ValueError = By(ValueError),
            Potentials = new TransportPotentials(Array.ConvertAll(Potentials.F, By), Array.ConvertAll(Potentials.G, By)),
        };
    }
}

/// <summary>A Sinkhorn divergence with what is known of it.</summary>
/// <param name="Value">0 for equal clouds, in units of the cost.</param>
/// <param name="Error">What rounding and open margins can have changed.</param>
/// <param name="Converged">Whether all three iterations ended and the digits of their difference are right.</param>
/// <param name="Reason">What is amiss, in words; empty where nothing is.</param>
public sealed record SinkhornDivergence(double Value, double Error, bool Converged, string Reason);

/// <summary>
/// Entropic transport in the log domain (Cuturi 2013; Peyré and Cuturi 2019, §4.4) with one read of the cost matrix and one
/// exponential per entry and iteration: the row update normalizes each row, so the column sums of the normalized plan come
/// out of the same pass without overflow.
/// </summary>
internal sealed class Sinkhorn
{
    // Rows of float64 costs at a time: the kernel's tiles are then full.
    private const int ExactRows = 18;

    private readonly CostRows _rows;
    private readonly double[] _a;
    private readonly double[] _b;
    private readonly double[] _f;
    private readonly double[] _g;
    private readonly float[] _scaled;
    private readonly float[] _work;
    private readonly float[] _columns;
    private readonly double[] _columnSums;

    public Sinkhorn(CostRows rows, WeightVector a, WeightVector b)
    {
        _rows = rows;
        _a = a.ToArray();
        _b = b.ToArray();
        _f = new double[_a.Length];
        _g = new double[_b.Length];
        _scaled = new float[_b.Length];
        _work = new float[_b.Length];
        _columns = new float[_b.Length];
        _columnSums = new double[_b.Length];
    }

    public double[] F => _f;

    public double[] G => _g;

    /// <summary>One iteration: f from g, then g from the column sums. Returns Σ|column sum − b| before g moved.</summary>
    public double Iterate(double epsilon)
    {
        var error = Rows(epsilon);
        for (var j = 0; j < _g.Length; j++)
        {
            if (_b[j] > 0 && _columnSums[j] > 0)
                _g[j] += epsilon * Math.Log(_b[j] / _columnSums[j]);
            else if (_b[j] > 0)
                _g[j] += epsilon * 80;
        }
        return error;
    }

    /// <summary>Updates f so that all row sums are right; returns the deviation of the column sums.</summary>
    public double Rows(double epsilon)
    {
        for (var j = 0; j < _g.Length; j++)
            _scaled[j] = _b[j] > 0 ? (float)(_g[j] / epsilon) : -1e30f;
        Array.Clear(_columnSums);
        Array.Clear(_columns);
        var inverse = (float)(1 / epsilon);
        for (var i = 0; i < _f.Length; i++)
        {
            if (_a[i] <= 0)
                continue;
            var (most, sum) = Pass(_rows.Row(i), inverse);
            _f[i] = epsilon * (Math.Log(_a[i]) - most - Math.Log(sum));
            AddScaled((float)(_a[i] / sum));
            // Float32 partial sums of 64 rows, then float64: keeps the columns good to 10⁻⁷.
            if (i % 64 == 63 || i == _f.Length - 1)
                Flush();
        }
        Flush();
        double error = 0;
        for (var j = 0; j < _b.Length; j++)
            error += Math.Abs(_columnSums[j] - _b[j]);
        return error;
    }

    /// <summary>
    /// ⟨P, C⟩ after making the margins of the plan that Rows left exact (Altschuler, Weed and Rigollet 2017, algorithm 2).
    /// </summary>
    public double RoundedCost(double epsilon)
    {
        // Rows are exact by construction; columns that are too full are scaled down and the rest is spread as a product.
        var (shrink, free) = (new double[_b.Length], new double[_b.Length]);
        for (var j = 0; j < _b.Length; j++)
        {
            shrink[j] = _columnSums[j] > _b[j] ? _b[j] / _columnSums[j] : 1;
            free[j] = Math.Max(0, _b[j] - _columnSums[j]);
        }
        // An upper bound takes the true costs.
        var exact = new double[ExactRows * _b.Length];
        double cost = 0, spread = 0, missing = 0;
        for (var i = 0; i < _a.Length; i++)
        {
            if (i % ExactRows == 0)
                _rows.Geometry.FillExactRows(i, Math.Min(ExactRows, _a.Length - i), exact);
            if (_a[i] <= 0)
                continue;
            var (_, sum) = Pass(_rows.Row(i), (float)(1 / epsilon));
            var part = Weigh(_work, shrink, free, exact.AsSpan(i % ExactRows * _b.Length, _b.Length));
            cost += _a[i] / sum * part.Cost;
            var rest = Math.Max(0, _a[i] - _a[i] / sum * part.Kept);
            spread += rest * part.Free;
            missing += rest;
        }
        return missing > 0 ? cost + spread / missing : cost;
    }

    // Σ work·shrink, the same times the costs, and Σ free·costs: of one row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Kept, double Cost, double Free) Weigh(
        ReadOnlySpan<float> work, ReadOnlySpan<double> shrink, ReadOnlySpan<double> free, ReadOnlySpan<double> costs)
    {
        var n = work.Length;
        ref var w = ref MemoryMarshal.GetReference(work);
        ref var s = ref MemoryMarshal.GetReference(shrink[..n]);
        ref var f = ref MemoryMarshal.GetReference(free[..n]);
        ref var c = ref MemoryMarshal.GetReference(costs[..n]);
        var (keeps, sums, frees) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var k = 0;
        for (; k + 4 <= n; k += 4)
        {
            var price = Vector256.LoadUnsafe(ref c, (nuint)k);
            var mass = PairSum.Widen(ref w, k) * Vector256.LoadUnsafe(ref s, (nuint)k);
            keeps += mass;
            sums = Vector256.MultiplyAddEstimate(mass, price, sums);
            frees = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref f, (nuint)k), price, frees);
        }
        var (kept, cost, freed) = (Vector256.Sum(keeps), Vector256.Sum(sums), Vector256.Sum(frees));
        for (; k < n; k++)
        {
            kept += work[k] * shrink[k];
            cost += work[k] * shrink[k] * costs[k];
            freed += free[k] * costs[k];
        }
        return (kept, cost, freed);
    }

    private (double Most, double Sum) Pass(ReadOnlySpan<float> row, float inverse) =>
        Vector512.IsHardwareAccelerated ? Pass<Vector512<float>, Simd512<float>>(row, inverse)
        : Vector256.IsHardwareAccelerated ? Pass<Vector256<float>, Simd256<float>>(row, inverse)
        : Pass<Vector128<float>, Simd128<float>>(row, inverse);

    // work = exp(g/ε − c/ε − most); returns most and Σ work.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (double Most, double Sum) Pass<TVector, TSimd>(ReadOnlySpan<float> row, float inverse)
        where TVector : struct
        where TSimd : ISimd<float, TVector>
    {
        ref var c = ref MemoryMarshal.GetReference(row);
        ref var g = ref MemoryMarshal.GetArrayDataReference(_scaled);
        ref var work = ref MemoryMarshal.GetArrayDataReference(_work);
        var n = _scaled.Length;
        var lanes = TSimd.Count;
        var minus = TSimd.Create(-inverse);
        var high = TSimd.Create(float.NegativeInfinity);
        var k = 0;
        for (; k + lanes <= n; k += lanes)
        {
            var value = TSimd.MultiplyAdd(TSimd.Load(ref c, (nuint)k), minus, TSimd.Load(ref g, (nuint)k));
            TSimd.Store(value, ref work, (nuint)k);
            high = TSimd.Max(high, value);
        }
        Span<float> lane = stackalloc float[lanes];
        TSimd.Store(high, ref MemoryMarshal.GetReference(lane), 0);
        var most = float.NegativeInfinity;
        foreach (var value in lane)
            most = Math.Max(most, value);
        for (var t = k; t < n; t++)
        {
            _work[t] = _scaled[t] - row[t] * inverse;
            most = Math.Max(most, _work[t]);
        }
        var shift = TSimd.Create(most);
        var sums = TSimd.Create(0);
        for (k = 0; k + lanes <= n; k += lanes)
        {
            var e = TSimd.Exp(TSimd.Subtract(TSimd.Load(ref work, (nuint)k), shift));
            TSimd.Store(e, ref work, (nuint)k);
            sums = TSimd.Add(sums, e);
        }
        double sum = TSimd.Sum(sums);
        for (; k < n; k++)
        {
            _work[k] = MathF.Exp(_work[k] - most);
            sum += _work[k];
        }
        return (most, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddScaled(float factor)
    {
        ref var work = ref MemoryMarshal.GetArrayDataReference(_work);
        ref var columns = ref MemoryMarshal.GetArrayDataReference(_columns);
        var scale = Vector256.Create(factor);
        var k = 0;
        for (; k + 8 <= _work.Length; k += 8)
        {
            Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref work, (nuint)k), scale, Vector256.LoadUnsafe(ref columns, (nuint)k))
                .StoreUnsafe(ref columns, (nuint)k);
        }
        for (; k < _work.Length; k++)
            _columns[k] += _work[k] * factor;
    }

    private void Flush()
    {
        for (var j = 0; j < _columns.Length; j++)
            _columnSums[j] += _columns[j];
        Array.Clear(_columns);
    }
}
