using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using MathNet.Numerics.LinearAlgebra;

namespace Earthmover.Claims.Lab;

/// <summary>
/// What features know of classes: by a linear classifier on them, ridge regression to the one-hot classes, and by the nearest neighbor.
/// </summary>
public static class LinearProbe
{
    private const int Block = 500;

    /// <summary>Features of pictures [N, …], a block at a time, in the innermost scope.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="map">Pictures [N, C, H, W] in [−1, 1] → features [N, …].</param>
    public static Tensor Features(DataSet data, Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(map);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var source = new BatchSource(data, 1, 1);
        List<Tensor> blocks = [];
        for (var start = 0; start < data.Count; start += Block)
        {
            using var turn = TensorScope.Open();
            using var batch = source.Of([.. Enumerable.Range(start, Math.Min(Block, data.Count - start))]);
            blocks.Add(turn.Keep(map(batch.X).Clone()));
        }
        return scope.Keep(Tensor.Cat([.. blocks], 0));
    }

    /// <summary>Share of the test pictures that a linear classifier names right.</summary>
    /// <param name="train">Features [N, D].</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="test">Features of others [M, D].</param>
    /// <param name="truth">Their classes.</param>
    public static double Linear(Tensor train, int[] labels, Tensor test, int[] truth)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var middle = train.Mean([0], keep: true);
        Tensor x = train - middle, y = OneHot(labels);
        var weight = x.Square().Mean().Item() * x.Size(0) * 1e-3;
        var gram = ToMatrix(x.Transpose(0, 1).MatMul(x));
        gram += Matrix<double>.Build.DenseIdentity(gram.RowCount) * weight;
        var solved = gram.Cholesky().Solve(ToMatrix(x.Transpose(0, 1).MatMul(y - 0.1)));
        var scores = ToMatrix(test - middle) * solved;
        return Share(truth, i => scores.Row(i).MaximumIndex());
    }

    /// <summary>Share of the test pictures whose nearest neighbor is of their class.</summary>
    /// <inheritdoc cref="Linear"/>
    public static double Nearest(Tensor train, int[] labels, Tensor test, int[] truth)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var nearest = (2 * test.MatMul(train.Transpose(0, 1)) - train.Square().Sum([1]).Reshape(1, -1)).Argmax(1).ToArray<long>();
        return Share(truth, i => labels[nearest[i]]);
    }

    private static double Share(int[] truth, Func<int, int> named) =>
        truth.Where((label, i) => named(i) == label).Count() / (double)truth.Length;

    private static Tensor OneHot(int[] labels) =>
        Op.OneHot(Tensor.From<long>([.. labels.Select(k => (long)k)], labels.Length).Here(), labels.Max() + 1).To(DType.Float32);

    private static Matrix<double> ToMatrix(Tensor tensor) => Matrix<double>.Build.DenseOfColumnMajor(
        (int)tensor.Size(0), (int)tensor.Size(1), tensor.Transpose(0, 1).Contiguous().To(DType.Float64).ToArray<double>());
}
