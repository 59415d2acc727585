using Earthmover.Export.Schema;
using Earthmover.Torch;
using Earthmover.Torch.Tracing;

namespace Earthmover.Export.Translations;

/// <summary>An operator of LibTorch that is to be said in ONNX, with its arguments by their places in the schema.</summary>
internal sealed class Call(GraphBuilder graph, FreeOperator called)
{
    /// <summary>Name and overload.</summary>
    public string Name => called.Name;

    /// <summary>The tensors that it makes.</summary>
    public IReadOnlyList<TracedTensor> Results => called.Results;

    /// <summary>Element type of its first result.</summary>
    public DType Type => Results[0].Type;

    /// <summary>Axes of its first result.</summary>
    public IReadOnlyList<Extent> ResultShape => graph.Trace.ShapeOf(Results[0]);

    public object? this[int place] => called.Arguments[place];

    public bool Has(int place) => called.Arguments[place] is not null;

    public TracedTensor Tensor(int place) => (TracedTensor)called.Arguments[place]!;

    /// <summary>The name of a tensor; empty for one that was left out.</summary>
    public string Input(int place) => called.Arguments[place] is TracedTensor tensor ? graph.NameOf(tensor) : "";

    /// <summary>The name of a tensor in an element type.</summary>
    public string Input(int place, DType type) => Cast(Input(place), Tensor(place).Type, type);

    public string[] Inputs(int place) => [.. ((TracedTensor?[])called.Arguments[place]!).Select(tensor => graph.NameOf(tensor!))];

    public IReadOnlyList<TracedTensor> Tensors(int place) => ((TracedTensor?[])called.Arguments[place]!)!;

    public IReadOnlyList<Extent> ShapeOf(int place) => graph.Trace.ShapeOf(Tensor(place));

    public int Rank(int place) => Tensor(place).Shape.Count;

    public Extent Extent(int place) => (Extent)called.Arguments[place]!;

    /// <summary>A number that is the same for any number of samples.</summary>
    public long Int(int place, long absent = 0) => called.Arguments[place] switch
    {
        null => absent,
        Extent { IsPerSample: false } number => number.Value,
        _ => throw Refused("follows the number of samples"),
    };

    public long[] Ints(int place) => Array.ConvertAll((Extent[])called.Arguments[place]!,
        number => number.IsPerSample ? throw Refused("follows the number of samples") : number.Value);

    /// <summary>Numbers of which a single one stands for all.</summary>
    public long[] Ints(int place, int count, long absent = 0)
    {
        var given = called.Arguments[place] is null ? [] : Ints(place);
        return given.Length switch
        {
            0 => [.. Enumerable.Repeat(absent, count)],
            1 => [.. Enumerable.Repeat(given[0], count)],
            _ => given,
        };
    }

    public double Number(int place, double absent = 0) => called.Arguments[place] switch
    {
        null => absent,
        double number => number,
        bool truth => truth ? 1 : 0,
        _ => Int(place),
    };

    public bool Flag(int place) => called.Arguments[place] switch { bool truth => truth, null => false, _ => Int(place) != 0 };

    /// <summary>An axis counted from the front.</summary>
    public long Axis(int place, int rank) => Int(place) is var axis && axis < 0 ? axis + Math.Max(1, rank) : axis;

    public string Node(string operation, IReadOnlyList<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        graph.Node(operation, inputs, attributes);

    public string[] Nodes(string operation, IReadOnlyList<string> inputs, int outputs, params ReadOnlySpan<AttributeProto> attributes) =>
        graph.Nodes(operation, inputs, outputs, attributes);

    public string Vector(params ReadOnlySpan<long> values) => graph.Vector(values);

    public string Vector(IReadOnlyList<Extent> extents) => graph.Vector(extents);

    public string Scalar(double value, DType type) => graph.Scalar(value, type);

    public string Scalar(double value) => graph.Scalar(value, Type);

    public string Numbers(ReadOnlySpan<float> values) => graph.Numbers(values);

    public string Filled(float value, long count) => graph.Filled(value, count);

    public string Cast(string name, DType from, DType to) =>
        from == to ? name : Node("Cast", [name], Attribute.Of("to", (long)ElementTypes.Of(to)));

    /// <summary>The same elements in another shape; nothing is computed where it has that shape.</summary>
    public string Reshape(string name, IReadOnlyList<Extent> shape)
    {
        // One length may be left to the rest.
        IReadOnlyList<Extent> said = shape.Count(length => length.IsPerSample) == 1
            ? [.. shape.Select(length => length.IsPerSample ? -1 : length)] : shape;
        return Node("Reshape", [name, Vector(said)]);
    }

    public ExportException Refused(string why) =>
        new($"the operator {Name} {why}, which this cannot write as ONNX");
}
