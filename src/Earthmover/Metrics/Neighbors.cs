using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Metrics;

/// <summary>Squared Euclidean distances between all samples of two sets, block by block through matrix products in float64.</summary>
/// <remarks>
/// ‖x‖² + ‖y‖² − 2⟨x, y⟩ rounds to about 10⁻¹⁶ ‖x‖². What is small beside that is therefore recomputed from differences: a copy has
/// distance 0, and one sample far away leaves the distances of the others as they are.
/// </remarks>
internal static class Neighbors
{
    private const int BlockElements = 1 << 22;
    private const int Candidates = 4;

    // Squared distances below this share of the squared norms are recomputed from differences.
    private const double Small = 1e-6;

    // Sums of the same squares in another order are the same distance.
    private const double Tied = 1e-12;

    // How far rounding may move a squared distance, as a share of the squared norms.
    private const double Rounding = 1e-13;

    /// <summary>
    /// Calls body(from, block) with the distances of consecutive rows of x to all of y [count, M], and what rounding may have changed
    /// [count, M].
    /// </summary>
    public static void ForBlocks(FeatureSet x, FeatureSet y, Action<int, Tensor, Tensor> body,
        CancellationToken cancellation)
    {
        x.RequireSameSpace(y);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var b = y.ToTensor();
        // Far from the origin the products would be large and their differences lost.
        var center = Centered(b);
        Tensor normsB = SquaredNorms(b).Reshape([-1]), transposed = b.Transpose(0, 1);
        var height = Math.Max(1, BlockElements / y.Count);
        for (var from = 0; from < x.Count; from += height)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = TensorScope.Open();
            var count = Math.Min(height, x.Count - from);
            // Few rows at a time: those of wide tables would take more memory in float64 than all else.
            var a = Op.Add_(x.ToTensor(from, count), center, alpha: -1);
            var norms = SquaredNorms(a) + normsB;
            var squares = Op.ClampMin(Op.Addmm(norms, a, transposed, beta: 1, alpha: -2), 0);
            var rounding = norms * Rounding;
            Sharpen(squares, rounding, norms, x, from, y);
            body(from, squares, rounding);
        }
    }

    // Takes from rows [M, d] the mean of that half of them which is nearest to the mean of all: one sample far away would draw that to
    // itself. What was taken [1, d].
    private static Tensor Centered(Tensor rows)
    {
        using var scope = TensorScope.Open();
        var mean = rows.Mean([0], keep: true);
        _ = Op.Add_(rows, mean, alpha: -1);
        var squares = SquaredNorms(rows).Reshape([1, -1]);
        var (nearest, _) = Op.Topk(squares, (squares.Size(1) + 1) / 2, largest: false);
        var half = Op.Le(squares, nearest.ToArray<double>().Max()).To(DType.Float64);
        var rest = (half / half.Sum()).MatMul(rows);
        _ = Op.Add_(rows, rest, alpha: -1);
        return scope.Keep(mean + rest);
    }

    // Writes over what rounding may have made of small distances [count, M].
    private static void Sharpen(Tensor squares, Tensor rounding, Tensor norms, FeatureSet x, int from, FeatureSet y)
    {
        using var scope = TensorScope.Open();
        var small = Op.Lt(squares, norms * Small);
        var places = Op.Nonzero(small.Reshape([-1])).Reshape([-1]); // [K]
        if (places.Size(0) == 0)
            return;
        var exact = Array.ConvertAll(places.ToArray<long>(),
            place => x.SquaredDistance(from + (int)(place / y.Count), y, (int)(place % y.Count)));
        _ = Op.Scatter_(squares.Reshape([-1]), 0, places, Tensor.From<double>(exact, exact.Length));
        _ = Op.MaskedFill_(rounding, small, 0);
    }

    // [N, d] → [N, 1], a part of the rows at a time: their squares would be as many numbers again.
    private static Tensor SquaredNorms(Tensor rows)
    {
        var height = Math.Max(1, BlockElements / Math.Max(1, rows.Size(1)));
        var norms = new List<Tensor>();
        for (long from = 0; from < rows.Size(0); from += height)
        {
            using var scope = TensorScope.Open();
            norms.Add(scope.Keep(rows.Narrow(0, from, Math.Min(height, rows.Size(0) - from)).Square().Sum([1], keep: true)));
        }
        return norms.Count == 1 ? norms[0] : Tensor.Cat([.. norms]);
    }

    /// <summary>The squared distance of every sample to its k-th neighbor in the same set, itself not counted [N].</summary>
    public static double[] Radii(FeatureSet x, int k, CancellationToken cancellation)
    {
        if (k < 1 || k >= x.Count)
            throw new ArgumentException($"the neighbor number {k} does not exist among {x.Count} samples");
        var radii = new double[x.Count];
        ForBlocks(x, x, (from, squares, _) =>
        {
            // The sample itself is the nearest of all.
            var (values, _) = Op.Topk(squares, k + 1, largest: false);
            values.Select(1, k).Contiguous().ToArray<double>().CopyTo(radii, from);
        }, cancellation);
        return radii;
    }

    /// <summary>The nearest samples of y to every sample of x: all that are equally near.</summary>
    /// <param name="x">From these [N].</param>
    /// <param name="y">To these [M].</param>
    /// <param name="same">x and y are one set, in which a sample is not its own neighbor; the only one has none.</param>
    /// <param name="cancellation">Ends it between two blocks.</param>
    public static int[][] AllNearest(FeatureSet x, FeatureSet y, bool same = false, CancellationToken cancellation = default)
    {
        var nearest = new int[x.Count][];
        ForBlocks(x, y, (from, squares, rounding) =>
        {
            double[] square = squares.ToArray<double>(), rounded = rounding.ToArray<double>();
            for (var i = 0; i < square.Length / y.Count; i++)
                nearest[from + i] = Least(from + i, square.AsSpan(i * y.Count, y.Count), rounded.AsSpan(i * y.Count, y.Count));
        }, cancellation);
        return nearest;

        int[] Least(int row, ReadOnlySpan<double> square, ReadOnlySpan<double> rounded)
        {
            var bound = double.PositiveInfinity;
            for (var j = 0; j < square.Length; j++)
                if (!(same && j == row))
                    bound = Math.Min(bound, square[j] + rounded[j]);
            var candidates = new List<(int Index, double Distance)>();
            for (var j = 0; j < square.Length; j++)
                if (!(same && j == row) && square[j] - rounded[j] <= bound)
                    candidates.Add((j, x.SquaredDistance(row, y, j)));
            var least = candidates.Count == 0 ? 0 : candidates.Min(candidate => candidate.Distance);
            return [.. candidates.Where(candidate => candidate.Distance <= least * (1 + Tied)).Select(candidate => candidate.Index)];
        }
    }

    /// <summary>Distances of every sample of x to its nearest and second nearest samples of y; without a second one that is
    /// infinite.</summary>
    /// <param name="x">From these [N].</param>
    /// <param name="y">To these [M].</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static (double First, double Second)[] NearestTwo(FeatureSet x, FeatureSet y, CancellationToken cancellation = default)
    {
        var two = new (double First, double Second)[x.Count];
        var wanted = Math.Min(Candidates, y.Count);
        ForBlocks(x, y, (from, squares, _) =>
        {
            var (_, columns) = Op.Topk(squares, wanted, largest: false);
            var candidates = columns.Contiguous().ToArray<long>();
            for (var i = 0; i < candidates.Length / wanted; i++)
            {
                var (first, second) = (double.PositiveInfinity, double.PositiveInfinity);
                foreach (var j in candidates.AsSpan(i * wanted, wanted))
                {
                    var d = x.SquaredDistance(from + i, y, (int)j);
                    second = Math.Min(second, Math.Max(first, d));
                    first = Math.Min(first, d);
                }
                two[from + i] = (Math.Sqrt(first), Math.Sqrt(second));
            }
        }, cancellation);
        return two;
    }
}
