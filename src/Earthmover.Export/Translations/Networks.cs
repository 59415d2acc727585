namespace Earthmover.Export.Translations;

/// <summary>Convolutions, normalizations, pooling and changes of size.</summary>
internal static class Networks
{
    public static IEnumerable<(string Name, Func<Call, string> Translate)> All =>
    [
        ("conv1d", c => Convolution(c, 1)),
        ("conv2d", c => Convolution(c, 2)),
        ("conv_transpose1d", c => Adjoint(c, 1)),
        ("conv_transpose2d.input", c => Adjoint(c, 2)),
        ("avg_pool1d", c => AveragePool(c, 1)),
        ("avg_pool2d", c => c.Has(6) ? throw c.Refused("has a divisor of its own") : AveragePool(c, 2)),
        ("adaptive_avg_pool2d", c => c.Ints(1).All(side => side == 1) ? c.Node("GlobalAveragePool", [c.Input(0)])
            : throw c.Refused("makes more than one mean")),
        ("max_pool2d", MaxPool),
        ("upsample_nearest1d", c => Resize(c, "nearest", "asymmetric")),
        ("upsample_nearest2d", c => Resize(c, "nearest", "asymmetric")),
        ("upsample_bilinear2d", c => Resize(c, "linear", c.Flag(2) ? "align_corners" : "half_pixel")),
        ("pixel_shuffle", c => c.Node("DepthToSpace", [c.Input(0)], Attribute.Of("blocksize", c.Int(1)), Attribute.Of("mode", "CRD"))),
        ("reflection_pad2d", c => Pad(c, "reflect")),
        ("replication_pad2d", c => Pad(c, "edge")),
        ("constant_pad_nd", c => Pad(c, "constant")),
        ("batch_norm", BatchNorm),
        ("group_norm", GroupNorm),
        ("layer_norm", LayerNorm),
    ];

    private static string Convolution(Call c, int rank) => c.Node("Conv", [c.Input(0), c.Input(1), c.Input(2)],
        Attribute.Of("strides", c.Ints(3, rank, 1)), Attribute.Of("pads", Both(c.Ints(4, rank))),
        Attribute.Of("dilations", c.Ints(5, rank, 1)), Attribute.Of("group", c.Int(6, 1)));

    private static string Adjoint(Call c, int rank) => c.Node("ConvTranspose", [c.Input(0), c.Input(1), c.Input(2)],
        Attribute.Of("strides", c.Ints(3, rank, 1)), Attribute.Of("pads", Both(c.Ints(4, rank))),
        Attribute.Of("output_padding", c.Ints(5, rank)), Attribute.Of("group", c.Int(6, 1)),
        Attribute.Of("dilations", c.Ints(7, rank, 1)));

    private static string AveragePool(Call c, int rank) => c.Node("AveragePool", [c.Input(0)],
        Attribute.Of("kernel_shape", c.Ints(1, rank)), Attribute.Of("strides", Strides(c, rank)),
        Attribute.Of("pads", Both(c.Ints(3, rank))), Attribute.Of("ceil_mode", c.Flag(4) ? 1 : 0),
        Attribute.Of("count_include_pad", c.Flag(5) ? 1 : 0));

    private static string MaxPool(Call c) => c.Node("MaxPool", [c.Input(0)],
        Attribute.Of("kernel_shape", c.Ints(1, 2)), Attribute.Of("strides", Strides(c, 2)),
        Attribute.Of("pads", Both(c.Ints(3, 2))), Attribute.Of("dilations", c.Ints(4, 2, 1)), Attribute.Of("ceil_mode", c.Flag(5) ? 1 : 0));

    // Steps that are not given are as long as the window.
    private static long[] Strides(Call c, int rank) => c.Has(2) && c.Ints(2).Length > 0 ? c.Ints(2, rank) : c.Ints(1, rank);

    private static long[] Both(long[] pads) => [.. pads, .. pads];

    private static string Resize(Call c, string mode, string places)
    {
        // Where a whole factor says it, the number of samples can stay out of it; where none does, rounding would decide the size.
        var (from, to) = (c.ShapeOf(0), c.ResultShape);
        var isWhole = from.Zip(to).All(pair => pair.First == pair.Second || pair.Second.Value % pair.First.Value == 0);
        float[] factors = [.. from.Zip(to, (a, b) => a == b ? 1 : (float)(b.Value / a.Value))];
        return c.Node("Resize", isWhole ? [c.Input(0), "", c.Numbers(factors)] : [c.Input(0), "", "", c.Vector(to)],
            Attribute.Of("mode", mode), Attribute.Of("coordinate_transformation_mode", places), Attribute.Of("nearest_mode", "floor"));
    }

    // LibTorch begins with the last axis and says before and after together.
    private static string Pad(Call c, string mode)
    {
        var (given, rank) = (c.Ints(1), c.Rank(0));
        var pads = new long[2 * rank];
        for (var i = 0; i < given.Length / 2; i++)
            (pads[rank - 1 - i], pads[2 * rank - 1 - i]) = (given[2 * i], given[2 * i + 1]);
        return mode == "constant"
            ? c.Node("Pad", [c.Input(0), c.Vector(pads), c.Scalar(c.Number(2))], Attribute.Of("mode", mode))
            : c.Node("Pad", [c.Input(0), c.Vector(pads)], Attribute.Of("mode", mode));
    }

    private static string BatchNorm(Call c)
    {
        if (c.Flag(5))
            throw c.Refused("takes the statistics of its batch");
        var channels = c.ShapeOf(0)[1].Value;
        return c.Node("BatchNormalization",
            [c.Input(0), Or(c, 1, 1, channels), Or(c, 2, 0, channels), c.Input(3), c.Input(4)],
            Attribute.Of("epsilon", c.Number(7)));
    }

    private static string Or(Call c, int place, float otherwise, long channels) =>
        c.Has(place) ? c.Input(place) : c.Filled(otherwise, channels);

    // Every group as one channel of instance normalization, which all versions of ONNX have.
    private static string GroupNorm(Call c)
    {
        var (shape, groups) = (c.ShapeOf(0), c.Int(1));
        var each = shape.Skip(1).Aggregate(1L, (product, length) => product * length.Value) / groups;
        var name = c.Reshape(c.Input(0), [shape[0], groups, each]);
        name = c.Node("InstanceNormalization", [name, c.Filled(1, groups), c.Filled(0, groups)],
            Attribute.Of("epsilon", c.Number(4, 1e-5)));
        name = c.Reshape(name, shape);
        Extent[] perChannel = [shape[1], .. Enumerable.Repeat<Extent>(1, shape.Count - 2)];
        if (c.Has(2))
            name = c.Node("Mul", [name, c.Reshape(c.Input(2), perChannel)]);
        return c.Has(3) ? c.Node("Add", [name, c.Reshape(c.Input(3), perChannel)]) : name;
    }

    private static string LayerNorm(Call c)
    {
        var lengths = c.Ints(1);
        if (lengths.Length != 1)
            throw c.Refused("goes over several axes");
        return c.Node("LayerNormalization", [c.Input(0), Or(c, 2, 1, lengths[0]), c.Input(3)],
            Attribute.Of("axis", -1), Attribute.Of("epsilon", c.Number(4, 1e-5)));
    }
}
