using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Editing;

/// <summary>
/// L-BFGS over one latent vector (Liu and Nocedal, 1989): steps along the gradient, bent by what the last ones have shown of its change.
/// Coordinates of a uniform law are found as z = tanh u, which holds them in [−1, 1].
/// </summary>
/// <remarks>
/// Math.NET's begins with a step that is proportional to the gradient at which it ends, and in single precision that is none.
/// </remarks>
public static class LatentSearch
{
    private const int Memory = 10, Trials = 20;
    private const double Enough = 1e-4, Still = 1e-9;

    /// <summary>Descends.</summary>
    /// <param name="law">The law of the vector.</param>
    /// <param name="start">Where it begins.</param>
    /// <param name="error">[1, size] → what is to be small, one number.</param>
    /// <param name="iterations">The most.</param>
    /// <param name="device">Where the error is computed.</param>
    /// <param name="done">Told how many iterations there were.</param>
    /// <param name="cancellation">Ends it between two of them with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The vector of the smallest error that was met, and that error.</returns>
    public static (float[] Z, double Error) Minimize(Latent law, float[] start, Func<Tensor, Tensor> error, int iterations, Device device,
        Action<int>? done = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(law);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(error);
        var best = (Z: start, Error: double.PositiveInfinity);

        (double Value, double[] Slope) At(double[] point)
        {
            using var scope = TensorScope.Open();
            using var record = Autograd.Record();
            var u = Tensor.From<float>([.. point.Select(value => (float)value)], [1, point.Length], device).RequireGrad();
            var z = Bounded(law, u);
            var value = error(z).Sum();
            var slope = Array.ConvertAll(Autograd.Gradient(value, u).Flatten().ToArray<float>(), g => (double)g);
            var found = value.Item();
            if (found < best.Error)
                best = (z.Detach().Flatten().ToArray<float>(), found);
            return (found, slope);
        }

        double[] x = [.. start.Select((value, i) => i < law.Normals ? value : Math.Atanh(Math.Clamp(value, -0.999, 0.999)))];
        var (f, g) = At(x);
        var past = new List<(double[] Step, double[] Change, double Product)>();
        for (var k = 0; k < iterations && double.IsFinite(f); k++)
        {
            cancellation.ThrowIfCancellationRequested();
            done?.Invoke(k);
            var direction = Direction(g, past);
            var fall = Dot(direction, g);
            // The first step is of length one at most: nothing is known yet of how far the slope reaches.
            var length = past.Count > 0 ? 1 : Math.Min(1, 1 / Math.Sqrt(-fall));
            if (!(fall < 0) || Descend(x, f, direction, fall, length, At) is not { } found)
            {
                if (past.Count == 0)
                    break;
                past.Clear();
                continue;
            }
            var (next, value, slope) = found;
            double[] step = Minus(next, x), change = Minus(slope, g);
            var product = Dot(step, change);
            if (product > 1e-12 * Dot(change, change))
                past.Add((step, change, product));
            if (past.Count > Memory)
                past.RemoveAt(0);
            var isStill = f - value <= Still * Math.Abs(f);
            (x, f, g) = (next, value, slope);
            if (isStill)
                break;
        }
        return best;
    }

    // The first of shorter and shorter steps that leads down by enough of what the slope promises (Armijo).
    private static (double[] Point, double Value, double[] Slope)? Descend(double[] x, double f, double[] direction, double fall,
        double length, Func<double[], (double, double[])> at)
    {
        for (var trial = 0; trial < Trials; trial++)
        {
            double[] point = [.. x.Zip(direction, (a, d) => a + length * d)];
            var (value, slope) = at(point);
            if (value <= f + Enough * length * fall)
                return (point, value, slope);
            // Where a parabola through what is known is lowest, within bounds.
            var lowest = -fall * length * length / (2 * (value - f - fall * length));
            length = double.IsFinite(lowest) ? Math.Clamp(lowest, 0.1 * length, 0.5 * length) : 0.1 * length;
        }
        return null;
    }

    private static double[] Direction(double[] slope, List<(double[] Step, double[] Change, double Product)> past)
    {
        double[] q = [.. slope.Select(g => -g)];
        var shares = new double[past.Count];
        for (var k = past.Count - 1; k >= 0; k--)
        {
            shares[k] = Dot(past[k].Step, q) / past[k].Product;
            q = Plus(q, past[k].Change, -shares[k]);
        }
        if (past.Count > 0)
            q = Plus(q, q, past[^1].Product / Dot(past[^1].Change, past[^1].Change) - 1);
        for (var k = 0; k < past.Count; k++)
            q = Plus(q, past[k].Step, shares[k] - Dot(past[k].Change, q) / past[k].Product);
        return q;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Plus(double[] a, double[] b, double times) => [.. a.Zip(b, (x, y) => x + times * y)];

    private static double[] Minus(double[] a, double[] b) => Plus(a, b, -1);

    private static Tensor Bounded(Latent law, Tensor u) => law.Uniforms == 0 ? u
        : Tensor.Cat([u.Narrow(1, 0, law.Normals), u.Narrow(1, law.Normals, law.Uniforms).Tanh()], 1);
}
