using System.Buffers;
using System.Numerics;

namespace Earthmover.Transport;

/// <summary>A sliced distance.</summary>
/// <param name="Value">The distance (rooted), in units of the coordinates.</param>
/// <param name="StandardError">Standard error of Value over the directions, by the delta method; NaN for one direction
/// and for the maximum, which is a lower bound and has no such error.</param>
/// <param name="Directions">Number of directions.</param>
/// <param name="BestDirection">The direction of largest distance, [d], unit length.</param>
public sealed record SlicedResult(double Value, double StandardError, int Directions, double[] BestDirection)
{
    /// <summary>A bound of what rounding can have changed in Value, certain below 22 dimensions and else with a probability of all but
    /// 3·10⁻¹⁴ per projection; NaN for the maximum.</summary>
    public double ValueError { get; init; } = double.NaN;

    internal SlicedResult Scaled(int exponent) => this with
    {
        Value = Math.ScaleB(Value, exponent),
        StandardError = Math.ScaleB(StandardError, exponent),
        ValueError = Math.ScaleB(ValueError, exponent),
    };
}

/// <summary>Sliced and max-sliced Wasserstein distances (Bonneel et al. 2015; Deshpande et al. 2019).</summary>
internal static class SlicedWasserstein
{
    // Directions per matrix product: one pass over the points serves them all.
    private const int Block = 64;

    // The part of the distance that rounding may be for the quick way to stand.
    private const double LargestError = 1e-3;

    public static SlicedResult Mean(PointCloud x, PointCloud y, double p, int projections,
        ulong seed, bool orthogonal, TransportOptions options, CancellationToken cancellation)
    {
        Check(x, y, p, projections);
        if (CloudScale.Exponent(x, y) is var exponent and not 0)
            return Mean(CloudScale.Divided(x, exponent), CloudScale.Divided(y, exponent),
                p, projections, seed, orthogonal, options, cancellation).Scaled(exponent);
        var d = x.Dimension;
        var directions = Directions(new NormalSource(seed), projections, d, orthogonal);
        if (!x.IsDouble && !y.IsDouble)
        {
            var quick = Summary(Costs(x.Singles!, y.Singles!, directions, d, p, options, cancellation), p, directions, d);
            // A projection in float32 is wrong by so much of the point's length; beside an offset or an outlier that can be all of the
            // distance.
            var error = ProjectionError.Bound(x, y, p, projections, orthogonal, quick.Value);
            if (error <= LargestError * quick.Value)
                return quick with { ValueError = error };
        }
        var center = Center(x);
        var (u, v) = (Moved(x, center), Moved(y, center));
        var exactly = Array.ConvertAll(directions, c => (double)c);
        var precise = Summary(Costs(u.AsDoubles(), v.AsDoubles(), exactly, d, p, options, cancellation), p, directions, d);
        return precise with { ValueError = ProjectionError.Bound(u, v, p, projections, orthogonal, precise.Value) };
    }

    private static SlicedResult Summary(double[] costs, double p, float[] directions, int d)
    {
        var projections = costs.Length;
        double mean = 0, best = double.NegativeInfinity;
        var at = 0;
        for (var k = 0; k < projections; k++)
        {
            mean += costs[k] / projections;
            if (costs[k] > best)
                (best, at) = (costs[k], k);
        }
        double variance = 0;
        foreach (var cost in costs)
            variance += (cost - mean) * (cost - mean);
        variance /= Math.Max(1, projections - 1);
        var value = Math.Pow(mean, 1 / p);
        // d(mean^(1/p)) = mean^(1/p − 1)/p · d(mean)
        var error = projections == 1 ? double.NaN
            : mean == 0 ? 0
            : Math.Sqrt(variance / projections) * value / (p * mean);
        return new SlicedResult(value, error, projections, Array.ConvertAll(directions.AsSpan(at * d, d).ToArray(), v => (double)v));
    }

    /// <summary>Projected gradient ascent from several starts on θ ↦ W_p^p(⟨θ, x⟩, ⟨θ, y⟩); the best value found.</summary>
    public static SlicedResult Max(
        PointCloud x, PointCloud y, double p, int starts, int steps, ulong seed, TransportOptions options, CancellationToken cancellation)
    {
        Check(x, y, p, starts);
        if (CloudScale.Exponent(x, y) is var exponent and not 0)
            return Max(CloudScale.Divided(x, exponent), CloudScale.Divided(y, exponent),
                p, starts, steps, seed, options, cancellation).Scaled(exponent);
        var d = x.Dimension;
        var source = new NormalSource(seed);
        var directions = Directions(source, starts, d, true);
        // The difference of the means is often the answer and always a good start.
        var difference = MeanDifference(x, y);
        if (difference is not null)
            difference.CopyTo(directions.AsSpan(0, d));
        var best = double.NegativeInfinity;
        var bestDirection = new double[d];
        for (var s = 0; s < starts; s++)
        {
            var θ = Array.ConvertAll(directions.AsSpan(s * d, d).ToArray(), v => (double)v);
            var step = 1.0;
            var (value, gradient) = ValueAndGradient(x, y, p, θ);
            for (var k = 0; k < steps && step > 1e-6; k++)
            {
                cancellation.ThrowIfCancellationRequested();
                var next = new double[d];
                var scale = step / Math.Max(Norm(gradient), double.Epsilon);
                for (var c = 0; c < d; c++)
                    next[c] = θ[c] + scale * gradient[c];
                Normalize(next);
                var (nextValue, nextGradient) = ValueAndGradient(x, y, p, next);
                if (nextValue > value)
                {
                    (θ, value, gradient) = (next, nextValue, nextGradient);
                    step = Math.Min(2, step * 1.5);
                }
                else
                {
                    step /= 3;
                }
            }
            if (value > best)
                (best, bestDirection) = (value, θ);
        }
        return new SlicedResult(Math.Pow(Math.Max(0, best), 1 / p), double.NaN, starts, bestDirection);
    }

    // The median of some points, coordinate by coordinate: what an outlier cannot move.
    private static double[] Center(PointCloud x)
    {
        var center = new double[x.Dimension];
        var some = new double[Math.Min(255, x.Count)];
        for (var c = 0; c < center.Length; c++)
        {
            for (var s = 0; s < some.Length; s++)
                some[s] = x[(int)((long)s * x.Count / some.Length), c];
            Array.Sort(some);
            center[c] = some[some.Length / 2];
        }
        return center;
    }

    private static PointCloud Moved(PointCloud cloud, double[] center)
    {
        var values = cloud.ToDoubles();
        for (var k = 0; k < values.Length; k++)
            values[k] -= center[k % center.Length];
        return PointCloud.Over(values, cloud.Count, cloud.Dimension, cloud.Name);
    }

    private static void Check(PointCloud x, PointCloud y, double p, int projections)
    {
        PointCloud.RequireOneSpace(x, y);
        if (!(p >= 1) || double.IsInfinity(p))
            throw new ArgumentException($"p is {p}; it must be finite and at least 1.");
        if (projections < 1)
            throw new ArgumentException($"{projections} directions; at least 1 is needed.");
    }

    // W_p^p along each direction, all in float32 or all in float64.
    private static double[] Costs<T>(
        T[] x, T[] y, T[] directions, int d, double p, TransportOptions options, CancellationToken cancellation)
        where T : unmanaged, IFloatingPoint<T>
    {
        var (n, m, count) = (x.Length / d, y.Length / d, directions.Length / d);
        var packedX = new PackedPoints<T>(x, n, d);
        var packedY = new PackedPoints<T>(y, m, d);
        var costs = new double[count];
        Work.ForBlocks(count, Block, (long)Block * (n + m) * d, options.ThreadCount, (from, size) =>
        {
            // Rented: fresh megabytes for every block would cost as much in the kernel as the sorting.
            var u = ArrayPool<T>.Shared.Rent(size * n);
            var v = ArrayPool<T>.Shared.Rent(size * m);
            var scratch = ArrayPool<T>.Shared.Rent(Math.Max(n, m));
            var block = directions.AsSpan(from * d, size * d);
            packedX.Evaluate<ProductTerm>(block, size, u);
            packedY.Evaluate<ProductTerm>(block, size, v);
            for (var k = 0; k < size; k++)
            {
                var a = u.AsSpan(k * n, n);
                var b = v.AsSpan(k * m, m);
                RadixSort.Sort(a, scratch);
                RadixSort.Sort(b, scratch);
                costs[from + k] = Univariate.SortedCost<T>(a, b, p);
            }
            foreach (var rented in new[] { u, v, scratch })
                ArrayPool<T>.Shared.Return(rented);
        }, cancellation);
        return costs;
    }

    // Unit vectors; orthogonal within each group of d, which lowers the variance and keeps the mean (UnifOrtho).
    internal static float[] Directions(NormalSource source, int count, int d, bool orthogonal)
    {
        var result = new float[count * d];
        var basis = new double[Math.Min(count, d) * d];
        var members = 0;
        for (var k = 0; k < count; k++)
        {
            if (!orthogonal || members == d)
                members = 0;
            var θ = basis.AsSpan(members * d, d);
            do
            {
                for (var c = 0; c < d; c++)
                    θ[c] = source.Normal();
                // Modified Gram–Schmidt: independent normal vectors are far from dependent, so once is enough.
                for (var b = 0; b < members; b++)
                {
                    var other = basis.AsSpan(b * d, d);
                    DenseMatrix.AddScaled(θ, other, -DenseMatrix.Dot(θ, other));
                }
            }
            while (Norm(θ) < 1e-9);
            Normalize(θ);
            members++;
            for (var c = 0; c < d; c++)
                result[k * d + c] = (float)θ[c];
        }
        return result;
    }

    private static (double Value, double[] Gradient) ValueAndGradient(PointCloud x, PointCloud y, double p, double[] θ)
    {
        var (u, orderX) = Project(x, θ);
        var (v, orderY) = Project(y, θ);
        var gradient = new double[θ.Length];
        double sum = 0;
        long leftU = v.Length, leftV = u.Length;
        var total = (double)u.Length * v.Length;
        var (i, j) = (0, 0);
        while (i < u.Length && j < v.Length)
        {
            var moved = Math.Min(leftU, leftV);
            var difference = u[i] - v[j];
            var mass = moved / total;
            sum += mass * Univariate.Power(Math.Abs(difference), p);
            var slope = mass * p * Math.Pow(Math.Abs(difference), p - 1) * Math.Sign(difference);
            for (var c = 0; c < θ.Length; c++)
                gradient[c] += slope * (x[orderX[i], c] - y[orderY[j], c]);
            if ((leftU -= moved) == 0)
                (i, leftU) = (i + 1, v.Length);
            if ((leftV -= moved) == 0)
                (j, leftV) = (j + 1, u.Length);
        }
        Subtract(gradient, θ);
        return (sum, gradient);
    }

    private static (double[] Values, int[] Order) Project(PointCloud cloud, double[] θ)
    {
        var values = new double[cloud.Count];
        var order = new int[cloud.Count];
        for (var i = 0; i < values.Length; i++)
        {
            order[i] = i;
            for (var c = 0; c < θ.Length; c++)
                values[i] += cloud[i, c] * θ[c];
        }
        Array.Sort(values, order);
        return (values, order);
    }

    private static float[]? MeanDifference(PointCloud x, PointCloud y)
    {
        var difference = new double[x.Dimension];
        for (var c = 0; c < difference.Length; c++)
        {
            for (var i = 0; i < x.Count; i++)
                difference[c] += x[i, c] / x.Count;
            for (var i = 0; i < y.Count; i++)
                difference[c] -= y[i, c] / y.Count;
        }
        if (Norm(difference) == 0)
            return null;
        Normalize(difference);
        return Array.ConvertAll(difference, v => (float)v);
    }

    private static void Subtract(double[] θ, double[] unit)
    {
        double dot = 0;
        for (var c = 0; c < θ.Length; c++)
            dot += θ[c] * unit[c];
        for (var c = 0; c < θ.Length; c++)
            θ[c] -= dot * unit[c];
    }

    private static double Norm(ReadOnlySpan<double> θ)
    {
        double sum = 0;
        foreach (var value in θ)
            sum += value * value;
        return Math.Sqrt(sum);
    }

    private static void Normalize(Span<double> θ)
    {
        var norm = Norm(θ);
        for (var c = 0; c < θ.Length; c++)
            θ[c] /= norm;
    }
}
