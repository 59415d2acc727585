using Earthmover.Torch;

namespace Earthmover.Export.Translations;

/// <summary>Operators that compute element by element, with broadcasting.</summary>
internal static class Elementwise
{
    public static IEnumerable<(string Name, Func<Call, string> Translate)> All =>
    [
        .. Same.Select(pair => (pair.Torch, (Func<Call, string>)(c => c.Node(pair.Onnx, [c.Input(0, c.Type)])))),
        .. Pairs.Select(pair => (pair.Torch, (Func<Call, string>)(c => c.Node(pair.Onnx, [c.Input(0, c.Type), Second(c)])))),
        .. Comparisons.Select(pair => (pair.Torch, (Func<Call, string>)(c => Compare(c, pair.Onnx)))),
        ("add.Tensor", c => c.Node("Add", [c.Input(0, c.Type), Scaled(c)])),
        ("add.Scalar", c => c.Node("Add", [c.Input(0, c.Type), c.Scalar(c.Number(1) * c.Number(2, 1))])),
        ("sub.Tensor", c => c.Node("Sub", [c.Input(0, c.Type), Scaled(c)])),
        ("sub.Scalar", c => c.Node("Sub", [c.Input(0, c.Type), c.Scalar(c.Number(1) * c.Number(2, 1))])),
        ("rsub.Scalar", c => c.Node("Sub", [c.Scalar(c.Number(1)), Times(c, c.Input(0, c.Type), c.Number(2, 1))])),
        ("addcmul", c => c.Node("Add", [c.Input(0), Times(c, c.Node("Mul", [c.Input(1), c.Input(2)]), c.Number(3, 1))])),
        ("addcdiv", c => c.Node("Add", [c.Input(0), Times(c, c.Node("Div", [c.Input(1), c.Input(2)]), c.Number(3, 1))])),
        ("lerp.Scalar", c => c.Node("Add", [c.Input(0), Times(c, c.Node("Sub", [c.Input(1), c.Input(0)]), c.Number(2))])),
        ("square", c => c.Node("Mul", [c.Input(0), c.Input(0)])),
        ("rsqrt", c => c.Node("Reciprocal", [c.Node("Sqrt", [c.Input(0)])])),
        ("log1p", c => c.Node("Log", [c.Node("Add", [c.Input(0), c.Scalar(1)])])),
        ("expm1", c => c.Node("Sub", [c.Node("Exp", [c.Input(0)]), c.Scalar(1)])),
        ("clamp", c => c.Node("Clip", [c.Input(0), Limit(c, 1), Limit(c, 2)])),
        ("clamp_min", c => c.Node("Clip", [c.Input(0), Limit(c, 1)])),
        ("clamp_max", c => c.Node("Clip", [c.Input(0), "", Limit(c, 1)])),
        ("leaky_relu", c => c.Node("LeakyRelu", [c.Input(0)], Attribute.Of("alpha", c.Number(1)))),
        ("prelu", c => c.Node("PRelu", [c.Input(0), Slopes(c)])),
        ("elu", Elu),
        ("softplus", c => c.Number(1, 1) is var beta && beta == 1 ? c.Node("Softplus", [c.Input(0)])
            : Times(c, c.Node("Softplus", [Times(c, c.Input(0), beta)]), 1 / beta)),
        ("silu", c => c.Node("Mul", [c.Input(0), c.Node("Sigmoid", [c.Input(0)])])),
        ("gelu", Gelu),
        ("where.self", c => c.Node("Where", [c.Input(0), c.Input(1, c.Type), c.Input(2, c.Type)])),
        ("where.ScalarOther", c => c.Node("Where", [c.Input(0), c.Input(1, c.Type), c.Scalar(c.Number(2))])),
        ("masked_fill.Scalar", c => c.Node("Where", [c.Input(1), c.Scalar(c.Number(2)), c.Input(0)])),
        ("to.dtype", c => c.Input(0, c.Type)),
        ("to.device", c => c.Input(0, c.Type)),
        ("contiguous", c => c.Input(0)),
        ("clone", c => c.Input(0)),
        ("detach", c => c.Input(0)),
        ("dropout", c => c.Flag(2) ? throw c.Refused("draws what it drops") : c.Input(0)),
    ];

    private static readonly (string Torch, string Onnx)[] Same =
    [
        ("abs", "Abs"), ("neg", "Neg"), ("exp", "Exp"), ("log", "Log"), ("sqrt", "Sqrt"), ("tanh", "Tanh"), ("sigmoid", "Sigmoid"),
        ("relu", "Relu"), ("reciprocal", "Reciprocal"), ("erf", "Erf"), ("sin", "Sin"), ("cos", "Cos"), ("floor", "Floor"),
        ("round", "Round"), ("sign", "Sign"), ("logical_not", "Not"),
    ];

    private static readonly (string Torch, string Onnx)[] Pairs =
    [
        ("mul.Tensor", "Mul"), ("mul.Scalar", "Mul"), ("div.Tensor", "Div"), ("div.Scalar", "Div"), ("minimum", "Min"), ("maximum", "Max"),
        ("pow.Tensor_Scalar", "Pow"), ("pow.Tensor_Tensor", "Pow"), ("logical_and", "And"),
    ];

    private static readonly (string Torch, string Onnx)[] Comparisons =
    [
        ("gt", "Greater"), ("ge", "GreaterOrEqual"), ("lt", "Less"), ("le", "LessOrEqual"), ("eq", "Equal"), ("ne", "Equal"),
    ];

    private static string Second(Call c) => c[1] is Earthmover.Torch.Tracing.TracedTensor ? c.Input(1, c.Type) : c.Scalar(c.Number(1));

    // other · alpha.
    private static string Scaled(Call c) => Times(c, c.Input(1, c.Type), c.Number(2, 1));

    private static string Times(Call c, string name, double factor) => factor == 1 ? name : c.Node("Mul", [name, c.Scalar(factor)]);

    private static string Limit(Call c, int place) => c.Has(place) ? c.Scalar(c.Number(place)) : "";

    // One slope, or one a channel, which is the second axis.
    private static string Slopes(Call c) => c.Tensor(1).Shape is [1] || c.Rank(0) < 3 ? c.Input(1)
        : c.Reshape(c.Input(1), [c.Tensor(1).Shape[0], .. Enumerable.Repeat<Extent>(1, c.Rank(0) - 2)]);

    private static string Compare(Call c, string onnx)
    {
        var first = c.Tensor(0).Type;
        string other;
        if (c[1] is Earthmover.Torch.Tracing.TracedTensor { Type: var second })
        {
            first = first.IsFloatingPoint() || !second.IsFloatingPoint() ? first : second;
            other = c.Input(1, first);
        }
        else
        {
            first = c[1] is double && !first.IsFloatingPoint() ? DType.Float32 : first;
            other = c.Scalar(c.Number(1), first);
        }
        var result = c.Node(onnx, [c.Input(0, first), other]);
        return c.Name.StartsWith("ne", StringComparison.Ordinal) ? c.Node("Not", [result]) : result;
    }

    private static string Elu(Call c) => (c.Number(2, 1), c.Number(3, 1)) == (1, 1)
        ? c.Node("Elu", [c.Input(0)], Attribute.Of("alpha", c.Number(1, 1)))
        : throw c.Refused("scales its input or its result");

    // x Φ(x), or with tanh in the place of Φ.
    private static string Gelu(Call c)
    {
        var x = c.Input(0);
        string inner;
        if (c[1] as string == "tanh")
        {
            var cube = c.Node("Mul", [c.Node("Mul", [x, x]), x]);
            inner = c.Node("Tanh", [Times(c, c.Node("Add", [x, Times(c, cube, 0.044715)]), Math.Sqrt(2 / Math.PI))]);
        }
        else
            inner = c.Node("Erf", [Times(c, x, Math.Sqrt(0.5))]);
        return c.Node("Mul", [Times(c, x, 0.5), c.Node("Add", [inner, c.Scalar(1)])]);
    }
}
