using System.Numerics;

namespace Earthmover.Metrics.Tables;

/// <summary>
/// Logistic regression with ½‖w‖² added to C times the sum of log losses, biases left free: scikit-learn's definition. Several
/// classes by softmax.
/// </summary>
/// <remarks>
/// Found by Newton's method whose steps come from conjugate gradients: the function is convex, so where it ends does not depend on the way.
/// Two classes have one vector of weights, several have one each.
/// </remarks>
public sealed class LogisticModel
{
    private const int MostSteps = 100, MostInner = 200, MostHalvings = 40;
    private const double Tolerance = 1e-6;
    // What a step leads down, as a share of the function: the step after one of so little would be that of its square.
    private const double LeastDescent = 1e-8;

    private readonly double[] _weights;
    private readonly int _classes, _vectors, _width;

    // Weights lie as they are used: those of one feature side by side [width + 1, vectors], the biases last.
    private LogisticModel(double[] weights, int classes, int width) =>
        (_weights, _classes, _vectors, _width) = (weights, classes, classes == 2 ? 1 : classes, width);

    /// <summary>Weights of each vector, the bias last [vectors, width + 1].</summary>
    public IReadOnlyList<double> Weights =>
        [.. from v in Enumerable.Range(0, _vectors) from k in Enumerable.Range(0, _width + 1) select _weights[k * _vectors + v]];

    /// <summary>How often all rows were gone through to find it: what it cost.</summary>
    internal int Passes { get; private init; }

    /// <summary>Fits a model.</summary>
    /// <param name="rows">Rows, at least one.</param>
    /// <param name="labels">The class of each [N], 0 to classes − 1.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="c">C, above 0: larger trusts the rows more.</param>
    public static LogisticModel Train(DesignRows rows, int[] labels, int classes, double c = 1)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(labels);
        var width = rows.Width;
        var vectors = classes == 2 ? 1 : classes;
        var problem = new Problem(rows, labels, vectors, width, c);
        var w = new double[vectors * (width + 1)];
        var (value, gradient) = problem.At(w);
        for (var step = 0; step < MostSteps && gradient.Max(Math.Abs) > Tolerance; step++)
        {
            var direction = problem.Newton(gradient, MostInner);
            var slope = Dot(direction, gradient);
            var length = 1.0;
            var halved = 0;
            for (; halved < MostHalvings; halved++, length /= 2)
            {
                double[] next = [.. w.Zip(direction, (at, way) => at + length * way)];
                var (there, slopes) = problem.At(next);
                if (!(there <= value + 1e-4 * length * slope))
                    continue;
                (w, value, gradient) = (next, there, slopes);
                break;
            }
            // Rounding has the last word: no step leads down any more.
            if (halved == MostHalvings || -slope < LeastDescent * value)
                break;
        }
        return new(w, classes, width) { Passes = problem.Passes };
    }

    /// <summary>Probabilities of classes [N, classes].</summary>
    /// <param name="rows">Rows of the same columns.</param>
    public double[] Predict(DesignRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var scores = Problem.Scores(rows, _weights, _vectors, _width);
        var result = new double[checked(rows.Count * _classes)];
        for (var i = 0; i < rows.Count; i++)
        {
            var mine = scores.AsSpan(i * _vectors, _vectors);
            Problem.Softmax(mine);
            mine.CopyTo(result.AsSpan(i * _classes + (_classes - _vectors)));
            if (_vectors == 1)
                result[i * 2] = 1 - mine[0];
        }
        return result;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private sealed class Problem(DesignRows rows, int[] labels, int vectors, int width, double c)
    {
        // Rows that one thread goes through at a time.
        private const int Block = 1024;

        // Where each column's weights begin.
        private readonly int[] _places = [.. rows.Columns.Select((_, k) => rows.Columns.Take(k).Sum(column => column.Width))];
        private double[] _probabilities = [];

        public int Passes { get; private set; }

        public (double Value, double[] Gradient) At(double[] w)
        {
            var scores = Scores(rows, w, vectors, width);
            var loss = 0.0;
            for (var i = 0; i < rows.Count; i++)
            {
                var mine = scores.AsSpan(i * vectors, vectors);
                loss += Loss(mine, labels[i]);
                Softmax(mine);
            }
            _probabilities = (double[])scores.Clone();
            for (var i = 0; i < rows.Count; i++)
                if (vectors == 1)
                    scores[i] -= labels[i];
                else
                    scores[i * vectors + labels[i]] -= 1;
            return (c * loss + Penalty(w), Collected(scores, w));
        }

        // Conjugate gradients on H d = −g, as exactly as is worth it so far from the end.
        public double[] Newton(double[] gradient, int most)
        {
            var solution = new double[gradient.Length];
            var residual = Array.ConvertAll(gradient, g => -g);
            var way = (double[])residual.Clone();
            var squares = Dot(residual, residual);
            var wanted = squares * Math.Min(0.01, Math.Sqrt(squares) * 1e-3);
            for (var k = 0; k < most && squares > wanted; k++)
            {
                var curved = Curvature(way);
                var bend = Dot(way, curved);
                // All biases moved together change nothing where each class has its own.
                if (!(bend > 0))
                    break;
                var length = squares / bend;
                for (var i = 0; i < solution.Length; i++)
                {
                    solution[i] += length * way[i];
                    residual[i] -= length * curved[i];
                }
                var next = Dot(residual, residual);
                for (var i = 0; i < way.Length; i++)
                    way[i] = residual[i] + next / squares * way[i];
                squares = next;
            }
            return solution;
        }

        private double[] Curvature(double[] way)
        {
            var scores = Scores(rows, way, vectors, width);
            for (var i = 0; i < rows.Count; i++)
            {
                var mine = scores.AsSpan(i * vectors, vectors);
                var p = _probabilities.AsSpan(i * vectors, vectors);
                if (vectors == 1)
                {
                    mine[0] *= p[0] * (1 - p[0]);
                    continue;
                }
                var mean = 0.0;
                for (var k = 0; k < vectors; k++)
                    mean += p[k] * mine[k];
                for (var k = 0; k < vectors; k++)
                    mine[k] = p[k] * (mine[k] - mean);
            }
            return Collected(scores, way);
        }

        // C Xᵀr + w, without the biases' share of w.
        private double[] Collected(double[] residuals, double[] w)
        {
            var result = Gathered(residuals);
            for (var k = 0; k < result.Length; k++)
                result[k] = c * result[k] + (k < width * vectors ? w[k] : 0);
            return result;
        }

        // Xᵀr. Columns share no number, so that any number of threads gives the same.
        private double[] Gathered(double[] residuals)
        {
            Passes++;
            var result = new double[(width + 1) * vectors];
            Parallel.For(0, rows.Columns.Count + 1, k =>
            {
                var column = k < _places.Length ? rows.Columns[k] : null;
                var at = (k < _places.Length ? _places[k] : width) * vectors;
                for (var i = 0; i < rows.Count; i++)
                {
                    var x = column?.Numbers is { } numbers ? numbers[i] : 1;
                    var slot = column?.Slots is { } slots ? slots[i] * vectors : 0;
                    Add(result.AsSpan(at + slot, vectors), residuals.AsSpan(i * vectors, vectors), x);
                }
            });
            return result;
        }

        private static void Add(Span<double> to, ReadOnlySpan<double> what, double times)
        {
            var k = 0;
            for (; k + Vector<double>.Count <= to.Length; k += Vector<double>.Count)
                (new Vector<double>(to[k..]) + new Vector<double>(what[k..]) * times).CopyTo(to[k..]);
            for (; k < to.Length; k++)
                to[k] += what[k] * times;
        }

        private double Penalty(double[] w)
        {
            var sum = 0.0;
            for (var i = 0; i < w.Length; i++)
                sum += i < width * vectors ? w[i] * w[i] : 0;
            return sum / 2;
        }

        private static double Loss(ReadOnlySpan<double> scores, int label)
        {
            if (scores.Length == 1)
                return Math.Max(scores[0], 0) + Math.Log(1 + Math.Exp(-Math.Abs(scores[0]))) - (label == 1 ? scores[0] : 0);
            double highest = double.NegativeInfinity, sum = 0;
            foreach (var score in scores)
                highest = Math.Max(highest, score);
            foreach (var score in scores)
                sum += Math.Exp(score - highest);
            return highest + Math.Log(sum) - scores[label];
        }

        /// <summary>Scores to probabilities, in place; one score is that of the second of two classes.</summary>
        public static void Softmax(Span<double> scores)
        {
            if (scores.Length == 1)
            {
                scores[0] = 1 / (1 + Math.Exp(-scores[0]));
                return;
            }
            double highest = double.NegativeInfinity, sum = 0;
            foreach (var score in scores)
                highest = Math.Max(highest, score);
            foreach (ref var score in scores)
                sum += score = Math.Exp(score - highest);
            foreach (ref var score in scores)
                score /= sum;
        }

        public static double[] Scores(DesignRows rows, double[] w, int vectors, int width)
        {
            var scores = new double[checked(rows.Count * vectors)];
            Parallel.For(0, (rows.Count + Block - 1) / Block, block =>
            {
                var (from, to, at) = (block * Block, Math.Min(rows.Count, (block + 1) * Block), 0);
                for (var i = from; i < to; i++)
                    w.AsSpan(width * vectors, vectors).CopyTo(scores.AsSpan(i * vectors));
                foreach (var column in rows.Columns)
                {
                    for (var i = from; i < to; i++)
                        Add(scores.AsSpan(i * vectors, vectors),
                            w.AsSpan((at + (column.Slots?[i] ?? 0)) * vectors, vectors), column.Numbers?[i] ?? 1);
                    at += column.Width;
                }
            });
            return scores;
        }
    }
}
