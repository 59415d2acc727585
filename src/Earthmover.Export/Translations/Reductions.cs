using Earthmover.Torch;

namespace Earthmover.Export.Translations;

/// <summary>Operators that take sums, means and the like along axes, and products of matrices.</summary>
internal static class Reductions
{
    public static IEnumerable<(string Name, Func<Call, IReadOnlyList<string>> Translate)> All =>
    [
        .. One.Select(pair => (pair.Name, (Func<Call, IReadOnlyList<string>>)(c => [pair.Translate(c)]))),
        ("max.dim", c => [Along(c, "ReduceMax", [c.Int(1)], c.Flag(2)), Arg(c, "ArgMax", c.Flag(2))]),
        ("min.dim", c => [Along(c, "ReduceMin", [c.Int(1)], c.Flag(2)), Arg(c, "ArgMin", c.Flag(2))]),
    ];

    private static (string Name, Func<Call, string> Translate)[] One =>
    [
        ("sum", c => Sum(c, c.Input(0, c.Type), null, false)),
        ("sum.dim_IntList", c => Sum(c, c.Input(0, c.Type), Axes(c, 1), c.Flag(2))),
        ("mean", c => Along(c, "ReduceMean", null, false)),
        ("mean.dim", c => Along(c, "ReduceMean", Axes(c, 1), c.Flag(2))),
        ("amax", c => Along(c, "ReduceMax", Axes(c, 1), c.Flag(2))),
        ("amin", c => Along(c, "ReduceMin", Axes(c, 1), c.Flag(2))),
        ("max", c => Along(c, "ReduceMax", null, false)),
        ("min", c => Along(c, "ReduceMin", null, false)),
        ("logsumexp", c => Along(c, "ReduceLogSumExp", Axes(c, 1), c.Flag(2))),
        ("argmax", c => Arg(c, "ArgMax", c.Flag(2))),
        ("argmin", c => Arg(c, "ArgMin", c.Flag(2))),
        ("linalg_vector_norm", c => Norm(c, c.Number(1, 2), c.Flag(3))),
        ("norm.ScalarOpt_dim", c => Norm(c, c.Number(1, 2), c.Flag(3))),
        ("var.dim", Variance),
        ("std.dim", c => c.Node("Sqrt", [Variance(c)])),
        ("cumsum", c => c.Node("CumSum", [c.Input(0, c.Type), c.Scalar(c.Axis(1, c.Rank(0)), DType.Int64)])),
        ("softmax.int", c => c.Node("Softmax", [c.Input(0, c.Type)], Attribute.Of("axis", c.Axis(1, c.Rank(0))))),
        ("log_softmax.int", c => c.Node("LogSoftmax", [c.Input(0, c.Type)], Attribute.Of("axis", c.Axis(1, c.Rank(0))))),
        ("matmul", c => c.Node("MatMul", [c.Input(0), c.Input(1)])),
        ("mm", c => c.Node("MatMul", [c.Input(0), c.Input(1)])),
        ("bmm", c => c.Node("MatMul", [c.Input(0), c.Input(1)])),
        ("outer", c => c.Node("MatMul", [c.Node("Unsqueeze", [c.Input(0), c.Vector(1)]), c.Node("Unsqueeze", [c.Input(1), c.Vector(0)])])),
        ("einsum", c => c.Node("Einsum", c.Inputs(1), Attribute.Of("equation", (string)c[0]!))),
        ("addmm", c => c.Node("Gemm", [c.Input(1), c.Input(2), c.Input(0)],
            Attribute.Of("beta", c.Number(3, 1)), Attribute.Of("alpha", c.Number(4, 1)))),
        ("linear", Linear),
    ];

    private static string Linear(Call c)
    {
        if (c.Rank(0) == 2)
            return c.Node("Gemm", [c.Input(0), c.Input(1), c.Input(2)], Attribute.Of("transB", 1));
        var product = c.Node("MatMul", [c.Input(0), c.Node("Transpose", [c.Input(1)], Attribute.Of("perm", [1, 0]))]);
        return c.Has(2) ? c.Node("Add", [product, c.Input(2)]) : product;
    }

    private static long[]? Axes(Call c, int place) => c.Has(place) && c.Ints(place) is { Length: > 0 } axes ? axes : null;

    private static string Sum(Call c, string name, long[]? axes, bool keep) => axes is null
        ? c.Node("ReduceSum", [name], Attribute.Of("keepdims", keep ? 1 : 0))
        : c.Node("ReduceSum", [name, c.Vector(axes)], Attribute.Of("keepdims", keep ? 1 : 0));

    private static string Along(Call c, string onnx, long[]? axes, bool keep) => Along(c, onnx, c.Input(0, c.Type), axes, keep);

    private static string Along(Call c, string onnx, string name, long[]? axes, bool keep) => axes is null
        ? c.Node(onnx, [name], Attribute.Of("keepdims", keep ? 1 : 0))
        : c.Node(onnx, [name], Attribute.Of("axes", axes), Attribute.Of("keepdims", keep ? 1 : 0));

    private static string Arg(Call c, string onnx, bool keep) => c.Has(1)
        ? c.Node(onnx, [c.Input(0)], Attribute.Of("axis", c.Axis(1, c.Rank(0))), Attribute.Of("keepdims", keep ? 1 : 0))
        : c.Node(onnx, [c.Node("Reshape", [c.Input(0), c.Vector(-1)])], Attribute.Of("axis", 0), Attribute.Of("keepdims", 0));

    private static string Norm(Call c, double order, bool keep) => order switch
    {
        1 => Along(c, "ReduceL1", Axes(c, 2), keep),
        2 => Along(c, "ReduceL2", Axes(c, 2), keep),
        _ => throw c.Refused($"takes a norm of the order {order}"),
    };

    private static string Variance(Call c)
    {
        var axes = Axes(c, 1) ?? throw c.Refused("goes over all axes");
        var distance = c.Node("Sub", [c.Input(0), Along(c, "ReduceMean", axes, keep: true)]);
        var mean = Along(c, "ReduceMean", c.Node("Mul", [distance, distance]), axes, c.Flag(3));
        if (!c.Flag(2))
            return mean;
        var lengths = axes.Select(axis => c.ShapeOf(0)[(int)(axis < 0 ? axis + c.Rank(0) : axis)]).ToList();
        if (lengths.Any(length => length.IsPerSample))
            throw c.Refused("goes over the samples");
        var n = lengths.Aggregate(1.0, (product, length) => product * length.Value);
        return c.Node("Mul", [mean, c.Scalar(n / (n - 1))]);
    }
}
