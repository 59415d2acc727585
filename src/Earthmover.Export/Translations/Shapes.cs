namespace Earthmover.Export.Translations;

/// <summary>Operators that move elements and compute none.</summary>
internal static class Shapes
{
    public static IEnumerable<(string Name, Func<Call, IReadOnlyList<string>> Translate)> All =>
    [
        .. One.Select(pair => (pair.Name, (Func<Call, IReadOnlyList<string>>)(c => [pair.Translate(c)]))),
        ("chunk", Split),
        ("split.Tensor", Split),
        ("unbind.int", c => [.. Enumerable.Range(0, c.Results.Count).Select(i =>
            c.Node("Gather", [c.Input(0), c.Scalar(i, Torch.DType.Int64)], Attribute.Of("axis", c.Axis(1, c.Rank(0)))))]),
        ("topk", c => c.Nodes("TopK", [c.Input(0), c.Vector(c.Int(1))], 2, Attribute.Of("axis", c.Int(2, -1)),
            Attribute.Of("largest", c.Flag(3) ? 1 : 0), Attribute.Of("sorted", c.Flag(4) ? 1 : 0))),
    ];

    private static (string Name, Func<Call, string> Translate)[] One =>
    [
        ("reshape", c => c.Reshape(c.Input(0), c.ResultShape)),
        ("view", c => c.Reshape(c.Input(0), c.ResultShape)),
        ("flatten.using_ints", c => c.Reshape(c.Input(0), c.ResultShape)),
        ("unsqueeze", c => c.Node("Unsqueeze", [c.Input(0), c.Vector(c.Axis(1, c.Rank(0) + 1))])),
        ("squeeze.dim", c => c.Rank(0) == c.ResultShape.Count ? c.Input(0)
            : c.Node("Squeeze", [c.Input(0), c.Vector(c.Axis(1, c.Rank(0)))])),
        ("expand", Expand),
        ("permute", c => c.Node("Transpose", [c.Input(0)], Attribute.Of("perm", c.Ints(1).Select(axis => Front(c, axis))))),
        ("transpose.int", c => Exchange(c, c.Axis(1, c.Rank(0)), c.Axis(2, c.Rank(0)))),
        ("t", c => c.Rank(0) < 2 ? c.Input(0) : Exchange(c, 0, 1)),
        ("narrow", c => Slice(c, c.Int(1), c.Extent(2), Sum(c, c.Extent(2), c.Extent(3)), 1)),
        ("slice.Tensor", c => Slice(c, c.Int(1), c[2] as Extent? ?? 0, c[3] as Extent? ?? long.MaxValue, c.Int(4, 1))),
        ("flip", Flip),
        ("select.int", c => c.Node("Gather", [c.Input(0), c.Scalar(c.Int(2), Torch.DType.Int64)],
            Attribute.Of("axis", c.Axis(1, c.Rank(0))))),
        ("index_select", c => c.Node("Gather", [c.Input(0), c.Input(2)], Attribute.Of("axis", c.Axis(1, c.Rank(0))))),
        ("embedding", c => c.Node("Gather", [c.Input(0), c.Input(1)], Attribute.Of("axis", 0))),
        ("gather", c => c.Node("GatherElements", [c.Input(0), c.Input(2)], Attribute.Of("axis", c.Axis(1, c.Rank(0))))),
        ("cat", Join),
        ("stack", c => c.Node("Concat",
            [.. c.Inputs(0).Select(name => c.Node("Unsqueeze", [name, c.Vector(c.Axis(1, c.ResultShape.Count))]))],
            Attribute.Of("axis", c.Axis(1, c.ResultShape.Count)))),
        ("repeat", Tile),
        ("tile", Tile),
        ("one_hot", OneHot),
        ("zeros_like", c => Like(c, 0)),
        ("ones_like", c => Like(c, 1)),
        ("new_zeros", c => c.Node("Expand", [c.Scalar(0), c.Vector(c.ResultShape)])),
    ];

    private static string[] Split(Call c)
    {
        var axis = c.Axis(2, c.Rank(0));
        var count = c.Results.Count;
        if (count == 1)
            return [c.Input(0)];
        var lengths = c.Results.Select(result => result.Shape[(int)axis]).ToArray();
        if (!c.ShapeOf(0)[(int)axis].IsPerSample)
            return c.Nodes("Split", [c.Input(0), c.Vector(lengths)], count, Attribute.Of("axis", axis));
        // Equal pieces can do without lengths. But ONNX Runtime takes two such divisions of one tensor for the same, however many
        // pieces each has; so only where there is no other way.
        return lengths.Distinct().Count() == 1 ? c.Nodes("Split", [c.Input(0)], count, Attribute.Of("axis", axis))
            : throw c.Refused("divides the samples unequally");
    }

    // A length that stays needs no saying, which keeps the number of samples out of it.
    private static string Expand(Call c)
    {
        var (from, to) = (c.ShapeOf(0), c.ResultShape);
        var before = to.Count - from.Count;
        bool Stays(int axis) => axis >= before && from[axis - before] == to[axis];
        return c.Node("Expand", [c.Input(0), c.Vector([.. to.Select((length, i) => Stays(i) ? 1 : length)])]);
    }

    private static string Exchange(Call c, long a, long b)
    {
        var axes = Enumerable.Range(0, c.Rank(0)).Select(axis => (long)axis).ToArray();
        (axes[a], axes[b]) = (b, a);
        return c.Node("Transpose", [c.Input(0)], Attribute.Of("perm", axes));
    }

    private static Extent Sum(Call c, Extent a, Extent b) => a.IsPerSample == b.IsPerSample ? new(a.Value + b.Value, a.IsPerSample)
        : a == 0 ? b : throw c.Refused("takes a part that depends on the number of samples");

    private static string Slice(Call c, long axis, Extent from, Extent to, long step)
    {
        axis = Front(c, axis);
        return from == 0 && to == c.ShapeOf(0)[(int)axis] && step == 1 ? c.Input(0)
            : c.Node("Slice", [c.Input(0), c.Vector([from]), c.Vector([to]), c.Vector(axis), c.Vector(step)]);
    }

    private static long Front(Call c, long axis) => axis < 0 ? axis + c.Rank(0) : axis;

    private static string Flip(Call c)
    {
        var axes = c.Ints(1);
        long[] All(long value) => [.. Enumerable.Repeat(value, axes.Length)];
        return c.Node("Slice", [c.Input(0), c.Vector(All(-1)), c.Vector(All(long.MinValue)), c.Vector(axes), c.Vector(All(-1))]);
    }

    // What has no elements is no part of it.
    private static string Join(Call c)
    {
        var names = c.Tensors(0).Zip(c.Inputs(0)).Where(pair => !pair.First.Shape.Contains(0))
            .Select(pair => c.Cast(pair.Second, pair.First.Type, c.Type)).ToList();
        return names.Count == 1 ? names[0] : c.Node("Concat", names, Attribute.Of("axis", c.Axis(1, c.ResultShape.Count)));
    }

    private static string Tile(Call c)
    {
        var repeats = (Extent[])c[1]!;
        var name = c.Input(0);
        if (repeats.Length > c.Rank(0))
            name = c.Reshape(name, [.. Enumerable.Repeat<Extent>(1, repeats.Length - c.Rank(0)), .. c.ShapeOf(0)]);
        return c.Node("Tile", [name, c.Vector([.. Enumerable.Repeat<Extent>(1, Math.Max(0, c.Rank(0) - repeats.Length)), .. repeats])]);
    }

    private static string OneHot(Call c)
    {
        var count = c.ResultShape[^1].Value;
        return c.Node("OneHot", [c.Input(0), c.Scalar(count, Torch.DType.Int64), c.Vector(0, 1)], Attribute.Of("axis", -1));
    }

    private static string Like(Call c, double value) => c.Node("Expand", [c.Scalar(value), c.Vector(c.ResultShape)]);
}
